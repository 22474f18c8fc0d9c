"""The source document's own split: one cut 70/15/15 through the quarters, shown with what it can and cannot say.

Belongs here: the split, its exact intervals and the words that must stand beside it. Does not belong here: any use of
it to choose a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from macro_assets.inference import metrics
from macro_assets.inference.comparison import auc_interval, proportion_interval
from macro_assets.recession.candidates import Candidate, Selections
from macro_assets.recession.data import RecessionData
from macro_assets.recession.evaluation.events import peaks_and_troughs

SHARES = (0.70, 0.15, 0.15)
FIRST = pd.Timestamp("1980-03-31")

__all__ = ["SHARES", "SeedSplit", "SplitScore", "seed_split"]


@dataclass(frozen=True)
class SplitScore:
    """One candidate on the test quarters; intervals are exact (proportion) or Hanley-McNeil (area)."""

    name: str
    roc_auc: float
    roc_auc_interval: tuple[float, float]
    recall: float
    recall_interval: tuple[float, float]


@dataclass(frozen=True)
class SeedSplit:
    """The split and its warning, for instance "3 positives, 1 recession"."""

    first: str
    last: str
    quarters: int
    positives: int
    recessions: int
    warning: str
    scores: tuple[SplitScore, ...]


def seed_split(data: RecessionData, candidates: Sequence[Candidate]) -> SeedSplit:
    """Train on the first 70 % of quarters since 1980, skip 15 %, test on the last 15 %. No choice is made by it.

    Training rows keep the six quarters before the test away from it, through the 15 % in between.
    """
    quarters = data.index[data.target.notna().to_numpy() & (data.index >= FIRST)]
    first, last = int(len(quarters) * SHARES[0]), int(len(quarters) * (SHARES[0] + SHARES[1]))
    train, test = quarters[:first], quarters[last:]
    y = data.target.loc[test].to_numpy()
    recessions = _episodes(data, test)
    positives = int(y.sum())
    shared: Selections = {}
    scores = [_fit_and_score(data, candidate, train, test, shared) for candidate in candidates]
    plural = "s" if positives != 1 else ""
    warning = f"{positives} positive{plural}, {recessions} recession{'s' if recessions != 1 else ''}"
    return SeedSplit(
        f"{test[0]:%Y-%m-%d}", f"{test[-1]:%Y-%m-%d}", len(test), positives, recessions, warning, tuple(scores)
    )


def _fit_and_score(
    data: RecessionData, candidate: Candidate, train: pd.DatetimeIndex, test: pd.DatetimeIndex, shared: Selections
) -> SplitScore:
    features = data.features(candidate.feature_set)
    fitted = candidate.fit(
        features.loc[train], data.target.loc[train].to_numpy(), data.state.loc[train].to_numpy(), shared
    )
    y, p = data.target.loc[test].to_numpy(), fitted.predict_proba(features.loc[test])
    area, counts = metrics.roc_auc(y, p), metrics.confusion(y, p, fitted.threshold)
    positives, nothing = int(y.sum()), (float("nan"), float("nan"))
    interval = auc_interval(area, positives, len(y) - positives) if np.isfinite(area) else nothing
    recall = proportion_interval(counts.tp, positives) if positives else nothing
    return SplitScore(candidate.name, area, interval, counts.recall, recall)


def _episodes(data: RecessionData, test: pd.DatetimeIndex) -> int:
    """Recessions that the positives of the test quarters belong to."""
    positive = pd.DatetimeIndex(test[data.target.loc[test].to_numpy() == 1]).to_period("M")
    turns = peaks_and_troughs(data.state)
    last = data.index[-1].to_period("M")
    return sum(any(peak - 6 <= month < (trough or last) for month in positive) for peak, trough in turns)
