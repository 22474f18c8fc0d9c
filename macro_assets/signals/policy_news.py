"""FOMC surprises: their monthly sum, and what is left of it after the news that preceded the month.

Belongs here: events in months, the news known before, the past-only regression on it. Does not belong here: which
published file is read (shocks.py).

Surprises are partly predictable from public news before the announcement (Bauer and Swanson 2023). News stops at the
end of the month before: what markets did earlier in the month of a meeting is part of that month's outcome, and taking
it out of the shock would tie the two together. The residual of a month uses coefficients from meetings before it only,
so it never changes when later meetings arrive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.signals.release_news import News
from macro_assets.vintage import transforms
from macro_assets.vintage.calendars import Days, month_number, period_first_day
from macro_assets.vintage.columns import days, floats
from macro_assets.vintage.latest import span

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["MINIMUM_MEETINGS", "NEWS_SERIES", "Events", "event_sum", "news_before", "orthogonal_surprise"]

MINIMUM_MEETINGS = 36
EQUITY, PAYROLLS, OIL, SLOPE = "^GSPC", "PAYEMS", "DCOILWTICO", "term_spread"
NEWS_SERIES = (PAYROLLS, OIL)
MONTHLY_AGE, MARKET_AGE = 4, 1

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Events:
    """News by month and (n,) whether the month held an event: an event may well surprise by exactly zero."""

    news: News
    held: npt.NDArray[np.bool_]


def event_sum(dates: Days, values: Floats, months: Days) -> Events:
    """Sum of the events of each month; zero in months without one, from the month of the first event to the last's.

    Parameters
    ----------
    dates, values : events in order of time, in the unit of the surprise.
    months : sorted month ends that may carry news; a month that has not ended is none of them.

    Returns
    -------
    Known on the day of the month's last event, or at the month's end when there was none; NaN outside of the span.
    """
    value, held, known_at = np.full(len(months), np.nan), np.zeros(len(months), dtype=bool), months.copy()
    if not len(dates):
        return Events(News(months, value, known_at), held)
    month, event = month_number(months), month_number(dates)
    value[(month >= event[0]) & (month <= event[-1])] = 0.0
    row = np.searchsorted(month, event)
    for at in np.flatnonzero(row < len(months)):
        if month[row[at]] == event[at]:
            value[row[at]] += values[at]
            held[row[at]], known_at[row[at]] = True, dates[at]
    return Events(News(months, value, known_at), held)


def news_before(months: Days, cube: xr.DataArray, prices: pa.Table) -> Floats:
    """(n, 4) news known at the end of the month before each month; NaN where it was not.

    Columns: payrolls over twelve months, log percent; S&P 500 over three months to the last close, log percent; change
    of the term spread over three months, percentage points; oil price over three months, log percent.

    Parameters
    ----------
    months : month ends.
    cube : spliced monthly cube, with `term_spread` and `NEWS_SERIES`.
    prices : rows of `silver/prices`.
    """
    jobs, jobs_before = span(cube, PAYROLLS, 12, MONTHLY_AGE)
    slope, slope_before = span(cube, SLOPE, 3, MARKET_AGE, complete_only=False)
    oil, oil_before = span(cube, OIL, 3, MARKET_AGE, complete_only=False)
    by_slice = np.column_stack([
        transforms.log_growth(jobs.value, jobs_before.value, times=100.0),
        transforms.change(slope.value, slope_before.value),
        transforms.log_growth(oil.value, oil_before.value, times=100.0),
    ])  # fmt: skip
    first = month_number(cube.coords["as_of"].values[0].astype("datetime64[D]"))
    row = month_number(months) - 1 - first
    inside = (row >= 0) & (row < len(by_slice))
    from_cube = np.where(inside[:, None], by_slice[np.where(inside, row, 0)], np.nan)
    return np.column_stack([from_cube[:, :1], _equity_before(months, prices), from_cube[:, 1:]])


def orthogonal_surprise(surprise: Events, news: Floats) -> News:
    """Residual of the surprise on earlier news; zero in months without a meeting.

    Parameters
    ----------
    surprise : monthly sums.
    news : (n, k) known before each month; NaN where not recorded. A meeting uses the columns it has that at least
        `MINIMUM_MEETINGS` meetings before it have as well.

    Returns
    -------
    News from the month after the 36th meeting with news on; NaN before.
    """
    value = np.full(len(surprise.held), np.nan)
    recorded = np.isfinite(news)
    for row in range(len(value)):
        past = surprise.held[:row]
        usable = recorded[:row][past].sum(axis=0) >= MINIMUM_MEETINGS
        if not usable.any() or np.isnan(surprise.news.value[row]):
            continue
        value[row] = 0.0
        if surprise.held[row]:
            value[row] = _residual(surprise, news, row, usable & recorded[row])
    return News(surprise.news.as_of, value, surprise.news.known_at)


def _residual(surprise: Events, news: Floats, row: int, columns: npt.NDArray[np.bool_]) -> float:
    """Surprise minus what unusual news in the chosen columns foretold, by the slopes of the meetings before.

    News counts from its mean over those meetings, so a surprise after ordinary news stays what it was. The constant is
    estimated and not taken out: it is the mean surprise of the past, which shrinks over the years, and would set
    meetings apart from months without one.
    """
    past = np.flatnonzero(surprise.held[:row] & np.isfinite(news[:row][:, columns]).all(axis=1))
    if len(past) < MINIMUM_MEETINGS:
        return float("nan")
    usual = transforms.ordered_sum(np.ascontiguousarray(news[past][:, columns].T)) / len(past)
    design = np.column_stack([np.ones(len(past)), news[past][:, columns] - usual])
    slopes = np.linalg.lstsq(design, surprise.news.value[past], rcond=None)[0][1:]
    return float(surprise.news.value[row] - transforms.ordered_sum(slopes * (news[row, columns] - usual)))


def _equity_before(months: Days, prices: pa.Table) -> Floats:
    """Log return over three months up to the last close known at the end of the month before, percent; NaN if none."""
    rows = prices.filter(pc.and_(pc.equal(prices["symbol"], EQUITY), pc.is_valid(prices["close"]))).sort_by("date")
    month = month_number(months)
    known_from, close = days(rows["known_from"]), floats(rows["close"])
    if not len(close):
        return np.full(len(months), np.nan)
    known_from = np.maximum.accumulate(known_from)

    def last_close(before: int) -> Floats:
        month_start = period_first_day(month - before, "M")
        at = np.searchsorted(known_from, month_start) - 1
        return np.where(at >= 0, close[np.maximum(at, 0)], np.nan)

    return transforms.log_growth(last_close(0), last_close(3), times=100.0)
