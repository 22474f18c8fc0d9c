"""Features of the market regime at each month end, from the monthly as-of cube and daily prices.

Belongs here: the four features and their definitions. Does not belong here: standardisation (part of each fit, on its
training window), naming. Every row is a function of one as-of slice and of a fixed number of daily returns.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["FEATURES", "SERIES", "regime_features"]

FEATURES = {
    "activity": "growth of production / 3.5 % and payrolls / 1.5 % less change of unemployment / 0.9 pp, six months",
    "credit_gap": "Baa minus ten-year Treasury yield, less its own mean over the 36 months before, percentage points",
    "log_volatility_3m": "log of the annualised standard deviation of the last 63 daily S&P 500 returns",
    "log_volatility_6m": "the same of the last 126",
}
# Rounded standard deviations of the six-month changes before 1980, fixed here once and for all.
_PRODUCTION_PCT, _PAYROLLS_PCT, _UNEMPLOYMENT_PP = 3.5, 1.5, 0.9
SERIES = ("INDPRO", "PAYEMS", "UNRATE", "BAA10Y", "BAA", "GS10")
EQUITY = "^GSPC"
_MAX_AGE_MONTHS = 3
_QUARTER_DAYS, _HALF_YEAR_DAYS = 63, 126


def regime_features(monthly_cube: pa.Table, prices: pa.Table) -> pd.DataFrame:
    """One row per as-of date with the features of `FEATURES`; NaN where not known.

    Parameters
    ----------
    monthly_cube : `gold/monthly_cube`, long form.
    prices : `silver/prices`; the daily returns of the S&P 500.

    Returns
    -------
    Frame indexed by as-of date (month ends), columns of `FEATURES`, units as stated there.
    """
    dates = pd.DatetimeIndex(sorted(pc.unique(monthly_cube["as_of"]).to_pylist()), name="as_of")
    slices = {name: _slices(monthly_cube, name, dates) for name in SERIES if name != "BAA10Y"}
    averages = slices["BAA"] - slices["GS10"]
    # A daily spread stands for its month from the first day on; only averages must wait for the end of theirs.
    daily = _slices(monthly_cube, "BAA10Y", dates, complete_only=False)
    spread = np.where(np.isfinite(daily), daily, averages)
    activity = (
        _growth_pct(slices["INDPRO"], 6) / _PRODUCTION_PCT
        + _growth_pct(slices["PAYEMS"], 6) / _PAYROLLS_PCT
        - _change(slices["UNRATE"], 6) / _UNEMPLOYMENT_PP
    )
    columns = {
        "activity": activity,
        "credit_gap": _gap(spread, 36),
        "log_volatility_3m": _log_volatility(prices, dates, _QUARTER_DAYS),
        "log_volatility_6m": _log_volatility(prices, dates, _HALF_YEAR_DAYS),
    }
    return pd.DataFrame(columns, index=dates)


def _slices(cube: pa.Table, series_id: str, dates: pd.DatetimeIndex, *, complete_only: bool = True) -> np.ndarray:
    """(as_of, lag) values of one series, NaN where unknown; at least 48 lags."""
    keep = pc.equal(cube["series_id"], series_id)
    rows = cube.filter(pc.and_(keep, cube["complete"]) if complete_only else keep)
    lags = rows["lag"].to_numpy().astype(int)
    out = np.full((len(dates), max(48, int(lags.max(initial=0)) + 1)), np.nan)
    positions = dates.get_indexer(pd.DatetimeIndex(rows["as_of"].to_pandas()))
    out[positions, lags] = rows["value"].to_numpy()
    return out


def _newest(values: np.ndarray) -> np.ndarray:
    """Lag of the newest known value of each slice, -1 where it is older than the maximum age."""
    known = np.isfinite(values[:, : _MAX_AGE_MONTHS + 1])
    return np.where(known.any(axis=1), known.argmax(axis=1), -1)


def _at(values: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Value of each slice at its own lag; NaN for lags outside."""
    usable = (lags >= 0) & (lags < values.shape[1])
    return np.where(usable, values[np.arange(len(values)), np.where(usable, lags, 0)], np.nan)


def _change(values: np.ndarray, months: int) -> np.ndarray:
    newest = _newest(values)
    return _at(values, newest) - _at(values, np.where(newest >= 0, newest + months, -1))


def _growth_pct(values: np.ndarray, months: int) -> np.ndarray:
    return 100.0 * _change(np.log(values), months)


def _gap(values: np.ndarray, months: int) -> np.ndarray:
    newest = _newest(values)
    total = np.zeros(len(values))
    for step in range(1, months + 1):
        total = total + _at(values, np.where(newest >= 0, newest + step, -1))
    return _at(values, newest) - total / months


def _log_volatility(prices: pa.Table, dates: pd.DatetimeIndex, n_days: int) -> np.ndarray:
    """Log annualised volatility of the last daily returns known at each date."""
    rows = prices.filter(pc.equal(prices["symbol"], EQUITY)).sort_by("date")
    returns = rows["total_return"].to_numpy(zero_copy_only=False).astype(float)
    known = pd.DatetimeIndex(rows["known_from"].to_pandas()).to_numpy()
    finite = np.isfinite(returns)
    returns, known = returns[finite], known[finite]
    ends = np.searchsorted(known, dates.to_numpy(), side="right")
    out = np.full(len(dates), np.nan)
    for row, end in enumerate(ends):
        if end >= n_days and (dates[row] - pd.Timestamp(known[end - 1])).days <= 15:
            window = returns[end - n_days : end]
            out[row] = 0.5 * np.log(np.maximum((window**2).sum() / n_days * 252.0, 1e-8))
    return out
