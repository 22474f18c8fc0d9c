"""FOMC surprises freed of the news that preceded them.

Belongs here: the news known before a meeting and the past-only regression on it. Does not belong here: the surprises
themselves (shocks.py).

Surprises are partly predictable from public news before the announcement (Bauer and Swanson 2023). The residual of
month t uses coefficients from meetings before t only, so it never changes when later meetings arrive. No constant: a
market that was surprised on one side in the past is not expected to be surprised on that side again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.panels.calendars import Days, month_number
from macro_assets.panels.columns import days, floats
from macro_assets.panels.release_news import News

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["MINIMUM_MEETINGS", "orthogonal_surprise"]

MINIMUM_MEETINGS = 36
EQUITY = "^GSPC"
EQUITY_SPAN_DAYS = 91
SPAN_MONTHS = 3

Floats = npt.NDArray[np.float64]


def orthogonal_surprise(surprise: News, payrolls: News | None, prices: pa.Table, cube: xr.DataArray) -> News:
    """Residual of the monthly surprise on earlier news; zero in months without a meeting.

    Parameters
    ----------
    surprise : monthly sums, zero without a meeting; known_at = day of the last meeting of the month.
    payrolls : payrolls innovation by month, or None.
    prices : rows of `silver/prices`; the equity index gives the three-month return up to the day before.
    cube : spliced monthly cube: changes over three months of term spread and oil price, over one month of the credit
        spread, in the slice of the month end before. News that were not yet recorded enter as zero, no news.

    Returns
    -------
    News from the month of the 37th meeting on; NaN before.
    """
    meeting = surprise.value != 0.0
    news = np.column_stack(
        [
            _payrolls_before(surprise, payrolls),
            _equity_before(surprise, prices),
            _cube_change(surprise.as_of, cube, "term_spread", SPAN_MONTHS),
            _cube_change(surprise.as_of, cube, "credit_spread", 1),
            _cube_change(surprise.as_of, cube, "DCOILWTICO", SPAN_MONTHS, log=True),
        ]
    )
    value = np.full(len(surprise.value), np.nan)
    for row in range(len(value)):
        past = np.flatnonzero(meeting[:row])
        if len(past) < MINIMUM_MEETINGS:
            continue
        value[row] = 0.0
        if meeting[row]:
            design = np.ascontiguousarray(news[past])
            coefficients = np.linalg.lstsq(design, np.ascontiguousarray(surprise.value[past]), rcond=1e-10)[0]
            value[row] = surprise.value[row] - news[row] @ coefficients
    return News(surprise.as_of, value, surprise.known_at)


def _payrolls_before(surprise: News, payrolls: News | None) -> Floats:
    """Newest payrolls innovation known before the meeting, percent."""
    out = np.zeros(len(surprise.value))
    if payrolls is None or not len(payrolls.value):
        return out
    known = payrolls.known_at.astype("datetime64[D]")
    for row, day in enumerate(surprise.known_at):
        before = int(np.searchsorted(known, day)) - 1
        if before >= 0 and np.isfinite(payrolls.value[before]):
            out[row] = payrolls.value[before]
    return out


def _equity_before(surprise: News, prices: pa.Table) -> Floats:
    """Log return over three months up to the last close before the meeting, percent."""
    rows = prices.filter(pc.equal(prices["symbol"], EQUITY)).sort_by("date")
    out = np.zeros(len(surprise.value))
    dates, close = days(rows["date"]), floats(rows["close"])
    if not len(dates):
        return out
    last = np.searchsorted(dates, surprise.known_at) - 1
    first = np.searchsorted(dates, surprise.known_at - np.timedelta64(EQUITY_SPAN_DAYS, "D")) - 1
    there = first >= 0
    out[there] = 100.0 * np.log(close[last[there]] / close[first[there]])
    return np.nan_to_num(out)


def _cube_change(months: Days, cube: xr.DataArray, series: str, span: int, *, log: bool = False) -> Floats:
    """Change over `span` months in the slice of the month end before; 0 where not recorded."""
    names = cube.coords["series"].values.tolist()
    if series not in names:
        return np.zeros(len(months))
    values = cube.values[:, :, names.index(series)]
    row = month_number(months) - 1 - month_number(cube.coords["as_of"].values[:1].astype("datetime64[D]"))
    inside = (row >= 0) & (row < len(values))
    at = np.where(inside, row, 0)
    new, old = values[at, 0], values[at, span]
    if log:
        with np.errstate(divide="ignore", invalid="ignore"):
            new, old = 100.0 * np.log(new), 100.0 * np.log(old)
    return np.where(inside & np.isfinite(new - old), new - old, 0.0)
