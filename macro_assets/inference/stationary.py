"""Sampling error of scores of dependent forecasts: the stationary block bootstrap.

Belongs here: percentile intervals of several scores over the same resampled months. Does not belong here: the scores
(metrics.py), the draws (blocks.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from macro_assets.inference.blocks import stationary_indices
from macro_assets.inference.display import DisplayedNumbers

Array = NDArray[np.float64]
BLOCK = {"M": 24, "Q": 8}
REPLICATIONS = 400

__all__ = ["BLOCK", "REPLICATIONS", "Interval", "block_intervals"]


@dataclass(frozen=True)
class Interval(DisplayedNumbers):
    """Percentile interval; missing when too few resamples had both classes."""

    low: float
    high: float
    level: float = 0.95


def block_intervals(
    scores: Mapping[str, Callable[[NDArray[np.int64]], float]],
    n: int,
    *,
    block: int,
    replications: int = REPLICATIONS,
    seed: int = 0,
    level: float = 0.95,
) -> dict[str, Interval]:
    """Percentile intervals of several scores over the same resamples.

    Parameters
    ----------
    scores : name to function of row positions; may return NaN, which is left out.
    n : rows.
    """
    indices = stationary_indices(n, block, replications, seed)
    tail = (1.0 - level) / 2.0
    out = {}
    for name, score in scores.items():
        draws = np.array([score(rows) for rows in indices])
        draws = draws[np.isfinite(draws)]
        ends = np.quantile(draws, [tail, 1.0 - tail]) if len(draws) >= replications / 2 else [np.nan, np.nan]
        out[name] = Interval(float(ends[0]), float(ends[1]), level)
    return out
