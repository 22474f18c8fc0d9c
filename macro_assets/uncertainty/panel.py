"""Rows that a predictive spread is learned from: a month end, an outcome, what was known, and what the next month did.

Belongs here: joining volatility, shocks and states to the outcomes, with the day each label became known. Does not belong
here: where states come from (they are an argument), the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.signals.targets import CURRENT_TARGET
from macro_assets.uncertainty.volatility import daily_changes, ewma_volatility
from macro_assets.vintage import frames

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog

FIRST_ORIGIN = pd.Timestamp("1962-01-31")
MARKET = "sp500"
STATES = ("unemployment_rate_sahm", "payrolls_growth_3m", "industrial_production_growth_3m", "baa_spread")
KEY = ["as_of", "outcome", "value", "known_at", "volatility", "unit"]

__all__ = ["FIRST_ORIGIN", "MARKET", "STATES", "SpreadPanel", "build", "recession_months", "states_of"]


@dataclass(frozen=True)
class SpreadPanel:
    """One row per month end and outcome, in that order.

    Attributes
    ----------
    rows : as_of, outcome, unit; value of the next month (missing while unknown), the day it became known; volatility,
        the standard deviation of a month known at as_of.
    inputs : same index; shocks of the month (missing: none), states and log volatilities.
    shocks : the columns of `inputs` that are shocks.
    """

    rows: pd.DataFrame
    inputs: pd.DataFrame
    shocks: tuple[str, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Outcomes in the order in which they first occur."""
        return tuple(self.rows["outcome"].unique())


def build(
    asset_returns: pa.Table,
    prices: pa.Table,
    observations: pa.Table,
    macro_shocks: pa.Table,
    states: pd.DataFrame,
    catalog: Catalog,
    *,
    first: pd.Timestamp = FIRST_ORIGIN,
) -> SpreadPanel:
    """The rows of every month end from `first` to the newest at which an outcome and its volatility are known.

    Parameters
    ----------
    asset_returns, macro_shocks : gold/asset_returns, treatments/macro_shocks.
    states : by month end, as known then: probabilities or indicators of the state of the economy.

    Raises
    ------
    InvalidInputError : no outcome has a known month.
    """
    returns = asset_returns.to_pandas()
    returns["month"], returns["known_at"] = pd.to_datetime(returns["month"]), pd.to_datetime(returns["known_at"])
    parts = []
    for name, outcome in catalog.outcomes.items():
        own = returns[returns["outcome"] == name]
        if own.empty:
            continue
        part = _months(own, first)
        changes = daily_changes(prices, observations, outcome)
        part["volatility"] = ewma_volatility(changes, part["as_of"].to_numpy().astype("datetime64[D]"))
        parts.append(part[part["volatility"].notna()].assign(outcome=name, unit=str(outcome.unit)))
    if not parts or not any(len(part) for part in parts):
        raise InvalidInputError("No outcome has a month with daily changes before it.", remedy="Load more history.")
    rows = pd.concat(parts).sort_values(["as_of", "outcome"], kind="stable", ignore_index=True)[KEY]
    shocks = _wide(macro_shocks)
    return SpreadPanel(rows, _inputs(rows, shocks, states), tuple(shocks.columns))


def states_of(recession_features_monthly: pa.Table) -> pd.DataFrame:
    """The state of the economy as known at each month end: jobs, output and credit (`STATES`)."""
    return frames.wide(recession_features_monthly).reindex(columns=list(STATES))


def recession_months(recession_targets: pa.Table) -> pd.Series:
    """NBER state by month end, for scores of the past alone: it is known months late."""
    table = recession_targets.to_pandas()
    rows = table[(table["frequency"] == "M") & (table["target"] == CURRENT_TARGET)]
    return pd.Series(rows["value"].to_numpy(dtype=float), pd.DatetimeIndex(pd.to_datetime(rows["period"])))


def _months(own: pd.DataFrame, first: pd.Timestamp) -> pd.DataFrame:
    """Month ends of an outcome, each with the next month's value; the newest month has none yet."""
    value, known_at = own.set_index("month")["value"], own.set_index("month")["known_at"]
    as_of = value.index[value.index >= first]
    ahead = as_of + pd.offsets.MonthEnd(1)
    return pd.DataFrame(
        {"as_of": as_of, "value": value.reindex(ahead).to_numpy(), "known_at": known_at.reindex(ahead).to_numpy()}
    )


def _wide(macro_shocks: pa.Table) -> pd.DataFrame:
    table = macro_shocks.to_pandas()
    table["month"] = pd.to_datetime(table["month"])
    wide = table.pivot(index="month", columns="shock", values="value").sort_index(axis=1)
    return wide.rename(columns=lambda name: f"shock_{name}")


def _inputs(rows: pd.DataFrame, shocks: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """What was known at each row's month end."""
    months = pd.DatetimeIndex(rows["as_of"])
    market = rows[rows["outcome"] == MARKET].set_index("as_of")["volatility"]
    volatility = pd.DataFrame(
        {
            "log_volatility": np.log(rows["volatility"].to_numpy()),
            "log_volatility_market": np.log(market.reindex(months).to_numpy()),
        }
    )
    parts = [volatility, *(frame.reindex(months).reset_index(drop=True) for frame in (shocks, states))]
    return pd.concat(parts, axis=1)
