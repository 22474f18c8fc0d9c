"""`macro-assets quarantine`: what was set aside as implausible, and the rules that did it.

Belongs here: names and options of its commands. Does not belong here: what they do (defs/bronze/screening.py,
plausibility/study.py).
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from macro_assets.commands.output import as_json, report_errors, show

app = typer.Typer(no_args_is_help=True, help="Facts that were set aside as implausible, and the rules that did it.")

Home = Annotated[Path, typer.Option(help="Folder with the lake.", envvar="MACRO_HOME")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Name = Annotated[str, typer.Argument(metavar="ID", help="Id of the series as the list shows it, e.g. UNRATE.")]
Periods = Annotated[
    list[datetime] | None,
    typer.Option("--period", formats=["%Y-%m-%d"], help="First day of a period; repeat. None = all that are open."),
]
Note = Annotated[str, typer.Option(help="Why; kept with the decision.")]


@app.command("list")
def list_cases(
    home: Home = Path("macro_home"),
    closed: Annotated[bool, typer.Option("--all", help="Also cases that are decided or corrected.")] = False,
    as_json: Json = False,
) -> None:
    """Show what was set aside, why, and what became of it."""
    from macro_assets.commands.home import use_home
    from macro_assets.commands.quarantine_cases import lines

    with report_errors():
        use_home(home)
        show(lines(closed=closed), json=as_json, nothing="Nothing is set aside.")


@app.command()
def accept(name: Name, period: Periods = None, note: Note = "", home: Home = Path("macro_home")) -> None:
    """Load facts that were set aside, and what is plausible beside them; then rebuild silver."""
    _decide(home, name, "accepted", period, note)


@app.command()
def reject(name: Name, period: Periods = None, note: Note = "", home: Home = Path("macro_home")) -> None:
    """Leave facts out for good; a value that the provider corrects still loads."""
    _decide(home, name, "rejected", period, note)


def _decide(home: Path, name: str, decision: str, periods: list[datetime] | None, note: str) -> None:
    from macro_assets.commands.home import use_home
    from macro_assets.commands.quarantine_cases import decided

    with report_errors():
        use_home(home)
        rows: list[dict[str, Any]] = decided(name, decision, [moment.date() for moment in periods or ()], note)
        show(rows, json=False)


@app.command()
def validate(
    archive: Annotated[Path, typer.Option(help="Folder of recorded data.", exists=True, file_okay=False)],
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
) -> None:
    """Judge the rules on recorded data: false alarms, and errors injected by kind, direction and size."""
    from macro_assets.plausibility import study

    with report_errors():
        report = study.validate(archive)
        if json_file:
            json_file.write_text(as_json(report) + "\n")
        alarms = report["false_alarms"]
        print(f"{alarms['judged_since_1960']:,} true facts, {len(alarms['set_aside'])} of them set aside")
        for name in study.STUDIES:
            print(f"\nCaught, {name.replace('_', ' ')}")
            show(report[name], json=False)
