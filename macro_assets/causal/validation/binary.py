"""Average effects of being treated: doubly robust, cross-fitted, and an X-learner for effects by unit.

Belongs here: AIPW for ATE and ATT, X-learner effects. Does not belong here: time series (variation/contrast.py), shocks.

Sources: Robins, Rotnitzky and Zhao (1994); Chernozhukov et al. (2018); Kunzel et al. (2019).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from macro_assets.errors import InvalidInputError
from macro_assets.inference.choices import check_choice
from macro_assets.inference.folds import make_folds

__all__ = ["BinaryEffect", "doubly_robust_effect", "x_learner_effects"]

CLIP = 0.01


@dataclass(frozen=True)
class BinaryEffect:
    """A doubly robust average effect, in the unit of the outcome.

    target : ate (everybody) or att (the treated). overlap : share of propensities inside [0.05, 0.95].
    """

    point: float
    stderr: float
    n: int
    treated: int
    target: str
    overlap: float

    @property
    def confidence_interval(self) -> tuple[float, float]:
        """95 % interval, normal."""
        return (self.point - 1.959964 * self.stderr, self.point + 1.959964 * self.stderr)


def doubly_robust_effect(
    outcome: np.ndarray,
    treated: np.ndarray,
    covariates: np.ndarray,
    *,
    target: str = "ate",
    outcome_model: Callable[[], Any],
    propensity_model: Callable[[], Any],
    folds: int = 10,
    seed: int = 0,
) -> BinaryEffect:
    """Cross-fitted augmented inverse-propensity effect.

    Parameters
    ----------
    outcome : (n,). treated : (n,) of 0 and 1. covariates : (n, p).
    target : `ate` or `att`.
    outcome_model, propensity_model : makers of unfitted scikit-learn regressors and classifiers.

    Raises
    ------
    InvalidInputError : `treated` is not 0 or 1, or fewer than 2 * folds in an arm.
    """
    check_choice(target, ("ate", "att"), "target")
    d = np.asarray(treated, dtype=int)
    if not np.isin(treated, (0, 1)).all() or min(d.sum(), (1 - d).sum()) < 2 * folds:
        raise InvalidInputError(
            "Column `treated` must be 0 or 1, with enough units in both arms.", remedy="Use fewer folds."
        )
    n = len(d)
    mu0, mu1, propensity = np.empty(n), np.empty(n), np.empty(n)
    for train, test in make_folds(n, count=folds, seed=seed):
        control, treat = train[d[train] == 0], train[d[train] == 1]
        mu0[test] = outcome_model().fit(covariates[control], outcome[control]).predict(covariates[test])
        if target == "ate":
            mu1[test] = outcome_model().fit(covariates[treat], outcome[treat]).predict(covariates[test])
        propensity[test] = propensity_model().fit(covariates[train], d[train]).predict_proba(covariates[test])[:, 1]
    e = np.clip(propensity, CLIP, 1.0 - CLIP)
    if target == "ate":
        scores = mu1 - mu0 + d * (outcome - mu1) / e - (1 - d) * (outcome - mu0) / (1 - e)
        point = float(scores.mean())
        stderr = float(scores.std(ddof=1) / np.sqrt(n))
    else:
        weight = (1 - d) * e / (1 - e)
        weight = weight * d.sum() / weight.sum()
        gain = (d - weight) * (outcome - mu0)
        point = float(gain.sum() / d.sum())
        stderr = float(np.sqrt(np.sum((gain - d * point) ** 2)) / d.sum())
    inside = (propensity > 0.05) & (propensity < 0.95)
    return BinaryEffect(point, stderr, n, int(d.sum()), target, float(inside.mean()))


def x_learner_effects(
    outcome: np.ndarray,
    treated: np.ndarray,
    covariates: np.ndarray,
    *,
    outcome_model: Callable[[], Any],
    effect_model: Callable[[], Any],
    propensity_model: Callable[[], Any],
) -> np.ndarray:
    """Effect of each unit, (n,): imputed effects of both arms, regressed and weighted by the propensity."""
    d = np.asarray(treated, dtype=bool)
    arms = {side: outcome_model().fit(covariates[d == side], outcome[d == side]) for side in (False, True)}
    gain = outcome[d] - arms[False].predict(covariates[d])
    loss = arms[True].predict(covariates[~d]) - outcome[~d]
    on_treated = effect_model().fit(covariates[d], gain).predict(covariates)
    on_control = effect_model().fit(covariates[~d], loss).predict(covariates)
    e = propensity_model().fit(covariates, d).predict_proba(covariates)[:, 1]
    return np.asarray(e * on_control + (1.0 - e) * on_treated)
