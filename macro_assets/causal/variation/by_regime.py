"""Effects by market regime: interactions with the filtered regime probabilities of the month before.

Belongs here: the result, and the question it answers. Does not belong here: the interacted regression (interaction.py),
regime models (regimes/), the month shift of their probabilities (states.py), forests (forest.py).

Probabilities must be filtered (known at the end of t-1), never smoothed: smoothed ones look ahead and split effects by
their own outcome. Effects are not drawn toward each other: intervals around a shrunk effect cover .59 to .73 where effects
differ, those of the plain ones .90 to .94. At monthly samples of 300 to 500 the difference between regimes is rarely
identified, so the minimum detectable difference is printed beside every estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from macro_assets.causal.engine.design import usable_rows
from macro_assets.causal.engine.effects import linear_cells, linear_parameters
from macro_assets.causal.engine.inputs import check_index, check_length, same_index, validate
from macro_assets.causal.engine.linear import linear_stderr
from macro_assets.causal.engine.settings import DEFAULT, EffectSettings, check_horizon
from macro_assets.causal.engine.variables import Observed, Outcome, Shock
from macro_assets.causal.variation.interaction import Interaction, fit_interaction
from macro_assets.causal.variation.searched import VariedEffects
from macro_assets.errors import InvalidInputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["RegimeEffects", "regime_effects"]

MINIMUM_REGIME_MONTHS = 25.0


@dataclass(frozen=True, kw_only=True)
class RegimeEffects(VariedEffects):
    """Effects of one shock on one outcome by regime.

    frame : one row per regime: effect, stderr, lower, upper, expected_months (sum of probabilities), identified.
    average, average_stderr : the effect without regimes.
    difference_p_value : joint test that all regimes share one effect.
    minimum_detectable_difference : between the two regimes best told apart, at 80 % power, in `unit`.
    zero_loss, constant_loss, regime_loss : leave-block-out squared error of the three models on residuals, relative to
        the zero-effect model; regimes are only worth telling apart when regime_loss is the smallest.
    """

    html_columns: ClassVar[tuple[str, ...]] = (
        "regime", "effect", "lower", "upper", "expected_months", "identified", "unit",
    )  # fmt: skip

    frame: pd.DataFrame
    average: float
    average_stderr: float
    difference_p_value: float
    minimum_detectable_difference: float
    zero_loss: float
    constant_loss: float
    regime_loss: float

    @property
    def differs(self) -> bool:
        """Whether the data support different effects: the joint test rejects and prediction improves."""
        return self.difference_p_value < self.alpha and self.regime_loss < min(self.constant_loss, self.zero_loss)

    def to_frame(self) -> pd.DataFrame:
        """One row per regime with everything needed to read it alone."""
        return self.frame.assign(
            outcome=self.outcome.name, shock=self.shock.name, horizon=self.horizon, unit=self.unit, n=self.n,
            sample_start=self.sample_start, sample_end=self.sample_end, average=self.average,
            difference_p_value=self.difference_p_value,
            minimum_detectable_difference=self.minimum_detectable_difference,
        )  # fmt: skip

    def rows(self) -> pd.DataFrame:
        """One row a regime; what to read is its own effect."""
        named = self.frame.rename(
            columns={"regime": "state", "expected_months": "months"}
        ).assign(
            reported=self.frame["effect"], reported_lower=self.frame["lower"], reported_upper=self.frame["upper"]
        )  # fmt: skip
        return self._long(
            named, method="by_regime", common_effect=self.average, identified=self.frame["identified"].to_numpy(),
            varies=self.differs, p_value=self.difference_p_value, minimum_detectable=self.minimum_detectable_difference,
        )  # fmt: skip

    def summary(self) -> str:
        """A few lines a person can read, with the power beside the estimates."""
        lines = [
            f"Effect of {self.shock.name} on {self.outcome.name} by regime, horizon {self.horizon} ({self.unit}), "
            f"n = {self.n}, "
            f"{self.sample_start:%Y-%m-%d} to {self.sample_end:%Y-%m-%d}; sign: {self.sign_convention}",
            f"  average {self.average:+.4g} (standard error {self.average_stderr:.4g})",
        ]
        for row in self.frame.itertuples():
            doubt = "" if row.identified else f"  NOT IDENTIFIED: fewer than {MINIMUM_REGIME_MONTHS:.0f} months"
            lines.append(
                f"  {row.regime}: {row.effect:+.4g} [{row.lower:.4g}, {row.upper:.4g}] "
                f"({row.expected_months:.0f} months){doubt}"
            )
        lines.append(
            f"  {self._finding}: p = {self.difference_p_value:.3f}; smallest difference this sample could detect with "
            f"80 % power: {self.minimum_detectable_difference:.4g}"
        )
        return "\n".join(lines)

    @property
    def _finding(self) -> str:
        return "regimes differ" if self.differs else "no evidence that regimes differ"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Effects by regime with intervals; dashed: the average."""
        from macro_assets.pictures import effects

        frame = self.frame
        axes = effects.intervals(
            [str(name).replace("_", "\n") for name in frame["regime"]], frame["effect"], frame["lower"],
            frame["upper"], unit=self.unit, reference=self.average, ax=ax,
        )  # fmt: skip
        return self.titled(
            axes, self._finding,
            f"effects by regime of the month before (dashed: average); "
            f"detectable difference {self.minimum_detectable_difference:.3g}",
        )  # fmt: skip


