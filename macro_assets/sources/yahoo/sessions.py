"""The calendar of the New York Stock Exchange, and which days an answer of bars makes complete.

Belongs here: scheduled closings, and the rule of completeness for bars. Does not belong here: bars themselves (bars.py).
Unscheduled closings (a storm, a day of mourning) are in no calendar: the next bar completes them.
Source of the closings: NYSE Rule 7.2 and its published holiday schedule.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING

from macro_assets.sources.coverage import DAY, Answer

if TYPE_CHECKING:
    from pandas.tseries.holiday import AbstractHolidayCalendar

__all__ = ["is_session", "through_sessions"]

_JUNETEENTH_SINCE, _KING_SINCE = dt.datetime(2022, 1, 1), dt.datetime(1998, 1, 1)


def is_session(day: dt.date) -> bool:
    """Whether the exchange was scheduled to trade on a day (schedule in force since 1971)."""
    return day.weekday() < 5 and day not in _closed(day.year)


def through_sessions(answer: Answer) -> dt.date | None:
    """Complete through the last day that a later bar, its own bar, or the calendar covers.

    A session that is over but has no bar, and no later bar, is not complete: the bar may still come.
    """
    if answer.newest is None:
        return None
    last, day = answer.last_ended, answer.newest + DAY
    while day <= last and not is_session(day):
        day += DAY
    return min(last, day - DAY)


@lru_cache(maxsize=64)
def _closed(year: int) -> frozenset[dt.date]:
    days = _calendar().holidays(f"{year}-01-01", f"{year}-12-31")
    return frozenset(day.date() for day in days)


@lru_cache(maxsize=1)
def _calendar() -> AbstractHolidayCalendar:
    from pandas.tseries import holiday as rules

    kept = (rules.USPresidentsDay, rules.GoodFriday, rules.USMemorialDay, rules.USLaborDay, rules.USThanksgivingDay)
    monday = {"offset": rules.DateOffset(weekday=rules.MO(3)), "month": 1, "day": 1}
    return rules.AbstractHolidayCalendar(
        rules=[
            *kept,
            # a New Year's Day on a Saturday is not made up for: the Friday closes the year
            rules.Holiday("New Year", month=1, day=1, observance=rules.sunday_to_monday),
            rules.Holiday("Martin Luther King Jr. Day", start_date=_KING_SINCE, **monday),
            rules.Holiday(
                "Juneteenth", month=6, day=19, start_date=_JUNETEENTH_SINCE, observance=rules.nearest_workday
            ),
            rules.Holiday("Independence Day", month=7, day=4, observance=rules.nearest_workday),
            rules.Holiday("Christmas", month=12, day=25, observance=rules.nearest_workday),
        ]
    )
