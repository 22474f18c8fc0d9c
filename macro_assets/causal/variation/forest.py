"""Causal forest effects that vary with the state, reported only when they beat a forest grown under one effect.

Belongs here: the result, and the question it answers. Does not belong here: the forests and their null
(forest_models.py), regimes (by_regime.py).

A forest shows varying effects even where there are none (measured: spread of 10 to 16 % of a constant effect). So the
spread found is compared with the spread forests find in data from which all variation was removed: outcome residuals
rebuilt with the constant effect and block-shuffled errors. Source: Athey, Tibshirani and Wager (2019); econml.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from macro_assets.causal.engine.design import Rows, control_block, lag_block, outcome_paths, usable_rows
from macro_assets.causal.engine.inputs import Sample, check_length, validate
from macro_assets.causal.engine.settings import DEFAULT, EffectSettings, check_horizon
from macro_assets.causal.engine.variables import Observed, Outcome, Shock
from macro_assets.causal.variation.forest_models import NULL_DRAWS, ForestResiduals, fit_forest
from macro_assets.causal.variation.searched import VariedEffects
from macro_assets.errors import InvalidInputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ForestEffects", "forest_effects"]

MINIMUM_PARAMETERS = 40
EXAMPLE_ROWS = 3


@dataclass(frozen=True, kw_only=True)
class ForestEffects(VariedEffects):
    """Effects by state of one shock on one outcome.

    effects : frame on the sample's dates: effect, lower, upper (pointwise).
    average : mean effect; constant : the best constant effect on the same residuals.
    spread : standard deviation of the effects. null_spread : (draws,) the same under one common effect.
    heterogeneity_p_value : share of null spreads at least as large.
    constant_loss, forest_loss : out-of-bag squared error relative to the zero-effect model.
    model, example : the fitted CausalForestDML and a few rows of its input, for the registry.
    """

    html_columns: ClassVar[tuple[str, ...]] = ("effect", "lower", "upper", "reported", "unit")

    effects: pd.DataFrame
    average: float
    constant: float
    spread: float
    null_spread: np.ndarray
    heterogeneity_p_value: float
    constant_loss: float
    forest_loss: float
    preset: str
    modifiers: tuple[str, ...]
    importances: dict[str, float]
    model: Any = field(repr=False, compare=False, default=None)
    example: pd.DataFrame | None = field(repr=False, compare=False, default=None)

    @property
    def heterogeneous(self) -> bool:
        """Whether effects vary by more than forests find where nothing varies."""
        return self.heterogeneity_p_value < self.alpha

    def to_frame(self) -> pd.DataFrame:
        """Effects by date; the constant effect in every row unless heterogeneity beats its null."""
        shown = self.effects["effect"] if self.heterogeneous else self.constant
        return self.effects.assign(reported=shown, unit=self.unit, horizon=self.horizon)

    def rows(self) -> pd.DataFrame:
        """One row a month; what to read is the constant effect unless heterogeneity beats its null."""
        frame = self.to_frame()
        months = frame.index
        unknown = pd.Series(float("nan"), months)
        low, high = (frame["lower"], frame["upper"]) if self.heterogeneous else (unknown, unknown)
        states = frame.assign(
            state=months.strftime("%Y-%m"), month=months, months=1.0,
            reported_lower=low, reported_upper=high,
        )  # fmt: skip
        return self._long(
            states, method="causal_forest", common_effect=self.constant, identified=True, varies=self.heterogeneous,
            p_value=self.heterogeneity_p_value,
        )  # fmt: skip

    def summary(self) -> str:
        """A few lines a person can read."""
        verdict = (
            f"effects vary with the state (p = {self.heterogeneity_p_value:.3f})"
            if self.heterogeneous
            else f"no evidence that effects vary (p = {self.heterogeneity_p_value:.3f}): report the constant effect"
        )
        return (
            f"Causal forest ({self.preset}), {self.shock.name} on {self.outcome.name}, horizon {self.horizon}, "
            f"n = {self.n}\n"
            f"  constant effect {self.constant:+.4g}, forest average {self.average:+.4g} ({self.unit})\n"
            f"  spread {self.spread:.4g}, under one common effect {np.median(self.null_spread):.4g}: {verdict}\n"
            f"  squared error relative to a zero effect: constant {self.constant_loss:.4f}, "
            f"forest {self.forest_loss:.4f}"
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Effects over time with pointwise intervals; dashed: the constant effect."""
        from macro_assets.pictures import effects

        frame = self.effects
        axes = effects.over_time(
            frame.index, frame["effect"], frame["lower"], frame["upper"], unit=self.unit, reference=self.constant, ax=ax
        )
        finding = "effects vary" if self.heterogeneous else "no evidence that effects vary"
        return self.titled(
            axes, finding,
            f"causal forest, p = {self.heterogeneity_p_value:.2f} against one common effect (dashed)",
        )  # fmt: skip


