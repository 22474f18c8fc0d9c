"""A predictive distribution mixed of two samples of past errors: those of windows with an event, and those without.

Belongs here: quantiles of the mixture weighted by a probability, and the level that the numbers of errors support. Does
not belong here: errors of one group (conformal.py), the forecasts, what an event is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.inference.conformal import LEVELS
from macro_assets.inference.display import Displayed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
Rule = Literal["two tails", "absolute errors", "not attainable"]
RULES: tuple[Rule, ...] = ("two tails", "absolute errors", "not attainable")
_ROUNDING = 1e-9  # 1 - 0.9 is a little below a tenth in binary fractions

__all__ = ["RULES", "ErrorMixture", "ErrorSample", "MixtureInterval", "Rule", "refusal"]


def refusal(level: float, errors: int, widest: float) -> str:
    """What stands in place of an interval that the errors do not support."""
    return f"{level:.0%} not attainable from {errors} errors, at most {math.floor(100.0 * widest + _ROUNDING)}%"


@dataclass(frozen=True)
class MixtureInterval:
    """Offsets of an interval from its forecast; infinite where the rule is "not attainable".

    Attributes
    ----------
    rule : two tails where each tail is supported, absolute errors where only both together are.
    """

    low: float
    high: float
    rule: Rule


@dataclass(frozen=True)
class ErrorSample:
    """Past errors of one kind of window.

    Attributes
    ----------
    values : (m,) signed errors, ascending. weights : (m,) what each counts for; errors of several series at one origin
        share one origin's weight.
    """

    values: Array
    weights: Array

    @classmethod
    def of(cls, values: ArrayLike, origins: ArrayLike | None = None) -> ErrorSample:
        """Sample of finite errors; those with an equal entry of `origins` (m,) share a weight of one."""
        every = np.asarray(values, dtype=float)
        finite = np.isfinite(every)
        kept = every[finite]
        weights = np.ones(len(kept))
        if origins is not None and len(kept):
            _, group, count = np.unique(np.asarray(origins)[finite], return_inverse=True, return_counts=True)
            weights = 1.0 / count[group]
        order = np.argsort(kept, kind="stable")
        return cls(kept[order], weights[order])

    @property
    def size(self) -> int:
        """Number of origins behind the errors."""
        return round(float(self.weights.sum()))

    def masses(self, share: float) -> Array:
        """(m,) probability of each error when the kind has probability `share`; the rest lies beyond all of them."""
        return share * self.weights / (self.size + 1.0)

    def unseen(self, share: float) -> float:
        """Probability that stays beyond all errors seen: that of the new one among n + 1."""
        return share / (self.size + 1.0)

    def below(self, limit: float) -> tuple[float, float]:
        """Smallest and largest share of this kind at or below a limit."""
        seen = float(self.weights[self.values <= limit].sum()) / (self.size + 1.0)
        return seen, seen + 1.0 / (self.size + 1.0)


@dataclass(frozen=True)
class ErrorMixture(Displayed):
    """Distribution of a new error: with probability p as in past windows with an event, else as in those without.

    With one kind alone (p of 0 or 1) the intervals are those of split conformal prediction. In between, the two samples
    amount to n errors with 1 / (n + 1) = p / (n_event + 1) + (1 - p) / (n_calm + 1).

    Source: Vovk, Gammerman and Shafer (2005), chapter 2; weights as in Tibshirani, Barber, Candes and Ramdas (2019),
    NeurIPS 32.
    """

    calm: ErrorSample
    event: ErrorSample

    def unseen(self, p: float) -> float:
        """Probability of an error beyond all that were seen."""
        if not 0.0 <= p <= 1.0:
            raise InvalidInputError(f"A weight of {p} is not a probability.", remedy="Pass a number from 0 to 1.")
        return self.event.unseen(p) + self.calm.unseen(1.0 - p)

    def errors(self, p: float) -> int:
        """Number of errors that both samples together amount to."""
        return math.floor(1.0 / self.unseen(p) - 1.0 + _ROUNDING)

    def widest_level(self, p: float) -> float:
        """Largest level of any interval; nine errors support 90 %, four 80 %."""
        return 1.0 - self.unseen(p)

    def interval(self, level: float, p: float) -> MixtureInterval:
        """Interval that covers with probability `level` if the event has probability `p`.

        Two tails of their own from 19 errors at 90 % (9 at 80 %), absolute errors from 9 (4), else not attainable.
        """
        if not 0.0 < level < 1.0:
            raise InvalidInputError(f"A level of {level} is not between 0 and 1.", remedy="Pass, for instance, 0.9.")
        unseen, miss = self.unseen(p), 1.0 - level
        values, masses = self._pooled(p)
        if unseen <= miss / 2.0 + _ROUNDING:
            low, high = -_upper(-values, masses, 1.0 - miss / 2.0), _upper(values, masses, 1.0 - miss / 2.0)
            return MixtureInterval(low, high, "two tails")
        if unseen <= miss + _ROUNDING:
            half = _upper(np.abs(values), masses, level)
            return MixtureInterval(-half, half, "absolute errors")
        return MixtureInterval(-math.inf, math.inf, "not attainable")

    def joint_below(self, limit: float, p: float) -> tuple[float, float]:
        """Smallest and largest probability of the event together with an error at or below `limit`."""
        low, high = self.event.below(limit)
        return p * low, p * high

    def summary(self) -> str:
        """Number of errors of each kind, and the widest level at both ends of p."""
        return (
            f"{self.calm.size} errors of windows without an event and {self.event.size} with one.\n"
            f"Widest level they support: {self.widest_level(0.0):.1%} at p = 0, {self.widest_level(1.0):.1%} at p = 1."
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per kind and error: error, weight."""
        import pandas as pd

        kinds = (("calm", self.calm), ("event", self.event))
        return pd.concat(
            [pd.DataFrame({"kind": kind, "error": one.values, "weight": one.weights}) for kind, one in kinds],
            ignore_index=True,
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Past errors of each kind with the offsets of the supported levels at p = 0 and p = 1."""
        from macro_assets.pictures.statistics import error_strips

        ends = [{level: self.interval(level, p) for level in LEVELS} for p in (0.0, 1.0)]
        offsets = [{level: (one.low, one.high) for level, one in each.items()} for each in ends]
        samples = (self.calm.values, self.event.values)
        return error_strips(("no event", "event"), samples, offsets, self.summary().splitlines()[0], ax=ax)

    def _pooled(self, p: float) -> tuple[Array, Array]:
        values = np.concatenate([self.calm.values, self.event.values])
        return values, np.concatenate([self.calm.masses(1.0 - p), self.event.masses(p)])


def _upper(values: Array, masses: Array, share: float) -> float:
    """Smallest value up to which at least `share` of the probability lies; infinite when less was seen."""
    order = np.argsort(values, kind="stable")
    reached = np.flatnonzero(masses[order].cumsum() >= share - _ROUNDING)
    return float(values[order][reached[0]]) if len(reached) else math.inf
