"""Whether all of a period is known.

Belongs here: the test on the sub-periods of one cube cell. Does not belong here: the values (cube.py).

A sub-period is known when a value or the provider's printed dot is known for it. The tests look only at what is known
in the slice: the dates inside the period, and whether a later period has begun to be published.

- monthly into quarters: three months known;
- weekly: no gap between FRED's dates wider than ten days, the first within six days of the start, and the last
  within six days of the end;
- daily: no gap wider than seven days (the closure of September 2001), and the last weekday known (Memorial Day left
  out), or a later day known, which shows that the days between had none. Series that know weekends (DFF) need the
  last calendar day;
- the same or a lower frequency: one value is the period.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from macro_assets.catalog.periods import Frequency
from macro_assets.vintage.calendars import (
    CubeFrequency,
    Days,
    last_business_day,
    month_number,
    period_first_day,
    period_last_day,
    weekday,
)

__all__ = ["closed_by_itself", "closed_by_later", "needs_test"]

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_DAY = np.timedelta64(1, "D")
_WIDEST_GAP = {"D": 7 * _DAY, "W": 10 * _DAY}
_LATEST_START = 6 * _DAY
_EARLIEST_END = 7 * _DAY
_SATURDAY = 5


def needs_test(series: Frequency, cube: CubeFrequency) -> bool:
    """Whether values of this frequency are only parts of a cube period."""
    return series in ("D", "W") or (series == "M" and cube == "Q")


def closed_by_itself(
    dates: Days, starts: Numbers, period: Numbers, series: Frequency, cube: CubeFrequency
) -> tuple[Flags, Flags]:
    """For each cell: is it unbroken, and is its last sub-period known.

    Parameters
    ----------
    dates : the known sub-periods, cell after cell, ascending inside each.
    starts : position of the first date of each cell.
    period : cube period of each cell.

    Returns
    -------
    unbroken : no gap at the start or inside.
    ended : the last sub-period is known. A cell is complete when both hold, or when it is unbroken and
        `closed_by_later` holds.
    """
    if series == "M":
        whole = np.diff(starts, append=len(dates)) >= 3
        return whole, whole
    gaps = np.diff(dates, prepend=dates[:1])
    gaps[starts] = 0 * _DAY
    begun = dates[starts] - period_first_day(period, cube) <= _LATEST_START
    unbroken = (np.maximum.reduceat(gaps, starts) <= _WIDEST_GAP[series]) & begun
    last_known = dates[np.append(starts[1:], len(dates)) - 1]
    return unbroken, last_known >= _last_expected(dates, starts, period, series, cube)


def closed_by_later(dates: Days, starts: Numbers, period: Numbers, series: Frequency, cube: CubeFrequency) -> Flags:
    """For each cell: may a value of a later period close it, the rest having been a holiday."""
    if series == "M":
        return np.zeros(len(starts), dtype=bool)
    last_known = dates[np.append(starts[1:], len(dates)) - 1]
    return np.asarray(period_last_day(period, cube) - last_known <= _EARLIEST_END)


def _last_expected(dates: Days, starts: Numbers, period: Numbers, series: Frequency, cube: CubeFrequency) -> Days:
    last_day = period_last_day(period, cube)
    if series == "W":
        return last_day - 6 * _DAY
    weekend = np.logical_or.reduceat(weekday(dates) >= _SATURDAY, starts)
    business = last_business_day(month_number(last_day))
    return np.where(weekend, last_day, business)
