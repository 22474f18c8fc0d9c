"""Whether effects vary, over several outcomes and estimators: one result, one table.

Belongs here: which cells are searched, and the answer in long form. Does not belong here: estimators and their nulls
(estimators.py, variation/), the lake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from macro_assets.causal.engine.headline import PREFERRED_OUTCOME, PREFERRED_SHOCK, Headline, headline
from macro_assets.causal.engine.panel import MINIMUM_MONTHS, EffectPanel
from macro_assets.causal.engine.settings import DEFAULT, EffectSettings
from macro_assets.causal.estimators import Question, Variation, variation_estimators
from macro_assets.causal.variation.by_regime import RegimeEffects
from macro_assets.causal.variation.contrast import ContrastEffects
from macro_assets.causal.variation.forest import ForestEffects
from macro_assets.causal.variation.searched import VariedEffects
from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.tables.registry import TABLES
from macro_assets.tables.rows import table_of

if TYPE_CHECKING:
    import pyarrow as pa
    from matplotlib.axes import Axes

    from macro_assets.catalog import Catalog

__all__ = ["OUTCOMES", "TABLE", "Cells", "Heterogeneity", "cells_to_search", "search_variation"]

TABLE = "models/effect_heterogeneity"
OUTCOMES = ("sp500", "tlt", "gld", "us10y")


@dataclass(frozen=True)
class Cells:
    """What is searched: one shock on several outcomes, and on the headline outcome by costly estimators too.

    too_short : outcomes asked for that have too few months by now.
    """

    headline: Headline
    outcomes: tuple[str, ...]
    too_short: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heterogeneity(Displayed):
    """What every estimator found. as_of : last month of the panel."""

    html_columns: ClassVar[tuple[str, ...]] = (
        "method", "shock", "outcome", "state", "reported", "reported_lower", "reported_upper", "common_effect", "varies",
        "p_value", "unit", "label",
    )  # fmt: skip

    cells: Cells
    results: tuple[VariedEffects, ...]
    as_of: pd.Timestamp

    @property
    def regimes(self) -> tuple[RegimeEffects, ...]:
        """Effects by regime, one an outcome."""
        return tuple(one for one in self.results if isinstance(one, RegimeEffects))

    @property
    def forests(self) -> tuple[ForestEffects, ...]:
        """Effects by the state of the economy."""
        return tuple(one for one in self.results if isinstance(one, ForestEffects))

    @property
    def contrasts(self) -> tuple[ContrastEffects, ...]:
        """Effects of large shocks of one sign."""
        return tuple(one for one in self.results if isinstance(one, ContrastEffects))

    def to_frame(self) -> pd.DataFrame:
        """One row a state of every result."""
        return pd.concat([one.rows() for one in self.results], ignore_index=True).assign(
            as_of=self.as_of, trained_through=self.as_of
        )

    def to_table(self) -> pa.Table:
        """Rows of models/effect_heterogeneity."""
        return table_of(self.to_frame().reindex(columns=TABLES[TABLE].schema.names), TABLE)

    def summary(self) -> str:
        """Every result in its own words, after what stands in for what is absent."""
        absent = [f"{name} has fewer than {MINIMUM_MONTHS} known months." for name in self.cells.too_short]
        heads = [f"{text}." for text in self.cells.headline.absent]
        return "\n\n".join(["\n".join([*heads, *absent]) or "All cells asked for are searched."]
                           + [one.summary() for one in self.results])  # fmt: skip

    def absences(self) -> dict[str, str]:
        """What was asked for and is absent, by name."""
        return {
            "without_enough_months": ", ".join(self.cells.too_short) or "none",
            "headline_absent": "; ".join(self.cells.headline.absent) or "none",
        }

    def models(self) -> list[tuple[str, Any, pd.DataFrame]]:
        """Fitted models for the registry: name, model, a few rows of its input."""
        fitted = [("causal_forest", one.model, one.example) for one in self.forests]
        fitted += [(f"x_learner_{one.arm}", one.model, one.example) for one in self.contrasts]
        return [(name, model, example) for name, model, example in fitted if example is not None]

    def plot(self, ax: Axes | None = None) -> Axes:
        """The first result."""
        axes: Axes = self.results[0].plot(ax)
        return axes


def cells_to_search(
    panel: EffectPanel,
    catalog: Catalog,
    *,
    shock: str = PREFERRED_SHOCK,
    outcomes: Sequence[str] = OUTCOMES,
    headline_outcome: str = PREFERRED_OUTCOME,
) -> Cells:
    """The cells asked for whose history is long enough by now; the rule of `headline` says what stands in for others.

    Raises
    ------
    InvalidInputError : the catalogue has no such shock or outcome, or the history of no outcome is long enough.
    """
    for wanted, declared, what in (
        ([shock], list(catalog.shocks), "shock"),
        ([*outcomes, headline_outcome], list(catalog.outcomes), "outcome"),
    ):
        unknown = sorted(set(wanted) - set(declared))
        if unknown:
            raise InvalidInputError(
                f"Unknown {what} {', '.join(unknown)}.", remedy=f"Available: {', '.join(declared)}."
            )
    found = tuple(name for name in outcomes if name in panel.outcomes)
    if not found:
        raise InvalidInputError(
            f"Too few months are known of {', '.join(outcomes) or 'no outcome'}.",
            remedy=f"Long enough are: {', '.join(map(str, panel.outcomes)) or 'none'}.",
        )
    first = headline(panel, shock=shock, outcome=headline_outcome)
    return Cells(first, found, tuple(name for name in outcomes if name not in found))


def search_variation(
    panel: EffectPanel,
    regimes: pd.DataFrame,
    cells: Cells,
    *,
    estimators: Sequence[Variation] | None = None,
    settings: EffectSettings = DEFAULT,
) -> Heterogeneity:
    """Ask every estimator: of every outcome, or of the headline outcome alone where it is costly.

    Parameters
    ----------
    regimes : filtered probabilities by the month of the shock, as known before it (`variation.states.known_before`).
    """
    results: list[VariedEffects] = []
    for estimator in variation_estimators() if estimators is None else estimators:
        for outcome in (cells.headline.outcome,) if estimator.costly else cells.outcomes:
            question = Question(*panel.pair(outcome, cells.headline.shock), regimes=regimes)
            results.append(estimator.estimate(question, settings))
    return Heterogeneity(cells, tuple(results), panel.index[-1])
