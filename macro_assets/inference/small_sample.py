"""Inference for a slope when few observations carry it: HC2 errors with Bell-McCaffrey degrees of freedom.

Belongs here: least squares of one regressor with a constant, its small-sample t reference, the effective number of
observations. Does not belong here: what the regressor is, serial dependence (longrun.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError

Array = NDArray[np.float64]

__all__ = ["SlopeFit", "effective_number", "fit_slopes", "slope_t"]

MINIMUM_ROWS = 5


@dataclass(frozen=True)
class SlopeFit:
    """Slopes of k outcomes on one regressor, least squares with a constant.

    Attributes
    ----------
    point, stderr : (k,) slope and HC2 standard error, in units of the outcome per unit of the regressor.
    degrees : Bell-McCaffrey degrees of freedom of the Student t reference; the same for all outcomes.
    n, effective_n : rows, and the number of equally informative rows that would carry as much of the regressor.
    residuals : (n, k). weights : (n,) such that the slope is weights @ outcome.
    """

    point: Array
    stderr: Array
    degrees: float
    n: int
    effective_n: float
    residuals: Array
    weights: Array


def effective_number(deviation: Array) -> float:
    """(sum v^2)^2 / sum v^4: how many equally large deviations would carry the same information.

    Source: the participation ratio; see the leverage diagnostics of MacKinnon, Nielsen and Webb (2023), J. Econometrics.
    """
    square = np.asarray(deviation, dtype=float) ** 2
    total = float(np.sum(square**2))
    return float(np.sum(square)) ** 2 / total if total > 0.0 else 0.0


def fit_slopes(regressor: Array, outcomes: Array) -> SlopeFit:
    """Least squares of each outcome on a constant and the regressor.

    Parameters
    ----------
    regressor : (n,). outcomes : (n,) or (n, k), finite.

    Raises
    ------
    InvalidInputError : fewer than five rows, different lengths, values that are not finite, or a constant regressor.

    Source: HC2 of MacKinnon and White (1985); degrees of freedom of Bell and McCaffrey (2002) as in Imbens and Kolesar
    (2016), Review of Economics and Statistics 98(4), working model of equal variances.
    """
    x, y = _checked(regressor, outcomes)
    deviation, energy, left, residuals, point, stderr = _least_squares(x, y)
    weights = deviation / energy
    degrees = _degrees(weights, deviation, energy, left)
    return SlopeFit(point, stderr, degrees, len(x), effective_number(deviation), residuals, weights)


def slope_t(regressor: Array, outcomes: Array) -> Array:
    """(k,) t statistics of the slopes of `fit_slopes`, without its degrees of freedom, which take most of its time."""
    point, stderr = _least_squares(*_checked(regressor, outcomes))[-2:]
    return np.divide(point, stderr, out=np.zeros_like(point), where=stderr > 0.0)


def _checked(regressor: Array, outcomes: Array) -> tuple[Array, Array]:
    x = np.asarray(regressor, dtype=float)
    y = np.asarray(outcomes, dtype=float).reshape(len(x), -1) if len(x) else np.empty((0, 1))
    if len(x) < MINIMUM_ROWS:
        raise InvalidInputError(
            f"A slope needs at least {MINIMUM_ROWS} rows, got {len(x)}.", remedy="Use a longer sample."
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise InvalidInputError("The regressor or an outcome is not finite.", remedy="Remove missing rows first.")
    deviation = x - x.mean()
    if float(deviation @ deviation) <= 1e-12 * max(float(x @ x), 1e-300):
        raise InvalidInputError("The regressor is constant.", remedy="Use a sample in which it varies.")
    return x, y


def _least_squares(x: Array, y: Array) -> tuple[Array, float, Array, Array, Array, Array]:
    """Deviation of the regressor, its energy, one minus leverage, residuals, slopes and HC2 errors."""
    deviation = x - x.mean()
    energy = float(deviation @ deviation)
    weights = deviation / energy
    point = weights @ y
    residuals = y - y.mean(axis=0) - deviation[:, None] * point
    left = np.maximum(1.0 - 1.0 / len(x) - deviation**2 / energy, 1e-10)
    return deviation, energy, left, residuals, point, np.sqrt((weights**2 / left) @ residuals**2)


def _degrees(weights: Array, deviation: Array, energy: float, left: Array) -> float:
    """(sum of eigenvalues)^2 / (sum of their squares) of the quadratic form behind the HC2 variance."""
    scaled = weights / np.sqrt(left)
    annihilator = np.eye(len(weights)) - 1.0 / len(weights) - np.outer(deviation, deviation) / energy
    form = scaled[:, None] * annihilator * scaled
    return float(np.trace(form) ** 2 / np.sum(form**2))
