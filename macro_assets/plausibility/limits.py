"""The limits: how far a value may move from the one before it, by kind of unit and frequency.

Belongs here: one table, each limit with the series and day that set it. Does not belong here: applying it (judge.py),
fitting it (validation.py, which recomputes this table from recorded data).
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "LIMITS", "MIN_PRINTED", "MOST_DECIMALS", "RESTATED_PERIODS", "RESTATED_RATIO", "SAFETY", "Kind", "Limit", "kind_of",
]  # fmt: skip

Kind = Literal["level", "rate", "claims", "oil", "indicator"]

SAFETY = 3.0  # of a limit fitted on 1960-2005
EVENT_SAFETY = 1.5  # of the kinds whose limit was set by one event after 2005


@dataclass(frozen=True)
class Limit:
    """Largest step of a kind of series, and the day that set it.

    Parameters
    ----------
    kind, frequency : whose steps it limits.
    largest : largest true step: log ratio of levels, difference of rates (in their unit).
    series, day : where it happened; `day` is the observation date.
    factor : of safety on `largest`.
    largest_difference : largest difference in the series' unit; where a level can be negative, steps from or to a value
        that is not positive are limited by it.
    """

    kind: Kind
    frequency: str
    largest: float
    series: str
    day: dt.date
    factor: float = SAFETY
    largest_difference: float | None = None

    @property
    def in_logs(self) -> bool:
        """Whether steps are log ratios."""
        return self.kind != "rate"

    def exceeded(self, value: float, before: float) -> bool:
        """Whether the step from one value to the next is too large to be true."""
        if not self.in_logs:
            return abs(value - before) > self.largest * self.factor
        if value > 0 and before > 0:
            return abs(math.log(value / before)) > self.largest * self.factor
        if self.largest_difference is None:
            return value != before
        return abs(value - before) > self.largest_difference * self.factor

    def __str__(self) -> str:
        step = self.largest * self.factor
        size = f"a factor of {math.exp(step):.3g}" if self.in_logs else f"{step:.3g}"
        return f"{size} ({self.factor:g} times the largest of its kind, {self.series} of {self.day})"


def _limit(kind: Kind, frequency: str, largest: float, series: str, day: str, **more: float) -> Limit:
    return Limit(kind, frequency, largest, series, dt.date.fromisoformat(day), **more)


LIMITS: dict[tuple[str, str], Limit] = {
    (limit.kind, limit.frequency): limit
    for limit in (
        _limit("level", "D", 0.416861, "VIXCLS", "1991-11-15"),
        _limit("level", "W", 0.363792, "ICSA", "1992-07-25"),
        _limit("level", "M", 0.739523, "HOUSTNE", "1963-01-01"),
        _limit("level", "Q", 0.202300, "EXPGSC1", "1969-04-01"),
        _limit("rate", "D", 7.89, "DFF", "1987-01-02"),
        _limit("rate", "W", 1.40, "MORTGAGE30US", "1980-03-14"),
        _limit("rate", "M", 6.63, "FEDFUNDS", "1980-05-01"),
        _limit("rate", "Q", 78.782570, "JHGDPBRINDX", "1971-01-01"),
        _limit("claims", "W", 2.367810, "ICSA", "2020-03-21", factor=EVENT_SAFETY),
        _limit("oil", "D", 0.643699, "DCOILBRENTEU", "2020-04-21", factor=EVENT_SAFETY, largest_difference=55.29),
    )
}
"""Limits by (kind, frequency); a pair that is not here has no limit but its bounds. Fitted on facts of 1960 to 2005 of all
levels and rates; claims and oil have rows of their own, each set by an event of 2020 (the 20th of April for oil: a fall of
55.29 dollars a barrel below zero)."""

RESTATED_PERIODS = 12
RESTATED_RATIO = 4.0
"""A vintage or an answer that restates so many stored periods by a median ratio beyond this is in another unit. The
largest true one is 2.25: real output of 1986-01-15 (GDPC1), a new base year."""

MOST_DECIMALS = 2
MIN_PRINTED = 24
"""A rate whose stored values (at least so many) are printed with at most so many decimals gains none by itself."""


def kind_of(unit: str, frequency: str) -> Kind:
    """Kind of a series by the words of its unit (the catalogue's or FRED's) and its frequency."""
    words = unit.lower()
    if "1 or 0" in words:
        return "indicator"
    if words.startswith("percent"):
        return "rate"
    if frequency == "W" and words in ("persons", "number"):
        return "claims"
    if frequency == "D" and words == "dollars per barrel":
        return "oil"
    return "level"
