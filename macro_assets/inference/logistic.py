"""Log-odds, their inverse, damped Newton steps, and the logistic map that calibrates a forecast.

Belongs here: the sigmoid map and its fit, the one iteration of every likelihood of an event. Does not belong here: the
likelihoods of other estimators (recession/estimators.py), folds, thresholds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import DisplayedNumbers

Array = NDArray[np.float64]
_FLOOR = 1e-6
_PRIOR_SD = 10.0

__all__ = ["Sigmoid", "expit", "fit_sigmoid", "log_odds", "newton"]


@dataclass(frozen=True)
class Sigmoid(DisplayedNumbers):
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
    p: Array = 1.0 / (1.0 + np.exp(-np.asarray(z, dtype=float)))
    return p


def newton(
    derivatives: Callable[[Array], tuple[Array, Array]], start: Array, *, longest_step: float, iterations: int = 100
) -> Array:
    """Maximise a concave function by Newton's method; a step longer than `longest_step` is shortened to it.

    Parameters
    ----------
    derivatives : point (k,) to gradient (k,) and negative Hessian, or Fisher information, (k, k).
    start : (k,).
    longest_step : of any coordinate, so that a start far away does not overshoot.

    Returns
    -------
    The point (k,) where the largest step fell below 1e-10, or the last one.
    """
    point = start.copy()
    for _ in range(iterations):
        gradient, information = derivatives(point)
        step = np.linalg.solve(information, gradient)
        longest = np.abs(step).max()
        point = point + step * min(1.0, longest_step / max(longest, 1e-12))
        if longest < 1e-10:
            break
    return point


def fit_sigmoid(z: Array, y: Array) -> Sigmoid:
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
        raise InvalidInputError(
            f"Cannot fit a calibration: all {len(y)} outcomes are {y[0]:.0f}.", remedy="Use rows of both classes."
        )
    design = np.column_stack([np.ones_like(z), z])
    prior, precision = np.array([0.0, 1.0]), np.eye(2) / _PRIOR_SD**2

    def derivatives(beta: Array) -> tuple[Array, Array]:
        p = expit(design @ beta)
        gradient = design.T @ (y - p) - precision @ (beta - prior)
        return gradient, (design * (p * (1.0 - p))[:, None]).T @ design + precision

    beta = newton(derivatives, prior, longest_step=5.0)
    if beta[1] < 0.0:
        return Sigmoid(float(log_odds(y.mean())), 0.0)
    return Sigmoid(float(beta[0]), float(beta[1]))
