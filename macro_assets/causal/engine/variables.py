"""What was measured: shocks with unit, sign and identification tier; outcomes with unit and the cost of trading them.

Belongs here: the two descriptions that travel with every panel, series and result, and how they come from the
catalogue. Does not belong here: values (panel.py), definitions of shocks (catalog/shocks.yaml).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import pandas as pd

from macro_assets.errors import InvalidInputError

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog

__all__ = ["CAUSAL_TIERS", "TIERS", "Observed", "Outcome", "Shock", "Variable", "outcomes_of", "shocks_of"]

TIERS = {
    "T1": "a high-frequency surprise",
    "T2": "a published external shock",
    "T3": "a statistical innovation: markets may have known it before",
    "T4": "a raw change: it answers the same news as prices, so it identifies no effect of its own",
    "": "a shock of unknown tier",
}
CAUSAL_TIERS = ("T1", "T2")


@dataclass(frozen=True)
class Shock:
    """A shock: its unit, what a positive value means, and how far it may be believed.

    tier : identification tier, T1 to T4, or empty when unknown. stated_by : who states it, `catalogue` or `user`.

    Raises
    ------
    InvalidInputError : an unknown tier.
    """

    name: str
    unit: str = "unit of the shock"
    sign: str = "effect of an increase of the shock"
    tier: str = ""
    stated_by: str = "catalogue"

    def __post_init__(self) -> None:
        if self.tier not in TIERS:
            available = ", ".join(tier for tier in TIERS if tier)
            raise InvalidInputError(
                f"Unknown tier {self.tier!r} of shock {self.name!r}.",
                remedy=f"Available: {available}, or an empty text.",
            )

    @property
    def may_be_causal(self) -> bool:
        """Whether the identification allows the word causal at all."""
        return self.tier in CAUSAL_TIERS

    @property
    def identification(self) -> str:
        """The tier in words, and that it is the user's statement where it is."""
        return TIERS[self.tier] + (f" (tier {self.tier}, stated by the user)" if self.stated_by == "user" else "")

    def observed(self, values: pd.Series) -> Observed[Shock]:
        """A series of this shock."""
        return Observed(values.rename(self.name), self)


@dataclass(frozen=True)
class Outcome:
    """An outcome: its unit, and the cost of a round trip of trading it in the same unit (None: unknown)."""

    name: str
    unit: str = "units of the outcome"
    cost: float | None = None

    def observed(self, values: pd.Series) -> Observed[Outcome]:
        """A series of this outcome."""
        return Observed(values.rename(self.name), self)


Variable = TypeVar("Variable", Shock, Outcome)


@dataclass(frozen=True)
class Observed(Generic[Variable]):
    """A series and what it measures. values : (n,) on a DatetimeIndex."""

    values: pd.Series
    variable: Variable

    @property
    def index(self) -> pd.Index:
        """Dates of the values."""
        return self.values.index

    def on(self, dates: pd.Index) -> Observed[Variable]:
        """The same on some of its dates."""
        return Observed(self.values.loc[dates], self.variable)


def shocks_of(catalog: Catalog) -> dict[str, Shock]:
    """Every shock of the catalogue, by name."""
    return {
        name: Shock(name, entry.unit, entry.sign, entry.tier, entry.stated_by) for name, entry in catalog.shocks.items()
    }


def outcomes_of(catalog: Catalog) -> dict[str, Outcome]:
    """Every outcome of the catalogue, by name."""
    return {name: Outcome(name, entry.unit, entry.cost_in_unit) for name, entry in catalog.outcomes.items()}
