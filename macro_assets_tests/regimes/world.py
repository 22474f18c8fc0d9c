"""A small history of both factors, known to the test: recessions seen by a nowcast, and quiet years between them."""

import numpy as np
import pandas as pd

from macro_assets.regimes import RegimeHistory, regime_history

FEATURES = ("activity", "credit_gap", "log_volatility_3m", "log_volatility_6m", "log_volatility_6m_stderr")


def simulate(months: int = 480, seed: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Features of every month, and the nowcast of those after ten years, refitted each December."""
    rng = np.random.default_rng(seed)
    index = pd.date_range("1970-01-31", periods=months, freq="ME", name="as_of")
    phase = np.arange(months) % 96
    recession, quiet = phase < 12, (phase >= 36) & (phase < 72)
    log = np.log(np.where(recession, 0.28, np.where(quiet, 0.09, 0.15))) + 0.1 * rng.standard_normal(months)
    values = np.column_stack([1.5 - 4.0 * recession, 2.0 * recession, log, log, np.full(months, 0.1)]) + np.r_[
        0.5, 0.5, 0.1, 0.0, 0.0
    ] * rng.standard_normal((months, len(FEATURES)))
    features = pd.DataFrame(values, index, list(FEATURES))
    logit = np.where(recession, 2.5, -4.0) + rng.standard_normal(months)
    odds = 1.0 / (1.0 + np.exp(-np.column_stack([logit, logit + 0.3])))
    nowcast = pd.DataFrame(odds, index, ["probability", "newest"]).assign(state=recession.astype(float))
    nowcast = nowcast.iloc[119:]
    december = [day if day.month == 12 else pd.Timestamp(day.year - 1, 12, 31) for day in nowcast.index]
    refit = pd.DatetimeIndex(december)
    known_at = nowcast.index + pd.offsets.MonthEnd(12)
    return features, nowcast.assign(
        refit=refit, trained_through=refit - pd.offsets.MonthEnd(18), state_known_at=known_at
    )


def labelled(months: int = 480) -> tuple[pd.DataFrame, RegimeHistory]:
    """Features and published regimes."""
    features, nowcast = simulate(months)
    return features, regime_history(nowcast, features)
