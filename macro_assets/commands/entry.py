"""Declarations of commands that a deployment starts; cli.py registers them.

Belongs here: names, options, help. Does not belong here: work (first_load.py).
"""

from pathlib import Path
from typing import Annotated

import typer

from macro_assets.commands.output import report_errors


def first_load(
    home: Annotated[Path, typer.Option(help="Folder of the home.", envvar="MACRO_HOME")] = Path("macro_home"),
    through: Annotated[str, typer.Option(help="Last stage: history, derived or models.")] = "models",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Load history, derive every table and train every model, once: what is there already is not done again."""
    from macro_assets.commands import first_load as command

    with report_errors():
        command.main(home, through, as_json=as_json)
