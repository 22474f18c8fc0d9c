"""The outcome of one belief check, and the cell that checks look at.

Belongs here: the two types every check shares. Does not belong here: the checks themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from macro_assets.causal.engine.design import Rows
from macro_assets.causal.engine.inputs import Sample
from macro_assets.causal.engine.linear import LinearCells
from macro_assets.causal.engine.results import EffectEstimate

__all__ = ["BeliefCheck", "Cell"]

Made = TypeVar("Made")


@dataclass(frozen=True)
class BeliefCheck:
    """One reason to believe a cell, or not.

    passed : None when the check could not be run or only informs. value, threshold : what was compared, in `unit`.
    required : whether a cell may be called causal without it. explanation : one sentence for a reader.
    """

    name: str
    passed: bool | None
    value: float
    threshold: float
    unit: str
    required: bool
    explanation: str

    @property
    def verdict(self) -> str:
        """passed, failed or informs."""
        return "informs" if self.passed is None else ("passed" if self.passed else "failed")


@dataclass(frozen=True)
class Cell:
    """One estimated cell with everything needed to estimate it again under a change.

    shared : what checks made that depends on shock, controls and rows alone; cells that have these in common share it.
    """

    sample: Sample
    rows: Rows
    lags: int
    cells: LinearCells
    estimate: EffectEstimate
    seed: int
    alpha: float
    shared: dict[Any, Any] = field(default_factory=dict)

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What `make` gives, made once for all cells of the same shock, controls and rows."""
        key = (name, self.sample.index[0], self.rows)
        if key not in self.shared:
            self.shared[key] = make()
        made: Made = self.shared[key]
        return made
