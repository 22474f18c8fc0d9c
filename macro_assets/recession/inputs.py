"""Bounded inputs: clipped robust scores, conditional means for what is missing, leverage against training.

Belongs here: what a model of votes sees in place of raw columns. Does not belong here: the scaler of single models
(scaler.py), votes (votes.py). Memory: all training rows, so a score is relative to everything since 1961 that was known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
BOUND = 3.0
RIDGE = 0.05
CONSISTENT = 1.4826
USUAL = 0.95

__all__ = ["BOUND", "RIDGE", "BoundedInputs"]


@dataclass(frozen=True)
class BoundedInputs:
    """Robust scores within +-3, missing cells at their mean given the cells that are present.

    Attributes
    ----------
    median, spread : (p,) median and robust standard deviation (1.4826 times the median absolute deviation).
    mean : (p,) of the scores in training. covariance : (p, p) of the scores, with a ridge on its diagonal.
    reach : leverage that 95 % of training rows stay below, in units of the mean leverage of training.
    mean_leverage : mean squared Mahalanobis distance of training rows.
    """

    median: Array
    spread: Array
    mean: Array
    covariance: Array
    reach: float = 1.0
    mean_leverage: float = 1.0

    @classmethod
    def learn(cls, x: Array) -> BoundedInputs:
        """Learn from training rows (n, p); a column without any value becomes constant zero.

        The covariance takes each pair of columns on the rows that have both; negative eigenvalues are set to zero.
        """
        present = ~np.isnan(x)
        alive = present.any(axis=0)
        median, spread = np.zeros(x.shape[1]), np.ones(x.shape[1])
        median[alive] = np.nanmedian(x[:, alive], axis=0)
        spread[alive] = _spread(x[:, alive] - median[alive])
        scores = np.clip((x - median) / spread, -BOUND, BOUND)
        mean = np.where(present, scores, 0.0).sum(axis=0) / np.maximum(present.sum(axis=0), 1)
        centred = np.where(present, scores - mean, 0.0)
        pairs = present.T.astype(float) @ present.astype(float)
        values, vectors = np.linalg.eigh(centred.T @ centred / np.maximum(pairs, 1.0))
        covariance = (vectors * np.maximum(values, 0.0)) @ vectors.T
        covariance += max(RIDGE * np.trace(covariance) / len(mean), 1e-6) * np.eye(len(mean))
        first = cls(median, spread, mean, covariance)
        distance = first.distances(first.fill(x))
        typical = max(float(distance.mean()), 1e-12)
        return cls(median, spread, mean, covariance, float(np.quantile(distance / typical, USUAL)), typical)

    def scores(self, x: Array) -> Array:
        """Clipped robust scores (n, p); missing cells stay missing."""
        return np.clip((x - self.median) / self.spread, -BOUND, BOUND)

    def fill(self, x: Array) -> Array:
        """Scores with missing cells at their conditional mean, within the same bound."""
        scores = self.scores(x)
        for missing, rows in _patterns(np.isnan(scores)):
            centred = scores[np.ix_(rows, np.flatnonzero(~missing))] - self.mean[~missing]
            # Summed term by term, here and below: a matrix product depends on the other rows in its last bits.
            given = (centred[:, :, None] * self._regression(missing)).sum(axis=1)
            scores[np.ix_(rows, np.flatnonzero(missing))] = self.mean[missing] + given
        return np.clip(scores, -BOUND, BOUND)

    def uncertainty(self, missing: NDArray[np.bool_]) -> Array:
        """(k,) standard deviation of each missing column given the present ones, in scores."""
        inside = self.covariance[np.ix_(missing, missing)]
        explained = self.covariance[np.ix_(missing, ~missing)] @ self._regression(missing)
        return np.sqrt(np.maximum(np.diag(inside - explained), 0.0))

    def distances(self, scores: Array) -> Array:
        """(n,) squared ridge Mahalanobis distance of filled scores from the mean of training."""
        centred = scores - self.mean
        weighted = (centred[:, :, None] * np.linalg.inv(self.covariance)).sum(axis=1)
        distances: Array = (centred * weighted).sum(axis=1)
        return distances

    def leverage(self, scores: Array) -> Array:
        """(n,) distance over its mean in training: 1 is a usual month."""
        return self.distances(scores) / self.mean_leverage

    def strangest(self, scores: Array) -> NDArray[np.int64]:
        """Columns of one filled row (p,) by their part of its distance, largest first."""
        centred = scores - self.mean
        parts = centred * np.linalg.solve(self.covariance, centred)
        return np.argsort(-parts, kind="stable")

    def _regression(self, missing: NDArray[np.bool_]) -> Array:
        """(p - k, k) weights of the present columns in the mean of the missing ones."""
        present = ~missing
        inside, across = self.covariance[np.ix_(present, present)], self.covariance[np.ix_(present, missing)]
        return np.asarray(np.linalg.solve(inside, across), dtype=float)


def _spread(deviations: Array) -> Array:
    robust = CONSISTENT * np.nanmedian(np.abs(deviations), axis=0)
    plain = np.nanstd(deviations, axis=0)
    return np.asarray(np.where(robust > 1e-12, robust, np.where(plain > 1e-12, plain, 1.0)), dtype=float)


def _patterns(missing: NDArray[np.bool_]) -> list[tuple[NDArray[np.bool_], NDArray[np.int64]]]:
    """Each set of missing columns with the rows that have it; rows without a missing cell apart."""
    found: dict[bytes, list[int]] = {}
    for row in np.flatnonzero(missing.any(axis=1)).tolist():
        found.setdefault(missing[row].tobytes(), []).append(row)
    return [(missing[rows[0]], np.array(rows)) for rows in found.values()]
