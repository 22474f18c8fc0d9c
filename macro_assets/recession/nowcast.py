"""The nowcast through time: the probability that each month is one of recession, as it would have been stated then.

Belongs here: its walk through time, refitted once a year. Does not belong here: the nowcast itself and the other points of
the curve (curve.py), what regimes make of it (regimes/).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.recession.columns import matrix
from macro_assets.recession.curve import NOW, NOWCAST, at_horizon
from macro_assets.recession.data import FIRST_ROW, RecessionData
from macro_assets.recession.training import fit_year
from macro_assets.vintage import frames

__all__ = ["nowcast_history", "nowcast_inputs"]

ENOUGH_KNOWN = 0.5


def nowcast_history(
    monthly_features: pa.Table, recession_targets: pa.Table, *, refit_month: int = 12, minimum_months: int = 240
) -> pd.DataFrame:
    """The nowcast of every month by the fit that was current then, and by the newest fit.

    Parameters
    ----------
    monthly_features, recession_targets : features/recession_features_monthly, targets/recession_targets.
    refit_month : calendar month on whose last day the model is refitted (12 = December).
    minimum_months : months with at least half of the nowcast's inputs before the first fit; fixed beforehand.

    Returns
    -------
    Frame by as-of date from the first fit on: `probability` as stated then; `trained_through`, last month learned from;
    `refit`, the day whose knowledge the fit rests on; `newest`, the probability by the newest fit, which looks back and
    serves only to measure revisions; `state`, 1 in NBER recession months, NaN while unknown, and `state_known_at`, the day it
    was. No row but these three depends on anything known after its month.

    Raises
    ------
    InvalidInputError : too few months, or no recession was known on any of them.
    """
    data = RecessionData.from_tables("M", "vintage", monthly_features, recession_targets)
    now = at_horizon(data, NOW)
    refits = _refits(now, refit_month, minimum_months)
    ends = [*refits[1:], data.index[-1] + pd.Timedelta(days=1)]
    parts = []
    for refit, end in zip(refits, ends, strict=True):
        year = fit_year(now, refit, [NOWCAST])
        fitted = year.fitted[NOWCAST.name]
        live = data.compact[(data.index >= refit) & (data.index < end)]
        stated = pd.DataFrame({"probability": fitted.predict_proba(live)}, index=live.index)
        parts.append(stated.assign(trained_through=year.trained_through, refit=refit))
    found = pd.concat(parts).rename_axis("as_of")
    return found.assign(
        newest=fitted.predict_proba(data.compact.loc[found.index]),
        state=data.state.loc[found.index],
        state_known_at=data.state_known_at.loc[found.index],
    )


def nowcast_inputs(monthly_features: pa.Table) -> pd.DataFrame:
    """What the nowcast reads, as known at each as-of date: one column a feature, NaN where unknown."""
    return frames.wide(monthly_features).reindex(columns=list(NOWCAST.columns))


def _refits(data: RecessionData, month: int, minimum: int) -> list[pd.Timestamp]:
    """Days of the fits: the first on which enough months and both classes are known, then each year's."""
    present = ~np.isnan(matrix(data.compact, NOWCAST.columns))
    complete = (present.mean(axis=1) >= ENOUGH_KNOWN) & (data.index >= FIRST_ROW)
    days = data.index[complete.cumsum() >= minimum]
    first = next((day for day in days if _learnable(data, day)), None)
    if first is None:
        raise InvalidInputError(
            f"{int(complete.sum())} months with the nowcast's inputs; it needs {minimum}, and a recession known by then.",
            remedy="Load more history, or lower minimum_months.",
        )
    return [first, *(day for day in days if day > first and day.month == month)]


def _learnable(data: RecessionData, day: pd.Timestamp) -> bool:
    target = data.training_rows(day).target
    return len(target) > 0 and target.min() < target.max()
