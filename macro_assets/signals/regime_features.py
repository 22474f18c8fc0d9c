"""Features of the market regime at each month end, from the monthly as-of cube and daily prices.

Belongs here: the features and their definitions. Does not belong here: standardisation (part of each fit, on its
training window), naming. Every row is a function of one as-of slice and of a fixed number of daily returns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.signals.features import Feature, FeatureSet, Slices, Values
from macro_assets.vintage.calendars import Days
from macro_assets.vintage.columns import days, floats
from macro_assets.vintage.dense import dense
from macro_assets.vintage.latest import Cells, Floats, Latest, cells, span, window_of
from macro_assets.vintage.transforms import ordered_sum

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FEATURE_SET", "regime_features"]

# Rounded standard deviations of the six-month changes before 1980, fixed here once and for all.
_PRODUCTION_PCT, _PAYROLLS_PCT, _UNEMPLOYMENT_PP = 3.5, 1.5, 0.9
EQUITY = "^GSPC"
MAX_AGE_MONTHS = 3
GROWTH_MONTHS, GAP_MONTHS = 6, 36
MEAN_MONTHS, YEAR_MONTHS = 3, 12
QUARTER_DAYS, HALF_YEAR_DAYS = 63, 126
CLUSTER_DAYS, TRADING_DAYS = 21, 252.0
STALE = np.timedelta64(15, "D")


def regime_features(monthly_cube: pa.Table, prices: pa.Table) -> pd.DataFrame:
    """One row per as-of date with the features of `FEATURE_SET`; NaN where not known.

    Parameters
    ----------
    monthly_cube : `gold/monthly_cube`, long form.
    prices : `silver/prices`; the daily returns of the S&P 500.

    Returns
    -------
    Frame indexed by as-of date (month ends), columns and units of `FEATURE_SET`.
    """
    series = [name for name in FEATURE_SET.reads if name != EQUITY]
    return FEATURE_SET.compute(Slices(dense(monthly_cube, series=series, frequency="M"), prices=prices)).frame()


def _activity(slices: Slices) -> Values:
    production, payrolls, unemployment = (
        span(slices.cube, name, GROWTH_MONTHS, MAX_AGE_MONTHS) for name in ("INDPRO", "PAYEMS", "UNRATE")
    )
    value = (
        _growth_pct(*production) / _PRODUCTION_PCT
        + _growth_pct(*payrolls) / _PAYROLLS_PCT
        - (unemployment[0].value - unemployment[1].value) / _UNEMPLOYMENT_PP
    )
    known_at = np.maximum.reduce([end.known_at for ends in (production, payrolls, unemployment) for end in ends])
    return Values(value, known_at)


def _growth_pct(new: Latest, old: Latest) -> Floats:
    return 100.0 * (np.log(new.value) - np.log(old.value))


def _credit_gap(slices: Slices) -> Values:
    """A daily spread stands for its month from the first day on; only averages must wait for the end of theirs."""
    daily, baa, treasury = (cells(slices.cube, name) for name in ("BAA10Y", "BAA", "GS10"))
    there, whole = np.isfinite(daily.value), baa.complete & treasury.complete
    spread = Cells(
        np.where(there, daily.value, np.where(whole, baa.value - treasury.value, np.nan)),
        np.where(there, daily.known_at, np.maximum(baa.known_at, treasury.known_at)),
        np.where(there, daily.complete, whole),
    )
    past = window_of(spread, GAP_MONTHS + 1, MAX_AGE_MONTHS)
    return Values(past.values[:, 0] - ordered_sum(past.values[:, 1:]) / GAP_MONTHS, past.known_at)


def _unemployment_rise(slices: Slices) -> Values:
    """Mean of three months less the lowest such mean of the twelve months before."""
    past = window_of(cells(slices.cube, "UNRATE"), MEAN_MONTHS + YEAR_MONTHS, MAX_AGE_MONTHS)
    means = [ordered_sum(past.values[:, k : k + MEAN_MONTHS]) / MEAN_MONTHS for k in range(YEAR_MONTHS + 1)]
    return Values(means[0] - np.minimum.reduce(means[1:]), past.known_at)


def _log_volatility(returns: Floats) -> float:
    """Log annualised standard deviation of daily returns about zero."""
    variance = (returns**2).sum() / len(returns) * TRADING_DAYS
    return float(0.5 * np.log(np.maximum(variance, 1e-8)))


def _log_volatility_stderr(returns: Floats) -> float:
    """Standard error of the log volatility: of the mean square, robust to clusters of a month, by the delta method."""
    from macro_assets.inference.longrun import hac_variance  # needs scipy, which the code location loads without

    squares = returns**2
    mean = np.maximum(squares.sum() / len(squares), 1e-8 / TRADING_DAYS)
    return float(0.5 * np.sqrt(np.maximum(hac_variance(squares, CLUSTER_DAYS)[0, 0], 0.0)) / mean)


def _of_returns(n_days: int, statistic: Callable[[Floats], float]) -> Callable[[Slices], Values]:
    """A statistic of the last `n_days` daily returns known at each date."""

    def compute(slices: Slices) -> Values:
        returns, known_from = slices.once(_daily_returns)
        as_of = slices.as_of
        value, known_at = np.full(len(as_of), np.nan), np.full(len(as_of), np.datetime64("NaT", "D"))
        for row, end in enumerate(np.searchsorted(known_from, as_of, side="right")):
            if end >= n_days and as_of[row] - known_from[end - 1] <= STALE:
                value[row], known_at[row] = statistic(returns[end - n_days : end]), known_from[end - 1]
        return Values(value, known_at)

    return compute


def _daily_returns(slices: Slices) -> tuple[Floats, Days]:
    """Daily returns of the S&P 500 in date order, and the day from which each was known."""
    prices = slices.daily_prices()
    rows = prices.filter(pc.equal(prices["symbol"], EQUITY)).sort_by("date")
    returns = floats(rows["total_return"])
    there = np.isfinite(returns)
    return returns[there], days(rows["known_from"])[there]


FEATURES = (
    Feature("activity", "sum of standard deviations",
            "Growth of production / 3.5 % and payrolls / 1.5 % less change of unemployment / 0.9 pp, six months.",
            ("INDPRO", "PAYEMS", "UNRATE"), _activity),
    Feature("credit_gap", "percentage points",
            "Baa minus ten-year Treasury yield, less its own mean over the 36 months before.",
            ("BAA10Y", "BAA", "GS10"), _credit_gap),
    Feature("unemployment_rise_pp", "percentage points",
            "Unemployment rate, mean of three months, less the lowest such mean of the twelve months before.",
            ("UNRATE",), _unemployment_rise),
    Feature("log_volatility_3m", "log of a decimal, annual",
            "Log of the annualised standard deviation of the last 63 daily S&P 500 returns.",
            (EQUITY,), _of_returns(QUARTER_DAYS, _log_volatility)),
    Feature("log_volatility_6m", "log of a decimal, annual", "The same of the last 126.",
            (EQUITY,), _of_returns(HALF_YEAR_DAYS, _log_volatility)),
    Feature("log_volatility_6m_stderr", "log of a decimal, annual",
            "Standard error of the one before: how far half a year of returns can tell it.",
            (EQUITY,), _of_returns(HALF_YEAR_DAYS, _log_volatility_stderr)),
)  # fmt: skip
FEATURE_SET = FeatureSet("regime", "M", FEATURES)
