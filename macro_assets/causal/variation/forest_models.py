"""Causal forests by preset, and the forests grown on residuals from which all variation was removed.

Belongs here: econml's forests with their settings, the homogeneous-effect null. Does not belong here: pandas, the result
and its words (forest.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from macro_assets.causal.engine.bootstrap import block_length
from macro_assets.causal.engine.learners import make_learner
from macro_assets.inference.choices import check_choice
from macro_assets.inference.folds import make_folds

__all__ = ["NULL_DRAWS", "PRESETS", "ForestResiduals", "fit_forest"]

PRESETS = ("regularised", "seed")
NULL_DRAWS = 39
NULL_TREES = 100


def fit_forest(
    outcome: np.ndarray,
    shock: np.ndarray,
    modifiers: np.ndarray,
    controls: np.ndarray | None,
    *,
    preset: str,
    seed: int = 0,
    discrete: bool = False,
    folds: Any = None,
) -> Any:
    """A fitted econml CausalForestDML.

    discrete : the shock is 0 or 1. folds : of the nuisances; default ten shuffled ones.
    preset : `seed` is the seed's configuration (RF100 nuisances, 100 trees, leaves of 10, depth 10), `regularised`
        lasso nuisances, 400 honest trees of depth 6 with large leaves on a third of the sample each.
    """
    from econml.dml import CausalForestDML
    from sklearn.linear_model import LogisticRegression

    check_choice(preset, PRESETS, "preset")
    n = len(outcome)
    chosen = folds if folds is not None else make_folds(n, count=10, seed=seed)
    if preset == "seed":
        forest = CausalForestDML(
            model_y=make_learner("rf100", seed=seed),
            model_t=LogisticRegression(max_iter=2000) if discrete else make_learner("rf100", seed=seed),
            cv=chosen, n_estimators=100, min_samples_leaf=10, max_depth=10, random_state=seed, n_jobs=1,
            discrete_treatment=discrete,
        )  # fmt: skip
    else:
        forest = CausalForestDML(
            model_y=make_learner("lasso", seed=seed),
            model_t=LogisticRegression(C=1.0, max_iter=2000) if discrete else make_learner("lasso", seed=seed),
            cv=chosen, n_estimators=400, min_samples_leaf=max(5, n // 24), max_depth=6, max_samples=0.35,
            min_balancedness_tol=0.3, random_state=seed, n_jobs=1, discrete_treatment=discrete,
        )  # fmt: skip
    forest.fit(outcome, shock, X=modifiers, W=controls, cache_values=True)
    return forest


@dataclass(frozen=True)
class ForestResiduals:
    """Residuals (n,) of outcome and shock, and forests grown on them by state (n, k)."""

    outcome: np.ndarray
    shock: np.ndarray
    state: np.ndarray
    preset: str
    seed: int

    def spread(self, outcome: np.ndarray) -> tuple[float, np.ndarray]:
        """Spread of the out-of-bag effects of a forest on `outcome` in place of its residuals, and the effects."""
        from econml.grf import CausalForest

        n = len(outcome)
        leaf, depth, sample = (10, 10, 0.45) if self.preset == "seed" else (max(5, n // 24), 6, 0.35)
        forest = CausalForest(
            n_estimators=NULL_TREES, min_samples_leaf=leaf, max_depth=depth, max_samples=sample,
            random_state=self.seed, n_jobs=1, inference=True, subforest_size=4,
        )  # fmt: skip
        forest.fit(self.state, self.shock[:, None], outcome)
        effects = np.ravel(forest.oob_predict(self.state))
        return float(np.nanstd(effects)), np.where(np.isfinite(effects), effects, np.nanmean(effects))

    def null_spreads(self, constant: float, horizon: int, draws: int) -> np.ndarray:
        """Spreads (draws,) of forests on residuals with one common effect and sign-flipped blocks of errors."""
        rng = np.random.default_rng([self.seed, 1])
        errors = self.outcome - constant * self.shock
        n = len(errors)
        length = block_length(n, horizon)
        spreads = np.empty(draws)
        for draw in range(draws):
            signs = np.repeat(rng.choice([-1.0, 1.0], size=n // length + 1), length)[:n]
            spreads[draw] = self.spread(constant * self.shock + signs * errors)[0]
        return spreads
