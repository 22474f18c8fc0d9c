"""Causal forest effects that vary with the state, reported only when they beat a forest grown under one effect.

Belongs here: the presets, the homogeneous-effect null, the baselines. Does not belong here: regimes (by_regime.py).

A forest shows varying effects even where there are none (measured: spread of 10 to 16 % of a constant effect). So the
spread found is compared with the spread forests find in data from which all variation was removed: outcome residuals
rebuilt with the constant effect and block-shuffled errors. Source: Athey, Tibshirani and Wager (2019); econml.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from macro_assets.causal.engine.bootstrap import block_length
from macro_assets.causal.engine.design import control_block, lag_block, outcome_paths, usable_rows
from macro_assets.causal.engine.inputs import check_length, check_settings, effect_unit, validate
from macro_assets.causal.engine.learners import make_learner
from macro_assets.errors import InvalidInputError
from macro_assets.inference.choices import check_choice
from macro_assets.inference.folds import make_folds

__all__ = ["PRESETS", "ForestEffects", "fit_forest", "forest_effects"]

PRESETS = ("regularised", "seed")
NULL_DRAWS = 39
NULL_TREES = 100


@dataclass(frozen=True)
class ForestEffects:
    """Effects by state of one treatment on one outcome.

    effects : frame on the sample's dates: effect, lower, upper (pointwise).
    average : mean effect; constant : the best constant effect on the same residuals.
    spread : standard deviation of the effects. null_spread : (draws,) the same under one common effect.
    heterogeneity_p_value : share of null spreads at least as large.
    constant_loss, forest_loss : out-of-bag squared error relative to the zero-effect model.
    model : the fitted CausalForestDML, for the registry; excluded from comparison.
    """

    effects: pd.DataFrame
    average: float
    constant: float
    spread: float
    null_spread: np.ndarray
    heterogeneity_p_value: float
    constant_loss: float
    forest_loss: float
    outcome: str
    treatment: str
    unit: str
    horizon: int
    n: int
    preset: str
    modifiers: tuple[str, ...]
    importances: dict[str, float]
    alpha: float
    model: Any = field(repr=False, compare=False, default=None)

    @property
    def heterogeneous(self) -> bool:
        """Whether effects vary by more than forests find where nothing varies."""
        return self.heterogeneity_p_value < self.alpha

    def to_frame(self) -> pd.DataFrame:
        """Effects by date; the constant effect in every row unless heterogeneity beats its null."""
        shown = self.effects["effect"] if self.heterogeneous else self.constant
        return self.effects.assign(reported=shown, unit=self.unit, horizon=self.horizon)

    def summary(self) -> str:
        """A few lines a person can read."""
        verdict = (
            f"effects vary with the state (p = {self.heterogeneity_p_value:.3f})"
            if self.heterogeneous
            else f"no evidence that effects vary (p = {self.heterogeneity_p_value:.3f}): report the constant effect"
        )
        return (
            f"Causal forest ({self.preset}), {self.treatment} on {self.outcome}, horizon {self.horizon}, n = {self.n}\n"
            f"  constant effect {self.constant:+.4g}, forest average {self.average:+.4g} ({self.unit})\n"
            f"  spread {self.spread:.4g}, under one common effect {np.median(self.null_spread):.4g}: {verdict}\n"
            f"  squared error relative to a zero effect: constant {self.constant_loss:.4f}, "
            f"forest {self.forest_loss:.4f}"
        )

    def plot(self, ax: Any = None) -> Any:
        """Effects over time with pointwise intervals and the constant effect."""
        from macro_assets.pictures.effects import plot_forest

        return plot_forest(self, ax=ax)


def fit_forest(
    outcome: np.ndarray,
    treatment: np.ndarray,
    modifiers: np.ndarray,
    controls: np.ndarray | None,
    *,
    preset: str,
    seed: int = 0,
    discrete: bool = False,
    folds: Any = None,
) -> Any:
    """A fitted econml CausalForestDML.

    preset : `seed` is the seed's configuration (RF100 nuisances, 100 trees, leaves of 10, depth 10), `regularised`
        lasso nuisances, 400 honest trees of depth 6 with large leaves on a third of the sample each.
    """
    from econml.dml import CausalForestDML
    from sklearn.linear_model import LogisticRegression

    check_choice(preset, PRESETS, "preset")
    n = len(outcome)
    chosen = folds if folds is not None else make_folds(n, count=10, seed=seed)
    if preset == "seed":
        model_t: Any = make_learner("rf100", seed=seed)
        forest = CausalForestDML(
            model_y=make_learner("rf100", seed=seed),
            model_t=LogisticRegression(max_iter=2000) if discrete else model_t,
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
    forest.fit(outcome, treatment, X=modifiers, W=controls, cache_values=True)
    return forest


def forest_effects(
    outcome: pd.Series,
    treatment: pd.Series,
    controls: pd.DataFrame,
    *,
    modifiers: list[str] | None = None,
    horizon: int = 0,
    lags: int = 2,
    preset: str = "regularised",
    alpha: float = 0.05,
    seed: int = 0,
    null_draws: int = NULL_DRAWS,
) -> ForestEffects:
    """Effects that vary with some of the controls.

    Parameters
    ----------
    outcome, treatment, controls, horizon, lags, alpha, seed : as in `estimate_effect`.
    modifiers : controls (by name) the effect may vary with; default all.
    preset : `regularised` (default) or `seed`.
    null_draws : forests grown under one common effect.

    Raises
    ------
    InvalidInputError : as in `estimate_effect`, or a modifier that is not a control.
    """
    check_settings(horizon, lags, alpha)
    sample = validate(outcome, treatment, controls)
    names = list(modifiers or sample.control_names)
    unknown = sorted(set(names) - set(sample.control_names))
    if unknown or not names:
        raise InvalidInputError(f"Not among the controls: {', '.join(unknown) or 'no modifier given'}.")
    rows = usable_rows(0, len(sample.index) - 1, horizon, lags)
    check_length(rows.count, 40, horizon)
    state = sample.controls[rows.at(0)][:, [sample.control_names.index(name) for name in names]]
    design = np.column_stack(
        [control_block(sample.controls, rows, lags)[:, 1:], lag_block(sample.treatment, sample.outcome, rows, lags)]
    )
    y = outcome_paths(sample.outcome, rows).sum(axis=-1)
    t = sample.treatment[rows.at(0)]
    forest = fit_forest(y, t, state, design, preset=preset, seed=seed)
    left_y, left_t = (np.ravel(values) for values in forest.residuals_[:2])
    inference = forest.const_marginal_effect_inference(state)
    effect = np.ravel(inference.point_estimate)
    half = stats.norm.ppf(1 - alpha / 2) * np.ravel(inference.stderr)
    constant = float(left_t @ left_y / (left_t @ left_t))
    null = _null_spreads(left_y, left_t, state, constant, horizon, preset, seed, null_draws)
    observed, out_of_bag = _residual_forest_spread(left_y, left_t, state, preset, seed)
    zero = float(left_y @ left_y)
    return ForestEffects(
        effects=pd.DataFrame(
            {"effect": effect, "lower": effect - half, "upper": effect + half},
            index=sample.index[rows.start : rows.stop],
        ),
        average=float(effect.mean()), constant=constant, spread=observed, null_spread=null,
        heterogeneity_p_value=float((1 + np.sum(null >= observed)) / (1 + len(null))),
        constant_loss=float(np.sum((left_y - constant * left_t) ** 2)) / zero,
        forest_loss=float(np.sum((left_y - out_of_bag * left_t) ** 2)) / zero,
        outcome=sample.outcome_name, treatment=sample.treatment_name,
        unit=effect_unit(sample.outcome_unit, sample.treatment_unit), horizon=horizon, n=rows.count, preset=preset,
        modifiers=tuple(names),
        importances=dict(zip(names, map(float, np.ravel(forest.feature_importances_)), strict=True)),
        alpha=alpha, model=forest,
    )  # fmt: skip


def _residual_forest_spread(
    y: np.ndarray, t: np.ndarray, state: np.ndarray, preset: str, seed: int
) -> tuple[float, np.ndarray]:
    """Spread of out-of-bag effects of a forest on given residuals, and the effects."""
    from econml.grf import CausalForest

    n = len(y)
    leaf, depth, sample = (10, 10, 0.45) if preset == "seed" else (max(5, n // 24), 6, 0.35)
    forest = CausalForest(
        n_estimators=NULL_TREES, min_samples_leaf=leaf, max_depth=depth, max_samples=sample, random_state=seed,
        n_jobs=1, inference=True, subforest_size=4,
    )  # fmt: skip
    forest.fit(state, t[:, None], y)
    effects = np.ravel(forest.oob_predict(state))
    return float(np.nanstd(effects)), np.where(np.isfinite(effects), effects, np.nanmean(effects))


def _null_spreads(
    y: np.ndarray, t: np.ndarray, state: np.ndarray, constant: float, horizon: int, preset: str, seed: int, draws: int
) -> np.ndarray:
    """Spreads of forests grown on residuals with one common effect and sign-flipped blocks of errors."""
    rng = np.random.default_rng([seed, 1])
    errors = y - constant * t
    length = block_length(len(y), horizon)
    spreads = np.empty(draws)
    for draw in range(draws):
        signs = np.repeat(rng.choice([-1.0, 1.0], size=len(y) // length + 1), length)[: len(y)]
        rebuilt = constant * t + signs * errors
        spreads[draw] = _residual_forest_spread(rebuilt, t, state, preset, seed)[0]
    return spreads
