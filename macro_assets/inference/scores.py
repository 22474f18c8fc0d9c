"""Scores of labels, of probabilities of several classes, and of intervals.

Belongs here: pure functions of outcomes and forecasts. Does not belong here: scores of probabilities of one event
(metrics.py), comparison of forecasters (comparison.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from macro_assets.errors import InvalidInputError

Array = NDArray[np.float64]

__all__ = ["balanced_accuracy", "categorical_log_scores", "class_recalls", "interval_score"]


def class_recalls(truth: ArrayLike, called: ArrayLike) -> dict[Any, float]:
    """Share of the rows of each class that were called so; classes that do not occur in `truth` are left out.

    Parameters
    ----------
    truth, called : (n,) labels of any kind.

    Raises
    ------
    InvalidInputError : different lengths, or no row.
    """
    true, call = np.asarray(truth), np.asarray(called)
    if true.shape != call.shape or true.ndim != 1 or not len(true):
        raise InvalidInputError(
            f"Labels of shape {true.shape} and calls of shape {call.shape} cannot be compared.",
            remedy="Pass two sequences of one length, not empty.",
        )
    return {label: float((call[true == label] == label).mean()) for label in np.unique(true).tolist()}


def balanced_accuracy(truth: ArrayLike, called: ArrayLike) -> float:
    """Mean recall over the classes that occur: 1 is perfect, 1 / classes is no better than a constant call.

    Source: Brodersen, Ong, Stephan and Buhmann (2010), ICPR.
    """
    return float(np.mean(list(class_recalls(truth, called).values())))


def categorical_log_scores(probabilities: Array, outcome: NDArray[np.integer[Any]], floor: float = 1e-3) -> Array:
    """Log probability that was given to the class that came, in nats, one a row; zero is perfect.

    Parameters
    ----------
    probabilities : (n, k). outcome : (n,) position of the class that came. floor : smallest probability that counts.
    """
    given = probabilities[np.arange(len(outcome)), outcome]
    scores: Array = np.log(np.maximum(given, floor))
    return scores


def interval_score(y: Array, low: Array, high: Array, level: float) -> float:
    """Mean interval score: width plus 2/(1 - level) times the miss, in the unit of y; lower is better.

    Source: Gneiting and Raftery (2007), JASA 102.
    """
    penalty = 2.0 / (1.0 - level)
    return float(np.mean((high - low) + penalty * np.maximum(low - y, 0.0) + penalty * np.maximum(y - high, 0.0)))
