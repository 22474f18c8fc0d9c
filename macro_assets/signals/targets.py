"""Recession targets with the day each became known: the table targets/recession_targets.

Belongs here: the binary targets on months and quarters, and the assembly of the long table with the impact targets.
Does not belong here: the rule for labels (turning_points.py), the changes themselves (impacts.py), any feature:
`assert_no_label` is what feature builders call to refuse USREC and its kin.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.signals import impacts
from macro_assets.signals.turning_points import CycleMonths, cycle_months, last_day_told, turning_points
from macro_assets.tables.rows import table_of

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog

MONTHLY_TARGET = "recession_within_6m"
QUARTERLY_TARGET = "recession_within_2q"
CURRENT_TARGET = "recession_current"
BINARY_QUARTERLY = (CURRENT_TARGET, "recession_next_1q", "recession_next_2q", QUARTERLY_TARGET)
IMPACT_TARGETS = (
    "unemployment_rate_change_pp",
    "initial_claims_change_pct",
    "sp500_change_pct",
    "nasdaq_change_pct",
    "real_gdp_change_pct",
)
DRAWDOWN_TARGETS = ("sp500_drawdown_pct", "nasdaq_drawdown_pct")
MONTHS_AHEAD = 6
FIRST_ORIGIN = date(1947, 1, 31)

TABLE = "targets/recession_targets"

__all__ = ["BINARY_QUARTERLY", "CURRENT_TARGET", "DRAWDOWN_TARGETS", "FIRST_ORIGIN", "IMPACT_TARGETS",
           "MONTHLY_TARGET", "MONTHS_AHEAD", "QUARTERLY_TARGET", "assert_no_label", "build",
           "monthly_targets", "quarterly_targets"]  # fmt: skip


def build(
    observations: pa.Table,
    prices: pa.Table | None,
    catalog: Catalog,
    *,
    first: date = FIRST_ORIGIN,
    today: date | None = None,
) -> pa.Table:
    """All recession targets in long form.

    Parameters
    ----------
    observations : silver/observations, with the vintages of USREC and the series of the impact targets.
    prices : silver/prices, or None to take index levels from daily series.
    catalog : turning points older than the first vintage of USREC.
    first : first origin.
    today : last day of the lake; the last day on which any fact became known when omitted.

    Returns
    -------
    Table frequency (M, Q), period (last day of the origin's period), target, value, known_at, known_by. Binary
    values are 0 or 1; `_pp` is percentage points, `_pct` percent. Unknown values are null with a null known_at.
    """
    through = last_day_told(observations, today)
    cycle = cycle_months(turning_points(observations, catalog), first, through)
    quarters = pd.period_range(pd.Period(first, "Q"), pd.Period(through, "Q"), freq="Q")
    frames = [monthly_targets(cycle), quarterly_targets(cycle)]
    changes = [impacts.series_impacts(observations, quarters, impact) for impact in impacts.SERIES_IMPACTS]
    changes += [impacts.index_impacts(prices, observations, quarters, impact) for impact in impacts.INDEX_IMPACTS]
    frames += [frame.assign(frequency="Q") for frame in changes]
    return _table(pd.concat([frame for frame in frames if not frame.empty], ignore_index=True))


def monthly_targets(cycle: CycleMonths) -> pd.DataFrame:
    """State of each month, and whether any of the next six is a recession month."""
    ahead = np.arange(1, MONTHS_AHEAD + 1)
    current = _binary(cycle, cycle.months, np.arange(len(cycle.months))[:, None], CURRENT_TARGET)
    within = _binary(cycle, cycle.months, np.arange(len(cycle.months))[:, None] + ahead, MONTHLY_TARGET)
    return pd.concat([current, within], ignore_index=True).assign(frequency="M")


def quarterly_targets(cycle: CycleMonths) -> pd.DataFrame:
    """The four binary targets; a quarter is in recession when any of its months is."""
    quarters = cycle.months.asfreq("Q").unique()
    first = (quarters.asfreq("M", how="S").asi8 - cycle.months[0].ordinal)[:, None]
    months = {
        CURRENT_TARGET: np.arange(0, 3),
        "recession_next_1q": np.arange(3, 6),
        "recession_next_2q": np.arange(6, 9),
        QUARTERLY_TARGET: np.arange(3, 9),
    }
    frames = [_binary(cycle, quarters, first + offsets, target) for target, offsets in months.items()]
    return pd.concat(frames, ignore_index=True).assign(frequency="Q")


def assert_no_label(series: Iterable[str]) -> None:
    """Refuse NBER's recession indicator, under any of its names, among the series of a feature set.

    Raises
    ------
    InvalidInputError : a series is the label itself or derived from it.
    """
    found = sorted({name for name in series if "USREC" in name.upper() or "USARECD" in name.upper()})
    if found:
        raise InvalidInputError(
            f"{', '.join(found)} is the recession label: it is known months late and is never a feature. "
            "Remove it from the feature specification."
        )


def _binary(cycle: CycleMonths, periods: pd.PeriodIndex, months: np.ndarray, target: str) -> pd.DataFrame:
    """Any recession among `months` (n, k) of the cycle; known when the last of them is, for both classes alike."""
    inside = (months >= 0) & (months < len(cycle.months))
    clipped = np.clip(months, 0, len(cycle.months) - 1)
    known = np.where(inside, cycle.known_at[clipped], np.datetime64("NaT"))
    complete = ~np.isnat(known).any(axis=1)
    value = np.where(complete, cycle.recession[clipped].any(axis=1).astype(float), np.nan)
    filled = np.where(np.isnat(known), np.datetime64("1800-01-01"), known)
    last = filled.argmax(axis=1)
    known_by = cycle.known_by[clipped[np.arange(len(months)), last]]
    return pd.DataFrame(
        {
            "period": periods,
            "target": target,
            "value": value,
            "known_at": pd.to_datetime(np.where(complete, filled.max(axis=1), np.datetime64("NaT"))),
            "known_by": np.where(complete, known_by, ""),
        }
    )


def _table(frame: pd.DataFrame) -> pa.Table:
    ends = {period: period.to_timestamp(how="end").date() for period in frame["period"].unique()}
    frame = frame.assign(period=frame["period"].map(ends), known_at=pd.to_datetime(frame["known_at"]).dt.date)
    frame = frame.sort_values(["frequency", "target", "period"], ignore_index=True)
    return table_of(frame, TABLE)
