"""Which series of the catalogue events and families of published series rest on.

Belongs here: what the versions of their assets ask. Does not belong here: fields of a family (events.py).
"""

from __future__ import annotations

from macro_assets.catalog.catalog import Catalog
from macro_assets.catalog.events import ReleaseEvents
from macro_assets.catalog.makers import Innovation

__all__ = ["moved_series", "released_series"]


def moved_series(catalog: Catalog) -> tuple[str, ...]:
    """Ids of the series that families instrument, alphabetically."""
    return tuple(sorted({family.moves for family in catalog.families.values()} & set(catalog.series)))


def released_series(catalog: Catalog) -> tuple[str, ...]:
    """Ids of the series whose releases are events, alphabetically."""
    released = [event.shock for event in catalog.events.values() if isinstance(event.source, ReleaseEvents)]
    makers = [catalog.shocks[name].maker for name in released]
    return tuple(sorted(maker.series for maker in makers if isinstance(maker, Innovation)))
