"""The cube as cells, one row per as-of date, series and lag: the states of the cube laid out all at once.

An oracle of tests for what is laid out on reading, and the cube of a home of an earlier version. The states themselves are
held by naive.py; nothing of the product uses this.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from macro_assets.vintage.calendars import CubeFrequency, period_last_day
from macro_assets.vintage.columns import names_column
from macro_assets.vintage.cube import states_known
from macro_assets.vintage.layout import CELLS
from macro_assets.vintage.states import KnownStates

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog

__all__ = ["build"]

Numbers = npt.NDArray[np.int64]


def build(
    observations: pa.Table,
    catalog: Catalog,
    *,
    frequency: CubeFrequency = "M",
    depth: int | None = None,
    start: date | None = None,
    end: date | None = None,
    strict: bool = False,
) -> pa.Table:
    """Rows of `CELLS`, sorted by as_of, series_id and lag. Parameters as in `cube.build`."""
    found = states_known(observations, catalog, frequency=frequency, depth=depth, start=start, end=end, strict=strict)
    return CELLS.empty_table() if found is None else _lay_out(found)


def _lay_out(found: KnownStates) -> pa.Table:
    """One row per as-of date of each state, in key order."""
    states, names, grid = found.states, found.names, found.grid
    spans = states.stop - states.first
    state = np.repeat(np.arange(len(spans)), spans)
    at = states.first[state] + np.arange(len(state)) - np.repeat(np.cumsum(spans) - spans, spans)
    lag = at + grid.first_period - states.period[state]
    slice_of = at * len(names) + states.series[state]
    newest_lag = np.full(len(grid.as_of) * len(names), grid.depth, dtype=np.int64)
    np.minimum.at(newest_lag, slice_of, lag)
    complete = states.closed[state] | (states.closable[state] & (newest_lag[slice_of] < lag))
    order = _key_order(slice_of * grid.depth + lag, len(newest_lag) * grid.depth)
    order = order[states.count[state[order]] > 0]
    state, at = state[order], at[order]
    columns = [
        pa.array(grid.as_of[at]),
        names_column(states.series[state], names),
        pa.array(lag[order].astype(np.int16)),
        pa.array(period_last_day(states.period[state], grid.frequency)),
        pa.array(states.value[state]),
        pa.array(states.known_at[state]),
        pa.array(states.count[state].astype(np.int16)),
        pa.array(complete[order]),
    ]
    return pa.table(columns, schema=CELLS)


def _key_order(keys: Numbers, size: int) -> Numbers:
    """Positions that sort distinct keys below `size`: scatter and read back, faster than a sort."""
    slots = np.full(size, -1, dtype=np.int64)
    slots[keys] = np.arange(len(keys))
    return slots[slots >= 0]
