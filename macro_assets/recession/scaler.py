"""Inputs as models see them: clipped to what training saw, medians for missing cells, mean 0 and standard deviation 1.

Belongs here: learning clip points, medians and scales from training rows. A shock of a size never seen moves a forecast no
further than the largest one seen. Does not belong here: estimators.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
CLIP_QUANTILES = (0.01, 0.99)

__all__ = ["CLIP_QUANTILES", "Scaler", "clip_points"]


def clip_points(x: Array) -> tuple[Array, Array, Array]:
    """Both clip quantiles and the median of each column (n, p), missing cells apart; zero for a column without values.

    Bit for bit what `np.nanquantile` and `np.nanmedian` give, from one sort instead of a loop over columns.
    """
    ordered = np.sort(x, axis=0)  # missing cells come last
    count = np.count_nonzero(~np.isnan(x), axis=0)
    columns, last = np.arange(x.shape[1]), np.maximum(count - 1, 0)
    found = []
    for share in CLIP_QUANTILES:
        place = share * last
        at = np.floor(place).astype(int)
        below, above, weight = ordered[at, columns], ordered[np.minimum(at + 1, last), columns], place - at
        gap = above - below
        found.append(np.where(weight < 0.5, below + gap * weight, above - gap * (1.0 - weight)))
    found.append((ordered[last // 2, columns] + ordered[count // 2, columns]) / 2.0)
    low, high, median = (np.where(count > 0, values, 0.0) for values in found)
    return low, high, median


@dataclass(frozen=True)
class Scaler:
    """Clip to training quantiles, fill with training medians, scale to mean 0 and standard deviation 1.

    Attributes
    ----------
    low, high, median, mean, scale : (p,) learned on training rows.
    """

    low: Array
    high: Array
    median: Array
    mean: Array
    scale: Array

    @classmethod
    def learn(cls, x: Array) -> Scaler:
        """Learn from rows (n, p); a column without any value becomes constant zero."""
        low, high, median = clip_points(x)
        filled = np.where(np.isnan(x), median, np.clip(x, low, high))
        scale = filled.std(axis=0)
        return cls(low, high, median, filled.mean(axis=0), np.where(scale > 1e-12, scale, 1.0))

    def apply(self, x: Array) -> Array:
        """Scaled rows without missing cells."""
        return (self.fill(x) - self.mean) / self.scale

    def fill(self, x: Array) -> Array:
        """Clipped rows with medians for missing cells, in the unit of the inputs."""
        return np.where(np.isnan(x), self.median, np.clip(x, self.low, self.high))
