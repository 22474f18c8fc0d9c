"""What stage 2 learns from: past changes, the day each was known, and the volatility each market stood in.

Belongs here: reading the targets, the units errors are measured in (log points, root volatility), which worst falls are
pooled. Does not belong here: regressors and their choice (impacts.py), how a change is computed (signals/impacts.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from macro_assets.signals.targets import DRAWDOWN_TARGETS, IMPACT_TARGETS

if TYPE_CHECKING:
    from macro_assets.recession.data import RecessionData

Array = NDArray[np.float64]
TARGETS = (*IMPACT_TARGETS, *DRAWDOWN_TARGETS)
LOG_TARGETS = ("initial_claims_change_pct",)
VOLATILITY: Mapping[str, str] = {
    "sp500_change_pct": "sp500_volatility", "sp500_drawdown_pct": "sp500_volatility",
    "nasdaq_change_pct": "nasdaq_volatility", "nasdaq_drawdown_pct": "nasdaq_volatility",
}  # fmt: skip
VOLATILITIES = tuple(dict.fromkeys(VOLATILITY.values()))

__all__ = ["LOG_TARGETS", "TARGETS", "VOLATILITIES", "VOLATILITY", "ImpactHistory", "event_windows", "from_modelled",
           "impact_outcomes", "modelled", "root_volatility"]  # fmt: skip


@dataclass(frozen=True)
class ImpactHistory:
    """Impact targets by quarter end.

    Attributes
    ----------
    values, known_at : changes in the unit of their target, and the day each became known.
    volatility : volatility of each index over the quarter before, in percent a year, known at the quarter end.
    """

    values: pd.DataFrame
    known_at: pd.DataFrame
    volatility: pd.DataFrame

    def as_of(self, origin: pd.Timestamp) -> ImpactHistory:
        """Only the outcomes that were known on a day, and the volatility up to it."""
        past = self.values.where(self.known_at <= origin)
        return ImpactHistory(past, self.known_at, self.volatility[self.volatility.index <= origin])

    def scale(self, target: str) -> pd.Series:
        """Size of an error of each origin: the root of its market's volatility, 1 for other targets."""
        index = self.values.index
        if target not in VOLATILITY:
            return pd.Series(1.0, index)
        return pd.Series(root_volatility(self.volatility[VOLATILITY[target]].reindex(index)), index)


def impact_outcomes(recession_targets: pa.Table) -> ImpactHistory:
    """The impact targets of targets/recession_targets."""
    table = recession_targets.to_pandas()
    rows = table[(table["frequency"] == "Q") & table["target"].isin(TARGETS)]
    rows = rows.assign(period=pd.to_datetime(rows["period"]), known_at=pd.to_datetime(rows["known_at"]))

    def read(column: str) -> pd.DataFrame:
        return rows.pivot(index="period", columns="target", values=column)

    stood = read("volatility").astype(float)
    volatility = {name: pd.Series(np.nan, stood.index) for name in VOLATILITIES}
    for target, name in VOLATILITY.items():
        volatility[name] = volatility[name].fillna(stood[target]) if target in stood else volatility[name]
    return ImpactHistory(read("value").astype(float), read("known_at"), pd.DataFrame(volatility, stood.index))


def event_windows(data: RecessionData, origin: pd.Timestamp) -> pd.Series:
    """Whether a recession fell into the two quarters after each as-of date, as known on `origin`; missing while unknown."""
    announced = ((data.known_at <= origin) & (data.state_known_at <= origin)).to_numpy()
    return data.target.where(announced)


def modelled(target: str, value: ArrayLike) -> Array:
    """Changes in the unit that is modelled: log points where one quarter can be hundreds of percent, else as they are."""
    given = np.asarray(value, dtype=float)
    return 100.0 * np.log1p(given / 100.0) if target in LOG_TARGETS else given


def from_modelled(target: str, value: ArrayLike) -> Array:
    """The inverse of `modelled`; infinite ends stay the ends of what is possible."""
    given = np.asarray(value, dtype=float)
    return 100.0 * np.expm1(given / 100.0) if target in LOG_TARGETS else given


def root_volatility(volatility: ArrayLike) -> Array:
    """What errors of markets are measured in: twice the volatility makes them 1.4 times as large."""
    root: Array = np.sqrt(np.asarray(volatility, dtype=float))
    return root
