"""Tightening and easing against neutral months: an X-learner contrast with block bootstrap and overlap report.

Belongs here: x_learner_contrast and its result. Does not belong here: effects per unit of a continuous shock.

The contrast answers another question than a slope: what happened in months with a large shock of one sign against
neutral months. Months between the thresholds on the other side are left out. Source: Kunzel et al. (2019), PNAS 116.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from macro_assets.causal.engine.design import Rows, outcome_paths, usable_rows
from macro_assets.causal.engine.inputs import Sample, check_length, validate
from macro_assets.causal.engine.results import NOT_IDENTIFIED
from macro_assets.causal.engine.settings import DEFAULT, EffectSettings, check_horizon
from macro_assets.causal.engine.variables import Observed, Outcome, Shock
from macro_assets.causal.variation.contrast_models import DRAWS, ContrastMonths, standardised
from macro_assets.causal.variation.searched import VariedEffects
from macro_assets.errors import InvalidInputError
from macro_assets.inference.choices import check_choice

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ARMS", "MINIMUM_TREATED", "ContrastEffects", "x_learner_contrast"]

ARMS = ("tightening", "easing")
MINIMUM_TREATED = 25
EXAMPLE_ROWS = 3


@dataclass(frozen=True, kw_only=True)
class ContrastEffects(VariedEffects):
    """Contrast of treated months with neutral months.

    average : mean effect on all months used, in the unit of the outcome (nan when not identified);
    interval : block-bootstrap interval. difference_in_means : the unadjusted contrast; constant_effect : the same
    adjusted by least squares, the baseline of one common effect.
    treated, neutral : months in each arm. threshold : size of shock, in its unit, that counts as treated.
    overlap : share of months whose propensity lies in [0.05, 0.95].
    model, example : the fitted XLearner and a few rows of its standardised input, for the registry.
    """

    html_columns: ClassVar[tuple[str, ...]] = (
        "arm", "average", "lower", "upper", "difference_in_means", "constant_effect", "treated", "neutral", "label", "unit",
    )  # fmt: skip

    arm: str
    treated: int
    neutral: int
    threshold: float
    average: float = float("nan")
    interval: tuple[float, float] = (float("nan"), float("nan"))
    stderr: float = float("nan")
    difference_in_means: float = float("nan")
    constant_effect: float = float("nan")
    effect_spread: float = float("nan")
    overlap: float = float("nan")
    label: str = NOT_IDENTIFIED
    model: Any = field(default=None, repr=False, compare=False)
    example: pd.DataFrame | None = field(default=None, repr=False, compare=False)

    @property
    def unit(self) -> str:
        """Unit of the contrast: that of the outcome."""
        return self.outcome.unit

    @property
    def identified(self) -> bool:
        """Whether the arm has enough months to say anything."""
        return self.label != NOT_IDENTIFIED

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        names = ("arm", "average", "stderr", "difference_in_means", "constant_effect", "effect_spread", "treated", "neutral",
                 "threshold", "overlap", "label", "horizon", "sample_start", "sample_end", "alpha", "n", "unit")  # fmt: skip
        record = {"shock": self.shock.name, "outcome": self.outcome.name, "shock_unit": self.shock.unit}
        record |= {name: getattr(self, name) for name in names}
        return pd.DataFrame([record | {"lower": self.interval[0], "upper": self.interval[1]}])

    def rows(self) -> pd.DataFrame:
        """One row, the arm; a contrast does not test variation, so it has no p-value for it."""
        low, high = self.interval
        state = pd.DataFrame(
            {"state": [self.arm], "effect": self.average, "lower": low, "upper": high, "reported": self.average,
             "reported_lower": low, "reported_upper": high, "months": float(self.treated)}
        )  # fmt: skip
        return self._long(state, method="x_learner", common_effect=self.constant_effect, identified=self.identified)

    def summary(self) -> str:
        """A few lines a person can read."""
        head = (
            f"{self.arm.capitalize()} ({self.shock.name} beyond {self.threshold:+.4g} {self.shock.unit}) against "
            f"neutral months, {self.outcome.name}, horizon {self.horizon}: {self.treated} treated, {self.neutral} neutral, "
            f"{self.sample_start:%Y-%m-%d} to {self.sample_end:%Y-%m-%d}"
        )
        if not self.identified:
            return f"{head}\n  NOT IDENTIFIED: fewer than {MINIMUM_TREATED} months in one of the arms."
        low, high = self.interval
        return (
            f"{head}\n  {self.average:+.4g} {self.unit} [{low:.4g}, {high:.4g}] (block bootstrap); unadjusted "
            f"{self.difference_in_means:+.4g}, one common effect {self.constant_effect:+.4g}, zero-effect baseline 0\n"
            f"  overlap: {self.overlap:.0%} of months have a propensity in [0.05, 0.95]"
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """The contrast with its interval beside the unadjusted one and one common effect."""
        from macro_assets.pictures import effects

        cells = [(self.average, *self.interval)] if self.identified else []
        points, lower, upper = ([cell[side] for cell in cells] for side in range(3))
        comparisons = {"unadjusted": self.difference_in_means, "one common effect": self.constant_effect}
        axes = effects.intervals(
            ["X-learner"] * len(cells), points, lower, upper, unit=self.unit,
            comparisons=comparisons if self.identified else None, ax=ax,
        )  # fmt: skip
        finding = f"{self.average:+.3g} {self.unit}" if self.identified else f"not identified, {self.treated} months"
        return self.titled(
            axes, f"{self.arm}, {finding}",
            f"{self.treated} months of {self.arm} against {self.neutral} neutral months, horizon {self.horizon}",
        )  # fmt: skip


def x_learner_contrast(
    outcome: pd.Series | Observed[Outcome],
    shock: pd.Series | Observed[Shock],
    controls: pd.DataFrame | None,
    *,
    arm: str = "tightening",
    horizon: int = 0,
    threshold_sd: float = 1.0,
    draws: int = DRAWS,
    settings: EffectSettings = DEFAULT,
) -> ContrastEffects:
    """Effect of a large shock of one sign against neutral months.

    Parameters
    ----------
    outcome, shock, controls, horizon : as in `estimate_effect`. settings : level and seed.
    arm : `tightening` (shock above +threshold) or `easing` (below -threshold).
    threshold_sd : in standard deviations of the non-zero months. Neutral months lie within half of it.
    draws : block-bootstrap refits.

    Returns
    -------
    ContrastEffects, labelled `not identified` below 25 treated or neutral months.

    Raises
    ------
    InvalidInputError : as in `estimate_effect`, another arm, or a threshold that is not positive.
    """
    check_horizon(horizon)
    sample = validate(outcome, shock, controls)
    rows = usable_rows(0, len(sample.index) - 1, horizon, 1)
    check_length(rows.count, 20, horizon)
    threshold, treated, neutral = _arms(sample, rows, arm, threshold_sd)
    used = np.flatnonzero(treated | neutral)
    frame: dict[str, Any] = {
        "arm": arm, "treated": int(treated.sum()), "neutral": len(used) - int(treated.sum()), "threshold": threshold,
        "outcome": sample.measured_outcome, "shock": sample.measured_shock, "horizon": horizon, "alpha": settings.alpha,
        "n": len(used), "sample_start": sample.index[rows.start], "sample_end": sample.index[rows.stop - 1],
    }  # fmt: skip
    if min(frame["treated"], frame["neutral"]) < MINIMUM_TREATED:
        return ContrastEffects(**frame)
    y = outcome_paths(sample.outcome, rows).sum(axis=-1)[used]
    state = np.column_stack([sample.controls[rows.at(0)], sample.outcome[rows.at(-1)], sample.shock[rows.at(-1)]])
    months = ContrastMonths(y, treated[used].astype(int), standardised(state[used]), used, horizon, settings.seed)
    names = [*sample.control_names, f"{sample.measured_outcome.name}_before", f"{sample.measured_shock.name}_before"]
    example = pd.DataFrame(months.state[-EXAMPLE_ROWS:], columns=names)
    return ContrastEffects(**frame, **months.contrast(settings.alpha, draws), example=example)


def _arms(sample: Sample, rows: Rows, arm: str, threshold_sd: float) -> tuple[float, np.ndarray, np.ndarray]:
    """Signed threshold in units of the shock, and which rows are treated and which are neutral."""
    check_choice(arm, ARMS, "arm")
    if not threshold_sd > 0.0:
        raise InvalidInputError(
            f"Option threshold_sd must be positive, not {threshold_sd}.", remedy="The usual choice is 1."
        )
    sign = 1.0 if arm == "tightening" else -1.0
    least = threshold_sd * float(sample.shock[sample.shock != 0.0].std())
    shock = sample.shock[rows.at(0)]
    return sign * least, sign * shock > least, np.abs(shock) <= least / 2.0
