"""The typed result of one effect: estimate, interval, unit, sign, sample, label.

Belongs here: EffectEstimate and the labels. Does not belong here: estimation, grids of effects (grid_results.py),
variation over states (variation/), checks (belief/), pictures (pictures/effects.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from macro_assets.causal.engine.inputs import effect_unit
from macro_assets.causal.engine.reliability import is_unreliable
from macro_assets.causal.engine.variables import Outcome, Shock
from macro_assets.inference.display import Displayed
from macro_assets.tables.effects import FINDINGS, IDENTIFICATIONS, LABELS, SPECIFICATIONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "ASSOCIATION",
    "CAUSAL",
    "FOUND",
    "FRAGILE",
    "IDENTIFIED",
    "NOTHING",
    "NOT_IDENTIFIED",
    "STABLE",
    "EffectEstimate",
    "OfOneShock",
    "Words",
]

CAUSAL = LABELS[0]
IDENTIFIED, ASSOCIATION, NOT_IDENTIFIED = IDENTIFICATIONS
FOUND, NOTHING = FINDINGS
STABLE, FRAGILE = SPECIFICATIONS
ESTIMAND = (
    "response of the outcome accumulated from the end of t-1 to the end of t+h, per unit of the part of the shock "
    "that controls and lags do not explain; where effects vary, the average weighted by that part's variance, "
    "E[theta v^2]/E[v^2]"
)
_NOT_IN_ROWS = {"outcome", "shock", "influence", "dates", "words", "bootstrap_interval", "bootstrap_p_value"}


class OfOneShock:
    """What every result about one shock and one outcome can say: its unit, and what a positive shock means."""

    outcome: Outcome
    shock: Shock

    @property
    def unit(self) -> str:
        """Unit of an effect."""
        return effect_unit(self.outcome.unit, self.shock.unit)

    @property
    def sign_convention(self) -> str:
        """What a positive shock means."""
        return self.shock.sign


@dataclass(frozen=True)
class Words:
    """What may be said of a cell; empty and NaN where it was not asked.

    identification : of the shock. finding : of the cell, adjusted. specification : stable or fragile.
    detectable : smallest effect found with 80 % power, in the unit of the effect.
    worst_move : by other specifications, in standard errors.
    expected_coverage : of the cell simulated from its own dynamics.
    """

    identification: str = ""
    finding: str = ""
    specification: str = ""
    detectable: float = float("nan")
    worst_move: float = float("nan")
    expected_coverage: float = float("nan")


@dataclass(frozen=True)
class EffectEstimate(OfOneShock, Displayed):
    """One effect: outcome accumulated over horizon + 1 periods per unit of the shock.

    Parameters
    ----------
    point, stderr : in `unit` (outcome unit per shock unit). `point_uncorrected` is plain least squares (or plain
        double ML), equal to `point` at horizon 0.
    degrees_of_freedom : of the Student t reference; infinite means normal.
    n : rows used; sample_start, sample_end : dates of the first and last shock used.
    outcome, shock : what was measured, with units, sign and tier.
    overlap : 1 - R2 of the shock on controls and lags. effective_n : (sum v2)^2 / sum v4.
    words : what may be said of the cell.
    influence : (n,) influence values in time order, for joint inference. dates : (n,) of the shocks used.
    """

    html_columns: ClassVar[tuple[str, ...]] = (
        "shock", "outcome", "horizon", "label", "point", "lower", "upper", "p_value", "unit", "n", "sample_start", "sample_end",
    )  # fmt: skip

    point: float
    stderr: float
    degrees_of_freedom: float
    n: int
    horizon: int
    outcome: Outcome
    shock: Shock
    sample_start: pd.Timestamp
    sample_end: pd.Timestamp
    learner: str = "linear"
    inference: str = "ewc"
    lags: int = 2
    alpha: float = 0.05
    point_uncorrected: float = float("nan")
    overlap: float = float("nan")
    effective_n: float = float("nan")
    shock_persistence: float = float("nan")
    words: Words = Words()
    bootstrap_interval: tuple[float, float] | None = None
    bootstrap_p_value: float | None = None
    estimand: str = ESTIMAND
    influence: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False, compare=False)
    dates: pd.DatetimeIndex = field(default_factory=lambda: pd.DatetimeIndex([]), repr=False, compare=False)

    @property
    def tier(self) -> str:
        """Identification tier of the shock."""
        return self.shock.tier

    @property
    def cell(self) -> tuple[str, str, int]:
        """Names of shock and outcome, and the horizon."""
        return self.shock.name, self.outcome.name, self.horizon

    @property
    def confidence_interval(self) -> tuple[float, float]:
        """Two-sided interval at level 1 - alpha."""
        if self.bootstrap_interval is not None:
            return self.bootstrap_interval
        half = float(stats.t.ppf(1 - self.alpha / 2, self.degrees_of_freedom)) * self.stderr
        return (self.point - half, self.point + half)

    @property
    def t_statistic(self) -> float:
        """Point over standard error."""
        return self.point / self.stderr if self.stderr > 0 else float("nan")

    @property
    def p_value(self) -> float:
        """Two-sided p-value of a zero effect."""
        if self.bootstrap_p_value is not None:
            return self.bootstrap_p_value
        return float(2 * stats.t.sf(abs(self.t_statistic), self.degrees_of_freedom))

    @property
    def interval_unreliable(self) -> bool:
        """Whether fewer than nine of ten such intervals cover, where that was asked."""
        return is_unreliable(self.words.expected_coverage)

    @property
    def causal(self) -> bool:
        """Whether the word may be said: shock identified, effect found, by an interval that is not known to fail."""
        return self.words.identification == IDENTIFIED and self.words.finding == FOUND and not self.interval_unreliable

    @property
    def label(self) -> str:
        """causal, or what else the cell may be called: its identification, an association where that was not asked."""
        if self.causal:
            return CAUSAL
        return self.words.identification or ASSOCIATION

    def judged(self, **words: Any) -> EffectEstimate:
        """The same estimate with some of its words (identification, finding, ...)."""
        return replace(self, words=replace(self.words, **words))

    def row(self) -> dict[str, Any]:
        """Flat record of everything but the influence values."""
        low, high = self.confidence_interval
        record = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in _NOT_IN_ROWS}
        return (
            {"shock": self.shock.name, "outcome": self.outcome.name}
            | record
            | vars(self.words)
            | {"outcome_unit": self.outcome.unit, "shock_unit": self.shock.unit, "unit": self.unit}
            | {"sign_convention": self.sign_convention, "tier": self.tier}
            | {"tier_stated_by": self.shock.stated_by}
            | {"lower": low, "upper": high, "p_value": self.p_value}
            | {"label": self.label, "causal": self.causal, "interval_unreliable": self.interval_unreliable}
        )

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.row()])

    def summary(self) -> str:
        """A few lines a person can read."""
        low, high = self.confidence_interval
        lines = [
            f"Effect of {self.shock.name} on {self.outcome.name}, horizon {self.horizon} ({self.label}"
            + (f", tier {self.tier})" if self.tier else ")"),
            f"  {self.point:+.4g} ({self.unit}); {100 * (1 - self.alpha):.0f} % interval [{low:.4g}, {high:.4g}], "
            f"p = {self.p_value:.3f}",
            f"  n = {self.n}, {self.sample_start:%Y-%m-%d} to {self.sample_end:%Y-%m-%d}; {self.learner} learner, "
            f"{self.lags} lags, {self.inference} standard error {self.stderr:.4g}",
            f"  sign: {self.sign_convention}; overlap (1 - R2 of the shock) {self.overlap:.2f}; "
            f"effective n {self.effective_n:.0f}",
        ]
        if self.interval_unreliable:
            lines.append(
                f"  INTERVAL UNRELIABLE: simulated from its own dynamics it covers about {self.words.expected_coverage:.2f} for a "
                f"nominal {1 - self.alpha:.2f}."
            )
        return "\n".join(lines)

    def plot(self, ax: Axes | None = None) -> Axes:
        """The estimate with its interval."""
        from macro_assets.pictures import effects, style

        low, high = self.confidence_interval
        name = f"{self.shock.name} on {self.outcome.name}"
        axes = effects.intervals([name], [self.point], [low], [high], unit=self.unit, ax=ax)
        style.title(axes, f"{name}: {self.point:+.3g}", f"{self.label}, horizon {self.horizon}, n = {self.n}")
        return axes
