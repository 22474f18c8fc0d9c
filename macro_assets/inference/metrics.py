"""Scores of probability forecasts of a binary event.

Belongs here: pure functions of outcomes and probabilities. Does not belong here: their sampling error (stationary.py),
comparison of forecasters (comparison.py), events in time (recession/evaluation/events.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed, DisplayedNumbers
from macro_assets.inference.logistic import fit_sigmoid, log_odds

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
BINS = 5
_FLOOR = 1e-6

__all__ = ["BINS", "CalibrationLine", "Confusion", "Murphy", "Reliability", "average_precision", "brier",
           "calibration_line", "confusion", "ece", "exceeds", "log_score", "murphy", "reliability", "roc_auc",
           "skill"]  # fmt: skip


@dataclass(frozen=True)
class Confusion(DisplayedNumbers):
    """Counts at a threshold, and the ratios made of them (missing when their denominator is zero)."""

    tp: int
    fp: int
    tn: int
    fn: int

    def summary(self) -> str:
        """Events caught and false alarms."""
        return f"{self.tp} of {self.tp + self.fn} events caught, {self.fp} of {self.fp + self.tn} non-events called."

    @property
    def recall(self) -> float:
        """Share of events that were called."""
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def specificity(self) -> float:
        """Share of non-events that were not called."""
        return _ratio(self.tn, self.tn + self.fp)

    @property
    def precision(self) -> float:
        """Share of calls that were events."""
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision."""
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)


@dataclass(frozen=True)
class Reliability(Displayed):
    """Mean probability, frequency of the event and count in bins of equal mass."""

    probability: Array
    frequency: Array
    count: NDArray[np.int64]

    @property
    def error(self) -> float:
        """Expected calibration error: mean distance of probability and frequency over the forecasts."""
        return float(np.sum(np.abs(self.probability - self.frequency) * self.count) / self.count.sum())

    def summary(self) -> str:
        """Expected calibration error and the bins it rests on."""
        return f"Calibration error {self.error:.3f} over {self.count.sum()} forecasts in {len(self.count)} bins."

    def to_frame(self) -> pd.DataFrame:
        """One row per bin."""
        import pandas as pd

        return pd.DataFrame(vars(self))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Frequency against probability."""
        from macro_assets.pictures.statistics import frequencies

        return frequencies(self.probability, self.frequency, self.count, self.summary(), ax=ax)


@dataclass(frozen=True)
class CalibrationLine(DisplayedNumbers):
    """Logit of the event = intercept + slope x log-odds of the forecast; perfect is (0, 1)."""

    intercept: float
    slope: float


@dataclass(frozen=True)
class Murphy(DisplayedNumbers):
    """Brier score = reliability - resolution + uncertainty, up to the spread inside the bins."""

    reliability: float
    resolution: float
    uncertainty: float


def brier(y: Array, p: Array) -> float:
    """Mean squared error of the probability."""
    y, p = _checked(y, p)
    return float(np.mean((p - y) ** 2))


def skill(y: Array, p: Array, reference: Array) -> float:
    """Brier skill score: share of the reference's Brier score that is saved; missing against a perfect reference."""
    base = brier(y, reference)
    return 1.0 - brier(y, p) / base if base > 0 else float("nan")


def log_score(y: Array, p: Array) -> float:
    """Mean negative log likelihood in nats; probabilities are kept 1e-6 away from 0 and 1."""
    y, p = _checked(y, p)
    p = np.clip(p, _FLOOR, 1.0 - _FLOOR)
    return float(-np.mean(y * np.log(p) + (1.0 - y) * np.log1p(-p)))


def roc_auc(y: Array, p: Array) -> float:
    """Probability that an event ranks above a non-event, ties counting half; missing with one class only."""
    y, p = _checked(y, p)
    positives = int(y.sum())
    negatives = len(y) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    _, inverse, counts = np.unique(p, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[inverse]
    return float((ranks[y == 1].sum() - positives * (positives + 1) / 2.0) / (positives * negatives))


def average_precision(y: Array, p: Array) -> float:
    """Area under the precision-recall curve as mean precision over the events; missing without events."""
    y, p = _checked(y, p)
    if y.sum() == 0:
        return float("nan")
    order = np.argsort(-p, kind="stable")
    hits, last_of_tie = np.cumsum(y[order]), np.append(np.diff(p[order]) != 0, True)
    hits, seen = hits[last_of_tie], np.flatnonzero(last_of_tie) + 1.0
    return float(np.sum(np.diff(np.insert(hits, 0, 0.0)) * hits / seen) / y.sum())


def exceeds(p: float | Array, threshold: float | Array) -> NDArray[np.bool_]:
    """Whether a forecast calls the event: its probability lies above the threshold, not on it. The one alarm rule."""
    return np.asarray(p) > threshold


def confusion(y: Array, p: Array, threshold: float | Array) -> Confusion:
    """Counts when p above the threshold is called an event."""
    y, p = _checked(y, p)
    called = exceeds(p, threshold)
    return Confusion(
        tp=int(np.sum(called & (y == 1))),
        fp=int(np.sum(called & (y == 0))),
        tn=int(np.sum(~called & (y == 0))),
        fn=int(np.sum(~called & (y == 1))),
    )


def reliability(y: Array, p: Array, bins: int = BINS) -> Reliability:
    """Reliability in bins of equal mass, ties broken by order."""
    y, p = _checked(y, p)
    groups = np.array_split(np.argsort(p, kind="stable"), min(bins, len(p)))
    return Reliability(
        np.array([p[g].mean() for g in groups]),
        np.array([y[g].mean() for g in groups]),
        np.array([len(g) for g in groups]),
    )


def ece(y: Array, p: Array, bins: int = BINS) -> float:
    """Expected calibration error: mean distance of probability and frequency over bins of equal mass."""
    return reliability(y, p, bins).error


def murphy(y: Array, p: Array, bins: int = BINS) -> Murphy:
    """Decomposition of the Brier score over bins of equal mass. Source: Murphy (1973)."""
    table, base = reliability(y, p, bins), float(np.mean(y))
    weight = table.count / table.count.sum()
    return Murphy(
        reliability=float(np.sum(weight * (table.probability - table.frequency) ** 2)),
        resolution=float(np.sum(weight * (table.frequency - base) ** 2)),
        uncertainty=base * (1.0 - base),
    )


def calibration_line(y: Array, p: Array) -> CalibrationLine:
    """Logistic regression of the event on the forecast's log-odds; missing with one class only."""
    y, p = _checked(y, p)
    if y.min() == y.max():
        return CalibrationLine(float("nan"), float("nan"))
    sigmoid = fit_sigmoid(log_odds(p), y)
    return CalibrationLine(sigmoid.intercept, sigmoid.slope)


def _ratio(top: int, bottom: int) -> float:
    return top / bottom if bottom else float("nan")


def _checked(y: Array, p: Array) -> tuple[Array, Array]:
    y, p = np.asarray(y, dtype=float), np.asarray(p, dtype=float)
    if y.shape != p.shape or y.ndim != 1 or len(y) == 0:
        raise InvalidInputError(
            f"Outcomes of shape {y.shape} and probabilities of shape {p.shape} cannot be scored.",
            remedy="Pass two flat arrays of one length, not empty.",
        )
    if not np.isfinite(p).all() or not np.isin(y, (0.0, 1.0)).all():
        raise InvalidInputError(
            "Outcomes must be 0 or 1 and probabilities finite.", remedy="Drop unknown rows before scoring."
        )
    return y, p
