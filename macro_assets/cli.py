"""The command line: names, options and errors; what a command does is in macro_assets/commands.

Belongs here: declarations. Does not belong here: work.
"""

import warnings
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from macro_assets.commands import entry, evaluations, own_files, quarantine
from macro_assets.commands.output import report_errors

app = typer.Typer(
    name="macro-assets",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Point-in-time macro data, causal effects, market regimes and recession odds.",
)
app.add_typer(evaluations.app, name="evaluate")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(own_files.app, name="own-data")
app.command(name="first-load")(entry.first_load)

Home = Annotated[
    Path, typer.Option(help="Folder with the lake, the registry and the Dagster instance.", envvar="MACRO_HOME")
]
Archive = Annotated[
    Path | None,
    typer.Option(exists=True, file_okay=False, help="Folder of recorded data to serve, not the simulated economy."),
]
Day = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The sandbox's today; default: the last day of its data."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")]
SeriesIds = Annotated[
    list[str] | None, typer.Option(help="Series id; repeat for several. Shows all their observations.")
]
Refuse = Annotated[bool, typer.Option("--strict-refuse", help="Fail where --strict would leave anything out.")]
LoadedBy = Annotated[str | None, typer.Option(help="Instant with time zone: what the lake held then.")]
Seed = Annotated[int, typer.Option(help="Seed of the simulated economy.")]


@app.command()
def demo(
    home: Home = Path("macro_home"),
    archive: Archive = None,
    today: Day = None,
    seed: Seed = 7,
    json_file: JsonFile = None,
) -> None:
    """Run the whole pipeline once, from providers to models, on a simulated economy or on recorded data."""
    from macro_assets.commands import demo as command
    from macro_assets.commands.output import as_json

    with report_errors():
        report = command.run(home, archive, seed, _day(today))
        if json_file:
            json_file.write_text(as_json(report))


@app.command()
def sandbox(
    archive: Archive = None, today: Day = None, seed: Seed = 7, host: str = "127.0.0.1", port: int = 8765
) -> None:
    """Serve a local stand-in for every provider; the real clients work unchanged."""
    from macro_assets.sandbox import main

    with report_errors():
        main(archive=archive, seed=seed, today=_day(today), host=host, port=port)


@app.command()
def ui(
    home: Home = Path("macro_home"),
    dagster_port: int = 3000,
    mlflow_port: int = 5000,
    new: Annotated[bool, typer.Option("--new", help="Make the home if it does not exist.")] = False,
) -> None:
    """Start Dagster and MLflow on a home, together with the sandbox its data came from, if any."""
    from macro_assets.commands.ui import serve

    with report_errors():
        serve(home, dagster_port, mlflow_port, new=new)


@app.command("next-day")
def next_day(
    to: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to move to; default: the next.")
    ] = None,
    home: Home = Path("macro_home"),
    as_json: Json = False,
) -> None:
    """Let time pass in the sandbox of a home, and show what was published on the way."""
    from macro_assets.commands.living import next_day as command
    from macro_assets.commands.output import show

    with report_errors():
        today, published = command(home, _day(to))
        if not as_json:
            typer.echo(f"It is {today}.")
        show(published, json=as_json, nothing="Nothing was published.")


@app.command()
def backfill(
    asset: Annotated[str, typer.Argument(help="Partitioned asset, e.g. bronze/fred_vintages.")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First partition.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Last partition.")],
    home: Home = Path("macro_home"),
    as_json: Json = False,
) -> None:
    """Materialise a range of partitions, in runs of the size that the asset's backfill policy allows."""
    from macro_assets.commands import backfill as command
    from macro_assets.commands.home import instance
    from macro_assets.commands.living import open_home
    from macro_assets.commands.output import progress, show

    with report_errors(), open_home(home), instance() as opened, progress(quiet=as_json) as bar:
        outcomes = command.backfill(asset, first.date(), last.date(), opened, bar)
        show([command.row(outcome) for outcome in outcomes], json=as_json)


@app.command()
def doctor(
    home: Home = Path("macro_home"),
    as_json: Json = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Print nothing; exit with 0 if everything essential works.")
    ] = False,
) -> None:
    """Check the installation and name the remedy for whatever is missing."""
    from macro_assets.commands import doctor as command
    from macro_assets.commands.home import use_home
    from macro_assets.commands.output import show

    with report_errors():
        use_home(home)
        diagnoses = command.examine()
        if not quiet:
            show([diagnosis.row() for diagnosis in diagnoses], json=as_json)
        raise typer.Exit(0 if command.able_to_work(diagnoses) else 1)


