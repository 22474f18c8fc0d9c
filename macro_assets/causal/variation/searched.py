"""What every search for variation reports: one row a state, its own estimate, what to read, and what one effect would say.

Belongs here: the fields and the long form that results of this room share. Does not belong here: how variation is
searched for (by_regime.py, forest.py, contrast.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from macro_assets.causal.engine.results import ASSOCIATION, NOT_IDENTIFIED, OfOneShock
from macro_assets.causal.engine.variables import Outcome, Shock
from macro_assets.inference.display import Displayed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["VariedEffects"]

ROW_COLUMNS = ("state", "month", "effect", "lower", "upper", "reported", "reported_lower", "reported_upper", "months")


@dataclass(frozen=True, kw_only=True)
class VariedEffects(OfOneShock, Displayed):
    """Effects of one shock on one outcome in several states.

    n : months used; sample_start, sample_end : first and last of them. alpha : one minus the level of the intervals.
    """

    outcome: Outcome
    shock: Shock
    horizon: int
    n: int
    sample_start: pd.Timestamp
    sample_end: pd.Timestamp
    alpha: float

    def titled(self, axes: Axes, finding: str, method: str) -> Axes:
        """The axes under "shock on outcome: finding" and the method."""
        from macro_assets.pictures import style

        style.title(axes, f"{self.shock.name} on {self.outcome.name}: {finding}", method)
        return axes

    def rows(self) -> pd.DataFrame:
        """One row a state, in the columns of `models/effect_heterogeneity`."""
        raise NotImplementedError(f"{type(self).__name__} does not define rows().")

    def _long(
        self,
        states: pd.DataFrame,
        *,
        method: str,
        common_effect: float,
        identified: object,
        varies: bool | None = None,
        p_value: float | None = None,
        minimum_detectable: float | None = None,
    ) -> pd.DataFrame:
        """The states with what is the same in all of them.

        states : columns of `ROW_COLUMNS`; those left out are missing. identified : of all states, or of each.
        """
        frame = states.reindex(columns=list(ROW_COLUMNS)).reset_index(drop=True)
        frame = frame.assign(
            month=pd.to_datetime(frame["month"]), method=method, shock=self.shock.name, outcome=self.outcome.name,
            horizon=self.horizon, unit=self.unit, sign_convention=self.sign_convention, tier=self.shock.tier, n=self.n,
            sample_start=self.sample_start, sample_end=self.sample_end, common_effect=common_effect, varies=varies,
            p_value=p_value, minimum_detectable=minimum_detectable, identified=identified,
        )  # fmt: skip
        return frame.assign(label=[ASSOCIATION if enough else NOT_IDENTIFIED for enough in frame["identified"]])
