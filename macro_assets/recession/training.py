"""All candidates trained with what was known on one date.

Belongs here: one refit. Does not belong here: which rows may be learned from (data.py), the sequence of refits
(evaluation/walk_forward.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from macro_assets.errors import InvalidInputError
from macro_assets.recession.candidates import Candidate, FittedCandidate, Selections
from macro_assets.recession.data import FIRST_ROW, RecessionData, TrainingRows
from macro_assets.recession.inputs import BoundedInputs

__all__ = ["FittedYear", "fit_year"]


@dataclass(frozen=True)
class FittedYear:
    """All candidates as trained on one refit date; inputs: what compact columns looked like in training."""

    refit: pd.Timestamp
    trained_through: pd.Timestamp
    training_rows: int
    training_events: int
    fitted: dict[str, FittedCandidate]
    inputs: BoundedInputs


def _both_classes(rows: TrainingRows) -> bool:
    return len(rows.target) > 0 and rows.target.min() < rows.target.max()


def fit_year(
    data: RecessionData, refit: pd.Timestamp, candidates: Sequence[Candidate], first: pd.Timestamp = FIRST_ROW
) -> FittedYear:
    """Train candidates with what was known on the refit date.

    Raises
    ------
    InvalidInputError : fewer than two classes are known by then.
    """
    rows = data.training_rows(refit, first)
    if not _both_classes(rows):
        years = range(refit.year + 1, data.index[-1].year + 1)
        later = (pd.Timestamp(year, refit.month, refit.day) for year in years)
        found = next((day for day in later if _both_classes(data.training_rows(day, first))), None)
        remedy = f"Begin at {found:%Y-%m-%d} or later (--from of `evaluate recession`)" if found else "Begin later"
        raise InvalidInputError(
            f"On {refit:%Y-%m-%d} the {len(rows.target)} known training rows hold one class only.",
            remedy=f"{remedy}, or load a longer history.",
        )
    inputs = BoundedInputs.learn(data.compact.loc[rows.as_of].to_numpy(dtype=float))
    shared: Selections = {}
    fitted = {}
    for candidate in candidates:
        features = data.features(candidate.feature_set).loc[rows.as_of]
        fitted[candidate.name] = candidate.fit(features, rows.target, rows.recession, shared)
    return FittedYear(refit, rows.as_of[-1], len(rows.target), int(rows.target.sum()), fitted, inputs)
