"""Folds by business cycle and alarm thresholds, learned from out-of-fold predictions only.

Belongs here: folds by business cycle, the threshold of a stated cost ratio. Does not belong here: the sigmoid map
(inference/logistic.py) and estimators (estimators.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from macro_assets.inference.metrics import exceeds

Array = NDArray[np.float64]
COST_RATIO = 2.0
_GRID = np.arange(0.10, 0.91, 0.05)

__all__ = ["COST_RATIO", "cycles", "fold_groups", "threshold"]


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
    alarms = [exceeds(p, t) for t in _GRID.tolist()]
    cost = np.array([cost_ratio * np.sum(~alarm & (y == 1)) + np.sum(alarm & (y == 0)) for alarm in alarms])
    tied = _GRID[cost == cost.min()]
    return float(np.round(tied[np.argmin(np.abs(tied - best))], 2))
