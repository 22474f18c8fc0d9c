"""Opening a home that an earlier version wrote: the steps that bring it up to date.

Belongs here: the list of steps, in order. Does not belong here: what a step does to a table (lake/migration.py,
migrate_records.py).

A step says what it did to each table, and nothing where nothing was left to do: the command can be killed and repeated.
To add one, write a function of the lake and put it into `STEPS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from macro_assets.commands.migrate_records import coverage, series_facts
from macro_assets.lake import Lake
from macro_assets.lake.delta import DeltaTables
from macro_assets.lake.migration import migrate_table, missing_columns, of_earlier_versions
from macro_assets.settings import get_settings
from macro_assets.tables.registry import spec
from macro_assets.vintage.calendars import CubeFrequency

__all__ = ["NOTHING", "STEPS", "run"]

WAIT_SECONDS = 300.0
CUBES: dict[str, CubeFrequency] = {"gold/monthly_cube": "M", "gold/quarterly_cube": "Q"}
NOTHING = "Nothing to migrate: every table is there and lies as this version declares it."


def layout(lake: Lake) -> list[dict[str, Any]]:
    """Facts with the instant of their commit, tables in hash buckets; a table that lacks columns is named, not touched."""
    tables, rows = DeltaTables(lake.address, WAIT_SECONDS), []
    for name in of_earlier_versions(tables):
        if name in CUBES:
            continue
        missing = missing_columns(tables, name)
        if missing:
            rows.append({"table": name, "done": f"left: it lacks {', '.join(missing)}. Materialise the asset again."})
            continue
        done = migrate_table(tables, name)
        rows.append({"table": name, "done": f"{done.rows} rows in the declared layout, version {done.version}"})
    return rows


def cubes(lake: Lake) -> list[dict[str, Any]]:
    """Cubes of an earlier layout, one row per cell, rebuilt from silver up to the as-of date that they reached."""
    import pyarrow.compute as pc

    from macro_assets.catalog import load_catalog
    from macro_assets.vintage import cube, knowledge

    tables, rows = DeltaTables(lake.address, WAIT_SECONDS), []
    for name in [each for each in of_earlier_versions(tables) if each in CUBES]:
        stored = tables.open_as_it_is(spec(name))
        if stored is None or not (lake.exists("silver/observations") and lake.exists("silver/prices")):
            rows.append({"table": name, "done": "left: silver is missing. Materialise the asset again."})
            continue
        reached = pc.max(stored.to_pyarrow_dataset().to_table(columns=["as_of"])["as_of"]).as_py()
        facts = knowledge.facts(lake.read("silver/observations"), lake.read("silver/prices"))
        catalog = load_catalog(get_settings().catalog_dir)
        version = lake.replace(name, cube.build(facts, catalog, frequency=CUBES[name], end=reached))
        rows.append({"table": name, "done": f"rebuilt from silver as states, version {version}"})
    return rows


STEPS: tuple[Callable[[Lake], list[dict[str, Any]]], ...] = (layout, coverage, series_facts, cubes)
"""In order; each is a function of the lake that returns one row for each table it changed or could not change."""


def run() -> list[dict[str, Any]]:
    """Take every step over the lake of the settings."""
    lake = Lake.from_settings(get_settings())
    return [row for step in STEPS for row in step(lake)]
