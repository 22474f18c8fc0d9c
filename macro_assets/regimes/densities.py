"""What regimes say of next month's return: its density given the label, beside one state and daily volatility.

Belongs here: one-month-ahead normal densities whose parameters rest on the past. Does not belong here: labels, effects.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.regimes.factors import Array
from macro_assets.signals.regime_features import EQUITY

__all__ = ["EWMA_DECAY", "ewma_scores", "label_scores", "monthly_returns", "one_state_scores"]

EWMA_DECAY = 0.94
DAYS_A_MONTH = 21
PRIOR_MONTHS = 12.0
"""Months of the pooled variance that each state's variance is shrunk by."""


def monthly_returns(prices: pa.Table) -> pd.DataFrame:
    """Log returns of the S&P 500 by month.

    Returns
    -------
    Frame by month end: `own`, return of the month, `following`, of the next one (NaN for the newest), both in percent;
    `ewma`, variance of a month that daily returns up to its end let expect (decay .94 a day), percent squared.
    """
    rows = prices.filter(pc.equal(prices["symbol"], EQUITY)).sort_by("date")
    daily = pd.Series(
        100.0 * np.log1p(rows["total_return"].to_numpy(zero_copy_only=False).astype(float)),
        pd.to_datetime(rows["date"].to_pandas()),
    ).dropna()
    variance = (daily**2).ewm(alpha=1.0 - EWMA_DECAY, adjust=False).mean() * DAYS_A_MONTH
    own = daily.resample("ME").sum()
    return pd.DataFrame({"own": own, "following": own.shift(-1), "ewma": variance.resample("ME").last()})


def one_state_scores(returns: pd.DataFrame, months: pd.Index) -> Array:
    """(n,) log density of the month after each one, in nats, when all months carry one label; see `label_scores`."""
    return label_scores(returns, pd.Series("", months))


def ewma_scores(returns: pd.DataFrame, months: pd.Index) -> Array:
    """(n,) the same with the variance that daily returns let expect, scaled by what it was off by in the past."""
    mean = returns["own"].expanding().mean()
    expected = returns["ewma"].shift(1)
    scale = ((returns["own"] - mean.shift(1)) ** 2 / expected).expanding().mean()
    variance = (returns["ewma"] * scale).loc[months].to_numpy()
    return _log_normal(returns["following"].loc[months].to_numpy(), mean.loc[months].to_numpy(), variance)


def label_scores(returns: pd.DataFrame, labels: pd.Series) -> Array:
    """(n,) log density of the month after each one, in nats: the variance of months that followed the same label.

    Mean and pooled variance are those of all months up to each one; the latter counts as twelve months of the label.

    Parameters
    ----------
    labels : regime of each month as published, in time order. The return after month s counts from month s + 1 on.
    """
    past = returns["own"].expanding()
    mean, pooled = (each.loc[labels.index].to_numpy() for each in (past.mean(), past.var()))
    following = returns["following"].loc[labels.index].to_numpy()
    called, variance = labels.to_numpy(dtype=str), np.empty(len(labels))
    for row in range(len(labels)):
        same = called[:row] == called[row]
        squares = (following[:row][same] - mean[row]) ** 2
        variance[row] = (squares.sum() + PRIOR_MONTHS * pooled[row]) / (same.sum() + PRIOR_MONTHS)
    return _log_normal(following, mean, variance)


def _log_normal(value: Array, mean: Array, variance: Array) -> Array:
    density: Array = -0.5 * (np.log(2.0 * np.pi * variance) + (value - mean) ** 2 / variance)
    return density
