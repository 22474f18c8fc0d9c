"""Days on which markets are open, meetings are held and figures come out.

Belongs here: the business calendar with its holidays, meeting days, release days. Does not belong here: what happens
on those days (daily.py), revisions (vintages.py).

All days are `datetime64[D]`.
"""

from __future__ import annotations

from datetime import date

import numpy as np

__all__ = [
    "business_days",
    "first_weekday",
    "holidays",
    "month_ends",
    "month_starts",
    "nth_business_day",
    "release_days",
]

MONDAY, WEDNESDAY, THURSDAY, FRIDAY = 0, 2, 3, 4


def month_starts(start: date, months: int) -> np.ndarray:
    """(months,) first days of consecutive months, from the month of `start`."""
    return (np.datetime64(start, "M") + np.arange(months)).astype("datetime64[D]")


def month_ends(starts: np.ndarray) -> np.ndarray:
    """Last days of the months that hold the given days."""
    return (starts.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1


def holidays(first_year: int, last_year: int) -> np.ndarray:
    """Closed weekdays of the exchange, sorted: fixed feasts (observed), Monday feasts, Thanksgiving, Good Friday."""
    years = np.arange(first_year, last_year + 1)
    fixed = [(1, 1), (7, 4), (12, 25)]
    days = [_observed(_day(years, month, day)) for month, day in fixed]
    days.append(_observed(_day(years[years >= 2022], 6, 19)))
    for month, week in ((1, 2), (2, 2), (9, 0)):  # Martin Luther King (from 1998), Presidents, Labor Day
        held = years[years >= 1998] if month == 1 else years
        days.append(first_weekday(_day(held, month, 1), MONDAY) + 7 * week)
    memorial = first_weekday(_day(years, 6, 1), MONDAY) - 7
    thanksgiving = first_weekday(_day(years, 11, 1), THURSDAY) + 21
    return np.unique(np.concatenate([*days, memorial, thanksgiving, _easter(years) - 2]))


def business_days(start: date, end: date) -> np.ndarray:
    """Trading days from `start` to `end`, both included."""
    days = np.arange(np.datetime64(start, "D"), np.datetime64(end, "D") + 1)
    return days[np.is_busday(days, holidays=holidays(start.year, end.year))]


def first_weekday(days: np.ndarray, weekday: int) -> np.ndarray:
    """First day of the given weekday (Monday = 0) on or after each day."""
    following: np.ndarray = days + (weekday - _weekday(days)) % 7
    return following


def nth_business_day(starts: np.ndarray, count: int, closed: np.ndarray) -> np.ndarray:
    """The count-th trading day (1 = first) on or after each day."""
    return np.busday_offset(starts, count - 1, roll="forward", holidays=closed)


def release_days(period_ends: np.ndarray, lag_days: int, closed: np.ndarray) -> np.ndarray:
    """Publication days: period end plus the lag, moved to the next business day, back when that leaves the month.

    A figure that is due on the last day of its own period comes out on that day, whatever weekday it is.
    """
    if lag_days == 0:
        return period_ends
    due = period_ends + lag_days
    later = np.busday_offset(due, 0, roll="forward", holidays=closed)
    earlier = np.busday_offset(due, 0, roll="backward", holidays=closed)
    same_month = later.astype("datetime64[M]") == due.astype("datetime64[M]")
    return np.where(same_month | (earlier <= period_ends), later, earlier)


def _weekday(days: np.ndarray) -> np.ndarray:
    return (days.astype("datetime64[D]").astype(np.int64) + 3) % 7


def _day(years: np.ndarray, month: int, day: int) -> np.ndarray:
    months = (years - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (month - 1)
    return months.astype("datetime64[D]") + (day - 1)


def _observed(days: np.ndarray) -> np.ndarray:
    weekday = _weekday(days)
    return days + np.where(weekday == 6, 1, np.where(weekday == 5, -1, 0))


def _easter(years: np.ndarray) -> np.ndarray:
    """Easter Sunday of the Gregorian calendar (anonymous algorithm, Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = years % 19, years // 100, years % 100
    g = (8 * b + 13) // 25
    h = (19 * a + b - b // 4 - g + 15) % 30
    weekday = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    total = h + weekday - 7 * m + 114
    starts = (years - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (total // 31 - 1)
    sundays: np.ndarray = starts.astype("datetime64[D]") + total % 31
    return sundays
