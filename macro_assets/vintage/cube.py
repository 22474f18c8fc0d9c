"""The as-of cube: for each month or quarter end, the last periods of every series as known that day, as states.

Belongs here: placing and aggregating known facts in cube periods. Does not belong here: when a fact is known
(knowledge.py), states laid out on as-of dates (layout.py, dense.py), reading the cube (latest.py), features.

How it is computed. Each fact is the newest known one on an interval of days (validity.py), hence on a range of as-of
dates. Inside one period of one series the set of known facts only changes at the ends of those ranges: between them
lies a *state* of the period. Values are aggregated once per state and stored once, with the as-of dates on which the
state stands; nothing is allocated by as-of date, series and lag. Sums run over the facts of one state in date order
(`np.add.reduceat`), so a cell depends on nothing but the facts known on its as-of date, bit for bit. A state depends on
the facts of its series alone: a cube may be built in parts, some series at a time.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog.periods import Frequency
from macro_assets.errors import InvalidInputError
from macro_assets.tables.registry import TABLES
from macro_assets.vintage.calendars import CubeFrequency, Days, as_of_dates, home_period, period_last_day
from macro_assets.vintage.columns import encode, names_column
from macro_assets.vintage.completeness import closed_by_itself, closed_by_later, needs_test
from macro_assets.vintage.dense import dense
from macro_assets.vintage.knowledge import recorded_only
from macro_assets.vintage.layout import DEPTH, spread
from macro_assets.vintage.states import Grid, KnownStates, States, no_states, split
from macro_assets.vintage.validity import Facts, standing

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog, Identified

__all__ = ["DEPTH", "build", "dense"]

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
SCHEMA = TABLES["gold/monthly_cube"].schema


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
    """The states of the cube: one row per series, period and span of as-of dates with the same known value.

    Parameters
    ----------
    observations : rows of `silver/observations`, or of `knowledge.facts` when prices are wanted.
    catalog : decides which series enter, their frequency and aggregation; facts of others are left out.
    frequency : `M` or `Q`; as-of dates are the last calendar days of months or quarters.
    depth : periods kept per as-of date, lag 0 included; default 48 months or 40 quarters.
    start, end : bounds of the as-of dates; by default the days on which the first and the last fact became known.
    strict : pseudo facts count from the day of their recorded vintage, not before; compiled ones are left out.

    Returns
    -------
    Table in the schema of `gold/monthly_cube`, sorted by series_id, period and first_as_of. `complete` is false where
    sub-periods of the period are not known; a value is then a mean or last of what is known, never a partial sum. A state
    ends where another value is known, where its period is older than `depth`, or with the newest as-of date.

    Raises
    ------
    InvalidInputError : a depth below one, or an unknown frequency.
    """
    found = states_known(observations, catalog, frequency=frequency, depth=depth, start=start, end=end, strict=strict)
    return SCHEMA.empty_table() if found is None else _table(*split(found.states, len(found.grid.as_of)), found)


def states_known(
    observations: pa.Table,
    catalog: Catalog,
    *,
    frequency: CubeFrequency,
    depth: int | None,
    start: date | None,
    end: date | None,
    strict: bool,
) -> KnownStates | None:
    """What `build` is made from, with its parameters; None where there is no as-of date or no series."""
    depth = DEPTH.get(frequency, 0) if depth is None else depth
    if depth < 1:
        raise InvalidInputError(f"Cannot build a cube of frequency {frequency!r} and depth {depth}.",
                                remedy="Use frequency M or Q and a depth of at least 1.")  # fmt: skip
    if strict:
        observations = recorded_only(observations)
    names, codes = encode(observations["series_id"])
    grid = Grid(_as_of_range(observations, frequency, start, end), frequency, depth)
    if not len(grid.as_of) or not names:
        return None
    facts = standing(observations, codes)
    about = [catalog.observed(name) for name in names]
    kinds = sorted({one.frequency for one in about if one})
    parts = [_states(facts, about, kind, grid) for kind in kinds] or [no_states()]
    joined = [np.concatenate([getattr(part, name) for part in parts]) for name in States.__dataclass_fields__]
    return KnownStates(States(*joined), names, grid)


def _as_of_range(observations: pa.Table, frequency: CubeFrequency, start: date | None, end: date | None) -> Days:
    span = pc.min_max(observations["known_from"]).as_py()
    if (start is None or end is None) and span["min"] is None:
        return np.empty(0, dtype="datetime64[D]")
    return as_of_dates(start or span["min"], end or span["max"], frequency)


def _states(facts: Facts, about: list[Identified | None], kind: Frequency, grid: Grid) -> States:
    """States of all periods of the series with one frequency."""
    chosen = np.array([one is not None and one.frequency == kind for one in about])
    facts = facts.take(chosen[facts.series])
    period = home_period(facts.date, kind, grid.frequency)
    as_of = grid.as_of
    zero_lag = period - grid.first_period
    first = np.maximum(np.searchsorted(as_of, facts.known_from), zero_lag)
    stop = np.minimum(np.minimum(np.searchsorted(as_of, facts.until), zero_lag + grid.depth), len(as_of))
    seen = first < stop
    facts, period, first, stop = facts.take(seen), period[seen], first[seen], stop[seen]
    cell, row, state_first, state_stop = _states_of_cells(facts.series, period, first, stop, len(as_of))
    if not len(row):
        return no_states()
    starts = np.flatnonzero(np.diff(cell, prepend=-1))
    head = row[starts]
    by_mean = np.array([one is not None and one.aggregation == "mean" for one in about])[facts.series[head]]
    value, known_at, count = _aggregate(facts, row, starts, by_mean)
    closed, closable = _completeness(facts.date[row], starts, period[head], kind, grid.frequency)
    at = cell[starts]
    return States(facts.series[head], period[head], state_first[at], state_stop[at], value, known_at, count,
                   closed, closable)  # fmt: skip


def _states_of_cells(
    series: Numbers, period: Numbers, first: Numbers, stop: Numbers, n_as_of: int
) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Which facts stand in which state.

    Parameters
    ----------
    series, period : cell of each fact, facts of one cell adjacent and in date order.
    first, stop : range of as-of positions of each fact.

    Returns
    -------
    state, row : pairs of a state and a fact in it, by state, then in date order.
    state_first, state_stop : range of as-of positions of each state number.
    """
    new = np.ones(len(series), dtype=bool)
    new[1:] = (series[1:] != series[:-1]) | (period[1:] != period[:-1])
    base = np.cumsum(new) * (n_as_of + 1)
    edges = np.unique(np.concatenate([base + first, base + stop]))
    from_edge, to_edge = np.searchsorted(edges, base + first), np.searchsorted(edges, base + stop)
    row, state = spread(np.arange(len(series)), from_edge, to_edge)
    order = np.argsort(state, kind="stable")
    positions = edges % (n_as_of + 1)
    return state[order], row[order], positions, np.append(positions[1:], 0)


