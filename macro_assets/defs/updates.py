"""What assets that follow their sources say of a run: which ids were touched, and pictures of an earlier run that still hold.

Belongs here: the metadata of an update, and the words of its rules. Does not belong here: the update (lake/incremental.py).
"""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from macro_assets.defs.io_manager import stored
from macro_assets.defs.metadata import counts, describe, listing

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.lake import Lake
    from macro_assets.lake.incremental import Update


def rules(code: str, catalog: "Catalog") -> str:
    """What decides the rows of a table besides its sources: the code of its asset, and the catalogue with the user's entries."""
    return f"{code} {hashlib.sha256(catalog.model_dump_json().encode()).hexdigest()[:12]}"


def updated(lake: "Lake", name: str, update: "Update") -> dict[str, Any]:
    """Metadata of a run: what was touched, the new rows, and the table as it lies in the lake."""
    if update.touched is None:
        report, rows = "everything: rebuilt whole", lake.read(name)
    else:
        report, rows = listing(sorted(update.touched)), update.rows
    shown = describe(rows) if rows is not None and rows.num_rows else {}
    number = counts({} if update.touched is None else {"touched_ids": len(update.touched)})
    return shown | stored(lake, name, update.version) | number | {"touched": report}


def carried(context: dg.AssetExecutionContext, names: Sequence[str]) -> dict[str, Any]:
    """Entries of the newest materialisation that a small update leaves as they are."""
    event = context.instance.get_latest_materialization_event(context.asset_key)
    found = event.asset_materialization.metadata if event and event.asset_materialization else {}
    return {name: found[name] for name in names if name in found}
