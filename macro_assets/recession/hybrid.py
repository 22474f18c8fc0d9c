"""The orchestrator: probability of recession, and its likely impacts when the probability is high.

Belongs here: the two stages put together, one typed forecast with its drivers. Does not belong here: training rows
(data.py), estimators, the exported graph (export/recession.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from macro_assets.inference.display import Displayed
from macro_assets.inference.logistic import expit
from macro_assets.inference.metrics import exceeds
from macro_assets.recession.candidates import Candidate, FittedCandidate
from macro_assets.recession.columns import refuse_unknown
from macro_assets.recession.data import FIRST_ROW, RecessionData
from macro_assets.recession.drivers import Driver, drivers
from macro_assets.recession.impact_forecast import ImpactForecast
from macro_assets.recession.impact_history import VOLATILITIES, ImpactHistory, event_windows
from macro_assets.recession.impacts import PROBABILITY, ImpactRegressor, fit_impacts
from macro_assets.signals.recession import monthly_spec

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["HybridRecessionModel", "RecessionForecast"]


@dataclass(frozen=True)
class RecessionForecast(Displayed):
    """Forecast of one as-of date.

    Attributes
    ----------
    probability : of a recession within the horizon.
    predicted : whether it exceeds the threshold fixed in training.
    impacts : changes over two quarters, or None while no recession is predicted.
    drivers : contributions to the log-odds against an average training month, largest first.
    missing : indicators that were not known and stood at their training medians.
    """

    as_of: date | None
    probability: float
    threshold: float
    predicted: bool
    impacts: tuple[ImpactForecast, ...] | None
    drivers: tuple[Driver, ...]
    missing: tuple[str, ...]
    model: str

    def summary(self) -> str:
        """Probability, alarm, drivers, what was missing, impacts."""
        when = f" as of {self.as_of:%Y-%m-%d}" if self.as_of else ""
        alarm = "alarm" if self.predicted else "no alarm"
        lines = [f"Recession{when}: {self.probability:.1%} ({self.model}; {alarm} above {self.threshold:.0%})."]
        lines += [f"  {driver.feature}: {driver.contribution:+.2f} log-odds" for driver in self.drivers]
        if self.missing:
            lines.append(f"Missing, at training medians: {', '.join(self.missing)}.")
        return "\n".join([*lines, *(impact.summary() for impact in self.impacts or ())])

    def to_frame(self) -> pd.DataFrame:
        """Drivers: feature, value, contribution to the log-odds."""
        return pd.DataFrame([vars(driver) for driver in self.drivers])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Contributions of the drivers."""
        from macro_assets.pictures import recession as pictures

        values = np.array([driver.contribution for driver in self.drivers])
        side = "towards" if values.sum() > 0 else "away from"
        when = f" as of {self.as_of:%Y-%m-%d}" if self.as_of else ""
        return pictures.contribution_bars(
            [driver.feature for driver in self.drivers],
            values,
            finding=f"The main drivers point {side} recession{when}",
            ax=ax,
        )


@dataclass(frozen=True)
class HybridRecessionModel:
    """Stage 1 and stage 2 as trained on one date.

    Attributes
    ----------
    stage1 : classifier; stage2 : one regressor per target; trained_through : last training row.
    """

    stage1: FittedCandidate
    stage2: tuple[ImpactRegressor, ...]
    trained_through: date | None = None

    @classmethod
    def fit(
        cls,
        data: RecessionData,
        candidate: Candidate,
        origin: pd.Timestamp | date,
        history: ImpactHistory,
        first: pd.Timestamp = FIRST_ROW,
    ) -> HybridRecessionModel:
        """Train both stages with what was known on `origin`.

        Parameters
        ----------
        history : impact targets by as-of date (quarter ends); what became known after `origin` is not used.
        """
        origin = pd.Timestamp(origin)
        rows = data.training_rows(origin, first)
        features = data.features(candidate.feature_set)
        stage1 = candidate.fit(features.loc[rows.as_of], rows.target, rows.recession)
        past = history.as_of(origin)
        index = past.values.dropna(how="all").index.intersection(data.index[data.index >= first])
        probability = pd.Series(stage1.predict_proba(features.loc[index]), index)
        out_of_fold = pd.Series(expit(stage1.out_of_fold.to_numpy()), stage1.out_of_fold.index)
        seen = probability.index.intersection(out_of_fold.index)  # rows never left out are missing, not in-sample
        probability.loc[seen] = out_of_fold.loc[seen]
        stage2 = fit_impacts(data.compact.loc[index], probability, past, event_windows(data, origin))
        return cls(stage1, stage2, rows.as_of[-1].date())

    def predict(
        self, features: pd.DataFrame | pd.Series | Mapping[str, float], *, as_of: date | None = None
    ) -> RecessionForecast:
        """Forecast for one row of features (the last one given); absent or missing indicators never drop the row.

        Raises
        ------
        InvalidInputError : a name that is not a feature: a misspelt one would silently count as missing.
        """
        row = _one_row(features)
        refuse_unknown(row.columns, [*monthly_spec.names(), *self.stage1.columns, *VOLATILITIES], "Recession forecast")
        stamp = as_of or (row.index[0].date() if isinstance(row.index, pd.DatetimeIndex) else None)
        probability = float(self.stage1.predict_proba(row)[0])
        predicted = bool(exceeds(probability, self.stage1.threshold))
        impacts = self.impacts(row, probability) if predicted else None
        return RecessionForecast(
            as_of=stamp,
            probability=probability,
            threshold=self.stage1.threshold,
            predicted=predicted,
            impacts=impacts,
            drivers=drivers(self.stage1, row),
            missing=self.stage1.missing(row),
            model=self.stage1.name,
        )

    def impacts(self, row: pd.DataFrame, probability: float) -> tuple[ImpactForecast, ...]:
        """Impacts of one row of features (with the columns of `VOLATILITIES`) given its probability of recession."""
        inputs = row.assign(**{PROBABILITY: probability})
        return tuple(regressor.forecast(inputs) for regressor in self.stage2)


def _one_row(features: pd.DataFrame | pd.Series | Mapping[str, float]) -> pd.DataFrame:
    if isinstance(features, pd.DataFrame):
        return features.iloc[[-1]]
    if isinstance(features, pd.Series):
        index = pd.DatetimeIndex([features.name]) if isinstance(features.name, pd.Timestamp | date) else None
        return pd.DataFrame([features.to_dict()], index=index)
    return pd.DataFrame([dict(features)])
