"""Published series of one shock side by side: what one more unit of the variable that all of them move does.

Belongs here: monthly rows of each member, the estimates, the joint test. Does not belong here: one instrument
(instruments.py), the test (over_identification.py), the result (family_results.py), which series are published
(catalog/events.yaml).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.causal.engine.family_results import FamilyAnswers, InstrumentedRow
from macro_assets.causal.engine.instruments import InstrumentedEffect, instrumented_effect
from macro_assets.causal.engine.over_identification import HeterogeneityTest, heterogeneity_test
from macro_assets.errors import InvalidInputError
from macro_assets.inference.longrun import ewc_degrees, student_quantile

if TYPE_CHECKING:
    from macro_assets.catalog.events import Family

__all__ = ["HORIZONS", "Monthly", "compare_family"]

Array = NDArray[np.float64]

HORIZONS = (0, 1, 3, 6, 12)
LAGS = 2
MINIMUM_MONTHS = 96
COSINES_A_MEMBER = 2


@dataclass(frozen=True)
class Monthly:
    """What a family needs, on one index of month ends.

    outcomes : (n, m) returns and changes of the month. moved : (n,) change of the instrumented variable over the month, in
    the family's sizes. members : input -> (n,) published series in the family's sign, missing outside its span.
    units : unit of each outcome.
    """

    outcomes: pd.DataFrame
    moved: pd.Series
    members: Mapping[str, pd.Series]
    units: Mapping[str, str]


def compare_family(
    family: Family, monthly: Monthly, event_rows: tuple[InstrumentedRow, ...] = (), *, alpha: float = 0.05
) -> FamilyAnswers:
    """Every member on every outcome at every horizon, and the test that they agree in the month of the shock.

    Parameters
    ----------
    family : members and what they move. monthly : aligned months. event_rows : estimates of event days, kept as they are.

    Raises
    ------
    InvalidInputError : no member has 96 months with the variable they move.
    """
    rows = list(event_rows)
    for member in family.members:
        for outcome in monthly.outcomes:
            rows += _member_rows(member.input, str(outcome), family, monthly, alpha)
    if not rows:
        raise InvalidInputError(
            f"No published series of {family.title!r} has {MINIMUM_MONTHS} months in common with {family.moves}.",
            remedy="Load bronze/policy_surprises and the history of that series first.",
        )
    agreement = {
        str(outcome): test
        for outcome in monthly.outcomes
        if (test := _agreement(family, monthly, str(outcome))) is not None
    }
    unit = {name: f"{unit} per {family.size_unit}" for name, unit in monthly.units.items()}
    last: dt.date = max(row.last for row in rows).date()
    return FamilyAnswers(family, last, tuple(rows), agreement, unit)


def _member_rows(pair: str, outcome: str, family: Family, monthly: Monthly, alpha: float) -> list[InstrumentedRow]:
    member = next(one for one in family.members if one.input == pair)
    if pair not in monthly.members:
        return []
    found = []
    for horizon in HORIZONS:
        frame = _aligned(monthly, outcome, horizon, monthly.members[pair])
        if len(frame) < MINIMUM_MONTHS or frame["z"].std() == 0.0:
            continue
        effect = (_matched if ":" in family.moves else _instrumented)(frame, alpha)
        circular = outcome in member.built_from
        found.append(
            InstrumentedRow(
                pair, member.title, member.part, outcome, horizon, effect, frame.index[0], frame.index[-1], circular
            )
        )
    return found


def _instrumented(frame: pd.DataFrame, alpha: float) -> InstrumentedEffect:
    """Two-stage least squares: the instrumented variable is a price or yield with news of its own."""
    y, x, z = (frame[name].to_numpy() for name in ("y", "x", "z"))
    return instrumented_effect(y, x, z, frame.filter(like="lag").to_numpy(), inference="ewc", alpha=alpha)


def _matched(frame: pd.DataFrame, alpha: float) -> InstrumentedEffect:
    """Least squares on the member, its size matched to the reference series by regression and then taken as given.

    Two measures of one surprise: there is no first stage to be weak, only a unit to be changed.
    """
    effect = _instrumented(frame, alpha)
    lags = np.column_stack([np.ones(len(frame)), frame.filter(like="lag").to_numpy()])
    design = np.column_stack([frame["z"].to_numpy(), lags])
    slope = float(np.linalg.lstsq(design, frame["x"].to_numpy(), rcond=None)[0][0])
    sized = _instrumented(frame.assign(x=slope * frame["z"]), alpha)
    reach = float(student_quantile(alpha, sized.degrees)) * sized.stderr
    low, high = effect.point - reach, effect.point + reach
    return replace(
        sized, point=effect.point, lower=low, upper=high, anderson_rubin=((low, high),), weak=False,
        first_stage=effect.first_stage, first_stage_f=effect.first_stage_f, support=effect.support,
    )  # fmt: skip


def _aligned(monthly: Monthly, outcome: str, horizon: int, instrument: pd.Series) -> pd.DataFrame:
    """Rows with everything: accumulated outcome, moved variable, instrument, and lags of all three."""
    y, x = monthly.outcomes[outcome], monthly.moved
    columns = {"y": _accumulated(y, horizon, monthly.units[outcome]), "x": x, "z": instrument}
    for name, series in (("y", y), ("x", x), ("z", instrument)):
        columns |= {f"{name}_lag{lag}": series.shift(lag) for lag in range(1, LAGS + 1)}
    return pd.DataFrame(columns).dropna()


def _accumulated(outcome: pd.Series, horizon: int, unit: str) -> pd.Series:
    """Over months t to t + h: returns compounded, changes summed."""
    forward = [outcome.shift(-step) for step in range(horizon + 1)]
    if unit == "decimal":
        return pd.Series(np.prod([1.0 + one.to_numpy() for one in forward], axis=0) - 1.0, index=outcome.index)
    return pd.Series(np.sum([one.to_numpy() for one in forward], axis=0), index=outcome.index)


def _agreement(family: Family, monthly: Monthly, outcome: str) -> HeterogeneityTest | None:
    """The joint test over members of the policy part that are not built from the outcome, on months they share.

    The members with the shortest span are left out until the shared months carry those that remain.
    """
    lags = {f"lag_{name}{lag}": series.shift(lag) for lag in range(1, LAGS + 1)
            for name, series in (("y", monthly.outcomes[outcome]), ("x", monthly.moved))}  # fmt: skip
    shared = pd.DataFrame({"y": monthly.outcomes[outcome], "x": monthly.moved, **lags}).dropna()
    used = {
        member.input: monthly.members[member.input].reindex(shared.index)
        for member in family.members
        if member.part == "policy" and outcome not in member.built_from and member.input in monthly.members
    }
    used = {name: series for name, series in used.items() if series.std() > 0.0}
    while len(used) >= 2:
        frame = shared.join(pd.DataFrame(used)).dropna()
        if len(frame) >= MINIMUM_MONTHS and ewc_degrees(len(frame)) >= COSINES_A_MEMBER * len(used):
            instruments = {name: frame[name].to_numpy() for name in used}
            controls = frame[list(lags)].to_numpy()
            return heterogeneity_test(frame["y"].to_numpy(), frame["x"].to_numpy(), instruments, controls)
        used.pop(min(used, key=lambda name: int(used[name].notna().sum())))
    return None
