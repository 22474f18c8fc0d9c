"""Sigmoid calibration and thresholds, learned from out-of-fold predictions only.

Belongs here: the sigmoid map, folds by business cycle, the threshold of a stated cost ratio.
Does not belong here: estimators (estimators.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError

Array = NDArray[np.float64]
COST_RATIO = 2.0
_FLOOR = 1e-6
_PRIOR_SD = 10.0
_GRID = np.arange(0.10, 0.91, 0.05)

__all__ = ["COST_RATIO", "Sigmoid", "cycles", "expit", "fit_sigmoid", "fold_groups", "log_odds", "threshold"]


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


def cycles(recession: Array) -> NDArray[np.int64]:
    """Number of the business cycle each row belongs to: an expansion and the recession that ends it."""
    state = np.asarray(recession) > 0.5
    return np.concatenate([[0], np.cumsum(state[:-1] & ~state[1:])]).astype(np.int64)


def fold_groups(cycle: NDArray[np.int64], y: Array, folds: int | None = None) -> list[NDArray[np.bool_]]:
    """Masks of rows to leave out in turn: one cycle each, or neighbouring cycles joined to at most `folds` groups.

    Groups whose removal would leave one class only are joined to nothing and simply not left out.
    """
    numbers = np.unique(cycle)
    parts = np.array_split(numbers, min(len(numbers), folds or len(numbers)))
    masks = [np.isin(cycle, part) for part in parts if len(part)]
    return [mask for mask in masks if 0 < y[~mask].sum() < (~mask).sum()]


def threshold(p: Array, y: Array, cost_ratio: float = COST_RATIO) -> float:
    """Threshold with the least training cost, a missed event costing `cost_ratio` false alarms.

    Searched from 0.10 to 0.90 in steps of 0.05; ties go to the value nearest to 1 / (1 + cost_ratio), which is best
    for a calibrated forecast. Without events among the rows that value is taken.
    """
    best = 1.0 / (1.0 + cost_ratio)
    if y.sum() == 0:
        return best
    cost = np.array([cost_ratio * np.sum((p <= t) & (y == 1)) + np.sum((p > t) & (y == 0)) for t in _GRID])
    tied = _GRID[cost == cost.min()]
    return float(np.round(tied[np.argmin(np.abs(tied - best))], 2))
