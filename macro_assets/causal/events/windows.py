"""Windows of trading days around events: what an outcome did from the close before to the close of each day.

Belongs here: where an event falls in the trading calendar, and changes over windows. Does not belong here: surprises,
inference (effects.py), daily prices themselves (vintage/prices.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError

Array = NDArray[np.float64]
Days = NDArray[np.datetime64]
Kind = Literal["return", "change"]

__all__ = ["DAY", "DRIFT", "PRE_EVENT", "Window", "Closes", "reactions"]


@dataclass(frozen=True)
class Window:
    """Trading days [first, last] relative to the event's day 0, both included; the base is the close before `first`."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise InvalidInputError(
                f"Window [{self.first}, {self.last}] ends before it begins.", remedy="Give the earlier day first."
            )

    def __str__(self) -> str:
        return f"[{self.first:+d}, {self.last:+d}]" if self.first != self.last else f"[{self.first:+d}]"


DAY = Window(0, 0)
PRE_EVENT = Window(-5, -2)  # the day before is apart: news leaks into it, and meetings have a drift of their own
DRIFT = Window(-1, -1)


@dataclass(frozen=True)
class Closes:
    """Daily closes of one outcome, in order of time.

    Attributes
    ----------
    name, unit : of the outcome; the unit of the reaction.
    days : (n,) datetime64[D], trading days only. values : (n,) closes, finite.
    kind : return = compounded return of the close; change = difference of the close times `scale`.
    """

    name: str
    unit: str
    days: Days
    values: Array
    kind: Kind = "return"
    scale: float = 1.0

    def __post_init__(self) -> None:
        if len(self.days) != len(self.values) or not (np.diff(self.days.astype("datetime64[D]").astype(int)) > 0).all():
            raise InvalidInputError(
                f"Closes of {self.name!r} are not one value a day in order of time.", remedy="Sort them, one row a day."
            )


def reactions(closes: Closes, events: Days, window: Window) -> Array:
    """(k,) reaction of an outcome over a window of trading days around each event.

    Parameters
    ----------
    events : (k,) event days. Day 0 is the first trading day on or after an event's day, at most four days later.

    Returns
    -------
    Unit of the outcome; missing where the window is not covered by closes.
    """
    position = _positions(closes.days, events)
    before, last = position + window.first - 1, position + window.last
    covered = (position >= 0) & (before >= 0) & (last < len(closes.days))
    out = np.full(len(events), np.nan)
    start, end = closes.values[before[covered]], closes.values[last[covered]]
    out[covered] = closes.scale * (end - start) if closes.kind == "change" else closes.scale * (end / start - 1.0)
    return out


def _positions(days: Days, events: Days, at_most: int = 4) -> NDArray[np.int64]:
    """Row of day 0 of each event; -1 when no trading day follows within `at_most` days."""
    wanted = events.astype("datetime64[D]")
    row = np.searchsorted(days, wanted)
    inside = row < len(days)
    gap = np.full(len(wanted), at_most + 1)
    gap[inside] = (days[row[inside]].astype("datetime64[D]") - wanted[inside]).astype(int)
    return np.where(gap <= at_most, row, -1)
