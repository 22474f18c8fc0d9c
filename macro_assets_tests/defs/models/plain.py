"""Plain arithmetic on the long tables of the models world: series by month and the regressors of one pair.

Belongs here: what several tests re-derive. Does not belong here: anything the package computes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from macro_assets_tests.world.house import ModelsWorld

CONTROLS = (
    "inflation_yoy", "payrolls_growth_3m_annualised", "unemployment_rate", "policy_rate", "curve_slope", "credit_spread",
    "sp500_return", "sp500_volatility_12m", "oil_change_3m",
)  # fmt: skip
LAGS = (1, 2)


def by_month(rows: pd.DataFrame, column: str, *, later: int = 0) -> pd.Series:
    """Values by month end, moved `later` months ahead; months without a row are missing."""
    months = pd.DatetimeIndex(pd.to_datetime(rows[column])) + later * pd.offsets.MonthEnd(1)
    series = pd.Series(rows["value"].to_numpy(), months).sort_index()
    return series.reindex(pd.date_range(months.min(), months.max(), freq="ME"))


def outcome(world: ModelsWorld, name: str) -> pd.Series:
    """One outcome by the month it was realised; a return as log return, so that months compound."""
    rows = world.lake.read("gold/asset_returns", where={"outcome": name}).to_pandas()
    values = by_month(rows, "month")
    return np.log1p(values) if set(rows["unit"]) == {"decimal"} else values


def shock(world: ModelsWorld, name: str) -> pd.Series:
    """One shock by the month in which it became known."""
    rows = world.lake.read("treatments/macro_shocks", where={"shock": name}).to_pandas()
    return by_month(rows, "month")


def background(world: ModelsWorld, y: pd.Series, t: pd.Series, months: pd.DatetimeIndex) -> np.ndarray:
    """(months, k) state at the end of the month before with two lags, two lags of shock and outcome; no constant."""
    features = world.frame("features/causal_features")
    columns = [series.shift(lag).reindex(months) for lag in LAGS for series in (t, y)]
    for name in CONTROLS:
        series = by_month(features[features["feature"] == name], "as_of", later=1)
        known = series.reindex(pd.date_range(series.index[0], months[-1], freq="ME"))
        columns += [known.shift(lag).reindex(months) for lag in (0, *LAGS)]
    return np.column_stack(columns)


def residuals(values: np.ndarray, on: np.ndarray) -> np.ndarray:
    """What a constant and the columns of `on` do not explain of each column."""
    centred = on - on.mean(axis=0)
    centred = centred / centred.std(axis=0)
    values = values - values.mean(axis=0)
    return np.asarray(values - centred @ np.linalg.lstsq(centred, values, rcond=None)[0])
