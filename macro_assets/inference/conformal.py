"""Prediction intervals that know the regime: conformal, conditional on whether an alarm stands.

Belongs here: regime-conditional conformal offsets and their scores. Does not belong here: the forecasts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEVELS = (0.80, 0.90)
MIN_GROUP = 10

__all__ = ["LEVELS", "MIN_GROUP", "RegimeConformal", "conformal_quantile", "interval_score"]


def conformal_quantile(scores: Array, level: float) -> float:
    """The ceil((n + 1) level)-th smallest score; the largest one when there are too few.

    Source: Vovk, Gammerman and Shafer (2005).
    """
    ordered = np.sort(scores)
    rank = math.ceil((len(ordered) + 1) * level)
    return float(ordered[min(rank, len(ordered)) - 1])


@dataclass(frozen=True)
class RegimeConformal:
    """Offsets of an interval from its forecast, by regime (calm or alarm) and level; the two tails on their own.

    Attributes
    ----------
    calm, alarm : signed out-of-sample errors (outcome minus forecast) of past forecasts made in that regime.
    """

    calm: Array
    alarm: Array

    @classmethod
    def learn(cls, errors: Array, alarm: NDArray[np.bool_]) -> RegimeConformal:
        """Group signed errors by the regime at their origin; missing ones are left out."""
        known = np.isfinite(errors)
        return cls(errors[known & ~alarm], errors[known & alarm])

    def offsets(self, level: float, *, alarm: bool) -> tuple[float, float]:
        """Lower and upper offset of an interval that covers with probability `level` in the given regime.

        A regime with fewer than ten errors takes the wider of its own and the pooled offsets: few alarms must not
        make a narrow interval. Missing without any error.
        """
        own, pooled = (self.alarm if alarm else self.calm), np.concatenate([self.calm, self.alarm])
        if len(pooled) == 0:
            return float("nan"), float("nan")
        wide = _tails(pooled, level)
        if len(own) == 0:
            return wide
        exact = _tails(own, level)
        return exact if len(own) >= MIN_GROUP else (min(exact[0], wide[0]), max(exact[1], wide[1]))


def _tails(errors: Array, level: float) -> tuple[float, float]:
    one_sided = 0.5 + level / 2.0
    return -conformal_quantile(-errors, one_sided), conformal_quantile(errors, one_sided)


def interval_score(y: Array, low: Array, high: Array, level: float) -> float:
    """Mean interval score: width plus 2/(1 - level) times the miss. Source: Gneiting and Raftery (2007)."""
    penalty = 2.0 / (1.0 - level)
    return float(np.mean((high - low) + penalty * np.maximum(low - y, 0.0) + penalty * np.maximum(y - high, 0.0)))
