"""Periods as integers: month and quarter ends, the period a value stands in, last trading days.

Belongs here: vectorised calendar arithmetic on `datetime64[D]` arrays. Does not belong here: when a value was known
(knowledge.py), how values of a period are put together (cube.py).

A period is counted from 1970: month 0 is January 1970, quarter 0 its first quarter.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

from macro_assets.catalog.periods import Frequency
from macro_assets.errors import InvalidInputError

__all__ = [
    "CubeFrequency",
    "as_of_dates",
    "home_period",
    "last_business_day",
    "last_trading_day",
    "month_number",
    "period_end",
    "period_first_day",
    "period_last_day",
    "period_number",
    "weekday",
]

CubeFrequency = Literal["M", "Q"]
Days = npt.NDArray[np.datetime64]
Numbers = npt.NDArray[np.int64]

_MONTHS = {"M": 1, "Q": 3}
_MONDAY = 3  # 1970-01-01 was a Thursday: (day + 3) % 7 counts from Monday


def _days(dates: npt.ArrayLike) -> Days:
    return np.asarray(dates, dtype="datetime64[D]")


def month_number(dates: npt.ArrayLike) -> Numbers:
    """Months since January 1970 of each date."""
    return _days(dates).astype("datetime64[M]").astype(np.int64)


def _months_in(frequency: str) -> int:
    if frequency not in _MONTHS:
        raise InvalidInputError(f"A cube has no frequency {frequency!r}.", remedy="Use M or Q.")
    return _MONTHS[frequency]


def period_number(dates: npt.ArrayLike, frequency: CubeFrequency) -> Numbers:
    """Months or quarters since the first of 1970 of each date."""
    return np.floor_divide(month_number(dates), _months_in(frequency))


def period_first_day(periods: npt.ArrayLike, frequency: CubeFrequency) -> Days:
    """First day of each period number."""
    months = np.asarray(periods, dtype=np.int64) * _months_in(frequency)
    return months.astype("datetime64[M]").astype("datetime64[D]")


def period_last_day(periods: npt.ArrayLike, frequency: CubeFrequency) -> Days:
    """Last calendar day of each period number."""
    return period_first_day(np.asarray(periods, dtype=np.int64) + 1, frequency) - np.timedelta64(1, "D")


def as_of_dates(start: date, end: date, frequency: CubeFrequency) -> Days:
    """Every last calendar day of a month or quarter from `start` to `end`, both included."""
    first, last = period_number(np.array([start, end], dtype="datetime64[D]"), frequency).tolist()
    days = period_last_day(np.arange(first, last + 1), frequency)
    return days[(days >= np.datetime64(start)) & (days <= np.datetime64(end))]


def period_end(observation_dates: npt.ArrayLike, frequency: Frequency) -> Days:
    """Last day of the period each observation describes: `catalog.periods.period_end` for arrays."""
    days = _days(observation_dates)
    if frequency in ("D", "W"):
        return days
    if frequency in ("M", "Q"):
        return period_last_day(period_number(days, frequency), frequency)
    if frequency == "A":
        return period_last_day(np.floor_divide(month_number(days), 12) * 12 + 11, "M")
    raise InvalidInputError(f"Unknown frequency {frequency!r}.", remedy="Use D, W, M, Q or A.")


def home_period(observation_dates: npt.ArrayLike, series_frequency: Frequency, frequency: CubeFrequency) -> Numbers:
    """Number of the cube period in which each observation stands.

    Days, weeks (by FRED's date) and months stand in the period that holds them; a quarterly value stands in the last
    month of its quarter, a yearly one in the last month or quarter of its year.
    """
    return period_number(period_end(observation_dates, series_frequency), frequency)


def weekday(dates: npt.ArrayLike) -> Numbers:
    """Day of the week of each date, 0 = Monday."""
    return np.mod(_days(dates).astype(np.int64) + _MONDAY, 7)


def last_business_day(months: npt.ArrayLike) -> Days:
    """Last weekday of each month number, Memorial Day (the last Monday of May) left out.

    No other federal holiday falls on the last weekday of a month by rule.
    """
    numbers = np.asarray(months, dtype=np.int64)
    day = _last_weekday(period_last_day(numbers, "M"))
    memorial = (np.mod(numbers, 12) == 4) & (weekday(day) == 0)
    return np.where(memorial, day - np.timedelta64(3, "D"), day)


def last_trading_day(months: npt.ArrayLike) -> Days:
    """Last day of each month number on which US exchanges trade: as `last_business_day`, Good Friday left out."""
    numbers = np.asarray(months, dtype=np.int64)
    day = last_business_day(numbers)
    years = 1970 + np.floor_divide(numbers, 12)
    return np.where(day == _good_friday(years), day - np.timedelta64(1, "D"), day)


def _last_weekday(days: Days) -> Days:
    return np.asarray(days - np.maximum(weekday(days) - 4, 0).astype("timedelta64[D]"))


def _good_friday(years: Numbers) -> Days:
    """Friday before Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, 1991)."""
    a, b, c = years % 19, years // 100, years % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = (a + 11 * d + 22 * e) // 451
    month, day = (d + e - 7 * f + 114) // 31, (d + e - 7 * f + 114) % 31
    first = ((years - 1970) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]")
    return np.asarray(first + (day - 2).astype("timedelta64[D]"))
