"""Stage 2 estimators: ridge along a path, median regression, boosted trees, and the historical mean.

Belongs here: regressors with `fit(x, y)` and `model.predict(x)`. Does not belong here: choosing among them, intervals.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from macro_assets.recession.presets import SEED_REGRESSOR
from macro_assets.recession.scaler import Scaler

Array = NDArray[np.float64]

__all__ = ["FittedRegressor", "HistoricalMean", "LinearRegressor", "MedianRegression", "Regressor", "RidgePath", "SeedBoosting",
           "TreeRegressor"]  # fmt: skip


class FittedRegressor(Protocol):
    """A fitted stage-2 estimator."""

    def predict(self, x: Array) -> Array:
        """(n,) forecasts of rows (n, p); missing cells allowed."""
        ...


class Regressor(Protocol):
    """What can be fitted to rows (n, p) with missing cells and outcomes (n,)."""

    def fit(self, x: Array, y: Array) -> FittedRegressor:
        """Fit on training rows only."""
        ...


@dataclass(frozen=True)
class LinearRegressor:
    """Forecast linear in scaled, clipped inputs, kept inside the range of training outcomes."""

    scaler: Scaler
    weights: Array
    intercept: float
    low: float
    high: float

    def predict(self, x: Array) -> Array:
        """(n,) forecasts of rows (n, p)."""
        total = (self.scaler.apply(x) * self.weights).cumsum(axis=1)[:, -1] + self.intercept
        return np.clip(total, self.low, self.high)


@dataclass(frozen=True)
class TreeRegressor:
    """Forecast of a tree ensemble on clipped inputs, missing cells filled with training medians."""

    scaler: Scaler
    ensemble: Any

    def predict(self, x: Array) -> Array:
        """(n,) forecasts of rows (n, p)."""
        return np.asarray(self.ensemble.predict(self.scaler.fill(x)), dtype=float)


@dataclass(frozen=True)
class HistoricalMean:
    """Mean of training outcomes, whatever the inputs: the forecast to beat."""

    def fit(self, x: Array, y: Array) -> LinearRegressor:
        """Fit on training rows (n, p) and outcomes (n,)."""
        mean = float(y.mean())
        return LinearRegressor(Scaler.learn(x), np.zeros(x.shape[1]), mean, mean, mean)


@dataclass(frozen=True)
class RidgePath:
    """Ridge averaged over a path of penalties per row."""

    penalties: tuple[float, ...] = (0.1, 0.3, 1.0, 3.0, 10.0)

    def fit(self, x: Array, y: Array) -> LinearRegressor:
        """Fit on training rows (n, p) and outcomes (n,)."""
        scaler = Scaler.learn(x)
        scaled, mean = scaler.apply(x), y.mean()
        gram, moment, eye = scaled.T @ scaled / len(y), scaled.T @ (y - mean) / len(y), np.eye(x.shape[1])
        weights = np.mean([np.linalg.solve(gram + penalty * eye, moment) for penalty in self.penalties], axis=0)
        return LinearRegressor(scaler, weights, float(mean), float(y.min()), float(y.max()))


@dataclass(frozen=True)
class MedianRegression:
    """Median regression with an L1 penalty."""

    penalty: float = 0.05

    def fit(self, x: Array, y: Array) -> LinearRegressor:
        """Fit on training rows (n, p) and outcomes (n,)."""
        from sklearn.linear_model import QuantileRegressor

        scaler, unit = Scaler.learn(x), float(y.std()) or 1.0
        model = QuantileRegressor(quantile=0.5, alpha=self.penalty, solver="highs").fit(scaler.apply(x), y / unit)
        return LinearRegressor(
            scaler, model.coef_ * unit, float(model.intercept_) * unit, float(y.min()), float(y.max())
        )


@dataclass(frozen=True)
class SeedBoosting:
    """Boosted trees with the source document's settings."""

    parameters: dict[str, Any] = field(default_factory=lambda: dict(SEED_REGRESSOR))

    def fit(self, x: Array, y: Array) -> TreeRegressor:
        """Fit on training rows (n, p) and outcomes (n,)."""
        from xgboost import XGBRegressor

        model = TreeRegressor(Scaler.learn(x), XGBRegressor(n_jobs=1, tree_method="hist", **self.parameters))
        model.ensemble.fit(model.scaler.fill(x), y)
        return model
