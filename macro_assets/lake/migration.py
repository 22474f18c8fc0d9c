"""From the layout of an earlier version to the declared one: rows keep their values, facts get the instant of their commit.

Belongs here: one table at a time, from what its log and files say. Does not belong here: which steps a home needs
(`commands/migrate.py`), loading and replacing (`store.py`).

A table changes in one commit, so a reader sees it whole before or whole after; what was there stays readable as an older
version until upkeep deletes it. Tables of facts are append-only for every writer: that property is lifted before the
commit and set again after it. A process that dies between these is finished by the next call.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import PurePosixPath

import pyarrow as pa
from deltalake import DeltaTable

from macro_assets.errors import SchemaError
from macro_assets.lake.conform import stored
from macro_assets.lake.counting import in_key_order
from macro_assets.lake.delta import DeltaTables, has_declared_layout
from macro_assets.lake.upkeep import add_actions
from macro_assets.tables.registry import TABLES, spec
from macro_assets.tables.rows import table_of
from macro_assets.tables.spec import LOADED_AT, TableSpec

__all__ = ["Migrated", "migrate_table", "missing_columns", "of_earlier_versions"]

APPEND_ONLY = "delta.appendOnly"


@dataclass(frozen=True)
class Migrated:
    """One table after its migration: its rows, and the version that holds them."""

    table: str
    rows: int
    version: int


def of_earlier_versions(tables: DeltaTables) -> list[str]:
    """Names of the tables that lie otherwise than declared, or whose migration was cut off."""
    found = ((declared, tables.open_as_it_is(declared)) for declared in TABLES.values())
    return [declared.name for declared, delta in found if delta is not None and not _up_to_date(declared, delta)]


def missing_columns(tables: DeltaTables, name: str) -> list[str]:
    """Declared columns that the stored rows of a table cannot give: its asset must make it again.

    Raises
    ------
    TableNotFoundError : the table is not declared, or was never written.
    """
    declared = spec(name)
    return _lacking(declared, _existing(tables, declared))


def migrate_table(tables: DeltaTables, name: str) -> Migrated:
    """Bring one table into the declared layout, keeping every row.

    Parameters
    ----------
    tables : the Delta tables of the lake.
    name : a table that exists there.

    Raises
    ------
    TableNotFoundError : the table is not declared, or was never written.
    SchemaError : the stored rows lack a declared column.
    LockTimeoutError, LakeError : another writer is at work, or the store failed; call it again.
    """
    declared = spec(name)

    def attempt() -> Migrated:
        delta = _existing(tables, declared)
        missing = _lacking(declared, delta)
        if missing:
            raise SchemaError(
                f"Table {declared.name} of an earlier version lacks the columns {missing}.",
                remedy="Materialise its asset again.",
            )
        if not has_declared_layout(declared, delta):
            rows = _rows(declared, delta)
            if declared.mode == "facts" and _append_only(delta):
                delta.alter.set_table_properties({APPEND_ONLY: "false"})
            tables.overwrite(declared, delta, stored(declared, rows), None, {"migrated": str(rows.num_rows)})
        if declared.mode == "facts" and not _append_only(delta):
            delta.alter.set_table_properties({APPEND_ONLY: "true"})
        return Migrated(declared.name, delta.count(), delta.version())

    return tables.commit(declared, attempt)


def _existing(tables: DeltaTables, declared: TableSpec) -> DeltaTable:
    delta = tables.open_as_it_is(declared)
    return tables.open(declared) if delta is None else delta  # which refuses, and says what to do


def _up_to_date(declared: TableSpec, delta: DeltaTable) -> bool:
    return has_declared_layout(declared, delta) and (declared.mode != "facts" or _append_only(delta))


def _lacking(declared: TableSpec, delta: DeltaTable) -> list[str]:
    there = {field.name for field in delta.schema().fields}
    return [name for name in declared.schema.names if name not in there and name != LOADED_AT]


def _append_only(delta: DeltaTable) -> bool:
    return delta.metadata().configuration.get(APPEND_ONLY) == "true"


def _rows(declared: TableSpec, delta: DeltaTable) -> pa.Table:
    """All rows in the declared columns and key order; facts without an instant get that of the commit of their file."""
    dated = declared.has_load_time and LOADED_AT not in {field.name for field in delta.schema().fields}
    wanted = list((declared.source_schema if dated else declared.schema).names)
    if not dated:
        rows = delta.to_pyarrow_dataset().to_table(columns=wanted)
        return in_key_order(declared, table_of(rows, declared))[0]
    instants, parts = _instants(delta), []
    for fragment in delta.to_pyarrow_dataset().get_fragments():
        rows = fragment.to_table(columns=wanted)
        at = pa.scalar(instants[PurePosixPath(fragment.path).name], declared.schema.field(LOADED_AT).type)
        parts.append(rows.append_column(LOADED_AT, pa.repeat(at, rows.num_rows)).select(declared.schema.names))
    rows = table_of(pa.concat_tables(parts), declared) if parts else declared.empty()
    return in_key_order(declared, rows)[0]


def _instants(delta: DeltaTable) -> dict[str, dt.datetime]:
    """For each data file the instant of the commit that brought it, from the log.

    The log keeps commits for a while only; of an older file it still knows when it was written, which is moments before.
    Rows of files that upkeep has merged count from the day of that upkeep: later than they came, never earlier.
    """
    commits = sorted(int(each["timestamp"]) for each in delta.history())
    files = add_actions(delta)
    found = {}
    for path, written in zip(
        files["path"].to_pylist(), files["modification_time"].cast(pa.int64()).to_pylist(), strict=True
    ):
        place = bisect_left(commits, written)
        instant = commits[place] if place < len(commits) else written
        found[PurePosixPath(path).name] = dt.datetime.fromtimestamp(instant / 1000, dt.UTC)
    return found
