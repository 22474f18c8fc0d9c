"""States of a cube by position: what is known of a period while it does not change, and where completeness cuts it.

Belongs here: the arrays a cube is built from, and cutting them. Does not belong here: which facts make a state (cube.py),
states laid out on as-of dates (layout.py).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from macro_assets.vintage.calendars import CubeFrequency, Days, period_number
from macro_assets.vintage.layout import spread

__all__ = ["Grid", "KnownStates", "States", "no_states", "split"]

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Grid:
    """The as-of dates of a cube and how far back each looks."""

    as_of: Days
    frequency: CubeFrequency
    depth: int

    @property
    def first_period(self) -> int:
        """Number of the period of the first as-of date."""
        return int(period_number(self.as_of[:1], self.frequency)[0])


@dataclass(frozen=True)
class States:
    """What is known of one period of one series while it does not change.

    `first` and `stop` delimit its as-of dates by position; `count` is the number of published values. A state is
    complete when `closed`, or when `closable` and a later period of the series is known, which may change while it stands.
    """

    series: Numbers
    period: Numbers
    first: Numbers
    stop: Numbers
    value: npt.NDArray[np.float64]
    known_at: Days
    count: Numbers
    closed: Flags
    closable: Flags

    def take(self, rows: Numbers, first: Numbers, stop: Numbers) -> States:
        """Some states, on other as-of dates."""
        kept = {each.name: getattr(self, each.name)[rows] for each in fields(self)}
        return States(**kept | {"first": first, "stop": stop})


@dataclass(frozen=True)
class KnownStates:
    """States of a cube by position, before they are cut where completeness changes. names : series by number."""

    states: States
    names: list[str]
    grid: Grid


def no_states() -> States:
    """States of nothing."""
    none, flags = np.empty(0, dtype=np.int64), np.empty(0, dtype=bool)
    return States(none, none, none, none, np.empty(0), none.astype("datetime64[D]"), none, flags, flags)


def split(states: States, n_as_of: int) -> tuple[States, Flags]:
    """States during which completeness does not change either, and which of them are complete.

    Only states that a later period may close are looked at date by date: months that end in holidays, and the newest one.
    """
    pending = states.closable & ~states.closed
    if not pending.any():
        return states, states.closed
    rest, chosen = np.flatnonzero(~pending), np.flatnonzero(pending)
    row, at = spread(chosen, states.first[chosen], states.stop[chosen])
    of_series, place = np.unique(states.series[chosen], return_inverse=True)
    newest = _newest_period(states, of_series, n_as_of)
    complete = newest[np.repeat(place, states.stop[chosen] - states.first[chosen]), at] > states.period[row]
    new = np.ones(len(row), dtype=bool)
    new[1:] = (row[1:] != row[:-1]) | (complete[1:] != complete[:-1])
    starts = np.flatnonzero(new)
    lengths = np.diff(starts, append=len(row))
    split = states.take(
        np.concatenate([rest, row[starts]]),
        np.concatenate([states.first[rest], at[starts]]),
        np.concatenate([states.stop[rest], at[starts] + lengths]),
    )
    return split, np.concatenate([states.closed[rest], complete[starts]])


def _newest_period(states: States, of_series: Numbers, n_as_of: int) -> Numbers:
    """Newest known period of some series at each as-of date, (series, as-of dates): later periods overwrite earlier ones."""
    newest = np.full((len(of_series), n_as_of), np.iinfo(np.int64).min)
    mine = np.flatnonzero(np.isin(states.series, of_series))
    mine = mine[np.argsort(states.period[mine], kind="stable")]
    place = np.searchsorted(of_series, states.series[mine]).tolist()
    spans = zip(place, states.first[mine].tolist(), states.stop[mine].tolist(), states.period[mine], strict=True)
    for series, first, stop, period in spans:
        newest[series, first:stop] = period
    return newest
