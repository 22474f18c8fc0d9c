"""The command line: names, options and errors; what a command does is in macro_assets/commands.

Belongs here: declarations. Does not belong here: work.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from macro_assets.errors import MacroAssetsError

app = typer.Typer(
    name="macro-assets", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Point-in-time macro data, causal effects, market regimes and recession odds.",
)
evaluate = typer.Typer(no_args_is_help=True, help="Score the models against known truths and honest baselines.")
app.add_typer(evaluate, name="evaluate")

Home = Annotated[Path, typer.Option(help="Folder of lake, registry and Dagster instance.", envvar="MACRO_HOME")]
Archive = Annotated[Path | None, typer.Option(help="Folder of recorded data to serve instead of the simulation.",
                                              exists=True, file_okay=False)]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The simulated today; default the last day.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")]
Seed = Annotated[int, typer.Option(help="Seed of the simulated economy.")]


@app.command()
def demo(home: Home = Path("macro_home"), archive: Archive = None, today: Day = None, seed: Seed = 7,
         json_file: JsonFile = None) -> None:
    """Run everything once, from providers to models, on a simulated economy or on recorded data."""
    from macro_assets.commands import demo as command

    with told():
        report = command.run(home, archive, seed, _day(today))
        if json_file:
            json_file.write_text(_json(report))


@app.command()
def sandbox(archive: Archive = None, today: Day = None, seed: Seed = 7, host: str = "127.0.0.1", port: int = 8765) -> None:
    """Serve a stand-in for FRED, Yahoo, the World Bank and published surprises, for the unmodified clients."""
    from macro_assets.sandbox import main

    with told():
        main(archive=archive, seed=seed, today=_day(today), host=host, port=port)


@app.command()
def ui(home: Home = Path("macro_home"), dagster_port: int = 3000, mlflow_port: int = 5000) -> None:
    """Open Dagster and MLflow on a home (and the sandbox it was fed from)."""
    from macro_assets.commands.serving_ui import serve

    with told():
        serve(home, dagster_port, mlflow_port)


@app.command()
def backfill(
    asset: Annotated[str, typer.Argument(help="Partitioned asset, e.g. bronze/fred_vintages.")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
    home: Home = Path("macro_home"), as_json: Json = False,
) -> None:
    """Materialise a range of partitions, in runs of the size the asset's policy allows."""
    from macro_assets.commands.backfill import backfill as run
    from macro_assets.commands.home import inhabited, instance

    with told(), inhabited(home), instance() as opened, _progress(quiet=as_json) as progress:
        outcomes = run(asset, first.date(), last.date(), opened, progress)
        _show([{"run": o.run_id, "assets": ", ".join(o.assets), "checks_failed": sum(not c["passed"] for c in o.checks)}
               for o in outcomes], as_json)


@app.command()
def doctor(as_json: Json = False, quiet: bool = False) -> None:
    """Say what is missing, and the remedy."""
    from dataclasses import asdict

    from macro_assets.commands.doctor import examine

    found = examine()
    if not quiet:
        _show([{**asdict(d), "well": d.well if as_json else ("yes" if d.well else "NO"),
                "remedy": "" if d.well else d.remedy} for d in found], as_json)
    essential = {"Python", "packages", "catalogue", "home", "settings"}
    raise typer.Exit(0 if all(d.well for d in found if d.subject in essential) else 1)


@app.command()
def tables(home: Home = Path("macro_home"), as_json: Json = False) -> None:
    """What the lake holds."""
    from macro_assets.commands import looking
    from macro_assets.commands.home import enter

    with told():
        enter(home)
        _show(looking.tables(), as_json)


@app.command("as-of")
def as_of(
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"])],
    series: Annotated[list[str] | None, typer.Option(help="Show every observation of these series.")] = None,
    strict: Annotated[bool, typer.Option(help="Refuse values whose publication day is only assumed.")] = False,
    home: Home = Path("macro_home"), as_json: Json = False,
) -> None:
    """What was known on a day: the newest value of each series."""
    from macro_assets.commands import looking
    from macro_assets.commands.home import enter

    with told():
        enter(home)
        _show(looking.known_on(day.date(), series or [], strict=strict).to_dict("records"), as_json)


@app.command("explain-value")
def explain_value(
    series: str, observed: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DATE")],
    day: Annotated[datetime, typer.Option("--as-of", formats=["%Y-%m-%d"])],
    home: Home = Path("macro_home"), as_json: Json = False,
) -> None:
    """Which vintage of a value was the known one on a day, since when, and by which rule."""
    from macro_assets.commands import looking
    from macro_assets.commands.home import enter

    with told():
        enter(home)
        explanation = looking.explain(series, observed.date(), day.date())
        if as_json:
            typer.echo(_json(explanation))
        else:
            typer.echo(explanation.in_words())


@app.command("add-series")
def add_series(
    series: Annotated[str, typer.Argument(help="FRED series id.")],
    directory: Annotated[Path, typer.Option(help="Folder of your own catalogue.", envvar="MACRO_CATALOG_DIR")] = Path("catalog"),
) -> None:
    """Add a FRED series to your catalogue: nothing else is needed to load it."""
    from macro_assets.commands.additions import add

    with told():
        typer.echo(add(series, directory))


@app.command("data-dictionary")
def data_dictionary() -> None:
    """Print docs/data_dictionary.md from the table declarations."""
    from macro_assets.lake.dictionary import render

    typer.echo(render(), nl=False)


@contextmanager
def told() -> Iterator[None]:
    """An error made for people ends the command with its text; anything else is a fault and shows its trace."""
    try:
        yield
    except MacroAssetsError as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from None


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _json(content: Any) -> str:
    from dataclasses import asdict, is_dataclass

    plain = asdict(content) if is_dataclass(content) and not isinstance(content, type) else content
    return json.dumps(plain, indent=1, default=str)


def _progress(*, quiet: bool) -> Any:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                    disable=quiet or not sys.stderr.isatty(), transient=False)


def _show(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        typer.echo(_json(rows))
        return
    from rich.console import Console
    from rich.table import Table

    shown = Table(*(list(rows[0]) if rows else ["nothing"]))
    for row in rows:
        shown.add_row(*(f"{v:.6g}" if isinstance(v, float) else str(v) for v in row.values()))
    Console().print(shown)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