def _aggregate(
    facts: Facts, row: Numbers, starts: Numbers, by_mean: Flags
) -> tuple[npt.NDArray[np.float64], Days, Numbers]:
    """Mean or last of the published values of each state, the day all of it was known, and their number."""
    state = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(row)))
    published = facts.published[row]
    state, row = state[published], row[published]
    count = np.bincount(state, minlength=len(starts))
    value, known_at = np.full(len(starts), np.nan), np.full(len(starts), np.datetime64("NaT", "D"))
    some = np.flatnonzero(count)
    if not len(some):
        return value, known_at, count
    begin = np.cumsum(count)[some] - count[some]
    last = row[begin + count[some] - 1]
    mean = np.add.reduceat(facts.value[row], begin) / count[some]
    value[some] = np.where(by_mean[some], mean, facts.value[last])
    known_at[some] = np.where(by_mean[some], np.maximum.reduceat(facts.known_from[row], begin), facts.known_from[last])
    return value, known_at, count


def _completeness(
    dates: Days, starts: Numbers, period: Numbers, kind: Frequency, cube: CubeFrequency
) -> tuple[Flags, Flags]:
    if not needs_test(kind, cube):
        always = np.ones(len(starts), dtype=bool)
        return always, always
    unbroken, ended = closed_by_itself(dates, starts, period, kind, cube)
    later = closed_by_later(dates, starts, period, kind, cube)
    return unbroken & ended, unbroken & later


def _table(states: States, complete: Flags, of: KnownStates) -> pa.Table:
    """States with a published value, in key order."""
    names, grid = of.names, of.grid
    order = np.lexsort((states.first, states.period, states.series))
    order = order[states.count[order] > 0]
    columns = [
        names_column(states.series[order], names),
        pa.array(period_last_day(states.period[order], grid.frequency)),
        pa.array(grid.as_of[states.first[order]]),
        pa.array(grid.as_of[states.stop[order] - 1]),
        pa.array(states.value[order]),
        pa.array(states.known_at[order]),
        pa.array(states.count[order].astype(np.int16)),
        pa.array(complete[order]),
    ]
    return pa.table(columns, schema=SCHEMA)
