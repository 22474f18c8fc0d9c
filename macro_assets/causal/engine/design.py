"""The lag-augmented design: which rows are usable, the outcome path after each of them, and the regressors.

Belongs here: alignment of rows, lags and leads as plain arrays, for one sample or a stack of them.
Does not belong here: pandas (inputs.py), projections and effects (linear.py).

Row t of the controls is what was known before the shock of row t. The design uses rows t, t-1, ..., t-lags of the
controls, and rows t-1, ..., t-lags of shock and outcome (science: all three are needed; without the lagged
controls the estimate is biased, without the lagged shock and outcome its errors are not white).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

__all__ = ["Gaps", "Rows", "control_block", "gaps_of", "lag_block", "outcome_paths", "usable_rows"]


@dataclass(frozen=True)
class Gaps:
    """Rows of a sample without a value: of the conditions (shock or any control), and of the outcome."""

    conditions: tuple[int, ...] = ()
    outcome: tuple[int, ...] = ()


NO_GAPS = Gaps()


@dataclass(frozen=True)
class Rows:
    """Usable rows `start, ..., stop - 1` of a sample, without those `left_out`, for one horizon.

    A non-negative horizon h accumulates the outcome over rows t..t+h. A negative horizon is a placebo: the outcome of
    the single row t+h, before the shock; the regressors of the row then move back by |h|, so the past outcome is
    never explained by itself.
    """

    start: int
    stop: int
    horizon: int
    left_out: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """Number of usable rows."""
        return max(0, self.stop - self.start - len(self.left_out))

    @property
    def positions(self) -> np.ndarray:
        """(count,) the usable rows."""
        everything = np.arange(self.start, max(self.start, self.stop))
        return everything[~np.isin(everything, self.left_out)] if self.left_out else everything

    def at(self, shift: int) -> slice | np.ndarray:
        """Rows moved by `shift`: a slice where none is left out."""
        if not self.left_out:
            return slice(self.start + shift, self.stop + shift)
        return self.positions + shift

    def kept(self, keep: np.ndarray) -> "Rows":
        """The usable rows of a mask (count,)."""
        dropped = self.positions[~keep]
        return Rows(self.start, self.stop, self.horizon, tuple(sorted({*self.left_out, *map(int, dropped)})))

    @property
    def regressor_shift(self) -> int:
        """How far regressors move back at a placebo horizon."""
        return min(self.horizon, 0)


def usable_rows(first: int, last: int, horizon: int, lags: int, gaps: Gaps = NO_GAPS) -> Rows:
    """Rows of first..last (both included) whose lags and leads lie inside and meet no gap."""
    start, stop = first + lags + max(0, -horizon), last + 1 - max(horizon, 0)
    back, ahead = lags + max(0, -horizon), max(horizon, 0)
    met = {row for gap in gaps.conditions for row in range(gap, gap + back + 1)}
    met |= {row for gap in gaps.outcome for row in range(gap - ahead, gap + back + 1)}
    return Rows(start, stop, horizon, tuple(sorted(row for row in met if start <= row < stop)))


def gaps_of(outcome: np.ndarray, shock: np.ndarray, controls: np.ndarray) -> Gaps:
    """Where one sample has no value: outcome (n,), shock (n,), controls (n, p)."""
    missing = ~np.isfinite(shock) | ~np.isfinite(controls).all(axis=-1)
    return Gaps(_rows(np.flatnonzero(missing)), _rows(np.flatnonzero(~np.isfinite(outcome))))


def _rows(found: Iterable[int]) -> tuple[int, ...]:
    return tuple(int(row) for row in found)


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
