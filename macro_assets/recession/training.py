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
from macro_assets.recession.data import FIRST_ROW, RecessionData

__all__ = ["FittedYear", "fit_year"]


@dataclass(frozen=True)
class FittedYear:
    """All candidates as trained on one refit date."""

    refit: pd.Timestamp
    trained_through: pd.Timestamp
    training_rows: int
    training_events: int
    fitted: dict[str, FittedCandidate]


def fit_year(
    data: RecessionData, refit: pd.Timestamp, candidates: Sequence[Candidate], first: pd.Timestamp = FIRST_ROW
) -> FittedYear:
    """Train candidates with what was known on the refit date.

    Raises
    ------
    InvalidInputError : fewer than two classes are known by then.
    """
    rows = data.training_rows(refit, first)
    if len(rows.target) == 0 or rows.target.min() == rows.target.max():
        raise InvalidInputError(
            f"On {refit:%Y-%m-%d} the {len(rows.target)} known training rows hold one class only.",
            remedy="Begin with a later origin, or load a longer history.",
        )
    shared: Selections = {}
    fitted = {}
    for candidate in candidates:
        features = data.features(candidate.feature_set).loc[rows.as_of]
        fitted[candidate.name] = candidate.fit(features, rows.target, rows.recession, shared)
    return FittedYear(refit, rows.as_of[-1], len(rows.target), int(rows.target.sum()), fitted)
