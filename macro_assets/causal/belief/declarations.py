"""What every check of an estimate asks: name, sentence and threshold, in the order a reader sees them.

Belongs here: the declarations that reports, asset checks and the documentation are made from; they load without pandas, so
that the graph of assets can name its checks. Does not belong here: what a check computes (checks.py and the modules it
lists), the words of a cell (identification.py, finding.py, specification.py): a check informs and changes none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from macro_assets.causal.belief.protocol import Asked, CheckResult

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DECLARATIONS", "Declaration", "checks_table"]


@dataclass(frozen=True)
class Declaration:
    """What one check asks.

    sentence : what holds when it passes; `{threshold}` with a format stands for the number.
    threshold : what its value is compared with; NaN where each cell has its own.
    """

    name: str
    sentence: str
    threshold: float = float("nan")

    @property
    def words(self) -> str:
        """What holds when it passes."""
        return self.sentence.format(threshold=self.threshold)

    def result(
        self, passed: bool | None, value: float, unit: str, text: str, table: pd.Series | None = None
    ) -> CheckResult:  # fmt: skip
        """A result against the declared threshold."""
        return CheckResult(self.name, passed, value, self.threshold, unit, text, table)


DECLARATIONS = (
    Declaration(
        "placebo_shock",
        "Shocks moved to other months are significant no more often than chance (at most {threshold:.0%} of 99 draws).", 0.12,
    ),
    Declaration(
        "injected_effect",
        "A known effect added to the real outcome at 99 places is inside the interval (at least {threshold:.0%} of the time).",
        0.88,
    ),
    Declaration(
        "random_common_cause",
        "Four random controls move the estimate by at most {threshold:g} standard errors.", 0.5,
    ),
    Declaration(
        "leave_one_recession_out",
        "No single recession makes the estimate (without it, it moves by at most {threshold:g} standard errors).", 2.0,
    ),
    Declaration(
        "trimmed",
        "Without the five largest shocks the estimate moves by at most {threshold:g} standard errors.", 2.0,
    ),
    Declaration(
        "unobserved_confounding",
        "To bring the estimate to zero a confounder would have to explain more of shock and outcome than the strongest "
        "control does (Cinelli-Hazlett robustness value)."
    ),
    Declaration(
        "economic_significance",
        "The effect of a shock of one standard deviation exceeds the cost of a round trip, when one is known."
    ),
    Declaration(
        "stability",
        "No break of the effect at an unknown date is found (sup-Wald p-value above {threshold:.2f}).", 0.01
    ),
)  # fmt: skip


def checks_table(checks: Sequence[Asked] = DECLARATIONS) -> str:
    """The checks as a Markdown table: name, and what holds when it passes."""
    rows = ["| check | passes when |", "|---|---|"]
    return "\n".join([*rows, *(f"| {check.name} | {check.words} |" for check in checks)])
