"""Prediction intervals that know the regime: conformal, conditional on whether an alarm stands.

Belongs here: regime-conditional conformal offsets, and the level that a number of errors supports. Does not belong here:
the forecasts, the score of an interval (scores.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
LEVELS = (0.80, 0.90)
_ROUNDING = 1e-9  # 1 / (1 - 0.95) is a little above 20 in binary fractions

__all__ = ["LEVELS", "RegimeConformal", "conformal_quantile", "errors_needed", "widest_level"]


def conformal_quantile(scores: Array, level: float) -> float:
    """The ceil((n + 1) level)-th smallest score; infinite when n scores are too few for the level.

    Raises
    ------
    InvalidInputError : a level outside (0, 1).

    Source: Vovk, Gammerman and Shafer (2005), Algorithmic Learning in a Random World, chapter 2.
    """
    if not 0.0 < level < 1.0:
        raise InvalidInputError(f"A level of {level} is not between 0 and 1.", remedy="Pass, for instance, 0.9.")
    rank = math.ceil((len(scores) + 1) * level)
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else math.inf


def errors_needed(level: float) -> int:
    """Smallest number of errors with which an interval of two equal tails has finite ends: 9 at 80 %, 19 at 90 %."""
    one_sided = 0.5 + level / 2.0
    return math.ceil(1.0 / (1.0 - one_sided) - _ROUNDING) - 1


def widest_level(n: int) -> float:
    """Largest level that an interval of two equal tails from n errors can have: (n - 1) / (n + 1); zero below two."""
    return max(0.0, (n - 1.0) / (n + 1.0))


@dataclass(frozen=True)
class RegimeConformal(Displayed):
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
        finite = np.isfinite(errors)
        return cls(errors[finite & ~alarm], errors[finite & alarm])

    def errors(self, *, alarm: bool) -> Array:
        """Past errors of a regime."""
        return self.alarm if alarm else self.calm

    def offsets(self, level: float, *, alarm: bool) -> tuple[float, float]:
        """Lower and upper offset of an interval that covers with probability `level` in the given regime.

        Infinite where the regime has fewer than `errors_needed(level)` errors: the largest error seen would cover less
        than the level it is sold under.
        """
        past, one_sided = self.errors(alarm=alarm), 0.5 + level / 2.0
        return -conformal_quantile(-past, one_sided), conformal_quantile(past, one_sided)

    def widest_level(self, *, alarm: bool) -> float:
        """Largest level at which the regime's errors support an interval."""
        return widest_level(len(self.errors(alarm=alarm)))

    def summary(self) -> str:
        """Number of errors and widest supported level of each regime."""
        calm, alarm = self.widest_level(alarm=False), self.widest_level(alarm=True)
        return (
            f"{len(self.calm)} errors in calm and {len(self.alarm)} under alarm.\n"
            f"Widest level they support: {calm:.1%} in calm, {alarm:.1%} under alarm."
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per regime and level: errors, lower and upper offset (infinite where not supported)."""
        import pandas as pd

        rows = [
            (regime, level, len(self.errors(alarm=standing)), *self.offsets(level, alarm=standing))
            for regime, standing in (("calm", False), ("alarm", True))
            for level in LEVELS
        ]
        return pd.DataFrame(rows, columns=["regime", "level", "errors", "lower", "upper"])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Past errors of each regime and the offsets of each supported level."""
        from macro_assets.pictures.statistics import error_strips

        offsets = [{level: self.offsets(level, alarm=standing) for level in LEVELS} for standing in (False, True)]
        return error_strips(("calm", "alarm"), (self.calm, self.alarm), offsets, self.summary().splitlines()[0], ax=ax)
