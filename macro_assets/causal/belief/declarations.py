"""What every check asks: name, sentence, threshold and consequence, in the order a reader sees them.

Belongs here: the declarations that reports, asset checks and the documentation are made from; they load without pandas, so
that the graph of assets can name its checks. Does not belong here: what a check computes (checks.py and the modules it
lists), the label checks earn (report.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from macro_assets.causal.belief.protocol import Asked, CheckResult

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DECLARATIONS", "LEAD_LEVEL", "Declaration", "checks_table"]

LEAD_LEVEL = 0.10


@dataclass(frozen=True)
class Declaration:
    """What one check asks.

    sentence : what holds when it passes; `{threshold}` with a format stands for the number.
    threshold : what its value is compared with; NaN where each cell has its own.
    """

    name: str
    sentence: str
    threshold: float = float("nan")
    required: bool = True
    identifies: bool = False

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
        "lead_placebo",
        "The outcome of the three months before does not move with the shock (smallest Benjamini-Hochberg p-value above "
        "{threshold:.2f}).", LEAD_LEVEL, identifies=True,
    ),
    Declaration(
        "placebo_outcome",
        "An outcome that cannot react does not, when one is given (p-value above {threshold:.2f}).", 0.05, identifies=True,
    ),
    Declaration(
        "overlap",
        "Controls and lags leave at least {threshold:.0%} of the shock's variance, carried by at least ten effective months.",
        0.10, identifies=True,
    ),
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
        "control does (Cinelli-Hazlett robustness value).", required=False,
    ),
    Declaration(
        "economic_significance",
        "The effect of a shock of one standard deviation exceeds the cost of a round trip, when one is known.", required=False,
    ),
    Declaration(
        "stability",
        "No break of the effect at an unknown date is found (sup-Wald p-value above {threshold:.2f}).", 0.01, required=False,
    ),
    Declaration(
        "interval_reliable",
        "Simulation is sure that an interval of this persistence, n, number of controls and horizon covers at least "
        "{threshold:.0%} of the time.", 0.90,
    ),
)  # fmt: skip


def checks_table(checks: Sequence[Asked] = DECLARATIONS) -> str:
    """The checks as a Markdown table: name, what holds when it passes, what a failure means."""
    rows = ["| check | passes when | a failure means |", "|---|---|---|"]
    rows += [f"| {check.name} | {check.words} | {_consequence(check)} |" for check in checks]
    return "\n".join(rows)


def _consequence(check: Asked) -> str:
    if check.identifies:
        return "not identified"
    return "at best an association" if check.required else "informs"
