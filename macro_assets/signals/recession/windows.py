"""Arithmetic on fixed-length slices: bounded forward fill, rolling statistics, changes.

Belongs here: element-wise functions of arrays [as_of, lag, ...]. Sums are written out term by term, in a fixed order:
a reduction along an axis may change its order, and so its last bit, with the number of rows.
Does not belong here: reading inputs (inputs.py), what the columns are (spec.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from macro_assets.signals.recession.inputs import Array

__all__ = ["Array", "add", "average", "exponential_average", "fill_once", "finite", "percent_change", "rolled",
           "spread"]  # fmt: skip


def fill_once(values: Array) -> Array:
    """Carry each value forward at most one period: a missing lag takes the next older one."""
    filled = values.copy()
    filled[:, :-1] = np.where(np.isnan(values[:, :-1]), values[:, 1:], values[:, :-1])
    return filled


def rolled(values: Array, statistic: str, window: int, shifts: int) -> Array:
    """Statistic over `window` periods ending at lag 0, 1, ..., shifts - 1. Any missing period gives missing."""
    terms = [values[:, k : k + shifts] for k in range(window)]
    if statistic == "mean":
        return average(terms)
    if statistic == "std":
        return spread(terms)
    if statistic == "min":
        return np.asarray(np.minimum.reduce(terms))
    if statistic == "max":
        return np.asarray(np.maximum.reduce(terms))
    ordered = np.sort(np.stack(terms), axis=0)  # missing values sort last: one of them makes the top missing
    middle = 0.5 * (ordered[window // 2 - 1] + ordered[window // 2])
    return np.where(np.isnan(ordered[-1]), np.nan, middle)


def add(terms: Sequence[Array]) -> Array:
    """Sum in the given order."""
    total = terms[0].copy()
    for term in terms[1:]:
        total += term
    return total


def average(terms: Sequence[Array]) -> Array:
    """Mean in the given order of summation."""
    return add(terms) / len(terms)


def spread(terms: Sequence[Array]) -> Array:
    """Population standard deviation around the mean of the window."""
    mean = average(terms)
    total = np.zeros_like(mean)
    for term in terms:
        distance = term - mean
        total += distance * distance
    return np.sqrt(total / len(terms))


def exponential_average(values: Array, span: int, length: int, shifts: int) -> Array:
    """Exponential average over the last `length` periods, weights (1 - 2/(span+1))^k scaled to one."""
    weights = (1.0 - 2.0 / (span + 1)) ** np.arange(length)
    weights = weights / weights.sum()
    return add([weight * values[:, k : k + shifts] for k, weight in enumerate(weights)])


def percent_change(new: Array, old: Array) -> Array:
    """Change in percent of the old value; infinite changes are missing."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return finite((new - old) / old * 100.0)


def finite(values: Array) -> Array:
    """Infinities become missing."""
    return np.where(np.isinf(values), np.nan, values)
