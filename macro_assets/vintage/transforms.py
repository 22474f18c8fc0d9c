"""Arithmetic on slices: growth, changes, windows.

Belongs here: functions of numbers alone, elementwise or over a window of fixed length along the last axis. Does not
belong here: which period is meant (latest.py), dates, names.

Every function gives a row the same bits whatever other rows stand beside it: sums over a window run term by term in
order, never by a running state, a threaded sum or a matrix product.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["change", "log_growth", "ordered_sum", "simple_growth", "window_correlation", "window_mean", "window_std",
           "zscore"]  # fmt: skip

Floats = npt.NDArray[np.float64]


def change(new: Floats, old: Floats) -> Floats:
    """New minus old, in the unit of the series."""
    return new - old


def simple_growth(new: Floats, old: Floats) -> Floats:
    """New over old minus one, a decimal fraction; NaN where old is not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(old > 0, new / old - 1.0, np.nan)


def log_growth(new: Floats, old: Floats, *, times: float = 1.0) -> Floats:
    """`times` the log of new over old; NaN where either is not positive.

    With `times` the number of such spans in a year this is the annualised growth rate, a decimal fraction.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((old > 0) & (new > 0), new / old, np.nan)
    return np.asarray(times * np.log(np.ascontiguousarray(ratio)))


def ordered_sum(window: Floats) -> Floats:
    """Sum over the last axis, term by term from its start."""
    total = np.zeros(window.shape[:-1])
    for at in range(window.shape[-1]):
        total = total + window[..., at]
    return total


def window_mean(window: Floats) -> Floats:
    """Mean over the last axis; NaN when any term is missing."""
    return np.asarray(ordered_sum(window) / window.shape[-1])


def window_std(window: Floats) -> Floats:
    """Standard deviation over the last axis with n - 1 in the denominator; NaN when any term is missing."""
    centred = window - window_mean(window)[..., None]
    return np.asarray(np.sqrt(ordered_sum(centred * centred) / (window.shape[-1] - 1)))


def window_correlation(one: Floats, other: Floats) -> Floats:
    """Correlation over the last axis; NaN when any term is missing or one side does not vary."""
    a = one - window_mean(one)[..., None]
    b = other - window_mean(other)[..., None]
    spread = np.sqrt(ordered_sum(a * a)) * np.sqrt(ordered_sum(b * b))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 0, np.clip(ordered_sum(a * b) / spread, -1.0, 1.0), np.nan)


def zscore(value: Floats, window: Floats) -> Floats:
    """Value minus the window's mean, in its standard deviations; NaN when any term is missing or nothing varies."""
    spread = window_std(window)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 0, (value - window_mean(window)) / spread, np.nan)
