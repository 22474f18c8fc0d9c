"""The result of comparing published series: estimates, agreement, table, pictures.

Belongs here: what a family answers and how it shows itself. Does not belong here: estimation (families.py), drawing
(pictures/).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from macro_assets.causal.engine.inputs import size_in_words
from macro_assets.causal.engine.instruments import InstrumentedEffect
from macro_assets.causal.engine.over_identification import HeterogeneityTest
from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.tables.rows import table_of

if TYPE_CHECKING:
    import pyarrow as pa
    from matplotlib.axes import Axes

    from macro_assets.catalog.events import Family

__all__ = ["FamilyAnswers", "InstrumentedRow"]

LEVEL = 0.05


@dataclass(frozen=True)
class InstrumentedRow:
    """One estimate: member, outcome, horizon in months or None for the event day, months used, and whether it counts.

    circular : the member was built from this outcome: shown, never part of the comparison.
    """

    member: str
    title: str
    part: str
    outcome: str
    horizon: int | None
    effect: InstrumentedEffect
    first: pd.Timestamp
    last: pd.Timestamp
    circular: bool


@dataclass(frozen=True)
class FamilyAnswers(Displayed):
    """All members of a family on all outcomes, and whether they agree.

    Attributes
    ----------
    rows : estimates. agreement : outcome -> test over the members of the policy part, in the month of the shock; an
        outcome on which fewer than two can be compared is left out. unit : outcome -> unit of its effects.
    """

    family: Family
    as_of: dt.date
    rows: tuple[InstrumentedRow, ...]
    agreement: Mapping[str, HeterogeneityTest]
    unit: Mapping[str, str]

    html_columns: ClassVar[tuple[str, ...]] = (
        "instrument", "outcome", "frequency", "horizon", "point", "lower", "upper", "first_stage_f", "weak", "n"
    )  # fmt: skip

    def find(self, member: str, outcome: str, horizon: int | None = 0) -> InstrumentedRow:
        """One estimate; horizon None is the event day.

        Raises
        ------
        InvalidInputError : there is none; names the members there are.
        """
        for row in self.rows:
            if (row.member, row.outcome, row.horizon) == (member, outcome, horizon):
                return row
        raise InvalidInputError(
            f"No estimate of {member!r} on {outcome!r} at horizon {horizon}.",
            remedy="Available: " + ", ".join(sorted({row.member for row in self.rows})) + ".",
        )

    def summary(self) -> str:
        """Whether the members agree, outcome by outcome."""
        lines = [
            f"{self.family.title}: {len({row.member for row in self.rows})} published series, effects per "
            f"{self.family.size_unit}, as of {self.as_of}."
        ]
        for outcome, test in self.agreement.items():
            word = "disagree" if test.p_value < LEVEL else "do not contradict each other"
            lines.append(
                f"  {outcome}: {len(test.instruments)} of them {word} (p = {test.p_value:.2f}, {test.n} months in common); "
                f"{self._first(outcome)}."
            )
        return "\n".join(lines)

    def disagreeing(self) -> list[str]:
        """Outcomes on which the members disagree at 5 percent."""
        return [outcome for outcome, test in self.agreement.items() if test.p_value < LEVEL]

    def _first(self, outcome: str) -> str:
        """The first member's effect in the month of the shock."""
        row = next(one for one in self.rows if one.outcome == outcome and one.horizon == 0)
        ends = [
            size_in_words(end, self.unit[outcome]) for end in (row.effect.point, row.effect.lower, row.effect.upper)
        ]
        weak = f", weak: F = {row.effect.first_stage_f:.1f}" if row.effect.weak else ""
        return f"{row.title} {ends[0]} [{ends[1]}, {ends[2]}]{weak}"

    def to_frame(self) -> pd.DataFrame:
        """One row an estimate, in the columns of `models/instrumented_effects`."""
        return pd.DataFrame([self._row(row) for row in self.rows])

    def to_table(self) -> pa.Table:
        """Rows of `models/instrumented_effects`."""
        return table_of(self.to_frame(), "models/instrumented_effects")

    def plot(self, ax: Axes | None = None) -> Axes:
        """The first outcome."""
        return self.plot_outcome(self.rows[0].outcome, ax)

    def plot_outcome(self, outcome: str, ax: Axes | None = None) -> Axes:
        """Forest plot of the members on one outcome in the month of the shock."""
        from macro_assets.pictures import events

        rows = [row for row in self.rows if row.outcome == outcome and row.horizon == 0 and not row.circular]
        test = self.agreement.get(outcome)
        strong = [max(abs(row.effect.lower), abs(row.effect.upper)) for row in rows if not row.effect.weak]
        limit = 1.3 * max(strong) if strong else 3.0 * float(np.median([abs(row.effect.point) for row in rows]))
        method = f"per {self.family.size_unit}, month of the shock" + (
            f"; one effect for all: p = {test.p_value:.2f}" if test else "")  # fmt: skip
        return events.comparison(
            [row.title for row in rows], [row.effect.point for row in rows], [row.effect.lower for row in rows],
            [row.effect.upper for row in rows], [row.effect.weak for row in rows],
            unit=self.unit[outcome], finding=f"{self.family.title} on {outcome}", method=method, limit=limit, ax=ax,
        )  # fmt: skip

    def _row(self, row: InstrumentedRow) -> dict[str, object]:
        effect, test = row.effect, self.agreement.get(row.outcome)
        return {
            "as_of": self.as_of, "trained_through": self.as_of,
            "family": self.family.name, "instrument": row.member, "outcome": row.outcome,
            "frequency": "event day" if row.horizon is None else "month", "horizon": row.horizon or 0,
            "title": row.title, "part": row.part, "circular": row.circular, "point": effect.point, "stderr": effect.stderr,
            "lower": _bounded(effect.lower), "upper": _bounded(effect.upper), "anderson_rubin": _sets(effect),
            "first_stage": effect.first_stage, "first_stage_f": effect.first_stage_f, "weak": effect.weak, "n": effect.n,
            "support": effect.support, "agreement_p_value": test.p_value if test and row.horizon == 0 else None,
            "unit": self.unit[row.outcome], "moves": self.family.moves, "first": row.first, "last": row.last,
        }  # fmt: skip


def _bounded(end: float) -> float | None:
    return float(end) if np.isfinite(end) else None


def _sets(effect: InstrumentedEffect) -> str:
    """The Anderson-Rubin set in words."""
    return " or ".join(f"[{low:+.3g}, {high:+.3g}]" for low, high in effect.anderson_rubin).replace("inf", "unbounded")
