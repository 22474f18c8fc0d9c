"""From the long tables to the panel: alignment by month, controls of the month before, series too short or with gaps.

Belongs here: which controls enter by default, their shift to the end of the month before the shock, what is cut and left
out. Does not belong here: the features themselves (signals/causal_features.py), the container (panel.py), estimation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from macro_assets.causal.engine.panel import MINIMUM_MONTHS, EffectPanel
from macro_assets.causal.engine.variables import Variable, outcomes_of, shocks_of
from macro_assets.errors import InvalidInputError
from macro_assets.vintage.frames import wide

if TYPE_CHECKING:
    import pyarrow as pa

    from macro_assets.catalog import Catalog

__all__ = ["CARRIED_MONTHS", "CONTROLS", "effect_panel"]

CONTROLS = (
    "inflation_yoy", "payrolls_growth_3m_annualised", "unemployment_rate", "policy_rate", "curve_slope", "credit_spread",
    "sp500_return", "sp500_volatility_12m", "oil_change_3m",
)  # fmt: skip
"""Enough of the state of economy and markets that policy reacts to, and few enough for three hundred months."""

CARRIED_MONTHS = 2
"""A control without a value at a month end keeps its last known one for so many months: what was known then."""


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
    Panel on consecutive month ends for which every control was known. A control that has no value at a month end keeps
    its last known one for at most `CARRIED_MONTHS` months. Shocks and outcomes are never filled in: those that begin
    later or end earlier are missing at the edges, and where months are missing inside (a release that never came, a
    symbol not quoted), the longest stretch without a gap is kept and named in `cut`.

    Raises
    ------
    InvalidInputError : an unknown control, a shock or outcome that the catalogue does not have, or no month for which
        all controls are known.
    """
    outcomes, shocks, features = wide(asset_returns), wide(macro_shocks), wide(causal_features)
    before = _month_before(features, controls, last=max(outcomes.index.max(), shocks.index.max()))
    cut: dict[str, str] = {}
    complete = before.notna().all(axis=1).rename("controls")
    months = before.index[_kept(complete, cut)]
    if months.empty:
        raise InvalidInputError(
            f"No month has all of the controls {list(controls)}.", remedy="Name fewer controls, or load their series."
        )
    outcomes, shocks = (
        frame.reindex(months).apply(lambda column: column.where(_kept(column.notna(), cut)))
        for frame in (outcomes, shocks)
    )
    long_enough = [frame.columns[frame.notna().sum() >= MINIMUM_MONTHS] for frame in (outcomes, shocks)]
    short = [str(name) for frame, kept in zip((outcomes, shocks), long_enough, strict=True)
             for name in frame.columns.difference(kept, sort=False)]  # fmt: skip
    outcomes, shocks = outcomes[long_enough[0]], shocks[long_enough[1]]
    return EffectPanel(
        outcomes, shocks, before.loc[months],
        _measured(outcomes_of(catalog), outcomes, "Outcome"), _measured(shocks_of(catalog), shocks, "Shock"),
        tuple(short), cut,
    )  # fmt: skip


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
    months = pd.date_range(before.index.min(), min(before.index.max(), last), freq="ME")
    return before.reindex(months).ffill(limit=CARRIED_MONTHS)


def _kept(present: pd.Series, cut: dict[str, str]) -> pd.Series:
    """Mask of the longest run of months without a gap, the later of equals; records in `cut` what a gap costs."""
    stretch = (~present).cumsum().where(present)
    lengths = stretch.value_counts()
    kept = stretch == lengths.index[lengths == lengths.max()].max() if len(lengths) else present
    if kept.sum() < present.sum():
        first, last = present.idxmax(), present[::-1].idxmax()
        gaps, used = present.loc[first:last], kept.index[kept]
        cut[str(present.name)] = (
            f"{int((~gaps).sum())} months missing from {gaps.idxmin():%Y-%m} on; "
            f"{used[0]:%Y-%m} to {used[-1]:%Y-%m} used, {int(present.sum()) - len(used)} months left out"
        )
    return kept


def _measured(described: Mapping[str, Variable], frame: pd.DataFrame, what: str) -> dict[str, Variable]:
    """The catalogue's entry of each column."""
    unknown = [str(name) for name in frame if name not in described]
    if unknown:
        raise InvalidInputError(
            f"{what} {', '.join(unknown)} is not in the catalogue.", remedy="Rebuild the table, or add the entry."
        )
    return {str(name): described[name] for name in frame}
