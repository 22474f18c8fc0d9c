"""Rows as a table for people or JSON for programs, errors in one line, and the progress bar.

Belongs here: output every command shares. Does not belong here: what is shown.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

import typer

from macro_assets.errors import MacroAssetsError

if TYPE_CHECKING:
    from rich.progress import Progress

UNWRAPPED = 400  # columns of output that is not a terminal: a pipe or a file gets whole lines


def as_json(content: Any) -> str:
    """JSON text of plain values and dataclasses; dates in ISO form."""
    return json.dumps(content, indent=1, default=_plain)


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)


def show(rows: Sequence[dict[str, Any]], *, json: bool, nothing: str = "No rows.") -> None:
    """Print rows as a table, or as JSON; the first column is never broken."""
    if json:
        print(as_json([{name: None if value != value else value for name, value in row.items()} for row in rows]))
        return
    if not rows:
        print(nothing)
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, (name, value) in enumerate(rows[0].items()):
        figures = isinstance(value, int | float) and not isinstance(value, bool)
        table.add_column(name, no_wrap=number == 0, overflow="fold", justify="right" if figures else "left")
    for row in rows:
        table.add_row(*map(cell, row.values()))
    Console(width=None if sys.stdout.isatty() else UNWRAPPED, highlight=False).print(table)


def cell(value: Any) -> str:
    """One value as text for people."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def progress(*, quiet: bool) -> Progress:
    """A bar that counts finished steps; silent when the output is not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), disable=quiet or not sys.stderr.isatty())


@contextmanager
def report_errors() -> Iterator[None]:
    """End the command with the text of a typed error; any other exception is a fault and shows its traceback."""
    try:
        yield
    except MacroAssetsError as error:
        typer.secho(str(error), fg=typer.colors.RED, err=True)
        raise typer.Exit(1) from None
