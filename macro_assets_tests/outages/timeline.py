"""The days of the study: what fails when, what is restated, and which hours come.

Belongs here: the calendar. Does not belong here: making it happen (study.py).

Hours end at second 59: the scheduler looks once a minute of its own clock, which stands still within a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

MORNING = "08:01:59"
"""By then yesterday was asked for: FRED and Yahoo at 07:30, the World Bank at 08:00."""

START = date(2025, 3, 5)
"""A Wednesday: the day through which both homes are loaded at first."""


@dataclass(frozen=True)
class Step:
    """An hour that comes in the disturbed home.

    Parameters
    ----------
    day, hour : of New York.
    fault : what every provider does from this hour on; empty = it answers; None = as before.
    asleep : whether the machine is off at this hour.

    Where a fault begins or ends nothing is waited for: what follows is the business of the next hour.
    """

    day: int
    hour: str = MORNING
    fault: str | None = None
    asleep: bool = False

    @property
    def date(self) -> date:
        """The day in March 2025."""
        return date(2025, 3, self.day)


@dataclass(frozen=True)
class Episode:
    """One kind of bad days: its steps, of which the last must leave nothing missing."""

    name: str
    words: str
    steps: Sequence[Step]


@dataclass(frozen=True)
class Restatement:
    """A value of long ago that a provider restates on a day, in both sandboxes."""

    day: int
    series: str
    what: dict[str, Any]


FAULTS: dict[str, dict[str, Any]] = {
    "429": {"kind": "429", "seconds": 1.0}, "empty": {"kind": "empty"}, "reset": {"kind": "reset"},
}  # fmt: skip

EPISODES = (
    Episode(
        "five hours", "every provider answers 429 from 07:00 to 12:00 of a Thursday",
        [Step(6, "07:00:59", "429"), Step(6, MORNING), Step(6, "11:01:59"), Step(6, "12:00:59", ""), Step(6, "14:01:59")],
    ),
    Episode(
        "empty answer", "answers without rows on the morning of the jobs report",
        [Step(7, "07:00:59", "empty"), Step(7, MORNING), Step(7, "08:10:59", ""), Step(7, "09:01:59")],
    ),
    Episode(
        "daylight-saving day", "connections torn down from Saturday night on; the clock goes from 02:00 to 03:00",
        [Step(8), Step(8, "23:30:59", "reset"), Step(9), Step(9, "08:10:59", ""), Step(9, "09:01:59")],
    ),
    Episode(
        "three days", "429 from Monday morning to Wednesday night, with restatements meanwhile",
        [
            Step(10, "00:10:59", "429"), *(Step(day) for day in (10, 11, 12)), Step(12, "23:50:59", ""), Step(13),
            Step(13, "09:01:59"),
        ],
    ),
    Episode(
        "asleep for a week", "daemon and code server off from Thursday to Thursday, the sandbox goes on",
        [*(Step(day, asleep=True) for day in range(14, 20)), Step(20), Step(20, "09:01:59")],
    ),
    Episode("the day after", "nothing", [Step(21)]),
)  # fmt: skip

RESTATEMENTS = (
    Restatement(11, "PAYEMS", {"day": date(2024, 6, 1)}),
    Restatement(11, "SPY", {"day": date(2025, 1, 15)}),
    Restatement(11, "NY.GDP.MKTP.KD.ZG", {"economy": "USA", "year": 2020}),
    Restatement(17, "UNRATE", {"day": date(2024, 5, 1), "value": 7.5}),
    Restatement(17, "TLT", {"day": date(2025, 2, 3)}),
    Restatement(17, "NY.GDP.MKTP.KD.ZG", {"economy": "DEU", "year": 2019}),
)
LAST = EPISODES[-1].steps[-1].date


def days() -> list[date]:
    """Every day of the study after the first."""
    return [date(2025, 3, day) for day in range(START.day + 1, LAST.day + 1)]
