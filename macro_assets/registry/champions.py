"""Which recession model speaks: the one place that every table, picture and report asks.

Belongs here: the titles and what stands in while nobody was promoted. Does not belong here: aliases (promotion.py), the
gate (recession/evaluation/gate.py).
"""

from __future__ import annotations

from macro_assets.errors import InvalidInputError, RegistryError
from macro_assets.recession import presets
from macro_assets.registry.promotion import Champion
from macro_assets.registry.store import Registry

RECESSION_TITLE = "recession_m"

__all__ = ["RECESSION_TITLE", "recession_champion", "registered_name"]


def registered_name(candidate: str, frequency: str = "M") -> str:
    """Name under which a candidate is registered: `recession_m_logit_path`."""
    return f"recession_{frequency.lower()}_{candidate}"


def recession_champion(registry: Registry) -> Champion:
    """The candidate that the alias `champion` of `recession_m` names; else the default, which is called unproven.

    Raises
    ------
    RegistryError : the champion is a candidate that no longer exists.
    """
    found = registry.champion(RECESSION_TITLE, default=presets.DEFAULT)
    try:
        presets.candidate(found.candidate)
    except InvalidInputError as error:
        raise RegistryError(
            f"Champion {found.title} version {found.version}: {error}",
            remedy=f"Roll back, or promote another one: Registry.promote(name, reason=..., title={found.title!r}).",
        ) from error
    return found
