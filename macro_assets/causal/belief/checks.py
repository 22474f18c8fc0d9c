"""The checks of an estimate: every declaration with the function that computes it.

Belongs here: the list that reports run. Does not belong here: what a check asks (declarations.py), what it computes
(placebos.py, robustness.py, confounding.py, stability.py), the words of a cell (report.py).

To add a check, declare it in `declarations.py`, write its function and name it here; a declaration without a function
fails on import. A check of one's own may be any object with the members of `protocol.Check`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from macro_assets.causal.belief import confounding, placebos, robustness, stability
from macro_assets.causal.belief.declarations import DECLARATIONS, Declaration
from macro_assets.causal.belief.protocol import Cell, Check, CheckResult

__all__ = ["CHECKS", "ListedCheck"]

Function = Callable[[Declaration, Cell], CheckResult]
_FUNCTIONS: dict[str, Function] = {
    "placebo_shock": placebos.placebo_shock,
    "injected_effect": placebos.injected_effect,
    "random_common_cause": placebos.random_common_cause,
    "leave_one_recession_out": robustness.leave_one_recession_out,
    "trimmed": robustness.trimmed,
    "unobserved_confounding": confounding.unobserved_confounding,
    "economic_significance": robustness.economic_significance,
    "stability": stability.stable_effect,
}


@dataclass(frozen=True)
class ListedCheck:
    """A declared check and its function."""

    declaration: Declaration
    function: Function

    @property
    def name(self) -> str:
        """Short name."""
        return self.declaration.name

    @property
    def words(self) -> str:
        """What holds when it passes."""
        return self.declaration.words

    def run(self, cell: Cell) -> CheckResult:
        """Ask it of one cell."""
        return self.function(self.declaration, cell)


CHECKS: tuple[Check, ...] = tuple(ListedCheck(one, _FUNCTIONS[one.name]) for one in DECLARATIONS)
