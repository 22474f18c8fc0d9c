"""The panel of the causal grid: outcomes, shocks and controls on one index of months, with what each column measures.

Belongs here: the container every grid takes, checked once. Does not belong here: how it is made from the long tables
(alignment.py), sample windows (windows.py), estimation (grid.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from macro_assets.causal.engine.inputs import check_index
from macro_assets.causal.engine.variables import Observed, Outcome, Shock
from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MINIMUM_MONTHS", "EffectPanel"]

MINIMUM_MONTHS = 96
"""Below this, controls and lags of the default engine leave too few degrees of freedom at a year's horizon."""


@dataclass(frozen=True)
class EffectPanel(Displayed):
    """Row t of each frame belongs to the shock of month t.

    outcomes : (n, m) one-month returns and changes of month t. shocks : (n, s) that became known in t.
    controls : (n, p) as known at the end of t-1; no columns when there are none. Columns may start late, end early and
        miss months in between: a cell uses every row it has, and nothing is filled in.
    measured_outcomes, measured_shocks : what the columns measure; a column left out is known by its name alone.
    too_short : outcomes and shocks left out because fewer than `MINIMUM_MONTHS` months in a row are known.
    costs : in words, by name: the months that a control alone costs, those missing inside a shock or an outcome.

    Raises
    ------
    InvalidInputError : frames on different or unusable indexes, or with duplicated columns.
    """

    outcomes: pd.DataFrame = field(repr=False)
    shocks: pd.DataFrame = field(repr=False)
    controls: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    measured_outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    measured_shocks: Mapping[str, Shock] = field(default_factory=dict)
    too_short: tuple[str, ...] = ()
    costs: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        index = check_index(self.outcomes.index, "The frame of outcomes")
        if self.controls.shape[1] == 0:
            object.__setattr__(self, "controls", pd.DataFrame(index=index))
        for frame, what in ((self.outcomes, "outcomes"), (self.shocks, "shocks"), (self.controls, "controls")):
            if not index.equals(frame.index):
                raise InvalidInputError(
                    f"The frame of {what} is not on the index of the outcomes.", remedy="Reindex all to one index."
                )
            if not frame.columns.is_unique:
                raise InvalidInputError(
                    f"The frame of {what} has duplicated column names.", remedy="Rename or drop one of them."
                )

    @property
    def index(self) -> pd.DatetimeIndex:
        """The months."""
        return pd.DatetimeIndex(self.outcomes.index)

    def shock(self, name: str) -> Shock:
        """What a column of shocks measures."""
        return self.measured_shocks.get(name, Shock(name))

    def outcome(self, name: str) -> Outcome:
        """What a column of outcomes measures."""
        return self.measured_outcomes.get(name, Outcome(name))

    def pair(self, outcome: str, shock: str) -> tuple[Observed[Outcome], Observed[Shock], pd.DataFrame]:
        """Outcome, shock and controls of one pair on its longest stretch of months without a gap (the later of equals).

        For estimators that need consecutive months; cells of a grid use every row they have.

        Raises
        ------
        InvalidInputError : the panel has no such outcome or shock.
        """
        for name, frame, what in ((outcome, self.outcomes, "outcome"), (shock, self.shocks, "shock")):
            if name not in frame:
                raise InvalidInputError(
                    f"The panel has no {what} {name!r}.", remedy=f"Available: {', '.join(map(str, frame.columns))}."
                )
        present = pd.concat([self.outcomes[outcome], self.shocks[shock], self.controls], axis=1).notna().all(axis=1)
        months = self.index[_longest_run(present.to_numpy())]
        return (
            self.outcome(outcome).observed(self.outcomes.loc[months, outcome]),
            self.shock(shock).observed(self.shocks.loc[months, shock]),
            self.controls.loc[months],
        )

    def to_frame(self) -> pd.DataFrame:
        """One row a column: its role, unit, tier, first and last month and number of months."""
        described: list[tuple[str, str, str, pd.Series]] = []
        for name in map(str, self.outcomes):
            described.append(("outcome", self.outcome(name).unit, "", self.outcomes[name]))
        for name in map(str, self.shocks):
            described.append(("shock", self.shock(name).unit, self.shock(name).tier, self.shocks[name]))
        described += [("control", "", "", self.controls[name]) for name in self.controls]
        rows = [
            {"role": role, "name": str(values.name), "unit": unit, "tier": tier, "months": int(values.notna().sum()),
             "first": values.first_valid_index(), "last": values.last_valid_index()}
            for role, unit, tier, values in described
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def summary(self) -> str:
        """How many of what, from when to when, what was left out and what is missing."""
        lines = [
            f"{self.outcomes.shape[1]} outcomes, {self.shocks.shape[1]} shocks and {self.controls.shape[1]} controls, "
            f"{len(self.index)} months, {self.index[0]:%Y-%m} to {self.index[-1]:%Y-%m}"
        ]
        lines += [f"  {name}: fewer than {MINIMUM_MONTHS} months, left out" for name in self.too_short]
        return "\n".join([*lines, *(f"  {name}: {text}" for name, text in self.costs.items())])

    def plot(self, ax: Axes | None = None) -> Axes:
        """From when to when each series is known."""
        from macro_assets.pictures import effects, style

        frame = self.to_frame()
        axes = effects.spans(list(frame["name"]), frame["first"], frame["last"], ax=ax)
        style.title(axes, self.summary().splitlines()[0])
        return axes

    def only(self, *, outcomes: Sequence[str] | None = None, shocks: Sequence[str] | None = None) -> EffectPanel:
        """The same panel with some of its columns, in the order asked for."""
        return EffectPanel(
            self.outcomes if outcomes is None else self.outcomes[list(outcomes)],
            self.shocks if shocks is None else self.shocks[list(shocks)],
            self.controls, self.measured_outcomes, self.measured_shocks, self.too_short, self.costs,
        )  # fmt: skip


def _longest_run(present: np.ndarray) -> np.ndarray:
    """Mask (n,) of the longest run of True, the later of equals."""
    run = np.where(present, np.cumsum(~present), -1)
    numbers, lengths = np.unique(run[present], return_counts=True)
    return np.asarray(run == numbers[lengths == lengths.max()][-1]) if len(numbers) else present
