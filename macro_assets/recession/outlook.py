"""What would follow a recession: both stages trained on what is known now, and the impacts of today.

Belongs here: the doors of stage 2, `fit` and `answer`. Does not belong here: regressors and intervals (impacts.py), the
two stages put together for one row of features (hybrid.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.recession.candidates import Candidate
from macro_assets.recession.data import RecessionData
from macro_assets.recession.hybrid import HybridRecessionModel, RecessionForecast
from macro_assets.recession.impact_forecast import FORECAST_LEVELS, ImpactForecast
from macro_assets.recession.impact_history import impact_outcomes
from macro_assets.tables.rows import table_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TABLE = "models/recession_impacts"

__all__ = ["TABLE", "ImpactOutlook", "answer", "fit"]


@dataclass(frozen=True)
class ImpactOutlook(Displayed):
    """Impacts at the newest quarter end, whether or not a recession is predicted.

    Attributes
    ----------
    model : both stages. features : (1, p) the row they were asked about.
    forecast : of stage 1. impacts : of stage 2, with intervals weighted by the probability of stage 1.
    """

    as_of: date
    model: HybridRecessionModel
    features: pd.DataFrame
    forecast: RecessionForecast
    impacts: tuple[ImpactForecast, ...]

    @property
    def finding(self) -> str:
        """How many impacts can be forecast."""
        skilled = sum(impact.skill for impact in self.impacts)
        return f"{skilled} of {len(self.impacts)} impacts can be forecast better than by their mean"

    def summary(self) -> str:
        """The impacts and the probability they rest on."""
        head = f"{self.finding}; recession {self.forecast.probability:.1%} as of {self.as_of:%Y-%m-%d}."
        return "\n".join([head, *(f"  {impact.summary()}" for impact in self.impacts)])

    def to_frame(self) -> pd.DataFrame:
        """Rows of models/recession_impacts."""
        return answer(self).to_pandas()

    def plot(self, ax: Axes | None = None, *, target: str | None = None) -> Axes:
        """One impact with its intervals: `target`, by default the first; `figure` draws all."""
        chosen = [impact for impact in self.impacts if target in (None, impact.target)]
        if not chosen:
            raise InvalidInputError(
                f"Unknown target {target!r}.", remedy=f"Available: {', '.join(one.target for one in self.impacts)}."
            )
        return chosen[0].plot(ax)

    def figure(self) -> Figure:
        """All impacts with their intervals, each in units of its own."""
        from macro_assets.pictures import recession as pictures

        return pictures.impact_fans(
            [impact.name for impact in self.impacts],
            [impact.unit for impact in self.impacts],
            [impact.value for impact in self.impacts],
            [impact.drawn for impact in self.impacts],
            [impact.refused() for impact in self.impacts],
            [impact.skill for impact in self.impacts],
            finding=self.finding,
        )


def fit(monthly_features: pa.Table, recession_targets: pa.Table, stage1: Candidate) -> ImpactOutlook:
    """Train both stages with what is known on the newest quarter end, and forecast from its features.

    Parameters
    ----------
    monthly_features, recession_targets : features/recession_features_monthly, targets/recession_targets.
    stage1 : the candidate whose probability feeds stage 2: the champion of the registry.
    """
    data = RecessionData.from_tables("Q", "vintage", monthly_features, recession_targets)
    history = impact_outcomes(recession_targets)
    model = HybridRecessionModel.fit(data, stage1, data.index[-1], history)
    newest = data.compact.tail(1).join(history.volatility)
    forecast = model.predict(newest)
    return ImpactOutlook(data.index[-1].date(), model, newest, forecast, model.impacts(newest, forecast.probability))


def answer(outlook: ImpactOutlook) -> pa.Table:
    """The impacts as models/recession_impacts: one row per target, with both ends of each interval or its refusal."""
    rows = [_row(impact, outlook.as_of) for impact in outlook.impacts]
    through = outlook.model.trained_through or outlook.as_of
    return table_of(pd.DataFrame(rows).assign(trained_through=through), TABLE)


def _row(impact: ImpactForecast, as_of: date) -> dict[str, object]:
    values: dict[str, object] = {
        name: getattr(impact, name)
        for name in ("target", "value", "unit", "errors", "widest_level", "skill", "probability", "method")
    }
    for level in FORECAST_LEVELS:
        percent, ends = round(100 * level), impact.drawn.get(level, (None, None))
        values |= {f"lower_{percent}": ends[0], f"upper_{percent}": ends[1], f"rule_{percent}": impact.rules[level]}
    joint = impact.joint
    odds: dict[str, float | None] = {
        "joint_limit": None,
        "joint_probability": None,
        "joint_low": None,
        "joint_high": None,
    }
    if joint is not None:
        odds = {
            "joint_limit": joint.limit,
            "joint_probability": joint.value,
            "joint_low": joint.low,
            "joint_high": joint.high,
        }
    return {"as_of": as_of, **values, **odds}
