"""Opening a home that an earlier version wrote: the steps that bring it up to date.

Belongs here: the list of steps, in order. Does not belong here: what a step does to a table (lake/migration.py).

A step says what it did to each table, and nothing where nothing was left to do: the command can be killed and repeated.
To add one, write a function of the lake and put it into `STEPS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from macro_assets.lake import Lake
from macro_assets.lake.delta import DeltaTables
from macro_assets.lake.migration import migrate_table, missing_columns, of_earlier_versions
from macro_assets.settings import get_settings

__all__ = ["NOTHING", "STEPS", "run"]

WAIT_SECONDS = 300.0
NOTHING = "Nothing to migrate: every table lies as this version declares it."


def layout(lake: Lake) -> list[dict[str, Any]]:
    """Facts with the instant of their commit, tables in hash buckets; a table that lacks columns is named, not touched."""
    tables, rows = DeltaTables(lake.address, WAIT_SECONDS), []
    for name in of_earlier_versions(tables):
        missing = missing_columns(tables, name)
        if missing:
            rows.append({"table": name, "done": f"left: it lacks {', '.join(missing)}. Materialise the asset again."})
            continue
        done = migrate_table(tables, name)
        rows.append({"table": name, "done": f"{done.rows} rows in the declared layout, version {done.version}"})
    return rows


STEPS: tuple[Callable[[Lake], list[dict[str, Any]]], ...] = (layout,)
"""In order; each is a function of the lake that returns one row for each table it changed or could not change."""


def run() -> list[dict[str, Any]]:
    """Take every step over the lake of the settings."""
    lake = Lake.from_settings(get_settings())
    return [row for step in STEPS for row in step(lake)]
