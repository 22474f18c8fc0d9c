"""Two factors make three regimes: activity (is it a recession?) and volatility (is the market quiet?).

Belongs here: the thresholds, states with hysteresis, and the probabilities and label that follow, as pure functions of
arrays. Does not belong here: the nowcast (recession/, handed in by the caller), volatility itself
(signals/regime_features.py), the history of labels (history.py).

No threshold is fitted: a month's bounds are what was known at its end, so no later month moves them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from macro_assets.errors import InvalidInputError
from macro_assets.regimes.names import REGIMES

Array = NDArray[np.float64]
States = NDArray[np.bool_]

__all__ = ["CALM", "FEWEST_MONTHS", "RECESSION", "Band", "Volatility", "regime_labels", "regime_probabilities",
           "with_hysteresis"]  # fmt: skip


@dataclass(frozen=True)
class Band:
    """Where a state is entered and where it is left."""

    enter: float
    leave: float


RECESSION = Band(enter=0.30, leave=0.15)
"""Of the probability that the month is one of recession. Below one half: a missed recession costs more than an alarm."""
CALM = Band(enter=0.85, leave=1.00)
"""Of six-month volatility over its geometric mean of all months known then: entered 15 % below it, left above it. Chosen on
simulated histories, whose regimes are known; fixed levels (12 and 15 %) call most months of a quieter market calm."""
FEWEST_MONTHS = 60
"""Months of volatility before any is called calm."""


def with_hysteresis(values: Array, enter: ArrayLike, leave: ArrayLike) -> States:
    """Whether each month is in a state of low values, entered below `enter`, left above `leave`, kept in between.

    Parameters
    ----------
    values : (n,) in time order; a missing one changes nothing. enter, leave : one number, or (n,); missing = not entered.

    Returns
    -------
    (n,); row t depends on rows up to t. For a state of high values pass everything with the other sign.
    """
    values = np.asarray(values, dtype=float)
    low, high = (np.broadcast_to(np.asarray(bound, dtype=float), values.shape) for bound in (enter, leave))
    if (low > high).any():
        raise InvalidInputError("A state is entered beyond where it is left.", remedy="Pass enter <= leave.")
    inside, found = False, np.zeros(len(values), dtype=bool)
    for row, value in enumerate(values):
        if np.isfinite(value):
            inside = not value > high[row] if inside else bool(value < low[row])
        found[row] = inside
    return found


@dataclass(frozen=True)
class Volatility:
    """The volatility factor of each month.

    Attributes
    ----------
    log : (n,) log of annual six-month volatility. stderr : (n,) of it, what half a year of returns can tell.
    below, above : (n,) annual volatility below which calm begins, and above which it ends; missing in the first months.
    calm : (n,) whether the month is calm.
    """

    log: Array
    stderr: Array
    below: Array
    above: Array
    calm: States

    @classmethod
    def of(cls, log: Array, stderr: Array) -> Volatility:
        """From months in time order: bounds follow the mean of all months up to and including each one."""
        months = np.arange(1, len(log) + 1)
        usual = np.where(months >= FEWEST_MONTHS, np.exp(np.cumsum(log) / months), np.nan)
        below, above = CALM.enter * usual, CALM.leave * usual
        return cls(log, stderr, below, above, with_hysteresis(np.exp(log), below, above))

    def calm_probability(self) -> Array:
        """(n,) probability that volatility lies below the bound it is held against: its end while calm, else its begin.

        It exceeds one half exactly where the month is calm.
        """
        before = np.concatenate([[False], self.calm[:-1]])
        bound = np.where(before, self.above, self.below)
        stated = ndtr((np.log(bound) - self.log) / np.maximum(self.stderr, 1e-9))
        return np.where(np.isfinite(bound), stated, 0.0)


def regime_labels(recession: Array, calm: States) -> list[str]:
    """Regime of each month: recession or high stress in its band, else low-volatility expansion where calm, else normal.

    Parameters
    ----------
    recession : (n,) probability of being in recession, in time order. calm : (n,) state of volatility.
    """
    stress = with_hysteresis(-np.asarray(recession, dtype=float), -RECESSION.enter, -RECESSION.leave)
    return [REGIMES[position] for position in np.where(stress, 0, np.where(calm, 1, 2))]


def regime_probabilities(recession: Array, calm: Array) -> Array:
    """(n, 3) probabilities in the order of `REGIMES`; rows sum to one.

    Parameters
    ----------
    recession : (n,) probability of being in recession: it is the regime's own, so the two cannot contradict each other.
    calm : (n,) probability that volatility is calm; it shares what is left.
    """
    return np.column_stack([recession, (1.0 - recession) * calm, (1.0 - recession) * (1.0 - calm)])
