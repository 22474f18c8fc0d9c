"""Draws of rows in blocks, for bootstraps of dependent rows: circular blocks of one length, stationary blocks of random length.

Belongs here: which rows are drawn. Does not belong here: what is computed of them (stationary.py; causal/engine/bootstrap.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError

__all__ = ["block_counts", "circular_indices", "stationary_indices"]


def circular_indices(n: int, length: int, draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows (draws, n) in blocks of `length` that may run over the end to the start; the last block is cut.

    Source: Politis and Romano (1992), in LePage and Billard, Exploring the Limits of Bootstrap.
    """
    _check(n, length)
    starts = rng.integers(0, n, size=(draws, int(np.ceil(n / length))))
    rows = (starts[:, :, None] + np.arange(length)) % n
    return rows.reshape(draws, -1)[:, :n]


def stationary_indices(n: int, block: int, draws: int, seed: int) -> NDArray[np.int64]:
    """Rows (draws, n) of the stationary bootstrap with mean block length `block`.

    Source: Politis and Romano (1994), JASA 89, by `arch.bootstrap`.
    """
    from arch.bootstrap import StationaryBootstrap

    _check(n, block)
    engine = StationaryBootstrap(block, np.arange(n), seed=np.random.default_rng(seed))
    return np.array([data[0][0] for data in engine.bootstrap(draws)], dtype=np.int64)


def block_counts(n: int, length: int, draws: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """How often each row is in a draw of circular blocks, shape (draws, n): weights of a refit."""
    counts = np.zeros((draws, n))
    np.add.at(counts, (np.arange(draws)[:, None], circular_indices(n, length, draws, rng)), 1.0)
    return counts


def _check(n: int, length: int) -> None:
    if n < 2 or length < 1:
        raise InvalidInputError(
            f"Cannot draw blocks of {length} rows from {n}.", remedy="Use at least two rows and blocks of one or more."
        )
