"""The history of regimes: each month's probabilities and label by what was known then, and nothing rewritten.

Belongs here: joining the two factors month by month. Does not belong here: their rules (factors.py), scores against
recessions (quality.py), the table (answers.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.regimes.factors import RECESSION, Volatility, regime_labels, regime_probabilities
from macro_assets.regimes.names import REGIMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["RegimeHistory", "regime_history"]

VOLATILITY, STDERR = "log_volatility_6m", "log_volatility_6m_stderr"
STALE_MONTHS = 3
CERTAIN = 0.99


@dataclass(frozen=True)
class RegimeHistory(Displayed):
    """Regimes of every month as published.

    Attributes
    ----------
    labels : index as_of; one probability column a regime, `label`, `volatility` (annual, decimal) with the bounds known
        then, `calm_below` and `calm_above`, and whether it is `calm`; `trained_through` and `refit` of the nowcast behind the row.
    newest : label that today's nowcast would give each month; it looks back and only measures revisions.
    state, state_known_at : 1 in NBER recession months, 0 in others, NaN while unknown; the day it became known.
    """

    labels: pd.DataFrame
    newest: pd.Series
    state: pd.Series
    state_known_at: pd.Series

    @property
    def refits(self) -> list[pd.Timestamp]:
        """Days on which the nowcast was fitted, oldest first."""
        return [pd.Timestamp(day) for day in self.labels["refit"].unique()]

    def summary(self) -> str:
        """The newest label with its odds and the rule behind it, and how the history came about."""
        newest, day = self.labels.iloc[-1], self.labels.index[-1]
        odds = newest[REGIMES[0]]
        stated = "above 0.99" if odds > CERTAIN else f"{odds:.2f}"  # no nowcast is as sure as its decimals
        return (
            f"{newest['label']} on {day:%Y-%m-%d}: probability of a recession now {stated} (called above {RECESSION.enter:.2f} "
            f"until below {RECESSION.leave:.2f}), volatility of six months {newest['volatility']:.1%} (calm below "
            f"{newest['calm_below']:.1%} until above {newest['calm_above']:.1%}).\n"
            f"{len(self.labels)} months from {self.labels.index[0]:%Y-%m}, each as published then; nowcast refitted "
            f"{len(self.refits)} times, on labels to {newest['trained_through']:%Y-%m}."
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a month: as_of, probability of each regime, label, volatility and its bounds, trained_through, refit."""
        return self.labels.reset_index()

    def plot(self, ax: Axes | None = None, *, recessions: ArrayLike = ()) -> Axes:
        """Probabilities and labels over time; `recessions` (k, 2) first and last day are marked."""
        from macro_assets.pictures.regimes import probability_ribbon

        dates = self.labels.index.to_numpy().astype("datetime64[D]")
        return probability_ribbon(
            dates, self.labels[list(REGIMES)].to_numpy(), REGIMES, self.labels["label"].tolist(), recessions, ax=ax
        )


def regime_history(nowcast: pd.DataFrame, features: pd.DataFrame) -> RegimeHistory:
    """Regimes of every month that has a nowcast.

    Parameters
    ----------
    nowcast : index as_of in time order; columns probability, trained_through, refit, newest, state,
        state_known_at
        (`recession.nowcast.nowcast_history`).
    features : index as_of; columns log_volatility_6m and its standard error, as known then. They should begin earlier: the
        bounds of volatility rest on all months known then. Where a month has none, the newest
        known one stands, for three months.

    Raises
    ------
    InvalidInputError : no month has both factors, or the months are not in time order.
    """
    measured = features[[VOLATILITY, STDERR]].ffill(limit=STALE_MONTHS).dropna()
    months = nowcast.index.intersection(measured.index)
    if not len(months) or not (nowcast.index.is_monotonic_increasing and measured.index.is_monotonic_increasing):
        raise InvalidInputError(
            f"{len(months)} months have a nowcast and a volatility, in time order.", remedy="Load more history."
        )
    earlier = measured.loc[: months[-1]]
    volatility = Volatility.of(*(earlier[name].to_numpy(dtype=float) for name in (VOLATILITY, STDERR)))
    stated, again = (nowcast[name].reindex(earlier.index).to_numpy(dtype=float) for name in ("probability", "newest"))
    probabilities = regime_probabilities(stated, volatility.calm_probability())
    labels = pd.DataFrame(probabilities, earlier.index, list(REGIMES)).assign(
        label=regime_labels(stated, volatility.calm),
        volatility=np.exp(volatility.log),
        calm_below=volatility.below,
        calm_above=volatility.above,
        calm=volatility.calm,
    )
    newest = pd.Series(regime_labels(again, volatility.calm), earlier.index).loc[months]
    kept = labels.loc[months].join(nowcast[["trained_through", "refit"]]).rename_axis("as_of")
    return RegimeHistory(kept, newest, nowcast["state"].loc[months], nowcast["state_known_at"].loc[months])
