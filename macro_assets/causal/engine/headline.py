"""The cell a reader is shown first, and what stands in for it where a panel does not have it.

Belongs here: the rule of preference. Does not belong here: estimates of that cell.

The rule: the preferred shock where the panel has it, else the first shock that may be causal, else the first shock; the
preferred outcome where the panel has it, else the first outcome. `absent` names what was replaced.
"""

from __future__ import annotations

from dataclasses import dataclass

from macro_assets.causal.engine.panel import MINIMUM_MONTHS, EffectPanel
from macro_assets.errors import InvalidInputError

__all__ = ["PREFERRED_OUTCOME", "PREFERRED_SHOCK", "Headline", "headline"]

PREFERRED_SHOCK, PREFERRED_OUTCOME = "fed_surprise", "sp500"


@dataclass(frozen=True)
class Headline:
    """Names of the cell shown first. absent : preferred names the panel does not have, in words with their stand-in."""

    shock: str
    outcome: str
    absent: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """For a registered model: `fed_surprise_on_sp500`."""
        return f"{self.shock}_on_{self.outcome}"


def headline(panel: EffectPanel, *, shock: str = PREFERRED_SHOCK, outcome: str = PREFERRED_OUTCOME) -> Headline:
    """The cell shown first.

    Raises
    ------
    InvalidInputError : the panel has no shock or no outcome at all.
    """
    shocks, outcomes = [str(name) for name in panel.shocks], [str(name) for name in panel.outcomes]
    for names, what in ((shocks, "shock"), (outcomes, "outcome")):
        if not names:
            raise InvalidInputError(
                f"No {what} has {MINIMUM_MONTHS} known months in a row.", remedy="Load a longer history first."
            )
    causal = [name for name in shocks if panel.shock(name).may_be_causal]
    first_shock = shock if shock in shocks else (causal or shocks)[0]
    first_outcome = outcome if outcome in outcomes else outcomes[0]
    absent = tuple(
        f"{wanted} is absent or has fewer than {MINIMUM_MONTHS} known months: {found} stands in"
        for wanted, found in ((shock, first_shock), (outcome, first_outcome))
        if wanted != found
    )
    return Headline(first_shock, first_outcome, absent)
