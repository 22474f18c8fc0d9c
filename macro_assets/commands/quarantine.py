"""`macro-assets quarantine`: what was set aside as implausible, and the rules that did it.

Belongs here: names and options of its commands. Does not belong here: what they do (quarantine_study.py).
"""

from pathlib import Path
from typing import Annotated

import typer

from macro_assets.commands.output import as_json, report_errors, show

app = typer.Typer(no_args_is_help=True, help="Facts that were set aside as implausible, and the rules that did it.")


@app.command()
def validate(
    archive: Annotated[Path, typer.Option(help="Folder of recorded data.", exists=True, file_okay=False)],
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write the figures to this file.")] = None,
) -> None:
    """Judge the rules on recorded data: false alarms, and errors injected by kind, direction and size."""
    from macro_assets.commands import quarantine_study as study

    with report_errors():
        report = study.validate(archive)
        if json_file:
            json_file.write_text(as_json(report) + "\n")
        alarms = report["false_alarms"]
        print(f"{alarms['judged_since_1960']:,} true facts, {len(alarms['set_aside'])} of them set aside")
        for name in study.STUDIES:
            print(f"\nCaught, {name.replace('_', ' ')}")
            show(report[name], json=False)
