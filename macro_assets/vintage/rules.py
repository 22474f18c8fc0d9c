"""How each series enters a cube: its frequency and its aggregation, from the catalogue.

Belongs here: the look-up for FRED series, prices and World Bank indicators. Does not belong here: the aggregation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from macro_assets.catalog.periods import Frequency

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog

__all__ = ["MEAN_SUFFIX", "EntryRule", "entry_rule"]

MEAN_SUFFIX = ".mean"


@dataclass(frozen=True)
class EntryRule:
    """Frequency of the observations and how they enter a lower frequency."""

    frequency: Frequency
    aggregation: Literal["last", "mean"]


def entry_rule(series_id: str, catalog: Catalog) -> EntryRule | None:
    """The rule of a series; None for one that the catalogue does not hold.

    A price enters by its last close of the period, and under `<symbol>.mean` by the average of its closes.
    """
    if series_id in catalog.series:
        entry = catalog.series[series_id]
        return EntryRule(entry.frequency, entry.aggregation)
    if series_id in catalog.assets:
        return EntryRule("D", "last")
    if series_id.removesuffix(MEAN_SUFFIX) in catalog.assets:
        return EntryRule("D", "mean")
    if series_id.rpartition(".")[0] in catalog.indicators:
        return EntryRule("A", "last")
    return None
