"""First and last days of the periods that observations describe.

Belongs here: the calendar of frequencies D, W, M, Q, A. Does not belong here: trading calendars, as-of rules.
"""

from __future__ import annotations

import calendar
from datetime import date
from typing import Literal

from macro_assets.errors import InvalidInputError

__all__ = ["Frequency", "last_day_of_month", "month_end", "period_end", "period_start", "quarter_end"]

Frequency = Literal["D", "W", "M", "Q", "A"]


def last_day_of_month(year: int, month: int) -> date:
    """Last calendar day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def month_end(day: date) -> date:
    """Last day of the month that holds `day`."""
    return last_day_of_month(day.year, day.month)


def quarter_end(day: date) -> date:
    """Last day of the quarter that holds `day`."""
    return last_day_of_month(day.year, 3 * ((day.month - 1) // 3) + 3)


def period_start(day: date, frequency: Frequency) -> date:
    """First day of the period that holds `day`; days and FRED's weekly dates stand for themselves."""
    if frequency in ("D", "W"):
        return day
    if frequency == "M":
        return day.replace(day=1)
    if frequency == "Q":
        return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    if frequency == "A":
        return date(day.year, 1, 1)
    raise InvalidInputError(f"Unknown frequency {frequency!r}.", remedy="Available: D, W, M, Q, A.")


def period_end(observation_date: date, frequency: Frequency) -> date:
    """Last day of the period an observation describes.

    FRED dates an observation by the first day of its period, except weekly ones, whose date is the end already.
    """
    if frequency in ("D", "W"):
        return observation_date
    if frequency == "M":
        return month_end(observation_date)
    if frequency == "Q":
        return quarter_end(observation_date)
    if frequency == "A":
        return date(observation_date.year, 12, 31)
    raise InvalidInputError(f"Unknown frequency {frequency!r}.", remedy="Available: D, W, M, Q, A.")
