"""The panel of the causal grid: outcomes, shocks and controls on one index of months, from the long tables.

Belongs here: which controls enter by default, and their shift to the end of the month before the shock.
Does not belong here: the features themselves (signals/causal_features.py), estimation (grid.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from macro_assets.causal.engine.windows import one_pair
from macro_assets.errors import InvalidInputError
from macro_assets.vintage.frames import wide

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["CONTROLS", "EffectPanel", "effect_panel"]

CONTROLS = (
    "inflation_yoy", "payrolls_growth_3m_annualised", "unemployment_rate", "policy_rate", "curve_slope", "credit_spread",
    "sp500_return", "sp500_volatility_12m", "oil_change_3m",
)  # fmt: skip
"""Enough of the state of economy and markets that policy reacts to, and few enough for three hundred months."""


MINIMUM_MONTHS = 96
"""Below this, controls and lags of the default engine leave too few degrees of freedom at a year's horizon."""


@dataclass(frozen=True)
class EffectPanel:
    """Row t of each frame belongs to the shock of month t.

    outcomes : (n, m) one-month returns and changes of month t. treatments : (n, s) shocks that became known in t.
    controls : (n, p) as known at the end of t-1. `attrs` of outcomes and treatments carry units and signs.
    too_short : outcomes and shocks left out because fewer than `MINIMUM_MONTHS` months in a row are known.
    cut : outcome, shock or "controls" with months missing inside, and in words what was kept: the longest stretch.
    """

    outcomes: pd.DataFrame
    treatments: pd.DataFrame
    controls: pd.DataFrame
    too_short: tuple[str, ...] = ()
    cut: dict[str, str] = field(default_factory=dict)

    def pair(self, outcome: str, treatment: str) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
        """Outcome, treatment and controls of one pair, as `estimate_effect` and `belief_report` take them.

        Raises
        ------
        InvalidInputError : the panel has no such outcome or treatment.
        """
        for name, frame, what in ((outcome, self.outcomes, "outcome"), (treatment, self.treatments, "treatment")):
            if name not in frame:
                raise InvalidInputError(f"There is no {what} {name!r}.", remedy=f"Choose among {list(frame.columns)}.")
        y, t, x = one_pair(self.outcomes, self.treatments, self.controls, outcome, treatment)
        return y, t, self.controls.loc[y.index] if x is None else x


def effect_panel(
    asset_returns: pa.Table,
    macro_shocks: pa.Table,
    causal_features: pa.Table,
    *,
    controls: Sequence[str] = CONTROLS,
    signs: dict[str, str] | None = None,
) -> EffectPanel:
    """Align outcomes, shocks and controls.

    Parameters
    ----------
    asset_returns, macro_shocks, causal_features : rows of the tables of those names.
    controls : features to control for, each dated at the end of the month before the shock.
    signs : sign convention of each shock.

    Returns
    -------
    Frames on consecutive month ends for which every control was known; shocks and outcomes that begin later or end
    earlier are missing at the edges. Where months are missing inside (a release that never came, a symbol not quoted),
    the longest stretch without a gap is kept and named in `cut`: nothing is filled in.

    Raises
    ------
    InvalidInputError : an unknown control, or no month for which all are known.
    """
    outcomes, treatments, features = wide(asset_returns), wide(macro_shocks), wide(causal_features)
    unknown = sorted(set(controls) - set(features.columns))
    if unknown:
        raise InvalidInputError(f"there are no features {unknown}.", remedy=f"Choose among {list(features.columns)}.")
    before = features[list(controls)].copy()
    before.index = before.index + pd.offsets.MonthEnd(1)
    last = min(before.index.max(), max(outcomes.index.max(), treatments.index.max()))
    before = before.reindex(pd.date_range(before.index.min(), last, freq="ME")).ffill(limit=2)
    cut: dict[str, str] = {}
    complete = before.notna().all(axis=1).rename("controls")
    months = before.index[_kept(complete, cut)]
    if months.empty:
        raise InvalidInputError(
            f"no month has all of {list(controls)}.", remedy="Name fewer controls, or load their series."
        )
    outcomes, treatments = (
        frame.reindex(months).apply(lambda column: column.where(_kept(column.notna(), cut)))
        for frame in (outcomes, treatments)
    )
    known = pd.concat([outcomes.notna().sum(), treatments.notna().sum()])
    short = tuple(str(name) for name in known.index[known < MINIMUM_MONTHS])
    panel = EffectPanel(
        outcomes.drop(columns=[name for name in short if name in outcomes]),
        treatments.drop(columns=[name for name in short if name in treatments]),
        before.loc[months],
        short,
        cut,
    )
    panel.outcomes.attrs["units"] = _units(asset_returns, "outcome")
    panel.treatments.attrs |= {"units": _units(macro_shocks, "shock"), "signs": signs or {}}
    return panel


def _kept(known: pd.Series, cut: dict[str, str]) -> pd.Series:
    """Which months are of the longest stretch without a gap, the later of equals; says in `cut` what a gap costs."""
    stretch = (~known).cumsum().where(known)
    lengths = stretch.value_counts()
    kept = stretch == lengths.index[lengths == lengths.max()].max() if len(lengths) else known
    if kept.sum() < known.sum():
        first, last = known.idxmax(), known[::-1].idxmax()
        gaps, used = known.loc[first:last], kept.index[kept]
        cut[str(known.name)] = (
            f"{int((~gaps).sum())} months missing from {gaps.idxmin():%Y-%m} on; "
            f"{used[0]:%Y-%m} to {used[-1]:%Y-%m} used, {int(known.sum()) - len(used)} months left out"
        )
    return kept


def _units(table: pa.Table, column: str) -> dict[str, str]:
    pairs = table.select([column, "unit"]).group_by([column, "unit"]).aggregate([]).to_pylist()
    return {row[column]: row["unit"] for row in pairs}
