"""How to fetch what the providers publish: FRED and ALFRED, Yahoo, World Bank, published shock series.

Belongs here: adapters over the real clients, each a triad of query, extract and a pure transform to the bronze columns.
Does not belong here: keeping what was fetched (lake) and scheduling (defs). Clients are imported when first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from macro_assets.sources.batch import SourceBatch
    from macro_assets.sources.fred.client import PointInTimeFred
    from macro_assets.sources.fred.source import FredSource
    from macro_assets.sources.surprises.source import SurprisesSource
    from macro_assets.sources.world_bank.source import WorldBankSource
    from macro_assets.sources.yahoo.source import YahooSource

__all__ = ["FredSource", "PointInTimeFred", "SourceBatch", "SurprisesSource", "WorldBankSource", "YahooSource"]

_HOMES = {
    "FredSource": "fred.source",
    "PointInTimeFred": "fred.client",
    "SourceBatch": "batch",
    "SurprisesSource": "surprises.source",
    "WorldBankSource": "world_bank.source",
    "YahooSource": "yahoo.source",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
