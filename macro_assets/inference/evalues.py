"""Evidence that one forecaster loses more than another, valid at any time it is looked at.

Belongs here: e-processes and their restarted form on bounded differences of scores. Does not belong here: which forecasters
are compared and what follows (recession/evaluation/evidence.py), tests at a fixed end (comparison.py).

Under the null that the first forecaster's expected loss is never above the second's, given the past, the wealth of a bet
lambda on each difference d (within +-1), prod(1 + lambda d), is a supermartingale: it passes A with probability at most
1 / A, whenever one stops. The mean over several lambda needs no choice of one. The restarted form adds a new bet at every
step; it passes A no more often than once in A steps on average while the null holds, and finds a change at once that begins
late. Waudby-Smith and Ramdas (2024), JRSS-B; Choe and Ramdas (2024), Operations Research; Shin, Ramdas and Rinaldo (2024)
for the restarted form, after Shiryaev and Roberts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError

Array = NDArray[np.float64]
BETS = tuple(k / 10 for k in range(1, 10))

__all__ = ["BETS", "e_process", "interleaved", "shiryaev_roberts"]


def e_process(differences: Array, bets: Sequence[float] = BETS) -> Array:
    """Wealth (n,) after each difference, begun with one.

    Parameters
    ----------
    differences : (n,) loss of the first minus loss of the second forecaster, within +-1.

    Raises
    ------
    InvalidInputError : a difference is not finite or outside +-1.
    """
    wealth: Array = np.cumprod(_factors(differences, bets), axis=0).mean(axis=1)
    return wealth


def shiryaev_roberts(differences: Array, bets: Sequence[float] = BETS) -> Array:
    """Sum (n,) of the wealth of bets begun at every step so far: R_t = (1 + R_t-1)(1 + lambda d_t); see `e_process`."""
    factors = _factors(differences, bets)
    total, out = np.zeros(factors.shape[1]), np.empty(len(factors))
    for t, factor in enumerate(factors):
        total = (1.0 + total) * factor
        out[t] = total.mean()
    return out


def interleaved(differences: Array, spacing: int, bets: Sequence[float] = BETS) -> tuple[Array, Array]:
    """Wealth and restarted sum (n,) of outcomes that overlap: the mean over `spacing` streams, each of every such row.

    Rows `spacing` apart share no outcome; a mean of e-values is an e-value. A stream that has not begun counts one and zero.
    """
    n = len(differences)
    wealth, restarted = np.ones((n, spacing)), np.zeros((n, spacing))
    for offset in range(min(spacing, n)):
        rows = np.arange(offset, n, spacing)
        held = np.repeat(np.arange(len(rows)), spacing)[: n - offset]  # a value stands until the stream's next row
        wealth[offset:, offset] = e_process(differences[rows], bets)[held]
        restarted[offset:, offset] = shiryaev_roberts(differences[rows], bets)[held]
    return wealth.mean(axis=1), restarted.mean(axis=1)


def _factors(differences: Array, bets: Sequence[float]) -> Array:
    d = np.asarray(differences, dtype=float)
    if d.ndim != 1 or not np.isfinite(d).all() or (np.abs(d) > 1.0).any():
        raise InvalidInputError(
            "Differences of scores must be finite and within +-1.", remedy="Pass Brier losses of probabilities."
        )
    return np.asarray(1.0 + d[:, None] * np.asarray(bets), dtype=float)
