"""The lag-augmented design: which rows are usable, the outcome path after each of them, and the regressors.

Belongs here: alignment of rows, lags and leads as plain arrays, for one sample or a stack of them.
Does not belong here: pandas (inputs.py), projections and effects (linear.py).

Row t of the controls is what was known before the shock of row t. The design uses rows t, t-1, ..., t-lags of the
controls, and rows t-1, ..., t-lags of shock and outcome (science: all three are needed; without the lagged
controls the estimate is biased, without the lagged shock and outcome its errors are not white).
"""

from dataclasses import dataclass

import numpy as np

__all__ = ["Rows", "control_block", "lag_block", "outcome_paths", "usable_rows"]


@dataclass(frozen=True)
class Rows:
    """Usable rows `start, ..., stop - 1` of a sample of `total` rows, for one horizon.

    A non-negative horizon h accumulates the outcome over rows t..t+h. A negative horizon is a placebo: the outcome of
    the single row t+h, before the shock; the regressors of the row then move back by |h|, so the past outcome is
    never explained by itself.
    """

    start: int
    stop: int
    horizon: int

    @property
    def count(self) -> int:
        return max(0, self.stop - self.start)

    def at(self, shift: int) -> slice:
        """Rows moved by `shift`."""
        return slice(self.start + shift, self.stop + shift)

    @property
    def regressor_shift(self) -> int:
        return min(self.horizon, 0)


def usable_rows(first: int, last: int, horizon: int, lags: int) -> Rows:
    """Rows whose lags and leads lie inside first..last (both included)."""
    return Rows(first + lags + max(0, -horizon), last + 1 - max(horizon, 0), horizon)


def outcome_paths(outcome: np.ndarray, rows: Rows) -> np.ndarray:
    """One-period outcomes at steps 0..h after each usable row, shape (..., rows, h + 1); their sum is the outcome."""
    if rows.horizon < 0:
        return outcome[..., rows.at(rows.horizon), None]
    return np.stack([outcome[..., rows.at(step)] for step in range(rows.horizon + 1)], axis=-1)


def control_block(controls: np.ndarray, rows: Rows, lags: int) -> np.ndarray:
    """Constant, controls and their lags, shape (..., rows, 1 + controls * (lags + 1))."""
    shift = rows.regressor_shift
    blocks = [controls[..., rows.at(shift - lag), :] for lag in range(lags + 1)]
    constant = np.ones((*controls.shape[:-2], rows.count, 1))
    return np.concatenate([constant, *blocks], axis=-1)


def lag_block(shock: np.ndarray, outcome: np.ndarray, rows: Rows, lags: int) -> np.ndarray:
    """Lags 1..lags of shock, then of outcome, shape (..., rows, 2 * lags); at placebo horizons see Rows."""
    shift = rows.regressor_shift
    own = [shock[..., rows.at(-lag)] for lag in range(1, lags - shift + 1)]
    past = [outcome[..., rows.at(shift - lag)] for lag in range(1, lags + 1)]
    if not own and not past:
        return np.empty((*shock.shape[:-1], rows.count, 0))
    return np.stack([*own, *past], axis=-1)
