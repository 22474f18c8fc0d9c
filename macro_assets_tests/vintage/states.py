"""Cells as states that stand on a single as-of date, for cubes written by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pyarrow as pa

from macro_assets.tables.registry import TABLES
from macro_assets.vintage.calendars import CubeFrequency, period_last_day, period_number
from macro_assets.vintage.columns import days
from macro_assets.vintage.layout import CELLS

SCHEMA = TABLES["gold/monthly_cube"].schema


def as_states(cells: pa.Table, frequency: CubeFrequency = "M") -> pa.Table:
    """Rows in the schema `CELLS` as rows of a cube; the period follows from as-of date and lag."""
    number = period_number(days(cells["as_of"]), frequency) - cells["lag"].to_numpy().astype(int)
    given = {"first_as_of": cells["as_of"], "last_as_of": cells["as_of"],
             "period": pa.array(period_last_day(number, frequency))}  # fmt: skip
    return pa.table([given[name] if name in given else cells[name] for name in SCHEMA.names], schema=SCHEMA)


def states_of(cells: Iterable[tuple[dt.date, str, int]]) -> pa.Table:
    """A cube of ones: as-of date, series and lag of each."""
    rows = [
        {"as_of": day, "series_id": name, "lag": lag, "period": day, "value": 1.0, "known_at": day, "n_obs": 1,
         "complete": True}
        for day, name, lag in cells
    ]  # fmt: skip
    return as_states(pa.Table.from_pylist(rows, schema=CELLS))
