"""Monthly recession features: each column from the newest known months of one input, inside one as-of slice.

Belongs here: the transforms of `monthly_spec.FEATURES` and the table features/recession_features_monthly.
Does not belong here: which columns exist (monthly_spec.py), imputation and scaling (recession/).

An input starts at its newest known month, at most `MAX_AGE` months old; what lies behind it comes from the same view,
so growth never crosses a change of base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.signals.recession import monthly_spec
from macro_assets.signals.recession.monthly_spec import MonthlyFeature
from macro_assets.signals.recession.quarterly import FeatureBlock
from macro_assets.signals.recession.windows import Array, average, finite, read_inputs

if TYPE_CHECKING:
    import xarray as xr

DEPTH = 48
MAX_AGE = 4
DEFLATOR = "consumer_prices"
TABLE = "features/recession_features_monthly"

__all__ = ["DEPTH", "MAX_AGE", "TABLE", "build", "features"]


def build(monthly_cube: pa.Table) -> pa.Table:
    """The table features/recession_features_monthly, from gold/monthly_cube and nothing else."""
    from macro_assets.vintage.dense import dense

    cube = dense(monthly_cube, series=monthly_spec.series_ids(), depth=DEPTH, frequency="M")
    return features(cube).table(TABLE)


def features(cube: xr.DataArray) -> FeatureBlock:
    """All monthly columns for all as-of dates.

    Parameters
    ----------
    cube : [as_of, lag, series] of the monthly cube, lag 0 first, depth 48; without the coordinate `known_at`, columns
        count as known on their as-of date.
    """
    raw = read_inputs(cube, monthly_spec.INPUTS)
    place = {item.name: j for j, item in enumerate(monthly_spec.INPUTS)}
    newest = {name: _from_newest(raw[:, :, j]) for name, j in place.items()}
    columns = [_column(newest, feature) for feature in monthly_spec.FEATURES]
    known = _known_at(cube)
    known["policy_rate"] = np.maximum(known["policy_rate"], known[DEFLATOR])
    known_at = np.stack([known[feature.source] for feature in monthly_spec.FEATURES], axis=1)
    return FeatureBlock(cube["as_of"].values, monthly_spec.names(), np.stack(columns, axis=1), known_at)


def _from_newest(values: Array) -> Array:
    """Slices (n, lags) shifted to begin at their newest known month; missing if that is older than MAX_AGE."""
    known = ~np.isnan(values[:, : MAX_AGE + 1])
    first = np.where(known.any(axis=1), known.argmax(axis=1), 0)
    lags = values.shape[1] - MAX_AGE
    shifted = np.take_along_axis(values, first[:, None] + np.arange(lags), axis=1)
    return np.where(known.any(axis=1, keepdims=True), shifted, np.nan)


def _column(newest: dict[str, Array], feature: MonthlyFeature) -> Array:
    if feature.transform != "real_rate":
        return _transform(newest[feature.source], feature)
    prices = newest[DEFLATOR]
    return newest[feature.source][:, 0] - 100.0 * (_log(prices[:, 0]) - _log(prices[:, feature.months]))


def _transform(x: Array, feature: MonthlyFeature) -> Array:
    kind, k = feature.transform, feature.months
    if kind == "level":
        return x[:, 0]
    if kind == "lag":
        return x[:, k]
    if kind == "change":
        return x[:, 0] - x[:, k]
    if kind == "growth":
        return _log(x[:, 0]) - _log(x[:, k])
    if kind == "smooth_growth":
        return _log(_quarter(x, 0)) - _log(_quarter(x, k))
    if kind == "above_low":
        return _log(x[:, 0]) - _log(np.fmin.reduce([x[:, lag] for lag in range(k + 1)]))
    if kind == "below_high":
        return _log(x[:, 0]) - _log(np.fmax.reduce([x[:, lag] for lag in range(k + 1)]))
    if kind == "low":
        return np.fmin.reduce([x[:, lag] for lag in range(k + 1)])
    if kind == "gap":
        return x[:, 0] - average([x[:, lag] for lag in range(k)])
    if kind == "sahm":
        return _quarter(x, 0) - np.fmin.reduce([_quarter(x, lag) for lag in range(k + 1)])
    if kind == "acceleration":
        return _log(x[:, 0]) - 2.0 * _log(x[:, k]) + _log(x[:, 2 * k])
    raise InvalidInputError(f"{feature.name}: no transform {kind!r}; see signals/recession/monthly.py.")


def _quarter(x: Array, lag: int) -> Array:
    return average([x[:, lag], x[:, lag + 1], x[:, lag + 2]])


def _log(values: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return finite(np.log(values))


def _known_at(cube: xr.DataArray) -> dict[str, NDArray[np.datetime64]]:
    """Per input, the latest knowledge day among all cells of its slice: an upper bound for each column."""
    as_of = cube["as_of"].values.astype("datetime64[D]")
    if "known_at" not in cube.coords:
        return {item.name: as_of for item in monthly_spec.INPUTS}
    days = cube["known_at"].values.astype("datetime64[D]")
    days = np.where(np.isnat(days), np.datetime64("1800-01-01"), days)
    series = {name: j for j, name in enumerate(cube["series"].values)}
    known = {}
    for item in monthly_spec.INPUTS:
        used = [series[part] for source in item.sources for part in source.split("-") if part in series]
        known[item.name] = days[:, :, used].max(axis=(1, 2)) if used else as_of
    return known
