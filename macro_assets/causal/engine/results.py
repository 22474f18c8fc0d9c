"""Typed results of effect estimates, always with unit, sign convention, sample dates and n.

Belongs here: EffectEstimate and EffectGrid. Does not belong here: estimation, pictures (plots.py).
RegimeEffects lives in by_regime.py, ContrastEffects in contrast.py, BeliefReport in belief.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import stats

from macro_assets.causal.engine.inputs import effect_unit
from macro_assets.errors import InvalidInputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ASSOCIATION", "CAUSAL", "NOT_IDENTIFIED", "EffectEstimate", "EffectGrid"]

CAUSAL, ASSOCIATION, NOT_IDENTIFIED = "causal", "association", "not identified"
ESTIMAND = (
    "response of the outcome accumulated from the end of t-1 to the end of t+h, per unit of the part of the treatment "
    "that controls and lags do not explain; where effects vary, the average weighted by that part's variance, "
    "E[theta v^2]/E[v^2]"
)


@dataclass(frozen=True)
class EffectEstimate:
    """One effect: outcome accumulated over horizon + 1 periods per unit of treatment.

    Parameters
    ----------
    point, stderr : in `unit` (outcome unit per treatment unit). `point_uncorrected` is plain least squares (or plain
        double ML), equal to `point` at horizon 0.
    degrees_of_freedom : of the Student t reference; infinite means normal.
    n : rows used; sample_start, sample_end : dates of the first and last shock used.
    overlap : 1 - R2 of the treatment on controls and lags. effective_n : (sum v2)^2 / sum v4.
    expected_coverage : what simulation says an interval of this persistence, n and horizon covers;
        `interval_unreliable` when below 0.90.
    tier, label : identification tier of the treatment and what the cell may be called.
    influence : (n,) influence values in time order, for joint inference.
    """

    point: float
    stderr: float
    degrees_of_freedom: float
    n: int
    horizon: int
    outcome: str
    treatment: str
    outcome_unit: str
    treatment_unit: str
    sign_convention: str
    sample_start: pd.Timestamp
    sample_end: pd.Timestamp
    learner: str = "linear"
    inference: str = "ewc"
    lags: int = 2
    alpha: float = 0.05
    point_uncorrected: float = float("nan")
    overlap: float = float("nan")
    effective_n: float = float("nan")
    treatment_persistence: float = float("nan")
    expected_coverage: float = float("nan")
    interval_unreliable: bool = False
    tier: str = ""
    label: str = ASSOCIATION
    bootstrap_interval: tuple[float, float] | None = None
    bootstrap_p_value: float | None = None
    estimand: str = ESTIMAND
    influence: np.ndarray = field(default_factory=lambda: np.empty(0), repr=False, compare=False)

    @property
    def unit(self) -> str:
        """Unit of the point estimate."""
        return effect_unit(self.outcome_unit, self.treatment_unit)

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

    def labelled(self, tier: str, label: str) -> EffectEstimate:
        """The same estimate with its identification tier and label."""
        return replace(self, tier=tier, label=label)

    def row(self) -> dict[str, Any]:
        """Flat record of everything but the influence values."""
        skip = {"influence", "bootstrap_interval", "bootstrap_p_value"}
        record = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in skip}
        low, high = self.confidence_interval
        return record | {"lower": low, "upper": high, "p_value": self.p_value, "unit": self.unit}

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        return pd.DataFrame([self.row()])

    def summary(self) -> str:
        """A few lines a person can read."""
        low, high = self.confidence_interval
        lines = [
            f"Effect of {self.treatment} on {self.outcome}, horizon {self.horizon} ({self.label}"
            + (f", tier {self.tier})" if self.tier else ")"),
            f"  {self.point:+.4g} ({self.unit}); {100 * (1 - self.alpha):.0f} % interval [{low:.4g}, {high:.4g}], "
            f"p = {self.p_value:.3f}",
            f"  n = {self.n}, {self.sample_start:%Y-%m-%d} to {self.sample_end:%Y-%m-%d}; {self.learner} learner, "
            f"{self.lags} lags, {self.inference} standard error {self.stderr:.4g}",
            f"  sign: {self.sign_convention}; overlap (1 - R2 of the treatment) {self.overlap:.2f}; "
            f"effective n {self.effective_n:.0f}",
        ]
        if self.interval_unreliable:
            lines.append(
                f"  INTERVAL UNRELIABLE: at this persistence, n and horizon simulation finds coverage of about "
                f"{self.expected_coverage:.2f} for a nominal {1 - self.alpha:.2f}."
            )
        return "\n".join(lines)

    def plot(self, ax: Axes | None = None) -> Axes:
        """The estimate with its interval."""
        from macro_assets.pictures.effects import plot_estimates

        return plot_estimates([self], ax=ax)


@dataclass(frozen=True)
class EffectGrid:
    """Estimates over treatments, outcomes and horizons, with joint inference when it was asked for.

    adjusted : frame indexed like `to_frame()` rows with columns p_bh, p_romano_wolf (may be absent).
    bands : (treatment, outcome) -> sup-t critical value over horizons.
    """

    estimates: tuple[EffectEstimate, ...]
    adjusted: pd.DataFrame | None = None
    bands: dict[tuple[str, str], float] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.estimates)

    def __iter__(self) -> Iterator[EffectEstimate]:
        return iter(self.estimates)

    def get(self, treatment: str, outcome: str, horizon: int) -> EffectEstimate:
        """One cell.

        Raises
        ------
        InvalidInputError : the grid has no such cell.
        """
        for estimate in self.estimates:
            if (estimate.treatment, estimate.outcome, estimate.horizon) == (treatment, outcome, horizon):
                return estimate
        raise InvalidInputError(
            f"The grid has no cell ({treatment}, {outcome}, horizon {horizon}).",
            remedy=f"Treatments: {', '.join(sorted({e.treatment for e in self.estimates}))}; "
            f"outcomes: {', '.join(sorted({e.outcome for e in self.estimates}))}.",
        )

    def path(self, treatment: str, outcome: str) -> tuple[EffectEstimate, ...]:
        """The response over horizons of one pair, in order of horizon."""
        found = [e for e in self.estimates if (e.treatment, e.outcome) == (treatment, outcome)]
        return tuple(sorted(found, key=lambda estimate: estimate.horizon))

    def to_frame(self) -> pd.DataFrame:
        """One row per cell; with sup-t band and adjusted p-values when computed."""
        frame = pd.DataFrame([estimate.row() for estimate in self.estimates])
        if self.bands:
            critical = np.array([self.bands[(e.treatment, e.outcome)] for e in self.estimates])
            frame["band_lower"] = frame["point"] - critical * frame["stderr"]
            frame["band_upper"] = frame["point"] + critical * frame["stderr"]
        return frame if self.adjusted is None else frame.join(self.adjusted)

    def summary(self) -> str:
        """How many cells, of which kind, and the strongest ones after adjustment."""
        frame = self.to_frame()
        p = frame["p_bh"] if "p_bh" in frame else frame["p_value"]
        shown = frame.assign(p=p).sort_values("p").head(10)
        labels = frame["label"].value_counts().to_dict()
        lines = [
            f"{len(frame)} effects: {', '.join(f'{count} {name}' for name, count in labels.items())}; "
            f"{int((p < 0.05).sum())} with {'Benjamini-Hochberg ' if 'p_bh' in frame else ''}p below 0.05; "
            f"{int(frame['interval_unreliable'].sum())} intervals unreliable."
        ]
        for row in shown.itertuples():
            lines.append(
                f"  {row.treatment} -> {row.outcome}, h={row.horizon}: {row.point:+.4g} "
                f"[{row.lower:.4g}, {row.upper:.4g}] {row.unit}, n={row.n}, p={row.p:.3f}, {row.label}"
            )
        return "\n".join(lines)

    def plot_response(self, treatment: str, outcome: str, ax: Axes | None = None) -> Axes:
        """Response over horizons of one pair, with pointwise and simultaneous bands."""
        from macro_assets.pictures.effects import plot_response

        return plot_response(self, treatment, outcome, ax=ax)

    def plot(self, ax: Axes | None = None, *, horizon: int = 0) -> Axes:
        """Heat map of t-statistics at one horizon."""
        from macro_assets.pictures.effects import plot_heatmap

        return plot_heatmap(self, horizon=horizon, ax=ax)