@app.command()
def tables(home: Home = Path("macro_home"), as_json: Json = False) -> None:
    """List the tables of the lake."""
    from macro_assets.commands import lookup
    from macro_assets.commands.home import use_home
    from macro_assets.commands.output import show

    with report_errors():
        use_home(home)
        show(lookup.tables(), json=as_json, nothing=lookup.EMPTY)


@app.command()
def migrate(home: Home = Path("macro_home"), as_json: Json = False) -> None:
    """Bring a home that an earlier version wrote up to date; it may be stopped and repeated."""
    from macro_assets.commands import migrate as command
    from macro_assets.commands.home import prepare_home, require_home
    from macro_assets.commands.output import show

    with report_errors():
        require_home(home)
        prepare_home(home)
        show(command.run(), json=as_json, nothing=command.NOTHING)


@app.command("as-of")
def as_of(
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The day looked back from.")],
    series: SeriesIds = None,
    strict: Annotated[bool, typer.Option(help="Leave out and count values not recorded by the day.")] = False,
    refuse: Refuse = False,
    loaded_by: LoadedBy = None,
    home: Home = Path("macro_home"),
    as_json: Json = False,
) -> None:
    """Show what was known on a day: the newest value of each series."""
    from macro_assets.commands import lookup
    from macro_assets.commands.home import use_home
    from macro_assets.commands.output import show

    with report_errors():
        use_home(home)
        rows, notes = lookup.known_on(
            day.date(), series or [], strict="refuse" if refuse else strict, loaded_by=loaded_by
        )
        show(rows, json=as_json)
        for note in notes:
            typer.echo(note, err=True)


@app.command()
def odds(
    home: Home = Path("macro_home"),
    day: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day looked back from.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Also write the curve and its history to this file.")] = None,
) -> None:
    """Show recession odds now and within 3, 6, 12 and 24 months, as known on a day."""
    from macro_assets.commands import odds as command
    from macro_assets.commands.home import use_home

    with report_errors():
        use_home(home)
        answer = command.run(_day(day))
        if csv:
            answer.to_frame().to_csv(csv, index=False)
        typer.echo(answer.summary())


@app.command("explain-value")
def explain_value(
    series: Annotated[str, typer.Argument(help="Series id.")],
    observed: Annotated[
        datetime, typer.Argument(formats=["%Y-%m-%d"], metavar="DATE", help="First day of the period observed.")
    ],
    day: Annotated[datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day looked back from.")],
    home: Home = Path("macro_home"),
    as_json: Json = False,
) -> None:
    """Explain one value: which vintage counted on a day, since when, and by which rule."""
    import macro_assets
    from macro_assets.commands.home import use_home
    from macro_assets.commands.output import as_json as text

    with report_errors():
        use_home(home)
        explanation = macro_assets.explain_value(series, observed.date(), day.date())
        typer.echo(text(explanation.to_dict()) if as_json else explanation.summary())


@app.command("add-series")
def add_series(
    series: Annotated[str, typer.Argument(help="FRED series id.")],
    directory: Annotated[Path, typer.Option(help="Folder of your catalogue.", envvar="MACRO_CATALOG_DIR")] = Path(
        "catalog"
    ),
) -> None:
    """Add a FRED series to your catalogue. No code is needed to load it."""
    from macro_assets.commands.add_series import add

    with report_errors():
        typer.echo(add(series, directory))


@app.command("data-dictionary")
def data_dictionary() -> None:
    """Print docs/data_dictionary.md from the table declarations."""
    from macro_assets.tables.dictionary import render

    typer.echo(render(), nl=False)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def main() -> None:
    """Entry point of the `macro-assets` script."""
    warnings.filterwarnings("ignore", message=r".*is currently in (beta|preview)")  # Dagster's; those used are tested
    app()


if __name__ == "__main__":
    main()
