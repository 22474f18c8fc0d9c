"""Log-odds, their inverse, and the logistic map that calibrates a forecast.

Belongs here: the sigmoid map and its fit. Does not belong here: estimators of events, folds, thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError

Array = NDArray[np.float64]
_FLOOR = 1e-6
_PRIOR_SD = 10.0

__all__ = ["Sigmoid", "expit", "fit_sigmoid", "log_odds"]


@dataclass(frozen=True)
class Sigmoid:
    """Calibrated log-odds = intercept + slope x log-odds."""

    intercept: float = 0.0
    slope: float = 1.0

    def apply(self, z: Array) -> Array:
        """Calibrated log-odds."""
        return self.intercept + self.slope * z


def log_odds(p: Array) -> Array:
    """Log-odds of a probability, kept 1e-6 away from 0 and 1."""
    p = np.clip(np.asarray(p, dtype=float), _FLOOR, 1.0 - _FLOOR)
    return np.log(p) - np.log1p(-p)


def expit(z: Array) -> Array:
    """Probability of log-odds."""
    return 1.0 / (1.0 + np.exp(-np.asarray(z, dtype=float)))


def fit_sigmoid(z: Array, y: Array, *, iterations: int = 100) -> Sigmoid:
    """Logistic regression of y on log-odds z by Newton's method, with a weak normal prior around (0, 1).

    The prior (standard deviation 10) only keeps the slope finite when the out-of-fold ranking is perfect. A negative
    slope would turn the ranking round and is set to zero.

    Raises
    ------
    InvalidInputError : one class only.

    Source: Platt (1999); Cox (1958).
    """
    z, y = np.asarray(z, dtype=float), np.asarray(y, dtype=float)
    if y.min() == y.max():
        raise InvalidInputError("Calibration needs both classes among the out-of-fold rows.")
    design = np.column_stack([np.ones_like(z), z])
    prior, precision = np.array([0.0, 1.0]), np.eye(2) / _PRIOR_SD**2
    beta = prior.copy()
    for _ in range(iterations):
        p = expit(design @ beta)
        gradient = design.T @ (y - p) - precision @ (beta - prior)
        hessian = (design * (p * (1.0 - p))[:, None]).T @ design + precision
        step = np.linalg.solve(hessian, gradient)
        beta = beta + step * min(1.0, 5.0 / max(np.abs(step).max(), 1e-12))
        if np.abs(step).max() < 1e-10:
            break
    if beta[1] < 0.0:
        return Sigmoid(float(log_odds(y.mean())), 0.0)
    return Sigmoid(float(beta[0]), float(beta[1]))
