"""From the long tables to the panel: alignment by month, controls of the month before, compounding, what is missing.

Belongs here: which controls enter by default, their shift to the end of the month before the shock, what a control costs
in months, series too short. Does not belong here: the features themselves (signals/causal_features.py), the container
(panel.py), estimation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from macro_assets.causal.engine.panel import MINIMUM_MONTHS, EffectPanel
from macro_assets.causal.engine.variables import Variable, outcomes_of, shocks_of
from macro_assets.errors import InvalidInputError
from macro_assets.vintage.frames import wide

if TYPE_CHECKING:
    import pyarrow as pa

    from macro_assets.catalog import Catalog

__all__ = ["CONTROLS", "effect_panel"]

CONTROLS = (
    "inflation_yoy", "payrolls_growth_3m_annualised", "unemployment_rate", "policy_rate", "curve_slope", "credit_spread",
    "sp500_return", "sp500_volatility_12m", "oil_change_3m",
)  # fmt: skip
"""Enough of the state of economy and markets that policy reacts to, and few enough for three hundred months."""

RETURN = "decimal"
"""Unit of outcomes that are returns: they enter as log returns, so a path of months compounds."""


def effect_panel(
    asset_returns: pa.Table,
    macro_shocks: pa.Table,
    causal_features: pa.Table,
    catalog: Catalog,
    *,
    controls: Sequence[str] = CONTROLS,
) -> EffectPanel:
    """Align outcomes, shocks and controls.

    Parameters
    ----------
    asset_returns, macro_shocks, causal_features : rows of the tables of those names.
    catalog : unit, sign and tier of each shock; unit and trading cost of each outcome.
    controls : features to control for, each dated at the end of the month before the shock.

    Returns
    -------
    Panel on consecutive month ends, from the first for which every control was known to the last of any shock or
    outcome. Nothing is filled in: a month without a value is missing, and costs only the rows that need it.
    Returns enter as log returns, so their sum over a path is the compounded return.

    Raises
    ------
    InvalidInputError : an unknown control, a shock or outcome that the catalogue does not have, or no month for which
        all controls are known.
    """
    outcomes, shocks, features = wide(asset_returns), wide(macro_shocks), wide(causal_features)
    last = max(outcomes.index.max(), shocks.index.max())
    before = _month_before(features, controls, last=last)
    complete = before.notna().all(axis=1)
    if not complete.any():
        raise InvalidInputError(
            f"No month has all of the controls {list(controls)}.", remedy="Name fewer controls, or load their series."
        )
    months = pd.date_range(complete.idxmax(), last, freq="ME")
    before = before.reindex(months)
    entries = _measured(outcomes_of(catalog), outcomes, "Outcome")
    outcomes = outcomes.apply(lambda column: _compounding(column, entries[str(column.name)].unit)).reindex(months)
    shocks = shocks.reindex(months)
    present = complete.reindex(months, fill_value=False)
    usable = [frame.columns[frame[present].notna().sum() >= MINIMUM_MONTHS] for frame in (outcomes, shocks)]
    short = [str(name) for frame, kept in zip((outcomes, shocks), usable, strict=True)
             for name in frame.columns.difference(kept, sort=False)]  # fmt: skip
    outcomes, shocks = outcomes[usable[0]], shocks[usable[1]]
    return EffectPanel(
        outcomes, shocks, before,
        {str(name): entries[str(name)] for name in outcomes}, _measured(shocks_of(catalog), shocks, "Shock"),
        tuple(short), _costs(_month_before(features, controls, last=last), outcomes, shocks),
    )  # fmt: skip


def _compounding(values: pd.Series, unit: str) -> pd.Series:
    """Returns as log returns; other outcomes as they are. A total loss has no log return and is missing."""
    return np.log1p(values.where(values > -1.0)) if unit == RETURN else values


def _month_before(features: pd.DataFrame, names: Sequence[str], *, last: pd.Timestamp) -> pd.DataFrame:
    """Controls by the month of the shock: what was known at the end of the month before."""
    if isinstance(names, str):
        raise InvalidInputError(f"Controls are the text {names!r}, not a list.", remedy=f"Write [{names!r}].")
    unknown = sorted(set(names) - set(features.columns))
    if unknown:
        raise InvalidInputError(
            f"Unknown controls {', '.join(unknown)}.", remedy=f"Available: {', '.join(map(str, features.columns))}."
        )
    before = features[list(names)].copy()
    before.index = before.index + pd.offsets.MonthEnd(1)
    return before.reindex(pd.date_range(before.index.min(), last, freq="ME"))


def _costs(controls: pd.DataFrame, outcomes: pd.DataFrame, shocks: pd.DataFrame) -> dict[str, str]:
    """In words, by name: the months that a control alone costs, and the months missing inside a shock or an outcome."""
    costs: dict[str, str] = {}
    answered = (outcomes.notna().any(axis=1) & shocks.notna().any(axis=1)).reindex(controls.index, fill_value=False)
    for name in controls:
        others = controls.drop(columns=[name]).notna().all(axis=1) & answered
        lost = others.index[others & controls[name].isna()]
        if len(lost):
            costs[str(name)] = f"as a control it costs {len(lost)} months, {_span(lost)}"
    for frame in (outcomes, shocks):
        for name in frame:
            inside = frame[name].loc[frame[name].first_valid_index() : frame[name].last_valid_index()]
            lost = inside.index[inside.isna()]
            if len(lost):
                costs[str(name)] = f"{len(lost)} months missing inside, {_span(lost)}; rows that need them are left out"
    return costs


def _span(months: pd.DatetimeIndex) -> str:
    first, last = f"{months[0]:%Y-%m}", f"{months[-1]:%Y-%m}"
    return first if first == last else f"{first} to {last}" if len(months) == 2 else f"between {first} and {last}"


def _measured(described: Mapping[str, Variable], frame: pd.DataFrame, what: str) -> dict[str, Variable]:
    """The catalogue's entry of each column."""
    unknown = [str(name) for name in frame if name not in described]
    if unknown:
        raise InvalidInputError(
            f"{what} {', '.join(unknown)} is not in the catalogue.", remedy="Rebuild the table, or add the entry."
        )
    return {str(name): described[name] for name in frame}
