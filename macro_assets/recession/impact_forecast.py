"""One impact as it is answered: value, intervals or their refusal, odds of the joint event.

Belongs here: the typed answer of stage 2 for one target. Does not belong here: how it is computed (impacts.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from macro_assets.inference.conformal import LEVELS
from macro_assets.inference.display import Displayed
from macro_assets.inference.mixture import Rule, refusal

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORECAST_LEVELS = LEVELS

__all__ = ["FORECAST_LEVELS", "ImpactForecast", "JointOdds"]


@dataclass(frozen=True)
class JointOdds:
    """Probability that a recession comes and the change lies at or below `limit`.

    Attributes
    ----------
    low, high : without and with the error that was never seen: finitely many past recessions say no more.
    """

    limit: float
    low: float
    high: float

    @property
    def value(self) -> float:
        """The middle of both bounds."""
        return (self.low + self.high) / 2.0


@dataclass(frozen=True)
class ImpactForecast(Displayed):
    """Change of one target over the next two quarters.

    Attributes
    ----------
    value : forecast in `unit`; the historical mean when `skill` is False (for claims the mean of log changes).
    intervals : level to (low, high); infinite where past errors are too few for the level.
    rules : how each interval was made: two tails, absolute errors, or not attainable.
    skill : whether past out-of-sample errors were smaller than those of the historical mean, whichever quarter is left out.
    method : ridge, median, xgboost_seed or "no skill".
    probability : of recession; weighs past errors with and without one.
    errors, widest_level : number of errors that the weighted samples amount to, and the largest level they support.
    joint : odds of a recession together with a fall of the index below a limit; None for other targets.
    missing : inputs that were unknown and stood at their training medians.
    """

    target: str
    unit: str
    value: float
    intervals: dict[float, tuple[float, float]]
    rules: Mapping[float, Rule]
    skill: bool
    method: str
    probability: float
    errors: int
    widest_level: float
    joint: JointOdds | None = None
    missing: tuple[str, ...] = ()

    def supported(self, level: float) -> bool:
        """Whether past errors are enough for an interval of this level."""
        return self.rules[level] != "not attainable"

    def refused(self) -> tuple[str, ...]:
        """What stands in place of each level that is not attainable."""
        return tuple(
            refusal(level, self.errors, self.widest_level) for level in self.intervals if not self.supported(level)
        )

    def summary(self) -> str:
        """Forecast, intervals and method in one line."""
        spans = [
            f"{level:.0%}: {low:+.2f} to {high:+.2f}"
            for level, (low, high) in self.intervals.items()
            if self.supported(level)
        ]
        text = "; ".join([*spans, *self.refused(), self.method])
        line = f"{self.target}: {self.value:+.2f} {self.unit} ({text}; weighted by p = {self.probability:.2f})."
        if self.joint is None:
            return line
        return (
            f"{line} Recession and {self.joint.limit:+.0f} % or less: {self.joint.value:.1%} "
            f"({self.joint.low:.1%} to {self.joint.high:.1%})."
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per level: forecast, lower and upper end, rule."""
        rows = [(self.target, self.value, level, *ends, self.rules[level]) for level, ends in self.intervals.items()]
        return pd.DataFrame(rows, columns=["target", "value", "level", "lower", "upper", "rule"])

    def plot(self, ax: Axes | None = None) -> Axes:
        """The forecast with its intervals; hollow without skill."""
        from macro_assets.pictures import recession as pictures

        return pictures.impact_fan(
            self.name, self.unit, self.value, self.drawn, refused=self.refused(), skill=self.skill, ax=ax
        )

    @property
    def drawn(self) -> dict[float, tuple[float, float]]:
        """The intervals that past errors support."""
        return {level: ends for level, ends in self.intervals.items() if self.supported(level)}

    @property
    def name(self) -> str:
        """The target without its unit, in lines: for a panel's title."""
        return self.target.rsplit("_", 1)[0].replace("_", "\n")
