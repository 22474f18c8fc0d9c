"""The odds of a recession today: every candidate trained on what is known now, by month and by quarter.

Belongs here: the doors of stage 1, `fit` and `answer`. Does not belong here: training itself (training.py), what would
follow a recession (outlook.py), judging (evaluation/), graphs (export/recession.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.recession import presets
from macro_assets.recession.candidates import FittedCandidate
from macro_assets.recession.data import FeatureTables, Frequency, RecessionData
from macro_assets.recession.training import FittedYear, fit_year
from macro_assets.signals.targets import MONTHLY_TARGET, QUARTERLY_TARGET
from macro_assets.tables.rows import table_of

TABLE = "models/recession_probabilities"
FREQUENCIES: tuple[Frequency, ...] = ("M", "Q")
TARGETS: Mapping[Frequency, str] = {"M": MONTHLY_TARGET, "Q": QUARTERLY_TARGET}
RECENT_MONTHS = 60

__all__ = ["FREQUENCIES", "RECENT_MONTHS", "TABLE", "TARGETS", "FittedOdds", "answer", "fit"]


@dataclass(frozen=True)
class FittedOdds:
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


def answer(odds: FittedOdds, *, recent_months: int = RECENT_MONTHS) -> pa.Table:
    """Probabilities of today's models for the last months, as models/recession_probabilities.

    Rows before the newest as-of date are what today's models make of earlier data; what was said on an earlier day
    stands in the walk-forward.
    """
    recent = {"M": recent_months, "Q": recent_months // 3}
    parts = [
        _rows(fitted, odds.data[frequency], recent[frequency], odds.years[frequency].trained_through)
        for frequency in FREQUENCIES
        for fitted in odds.years[frequency].fitted.values()
        if fitted.candidate.feature_set != "state"
    ]
    return table_of(pd.concat(parts, ignore_index=True), TABLE)


def _rows(fitted: FittedCandidate, data: RecessionData, recent: int, trained_through: pd.Timestamp) -> pd.DataFrame:
    days = data.index[-recent:]
    return pd.DataFrame(
        {
            "as_of": days,
            "target": TARGETS[data.frequency],
            "model": fitted.name,
            "probability": fitted.predict_proba(data.features(fitted.candidate.feature_set).loc[days]),
            "trained_through": trained_through,
        }
    )
