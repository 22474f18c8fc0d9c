"""Recession targets with the day each became known: the table targets/recession_targets.

Belongs here: the binary targets on months and quarters, and the list of all targets with the changes of impacts.py.
Does not belong here: the rule for labels (turning_points.py), the changes themselves (impacts.py), any feature:
`assert_no_label` is what feature builders call to refuse USREC and its kin.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.signals import impacts
from macro_assets.signals.target_table import Target, table
from macro_assets.signals.turning_points import CycleMonths, cycle_months, labels_through, turning_points
from macro_assets.vintage.calendars import CubeFrequency, period_last_day, period_number

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
FIRST_ORIGIN = date(1928, 1, 31)
LABEL = "0 or 1"

Numbers = npt.NDArray[np.int64]

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
    Table in the schema of `targets/recession_targets`, in key order. Labels are 0 or 1, changes in percent or
    percentage points (column `unit`). Unknown values are null with a null known_at.
    """
    through = labels_through(observations, today)
    cycle = cycle_months(turning_points(observations, catalog), first, through)
    span = period_number(np.array([first, through], dtype="datetime64[D]"), "Q")
    quarters = np.arange(span[0], span[1] + 1)
    found = [*monthly_targets(cycle), *quarterly_targets(cycle)]
    found += [impacts.series_impact(observations, quarters, impact) for impact in impacts.SERIES_IMPACTS]
    for impact in impacts.INDEX_IMPACTS:
        found += impacts.index_impacts(prices, observations, quarters, impact)
    return table(found)


def monthly_targets(cycle: CycleMonths) -> tuple[Target, Target]:
    """State of each month, and whether any of the next six is a recession month."""
    own = np.arange(len(cycle.months))[:, None]
    ahead = np.arange(1, MONTHS_AHEAD + 1)
    return (
        _any_of(cycle, own, CURRENT_TARGET, cycle.months, "M"),
        _any_of(cycle, own + ahead, MONTHLY_TARGET, cycle.months, "M"),
    )


def quarterly_targets(cycle: CycleMonths) -> tuple[Target, ...]:
    """The four binary targets; a quarter is in recession when any of its months is."""
    quarters = np.unique(np.floor_divide(cycle.months, 3))
    first = (3 * quarters - cycle.months[0])[:, None]
    months = {
        CURRENT_TARGET: np.arange(0, 3),
        "recession_next_1q": np.arange(3, 6),
        "recession_next_2q": np.arange(6, 9),
        QUARTERLY_TARGET: np.arange(3, 9),
    }
    return tuple(_any_of(cycle, first + offsets, name, quarters, "Q") for name, offsets in months.items())


def assert_no_label(series: Iterable[str]) -> None:
    """Refuse NBER's recession indicator, under any of its names, among the series of a feature set.

    Raises
    ------
    InvalidInputError : a series is the label itself or derived from it.
    """
    found = sorted({name for name in series if "USREC" in name.upper() or "USARECD" in name.upper()})
    if found:
        raise InvalidInputError(
            f"{', '.join(found)} is the recession label: it is known months late and is never a feature.",
            remedy="Remove it from the feature specification.",
        )


def _any_of(cycle: CycleMonths, months: Numbers, name: str, periods: Numbers, frequency: CubeFrequency) -> Target:
    """Any recession among `months` (n, k) of the cycle; known when the last of them is, for both classes alike."""
    inside = (months >= 0) & (months < len(cycle.months))
    clipped = np.clip(months, 0, len(cycle.months) - 1)
    known_at = np.where(inside, cycle.known_at[clipped], np.datetime64("NaT"))
    complete = ~np.isnat(known_at).any(axis=1)
    value = np.where(complete, cycle.recession[clipped].any(axis=1).astype(float), np.nan)
    filled = np.where(np.isnat(known_at), np.datetime64("1800-01-01"), known_at)
    known_by = cycle.known_by[clipped[np.arange(len(months)), filled.argmax(axis=1)]]
    return Target(
        name,
        frequency,
        LABEL,
        period_last_day(periods, frequency),
        value,
        np.where(complete, filled.max(axis=1), np.datetime64("NaT", "D")),
        np.where(complete, known_by, ""),
    )
