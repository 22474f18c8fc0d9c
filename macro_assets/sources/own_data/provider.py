"""A folder of a user's own files as a provider: terms, table, asset.

Belongs here: the declaration, and which files cannot be asked for at all. Does not belong here: reading files
(source.py), what a declaration may say (catalog/own.py).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from macro_assets.errors import MacroAssetsError, OwnDataError
from macro_assets.sources.provider import Provider
from macro_assets.tables.bronze import OWN_DATA

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.sources.own_data.source import OwnDataSource

__all__ = ["OWN", "broken"]


def broken(catalog: Catalog, stored: Collection[str]) -> dict[str, MacroAssetsError]:
    """Declarations that are not valid, and series with stored facts whose declaration is gone, each with its error."""
    found: dict[str, MacroAssetsError] = {name: OwnDataError(text) for name, text in catalog.own_faults.items()}
    for name in sorted(set(stored) - set(catalog.own)):
        found[name] = OwnDataError(
            f"Own series {name} has stored facts, but no valid declaration in MACRO_OWN_DATA.",
            remedy=f"Put its files back, or confirm that it is gone: macro-assets own-data confirm-removal {name}.",
        )
    return found


OWN: Provider[OwnDataSource] = Provider(
    name="own_data",
    title="Your own files",
    about="CSV or Parquet files of series and shocks in the folder MACRO_OWN_DATA, each declared in a YAML file beside it.",
    terms="Yours.",
    link="",
    kind="csv",
    description="Series and shocks of your own files (MACRO_OWN_DATA, docs/own_data.md), with the day from which each value "
    "counts: the file's realtime_start, else the end of the period plus the lag you state (then `compiled`). Every load "
    "reads the files as a whole and adds what is new. A file that is not valid, or lacks rows that are stored, is refused "
    "by name; the other files are loaded.",
    table=OWN_DATA,
    setting="own_data",
    adapter="OwnDataSource",
    entries=lambda catalog: catalog.own,
    window=lambda source, query: source.window(query.catalog.own[query.id], query.end, query.stored()),
    refresh="own job",
    cadence="week",
    time_zone="America/New_York",
    cumulative=True,
    is_local=True,
    broken=broken,
)  # fmt: skip
