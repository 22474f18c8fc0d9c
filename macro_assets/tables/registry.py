"""The registry of all tables: every schema, key and partition column is declared once and found here.

Belongs here: the registry and look-ups in it. Reads, writes, checks, Dagster column schemas and
`docs/data_dictionary.md` come from it. Does not belong here: input and output (`lake/`).

To add a table, declare a `TableSpec` in the module of its layer and list it in that module's tuple.
"""

from __future__ import annotations

from difflib import get_close_matches

from macro_assets.errors import TableNotFoundError
from macro_assets.tables.answers import ANSWERS
from macro_assets.tables.bronze import BRONZE, STATUSES
from macro_assets.tables.effects import EFFECTS
from macro_assets.tables.events import EVENTS
from macro_assets.tables.features import MODELS
from macro_assets.tables.monitoring import MONITORING
from macro_assets.tables.quarantine import QUARANTINE, QUARANTINE_DECISIONS
from macro_assets.tables.silver_gold import KNOWN_BY, PANELS
from macro_assets.tables.spec import TableSpec, allowed_of, column, description_of, unit_of

__all__ = [
    "KNOWN_BY",
    "STATUSES",
    "TABLES",
    "TableSpec",
    "allowed_of",
    "column",
    "description_of",
    "spec",
    "unit_of",
]

TABLES: dict[str, TableSpec] = {
    table.name: table
    for table in (*BRONZE, QUARANTINE, QUARANTINE_DECISIONS, *PANELS, *MODELS, *EFFECTS, *ANSWERS, *EVENTS, *MONITORING)
}


def spec(name: str) -> TableSpec:
    """Declaration of a table.

    Raises
    ------
    TableNotFoundError : no such table is declared; names the nearest ones.
    """
    try:
        return TABLES[name]
    except KeyError:
        near = get_close_matches(name, TABLES, n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"Available: {', '.join(sorted(TABLES))}."
        raise TableNotFoundError(f"Unknown table '{name}'.", remedy=hint) from None
