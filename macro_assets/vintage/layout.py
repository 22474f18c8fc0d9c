"""States of a cube laid out on as-of dates: one row per as-of date, series and lag.

Belongs here: from states to cells, for the dates and series asked. Does not belong here: building states (cube.py), cells as
an array (dense.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.tables.spec import DATE, I16
from macro_assets.vintage.calendars import CubeFrequency, Days, period_last_day, period_number
from macro_assets.vintage.columns import days, encode

__all__ = ["CELLS", "DEPTH", "Laid", "as_of_axis", "frequency_of", "lay_out", "laid", "spread", "standing_on"]

DEPTH: dict[str, int] = {"M": 48, "Q": 40}
FIRST, LAST = "first_as_of", "last_as_of"
Numbers = npt.NDArray[np.int64]

CELLS = pa.schema(
    [
        pa.field("as_of", DATE, nullable=False),
        pa.field("series_id", pa.string(), nullable=False),
        pa.field("lag", I16, nullable=False),
        pa.field("period", DATE, nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        pa.field("known_at", DATE, nullable=False),
        pa.field("n_obs", I16, nullable=False),
        pa.field("complete", pa.bool_(), nullable=False),
    ]
)
"""A cube in long form."""


@dataclass(frozen=True)
class Laid:
    """Cells of some states: (n,) position of the state, number of the as-of date's period, lag."""

    state: Numbers
    number: Numbers
    lag: Numbers


def frequency_of(states: pa.Table) -> CubeFrequency:
    """Frequency of a cube, read off its dates: quarterly where all of them end quarters."""
    names = ("period", FIRST, LAST)
    return "Q" if all(np.all(period_number(days(states[name]), "M") % 3 == 2) for name in names) else "M"


def as_of_axis(states: pa.Table, frequency: CubeFrequency | None = None) -> Days:
    """Every month or quarter end from the first to the last as-of date; empty where there is no state."""
    if not states.num_rows:
        return np.empty(0, dtype="datetime64[D]")
    frequency = frequency or frequency_of(states)
    first, last = (period_number(days(states[name]), frequency) for name in (FIRST, LAST))
    return period_last_day(np.arange(first.min(), last.max() + 1), frequency)


def laid(
    states: pa.Table,
    frequency: CubeFrequency,
    *,
    depth: int | None = None,
    start: date | None = None,
    end: date | None = None,
) -> Laid:
    """One cell per state and as-of date on which it stands, by state.

    Parameters
    ----------
    states : rows of a cube, in any order. frequency : of it.
    depth : periods kept per as-of date, lag 0 included; all that are there when omitted.
    start, end : bounds of the as-of dates, both included.
    """
    period = period_number(days(states["period"]), frequency)
    first, stop = (period_number(days(states[name]), frequency) + more for name, more in ((FIRST, 0), (LAST, 1)))
    if start is not None:
        first = np.maximum(first, period_number(np.array([start], dtype="datetime64[D]"), frequency))
    if end is not None:
        whole = period_number(
            np.array([end + timedelta(days=1)], dtype="datetime64[D]"), frequency
        )  # the periods before it have ended by then
        stop = np.minimum(stop, whole)
    if depth is not None:
        stop = np.minimum(stop, period + depth)
    state, number_of = spread(np.arange(len(period)), first, stop)
    return Laid(state, number_of, number_of - period[state])


def spread(rows: Numbers, first: Numbers, stop: Numbers) -> tuple[Numbers, Numbers]:
    """Each of some rows once for every number of its range, and these numbers.

    Parameters
    ----------
    rows : (n,). first, stop : (n,) ranges, without their stop; one that ends before it begins is empty.
    """
    lengths = np.maximum(stop - first, 0)
    repeated = np.repeat(rows, lengths)
    inside = np.arange(len(repeated)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return repeated, np.repeat(first, lengths) + inside


def lay_out(
    states: pa.Table,
    *,
    series: Sequence[str] | None = None,
    frequency: CubeFrequency | None = None,
    depth: int | None = None,
    start: date | None = None,
    end: date | None = None,
) -> pa.Table:
    """The cube in long form: one row per as-of date, series and lag that has a known value.

    Parameters
    ----------
    states : rows of a cube, in any order. series : ids wanted; all when omitted. The others as in `laid`.

    Returns
    -------
    Table in the schema `CELLS`, sorted by as_of, series_id and lag.
    """
    frequency = frequency or frequency_of(states)
    if series is not None:
        states = states.filter(pc.is_in(states["series_id"], pa.array(list(series), pa.string())))
    found = laid(states, frequency, depth=depth, start=start, end=end)
    _, codes = encode(states["series_id"])
    order = np.lexsort((found.lag, codes[found.state], found.number))
    rows = states.take(pa.array(found.state[order]))
    as_of = pa.array(period_last_day(found.number[order], frequency))
    columns = {"as_of": as_of, "lag": pa.array(found.lag[order].astype(np.int16))}
    return pa.table([columns.get(name, rows[name] if name in rows.column_names else None) for name in CELLS.names],
                    schema=CELLS)  # fmt: skip


def standing_on(states: pa.Table, day: date) -> pa.Table:
    """The states that stand on an as-of date, as states of this date alone."""
    that = pa.scalar(day, DATE)
    kept = states.filter(pc.and_(pc.less_equal(states[FIRST], that), pc.greater_equal(states[LAST], that)))
    for name in (FIRST, LAST):
        kept = kept.set_column(kept.schema.get_field_index(name), states.schema.field(name), pa.repeat(that, len(kept)))
    return kept
