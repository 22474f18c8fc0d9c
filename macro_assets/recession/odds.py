"""The odds of a recession today: every candidate trained on what is known now, by month and by quarter.

Belongs here: the doors of stage 1, `fit` and `answer`. Does not belong here: training itself (training.py), what would
follow a recession (outlook.py), judging (evaluation/), graphs (export/recession.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.inference.metrics import exceeds
from macro_assets.recession import presets
from macro_assets.recession.candidates import FittedCandidate
from macro_assets.recession.data import FeatureTables, Frequency, RecessionData
from macro_assets.recession.training import FittedYear, fit_year
from macro_assets.signals.targets import MONTHLY_TARGET, QUARTERLY_TARGET
from macro_assets.tables.rows import table_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TABLE = "models/recession_probabilities"
FREQUENCIES: tuple[Frequency, ...] = ("M", "Q")
TARGETS: Mapping[Frequency, str] = {"M": MONTHLY_TARGET, "Q": QUARTERLY_TARGET}

__all__ = ["FREQUENCIES", "TABLE", "TARGETS", "FittedOdds", "answer", "fit"]


@dataclass(frozen=True)
class FittedOdds(Displayed):
    """Every candidate as trained on the newest as-of date.

    Attributes
    ----------
    data : features and targets by frequency. years : fitted candidates by frequency.
    """

    data: Mapping[Frequency, RecessionData]
    years: Mapping[Frequency, FittedYear]

    def as_of(self, frequency: Frequency) -> date:
        """Newest as-of date: the day whose knowledge the models were trained on."""
        newest: date = self.data[frequency].index[-1].date()
        return newest

    def candidate(self, name: str, frequency: Frequency = "M") -> FittedCandidate:
        """One trained candidate.

        Raises
        ------
        InvalidInputError : no candidate of that name was trained.
        """
        fitted = self.years[frequency].fitted
        if name not in fitted:
            raise InvalidInputError(f"Candidate {name!r} was not trained.", remedy=f"Available: {', '.join(fitted)}.")
        return fitted[name]

    def summary(self) -> str:
        """Newest probabilities of all models within six months, and their range."""
        frame = self.to_frame()
        months = frame[frame["target"] == TARGETS["M"]]
        head = (
            f"Recession within six months as of {self.as_of('M'):%Y-%m-%d}: {months['probability'].min():.1%} to "
            f"{months['probability'].max():.1%}, by {len(months)} models."
        )
        return "\n".join([head, *(f"  {row.model}: {row.probability:.1%}" for row in months.itertuples())])

    def to_frame(self) -> pd.DataFrame:
        """Newest probability of every model: target, model, as_of, probability, threshold."""
        rows = [
            (TARGETS[frequency], name, self.as_of(frequency), self._newest(frequency, fitted), fitted.threshold)
            for frequency, year in self.years.items()
            for name, fitted in year.fitted.items()
            if fitted.candidate.feature_set != "state"
        ]
        return pd.DataFrame(rows, columns=["target", "model", "as_of", "probability", "threshold"])

    def plot(self, ax: Axes | None = None, *, frequency: Frequency = "M") -> Axes:
        """Newest probabilities of one frequency with the alarm thresholds, largest on top."""
        from macro_assets.pictures import recession as pictures

        frame = self.to_frame()
        shown = frame[frame["target"] == TARGETS[frequency]].sort_values("probability", ascending=False)
        alarms = exceeds(shown["probability"].to_numpy(), shown["threshold"].to_numpy())
        return pictures.probability_dots(
            shown["model"].tolist(),
            shown["probability"].to_numpy(),
            shown["threshold"].to_numpy(),
            finding=f"{int(alarms.sum())} of {len(shown)} models sound the alarm "
            f"as of {self.as_of(frequency):%Y-%m-%d}",
            ax=ax,
        )

    def _newest(self, frequency: Frequency, fitted: FittedCandidate) -> float:
        features = self.data[frequency].features(fitted.candidate.feature_set)
        return float(fitted.predict_proba(features.tail(1))[0])


def fit(features: FeatureTables, recession_targets: pa.Table) -> FittedOdds:
    """Train all candidates that the features allow, on true vintages.

    Parameters
    ----------
    features : features/recession_features_monthly and, for the candidates that read it, features/recession_features.
    recession_targets : targets/recession_targets.

    Raises
    ------
    InvalidInputError : features and targets share no date, or fewer than two classes are known.
    """
    data, years = {}, {}
    for frequency in FREQUENCIES:
        wide = features.quarterly if frequency == "Q" else None
        panel = RecessionData.from_tables(frequency, "vintage", features.monthly, recession_targets, wide)
        data[frequency] = panel
        years[frequency] = fit_year(panel, panel.index[-1], presets.candidates(wide=wide is not None))
    return FittedOdds(data, years)


def answer(odds: FittedOdds) -> pa.Table:
    """Probabilities of today's models on the newest as-of date, as models/recession_probabilities.

    Today's fit states today's rows alone: it knows the labels and revisions of all days before, so what was forecast on
    them stands in the walk-forward.
    """
    parts = [
        _row(fitted, odds.data[frequency], odds.years[frequency].trained_through)
        for frequency in FREQUENCIES
        for fitted in odds.years[frequency].fitted.values()
        if fitted.candidate.feature_set != "state"
    ]
    return table_of(pd.concat(parts, ignore_index=True), TABLE)


def _row(fitted: FittedCandidate, data: RecessionData, trained_through: pd.Timestamp) -> pd.DataFrame:
    newest = data.index[-1:]
    return pd.DataFrame(
        {
            "as_of": newest,
            "target": TARGETS[data.frequency],
            "model": fitted.name,
            "probability": fitted.predict_proba(data.features(fitted.candidate.feature_set).loc[newest]),
            "trained_through": trained_through,
        }
    )
