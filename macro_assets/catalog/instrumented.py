"""Which series of the catalogue the families of published series move.

Belongs here: the one question that an asset's version asks. Does not belong here: fields of a family (events.py).
"""

from __future__ import annotations

from macro_assets.catalog.catalog import Catalog

__all__ = ["moved_series"]


def moved_series(catalog: Catalog) -> tuple[str, ...]:
    """Ids of the series that families instrument, alphabetically."""
    return tuple(sorted({family.moves for family in catalog.families.values()} & set(catalog.series)))
