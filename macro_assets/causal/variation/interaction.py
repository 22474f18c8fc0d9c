"""The interacted regression: one effect a state, their covariance, and what could be detected.

Belongs here: algebra over arrays. Does not belong here: pandas, regimes by name and their result (by_regime.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from macro_assets.causal.engine.design import Rows, control_block, lag_block, outcome_paths
from macro_assets.causal.engine.inputs import Sample
from macro_assets.causal.engine.projection import Projection
from macro_assets.inference.longrun import cosine_basis, ewc_stderr

__all__ = ["Interaction", "fit_interaction"]

POWER = 0.80
BLOCKS = 10
TAILS = 6.0
"""Degrees of freedom fall where a state's months carry less than a sixth of the sample; chosen on simulated worlds."""
TINY = float(np.finfo(float).tiny)


@dataclass(frozen=True)
class Interaction:
    """Effects (states,), their covariance and the degrees of freedom of its Student reference.

    design : (n, states) the residual shock times each state's weight. shock, outcome : (n,) residuals.
    """

    effects: np.ndarray
    covariance: np.ndarray
    degrees: float
    design: np.ndarray
    shock: np.ndarray
    outcome: np.ndarray

    @property
    def variance(self) -> np.ndarray:
        """Variance of each effect (states,)."""
        return np.maximum(np.diag(self.covariance), TINY)

    def equal_effects_p(self) -> float:
        """Hotelling-type F test that all states share one effect."""
        count = len(self.effects)
        contrast = np.column_stack([-np.ones(count - 1), np.eye(count - 1)])
        difference = contrast @ self.effects
        wald = float(difference @ np.linalg.pinv(contrast @ self.covariance @ contrast.T) @ difference)
        q = len(difference)
        statistic = wald * (self.degrees - q + 1) / (self.degrees * q)
        return float(stats.f.sf(statistic, q, self.degrees - q + 1))

    def detectable(self, alpha: float) -> float:
        """Smallest difference of two states' effects that a test at alpha finds with 80 % power."""
        v, count = self.covariance, len(self.covariance)
        variances = [v[i, i] + v[j, j] - 2 * v[i, j] for i in range(count) for j in range(i + 1, count)]
        factor = stats.t.ppf(1 - alpha / 2, self.degrees) + stats.t.ppf(POWER, self.degrees)
        return float(factor * np.sqrt(min(variances)))

    def losses(self, horizon: int) -> tuple[float, float]:
        """Leave-block-out squared error of one effect and of one a state, relative to the zero-effect model."""
        n = len(self.outcome)
        zero = constant = varied = 0.0
        for test in np.array_split(np.arange(n), BLOCKS):
            train = np.ones(n, dtype=bool)
            train[max(0, test[0] - horizon) : test[-1] + 1 + horizon] = False
            shock, outcome = self.shock[train], self.outcome[train]
            slope = shock @ outcome / (shock @ shock)
            effects = np.linalg.lstsq(self.design[train], outcome, rcond=1e-10)[0]
            zero += float(np.sum(self.outcome[test] ** 2))
            constant += float(np.sum((self.outcome[test] - slope * self.shock[test]) ** 2))
            varied += float(np.sum((self.outcome[test] - self.design[test] @ effects) ** 2))
        return constant / zero, varied / zero


def fit_interaction(sample: Sample, weights: np.ndarray, rows: Rows, lags: int) -> Interaction:
    """The shock times each state's weight on the cumulative outcome, beside controls, lags and the states' own means.

    weights : (n, states) of the usable rows, summing to one.
    """
    levels = weights[:, 1:]  # the states' own means, beside the constant
    projection = Projection.onto(control_block(sample.controls, rows, lags)).extended(
        np.column_stack([lag_block(sample.shock, sample.outcome, rows, lags), levels])
    )
    shock = projection.residuals(sample.shock[rows.at(0)][:, None])[:, 0]
    outcome = projection.residuals(outcome_paths(sample.outcome, rows).sum(axis=-1)[:, None])[:, 0]
    design = projection.residuals(shock[:, None] * weights)
    effects, covariance, degrees = _solve(design, outcome, projection.rank)
    return Interaction(effects, covariance, degrees, design, shock, outcome)


def _solve(design: np.ndarray, outcome: np.ndarray, rank: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients, their equal-weighted-cosine covariance and degrees of freedom."""
    gram = np.linalg.pinv(design.T @ design, rcond=1e-10)
    effects = gram @ design.T @ outcome
    residual = outcome - design @ effects
    leverage = np.clip(1.0 - np.einsum("nk,kl,nl->n", design, gram, design), 0.1, 1.0)
    influence = (design @ gram) * (residual / leverage)[:, None]
    n, k = design.shape
    _, degrees = ewc_stderr(influence.T)
    projected = cosine_basis(n, degrees).T @ influence
    covariance = projected.T @ projected / degrees * n / (n - rank - k)
    energy = np.sum(design**2, axis=0)
    effective = float(np.min(energy**2 / np.maximum(np.sum(design**4, axis=0), TINY)))
    satterthwaite = 1.0 / (1.0 / degrees + 1.0 / max(effective, 1.0))
    tails = min(1.0, TAILS * effective / n)  # the months of a rare state carry its effect alone, as in engine/linear.py
    return effects, covariance, max(satterthwaite * tails, k + 1.0)
