"""From tables to families of published series: months aligned for every member, and the event days of those that have them.

Belongs here: month-end moves of the instrumented variable, members in their family's sign, estimates on event days.
Does not belong here: the comparison (engine/families.py), daily closes and surprises (inputs.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.causal.engine.families import Monthly, compare_family
from macro_assets.causal.engine.family_results import FamilyAnswers, InstrumentedRow
from macro_assets.causal.engine.instruments import instrumented_effect
from macro_assets.causal.events.effects import MINIMUM_EVENTS
from macro_assets.causal.events.inputs import daily_closes, daily_levels, published_days
from macro_assets.causal.events.windows import DAY, Closes, reactions
from macro_assets.errors import InvalidInputError
from macro_assets.vintage.frames import wide

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.catalog.events import Family, Member

__all__ = ["answer_families"]

MINIMUM_DAYS = max(MINIMUM_EVENTS, 40)


def answer_families(
    policy_surprises: pa.Table, asset_returns: pa.Table, prices: pa.Table, observations: pa.Table, catalog: Catalog
) -> tuple[FamilyAnswers, ...]:
    """Every family of the catalogue that has a member and the variable it moves.

    Parameters
    ----------
    policy_surprises, asset_returns, prices, observations : rows of the tables of those names.

    Raises
    ------
    InvalidInputError : not one family has enough months.
    """
    outcomes = wide(asset_returns)
    closes = daily_closes(prices, observations, catalog)
    answers, refusals = [], []
    for family in catalog.families.values():
        try:
            answers.append(_answer(family, policy_surprises, outcomes, closes, observations, catalog))
        except InvalidInputError as error:
            refusals.append(error)
    if not answers and refusals:
        raise refusals[0]
    return tuple(answers)


def _answer(
    family: Family,
    policy_surprises: pa.Table,
    outcomes: pd.DataFrame,
    closes: Mapping[str, Closes],
    observations: pa.Table,
    catalog: Catalog,
) -> FamilyAnswers:
    members = {
        member.input: series
        for member in family.members
        if (series := _monthly(policy_surprises, member, outcomes.index)) is not None
    }
    units = {str(name): catalog.outcomes[str(name)].unit for name in outcomes}
    if ":" in family.moves:
        if family.moves not in members:
            raise InvalidInputError(
                f"{family.title}: {family.moves} is not in the lake.", remedy="Materialise bronze/policy_surprises."
            )
        return compare_family(family, Monthly(outcomes, members[family.moves] / family.size, members, units))
    moved = _moved(family, observations, catalog)
    monthly = Monthly(outcomes, _month_moves(moved, outcomes.index), members, units)
    days = tuple(
        row
        for member in family.members
        if member.days
        for name, one in closes.items()
        if name in units and (row := _event_day(policy_surprises, member, one, moved)) is not None
    )
    return compare_family(family, monthly, days)


def _moved(family: Family, observations: pa.Table, catalog: Catalog) -> Closes:
    """Daily levels of the instrumented variable whose changes are in the family's sizes: logs of a price."""
    series = catalog.require(family.moves)
    day, value = daily_levels(observations, family.moves)
    if series.transform == "log_diff":
        positive = value > 0.0  # a price below zero (oil, 2020-04-20) has no logarithm
        return Closes(
            family.moves, family.size_unit, day[positive], np.log(value[positive]), "change", 100.0 / family.size
        )
    return Closes(family.moves, family.size_unit, day, value, "change", 1.0 / family.size)


def _month_moves(moved: Closes, months: pd.Index) -> pd.Series:
    """Change from the last day of the month before to the last day of each month; missing where a month has none."""
    levels = pd.Series(moved.values * moved.scale, index=pd.DatetimeIndex(moved.days)).resample("ME").last()
    return levels.diff().reindex(months)


def _monthly(policy_surprises: pa.Table, member: Member, months: pd.Index) -> pd.Series | None:
    """A member by month end in the family's sign; several events of a month summed, zero in months without one."""
    day, value = published_days(policy_surprises, member.input)
    if not len(day):
        return None
    by_month = pd.Series(member.sign * value, index=pd.DatetimeIndex(day)).resample("ME").sum()
    return by_month.reindex(months)


def _event_day(policy_surprises: pa.Table, member: Member, closes: Closes, moved: Closes) -> InstrumentedRow | None:
    """The effect on the day itself; None where too few events have all three moves or the surprises do not vary."""
    day, surprise = published_days(policy_surprises, member.input)
    if not len(day):
        return None
    y, x = reactions(closes, day, DAY), reactions(moved, day, DAY)
    whole = np.isfinite(y) & np.isfinite(x) & np.isfinite(surprise)
    if whole.sum() < MINIMUM_DAYS or np.ptp(surprise[whole]) == 0.0:
        return None
    effect = instrumented_effect(y[whole], x[whole], member.sign * surprise[whole], inference="hc")
    return InstrumentedRow(
        member.input, member.title, member.part, closes.name, None, effect, pd.Timestamp(day[whole][0]),
        pd.Timestamp(day[whole][-1]), closes.name in member.built_from,
    )  # fmt: skip