def regime_effects(
    outcome: pd.Series | Observed[Outcome],
    shock: pd.Series | Observed[Shock],
    controls: pd.DataFrame | None,
    probabilities: pd.DataFrame,
    *,
    horizon: int = 0,
    settings: EffectSettings = DEFAULT,
) -> RegimeEffects:
    """Effects by regime: the shock times each regime's probability, beside the same controls and lags.

    Parameters
    ----------
    outcome, shock, controls, horizon : as in `estimate_effect`. settings : lags and level.
    probabilities : (n, regimes) on the same index; row t holds the FILTERED probabilities as known at the end of t-1
        (`states.known_before`). Rows sum to one.

    Returns
    -------
    RegimeEffects.

    Raises
    ------
    InvalidInputError : as in `estimate_effect`, or probabilities outside [0, 1] or not summing to one.
    """
    check_horizon(horizon)
    sample = validate(outcome, shock, controls)
    weights = _probabilities(probabilities, sample.index)
    rows = usable_rows(0, len(sample.index) - 1, horizon, settings.lags)
    check_length(rows.count, linear_parameters(sample, settings.lags) + 2 * weights.shape[1], horizon)
    inside = weights[rows.at(0)]
    fit = fit_interaction(sample, inside, rows, settings.lags)
    cells = linear_cells(sample, rows, settings.lags, bias_correction=False)
    frame = _frame(list(probabilities.columns), fit, inside, settings.alpha)
    losses = fit.losses(horizon)
    return RegimeEffects(
        frame=frame, average=float(cells.point), average_stderr=float(linear_stderr(cells, horizon)[0]),
        difference_p_value=fit.equal_effects_p(),
        minimum_detectable_difference=fit.detectable(settings.alpha),
        zero_loss=1.0, constant_loss=losses[0], regime_loss=losses[1],
        outcome=sample.measured_outcome, shock=sample.measured_shock, horizon=horizon, n=rows.count,
        sample_start=sample.index[rows.start], sample_end=sample.index[rows.stop - 1], alpha=settings.alpha,
    )  # fmt: skip


def _probabilities(probabilities: pd.DataFrame, index: pd.DatetimeIndex) -> np.ndarray:
    if not isinstance(probabilities, pd.DataFrame) or probabilities.shape[1] < 2:
        raise InvalidInputError(
            "The probabilities are not a DataFrame with at least two regimes.", remedy="Pass one column a regime."
        )
    same_index(index, check_index(probabilities.index, "The frame of probabilities"), "The frame of probabilities")
    values = np.asarray(probabilities, dtype=float)
    if not np.isfinite(values).all() or (values < -1e-9).any() or np.abs(values.sum(axis=1) - 1.0).max() > 1e-6:
        raise InvalidInputError(
            "Probabilities must be finite, not negative, and sum to one in every row.",
            remedy="Pass filtered probabilities of all regimes.",
        )
    return values


def _frame(names: list[str], fit: Interaction, inside: np.ndarray, alpha: float) -> pd.DataFrame:
    """The table of regimes. inside : (n, regimes) probabilities of the rows used."""
    quantile = float(stats.t.ppf(1 - alpha / 2, fit.degrees))
    half = quantile * np.sqrt(fit.variance)
    months = inside.sum(axis=0)
    return pd.DataFrame(
        {
            "regime": names, "effect": fit.effects, "stderr": np.sqrt(fit.variance),
            "lower": fit.effects - half, "upper": fit.effects + half,
            "expected_months": months, "identified": months >= MINIMUM_REGIME_MONTHS,
        }
    )  # fmt: skip
