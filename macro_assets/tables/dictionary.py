"""The data dictionary as Markdown, from the registry of tables: `docs/data_dictionary.md` is its output.

Belongs here: rendering. Does not belong here: any fact about a table (they stand in the declarations).
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from macro_assets.tables.registry import TABLES
from macro_assets.tables.spec import TableSpec, allowed_of, description_of, listed_in, unit_of

_HEAD = """# Data dictionary

Every table of the lake, from its declaration in `macro_assets/tables/` (`make docs` writes this page; do not edit it).
The name of a table is its Dagster asset key and its folder in the lake. Dates are days without a time zone,
returns are decimal fractions, and a missing value is a null, never a NaN.

**facts**: rows are only ever appended, and a correction is one more row: of rows that differ in `loaded_at` alone the
latest counts. **replaced**: rebuilt whole in one commit.
"""
_MODES = {"facts": "facts, append-only", "replaced": "replaced in one commit"}
_TYPES = {"date32[day]": "date", "double": "float64", "timestamp[us, tz=UTC]": "instant, UTC"}


def render(tables: Iterable[TableSpec] | None = None) -> str:
    """Markdown of the tables, by layer in the order of the registry.

    Parameters
    ----------
    tables : declarations; the whole registry when omitted.
    """
    declared = list(TABLES.values()) if tables is None else list(tables)
    layers = list(dict.fromkeys(table.layer for table in declared))
    parts = [_HEAD]
    for layer in layers:
        members = [table for table in declared if table.layer == layer]
        parts.append(f"## {layer}\n")
        parts.extend(_table(table) for table in members)
    return "\n".join(parts)


def _table(table: TableSpec) -> str:
    facts = [f"Mode: {_MODES[table.mode]}. Key: {_quoted(table.key)}."]
    if table.buckets:
        facts.append(f"In {table.buckets} buckets by hash of `{table.bucket_by}`.")
    lines = [f"### {table.name}\n", f"{table.description} {' '.join(facts)}\n"]
    lines += ["| column | type | unit | null | meaning |", "|---|---|---|---|---|"]
    lines += [_row(field) for field in table.schema]
    return "\n".join(lines) + "\n"


def _row(field: pa.Field) -> str:
    kind = _TYPES.get(str(field.type), str(field.type))
    allowed = allowed_of(field)
    meaning = description_of(field) + (f" (one of {_quoted(allowed)})" if allowed else "")
    meaning += f" (from {listed_in(field)})" if listed_in(field) else ""
    return f"| `{field.name}` | {kind} | {unit_of(field)} | {'yes' if field.nullable else ''} | {meaning} |"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
