"""`macro-assets evaluate`: names and options of the evaluations.

Belongs here: declarations of the group. Does not belong here: what is measured (causal_evaluation.py,
recession_evaluation.py, regime_evaluation.py).
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from macro_assets.commands.output import report_errors

app = typer.Typer(no_args_is_help=True, help="Score the models against known truths and simple baselines.")

Home = Annotated[
    Path, typer.Option(help="Folder with the lake, the registry and the Dagster instance.", envvar="MACRO_HOME")
]
JsonFile = Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")]


@app.command("causal")
def evaluate_causal(
    json_file: JsonFile = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick", help="A few cells in seconds instead of the full table; too few to meet every criterion."
        ),
    ] = False,
    replications: Annotated[
        int | None, typer.Option(min=20, help="Simulations per coverage cell; default 2,000.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 1,
    resume: Annotated[Path | None, typer.Option(help="Folder of finished tasks to resume from and add to.")] = None,
) -> None:
    """Measure coverage, bias and width of effect intervals where the truth is known, against an oracle and other estimators."""
    from macro_assets.commands import causal_evaluation as command

    with report_errors():
        if not command.run(quick=quick, replications=replications, jobs=jobs, resume_from=resume, json_file=json_file):
            raise typer.Exit(1)


@app.command("impacts")
def evaluate_impacts(
    home: Home = Path("macro_home"),
    mode: Annotated[str, typer.Option(help="Data mode: vintage, revised or all.")] = "all",
    first_origin: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First origin.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 1,
    json_file: JsonFile = None,
) -> None:
    """Walk the impact forecasts forward: errors beside the mean's, 90 % cover, interval scores beside a hard split's."""
    from macro_assets.commands import impact_evaluation as command
    from macro_assets.commands.home import use_home
    from macro_assets.commands.output import as_json, show

    with report_errors():
        use_home(home)
        scores = command.run(mode, None if first_origin is None else first_origin.date(), jobs)
        if json_file:
            json_file.write_text(as_json(command.figures(scores)))
        show(command.shown(scores), json=False)


@app.command("spread")
def evaluate_spread(
    home: Home = Path("macro_home"),
    first_year: Annotated[
        int, typer.Option(min=1950, help="Year of the first network; scores begin ten years later.")
    ] = 1975,
    seed: Annotated[int, typer.Option(help="Seed of the networks' initial weights.")] = 0,
    json_file: JsonFile = None,
) -> None:
    """Walk the predictive intervals of the next month forward: the network beside volatility-scaled quantiles."""
    from macro_assets.commands import spread_evaluation as command
    from macro_assets.commands.home import use_home
    from macro_assets.commands.output import as_json, show

    with report_errors():
        use_home(home)
        found = command.run(first_year, seed)
        if json_file:
            json_file.write_text(as_json(command.figures(found)))
        show(command.shown(found), json=False)
        typer.echo(found.summary())


@app.command("recession")
def evaluate_recession(
    home: Home = Path("macro_home"),
    mode: Annotated[str, typer.Option(help="Data mode: vintage, revised or all.")] = "all",
    frequency: Annotated[str, typer.Option(help="M, Q or all.")] = "all",
    first_origin: Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First origin.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Number of processes.")] = 2,
    json_file: JsonFile = None,
    wide: Annotated[bool, typer.Option("--wide", help="Show all figures, in more than 80 columns.")] = False,
    resume: Annotated[Path | None, typer.Option(help="Folder of finished years to resume from and add to.")] = None,
) -> None:
    """Walk the recession models forward over the tables of a home and score them against simple baselines."""
    from macro_assets.commands import recession_evaluation as command
    from macro_assets.commands.home import use_home
    from macro_assets.commands.impact_evaluation import shown
    from macro_assets.commands.output import show

    with report_errors():
        use_home(home)
        table = command.run(mode, frequency, None if first_origin is None else first_origin.date(), jobs, resume)
        if json_file:
            json_file.write_text(table.to_json())
        if wide:
            show(table.to_frame().to_dict("records"), json=False)
        for title, rows in [] if wide else command.narrow(table):
            typer.echo(title)
            show(rows, json=False)
        if table.impacts:
            show(table.impact_frame().to_dict("records") if wide else shown(table.impacts), json=False)


@app.command("regimes")
def evaluate_regimes(
    home: Home = Path("macro_home"),
    json_file: JsonFile = None,
) -> None:
    """Score the regimes of a home beside a hidden Markov model, a jump model, Markov switching and the unemployment rule."""
    from macro_assets.commands import regime_evaluation as command
    from macro_assets.commands.home import use_home
    from macro_assets.commands.output import show

    with report_errors():
        use_home(home)
        found = command.run()
        if json_file:
            json_file.write_text(found.to_frame().to_json(orient="records", date_format="iso", indent=1) + "\n")
        show(command.narrow(found), json=False)
        typer.echo(found.summary())
