"""The X-learner of a contrast of months, and its block bootstrap.

Belongs here: econml's learner with its settings, and refits over drawn months. Does not belong here: pandas, the result and
its words (contrast.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from macro_assets.causal.engine.bootstrap import block_length
from macro_assets.causal.engine.results import ASSOCIATION
from macro_assets.inference.blocks import block_counts

__all__ = ["DRAWS", "ContrastMonths", "standardised"]

DRAWS = 199
MINIMUM_DRAWN = 10
PROPENSITY_EDGE = 0.05


def standardised(state: np.ndarray) -> np.ndarray:
    """Columns (n, k) with mean zero and variance one; constant columns stay zero."""
    spread = state.std(axis=0)
    return np.asarray((state - state.mean(axis=0)) / np.where(spread > 0, spread, 1.0))


class XLearnerFit:
    """econml's XLearner with ridge models, and its propensity model within reach."""

    def __init__(self, y: np.ndarray, t: np.ndarray, state: np.ndarray, seed: int) -> None:
        from econml.metalearners import XLearner
        from sklearn.linear_model import LogisticRegression, Ridge

        shrink = 0.1 * len(y)
        self.econml_ = XLearner(
            models=Ridge(alpha=shrink), cate_models=Ridge(alpha=shrink),
            propensity_model=LogisticRegression(C=0.3, max_iter=2000, random_state=seed),
        )  # fmt: skip
        self.econml_.fit(y, t, X=state)
        self.propensity_model_ = LogisticRegression(C=0.3, max_iter=2000, random_state=seed).fit(state, t)

    def effect(self, state: np.ndarray) -> np.ndarray:
        """Effect of each row (n,)."""
        return np.asarray(self.econml_.effect(state))


@dataclass(frozen=True)
class ContrastMonths:
    """Treated and neutral months: outcome and arm (n,), standardised state (n, k), their rows in the calendar."""

    outcome: np.ndarray
    treated: np.ndarray
    state: np.ndarray
    rows: np.ndarray
    horizon: int
    seed: int

    def contrast(self, alpha: float, draws: int) -> dict[str, Any]:
        """The fields of a ContrastEffects that the learner fills."""
        y, t, state = self.outcome, self.treated, self.state
        learner = XLearnerFit(y, t, state, self.seed)
        effects = np.ravel(learner.effect(state))
        average = float(effects.mean())
        errors = self._bootstrap(average, draws)
        low, high = np.quantile(errors, [alpha / 2, 1 - alpha / 2])
        propensity = learner.propensity_model_.predict_proba(state)[:, 1]
        adjusted = np.linalg.lstsq(np.column_stack([t, np.ones(len(t)), state]), y, rcond=None)[0][0]
        return {
            "average": average, "interval": (average - float(high), average - float(low)), "stderr": float(errors.std()),
            "difference_in_means": float(y[t == 1].mean() - y[t == 0].mean()), "constant_effect": float(adjusted),
            "effect_spread": float(effects.std()),
            "overlap": float(np.mean((propensity > PROPENSITY_EDGE) & (propensity < 1 - PROPENSITY_EDGE))),
            "label": ASSOCIATION, "model": learner.econml_,
        }  # fmt: skip

    def _bootstrap(self, average: float, draws: int) -> np.ndarray:
        """Errors of the average over block draws of calendar months, all models refitted."""
        rng = np.random.default_rng([self.seed, 2])
        months = int(self.rows[-1]) + 1
        counts = block_counts(months, block_length(months, self.horizon), 3 * draws, rng)[:, self.rows].astype(int)
        errors: list[float] = []
        for count in counts:
            at = np.repeat(np.arange(len(self.rows)), count)
            t = self.treated[at]
            if min(t.sum(), (1 - t).sum()) < MINIMUM_DRAWN:
                continue
            refit = XLearnerFit(self.outcome[at], t, self.state[at], self.seed)
            errors.append(float(np.mean(refit.effect(self.state[at]))) - average)
            if len(errors) == draws:
                break
        return np.asarray(errors)
