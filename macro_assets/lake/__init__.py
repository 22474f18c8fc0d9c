"""The lake: how facts are kept, as Delta tables in a local folder or on S3.

Belongs here: load, replace, read, as-of views, compaction, locks. Does not belong here: declarations of tables
(`tables/`), fetching (`sources/`), alignment in time (`vintage/`), orchestration (`defs/`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from macro_assets.lake.as_of import snapshot
    from macro_assets.lake.load import LoadReport
    from macro_assets.lake.store import Lake
    from macro_assets.lake.upkeep import TableInfo

__all__ = ["Lake", "LoadReport", "TableInfo", "snapshot"]

_HOMES = {
    "Lake": "store",
    "TableInfo": "upkeep",
    "LoadReport": "load",
    "snapshot": "as_of",
}


def __getattr__(name: str) -> Any:
    """Import on first use: declaring tables must not load the Delta engine."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