def forest_effects(
    outcome: pd.Series | Observed[Outcome],
    shock: pd.Series | Observed[Shock],
    controls: pd.DataFrame,
    *,
    modifiers: Sequence[str] | None = None,
    horizon: int = 0,
    preset: str = "regularised",
    null_draws: int = NULL_DRAWS,
    settings: EffectSettings = DEFAULT,
) -> ForestEffects:
    """Effects that vary with some of the controls.

    Parameters
    ----------
    outcome, shock, controls, horizon : as in `estimate_effect`. settings : lags, level and seed.
    modifiers : controls (by name) the effect may vary with; default all.
    preset : `regularised` (default) or `seed`.
    null_draws : forests grown under one common effect.

    Raises
    ------
    InvalidInputError : as in `estimate_effect`, or a modifier that is not a control.
    """
    check_horizon(horizon)
    sample = validate(outcome, shock, controls)
    names = _modifiers(modifiers, sample)
    rows = usable_rows(0, len(sample.index) - 1, horizon, settings.lags)
    check_length(rows.count, MINIMUM_PARAMETERS, horizon)
    state = sample.controls[rows.at(0)][:, [sample.control_names.index(name) for name in names]]
    y, t = outcome_paths(sample.outcome, rows).sum(axis=-1), sample.shock[rows.at(0)]
    forest = fit_forest(y, t, state, _design(sample, rows, settings.lags), preset=preset, seed=settings.seed)
    left_y, left_t = (np.ravel(values) for values in forest.residuals_[:2])
    constant, zero = float(left_t @ left_y / (left_t @ left_t)), float(left_y @ left_y)
    grown = ForestResiduals(left_y, left_t, state, preset, settings.seed)
    spread, out_of_bag = grown.spread(left_y)
    null = grown.null_spreads(constant, horizon, null_draws)
    effects = _pointwise(forest, state, sample.index[rows.start : rows.stop], settings.alpha)
    return ForestEffects(
        effects=effects, average=float(effects["effect"].mean()), constant=constant, spread=spread, null_spread=null,
        heterogeneity_p_value=float((1 + np.sum(null >= spread)) / (1 + len(null))),
        constant_loss=float(np.sum((left_y - constant * left_t) ** 2)) / zero,
        forest_loss=float(np.sum((left_y - out_of_bag * left_t) ** 2)) / zero,
        preset=preset, modifiers=names,
        importances=dict(zip(names, map(float, np.ravel(forest.feature_importances_)), strict=True)), model=forest,
        example=pd.DataFrame(state[-EXAMPLE_ROWS:], columns=list(names)),
        outcome=sample.measured_outcome, shock=sample.measured_shock, horizon=horizon, n=rows.count,
        sample_start=sample.index[rows.start], sample_end=sample.index[rows.stop - 1], alpha=settings.alpha,
    )  # fmt: skip


def _design(sample: Sample, rows: Rows, lags: int) -> np.ndarray:
    """(n, p) what the nuisances see beside the state: lags of the controls, of the shock and of the outcome."""
    return np.column_stack(
        [control_block(sample.controls, rows, lags)[:, 1:], lag_block(sample.shock, sample.outcome, rows, lags)]
    )


def _modifiers(wanted: Sequence[str] | None, sample: Sample) -> tuple[str, ...]:
    names = tuple(wanted or sample.control_names)
    unknown = sorted(set(names) - set(sample.control_names))
    if unknown or not names:
        raise InvalidInputError(
            f"Unknown modifiers: {', '.join(unknown) or 'none was named'}.",
            remedy=f"Available controls: {', '.join(sample.control_names) or 'none'}.",
        )
    return names


def _pointwise(forest: Any, state: np.ndarray, dates: pd.DatetimeIndex, alpha: float) -> pd.DataFrame:
    """Effect of each row with its pointwise interval."""
    inference = forest.const_marginal_effect_inference(state)
    effect = np.ravel(inference.point_estimate)
    half = stats.norm.ppf(1 - alpha / 2) * np.ravel(inference.stderr)
    return pd.DataFrame({"effect": effect, "lower": effect - half, "upper": effect + half}, index=dates)
