"""The lake itself: load facts, replace derived tables, read them, look back as of a day.

Belongs here: the `Lake` class. Does not belong here: schemas (`tables/`), checks of rows (`conform.py`), what is
new (`load.py`), the as-of rule (`as_of.py`), the Delta engine (`delta.py`), upkeep (`upkeep.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from macro_assets.errors import InvalidInputError, SchemaError
from macro_assets.lake.as_of import snapshot
from macro_assets.lake.conditions import Where, as_expression, as_predicate
from macro_assets.lake.conform import conform, sorted_unique
from macro_assets.lake.delta import DeltaTables
from macro_assets.lake.keys import sort_by_key
from macro_assets.lake.load import LoadReport, already_stored, reach, refuse_contradictions
from macro_assets.lake.stores import StoreAddress
from macro_assets.lake.strict import Strict
from macro_assets.lake.upkeep import CompactReport, TableInfo, compact_table, table_info
from macro_assets.tables.registry import TABLES, TableSpec, spec

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.settings import Settings


class Lake:
    """Tables of facts and of what is derived from them, as Delta tables under one root.

    Parameters
    ----------
    uri : folder, or ``s3://bucket/prefix``.
    storage_options : object-store options of the Delta client (``AWS_ENDPOINT_URL``, keys, ``AWS_REGION``).
    lock_timeout_seconds : how long a writer waits for another one of the same table.
    """

    def __init__(
        self, uri: str | Path, storage_options: Mapping[str, str] | None = None, *, lock_timeout_seconds: float = 300.0
    ) -> None:
        self.address = StoreAddress(str(uri), dict(storage_options or {}))
        self._delta = DeltaTables(self.address, lock_timeout_seconds)

    @classmethod
    def from_settings(cls, settings: Settings) -> Lake:
        """The lake that ``MACRO_LAKE_*`` name; by default a folder under ``MACRO_HOME``."""
        address = StoreAddress.from_settings(settings)
        return cls(address.uri, address.options)

    def __repr__(self) -> str:
        return f"Lake({self.address.root!r})"

    def load(self, name: str, table: pa.Table | pa.RecordBatch | pd.DataFrame) -> LoadReport:
        """Append the facts that are not stored yet, in one commit; loading anything twice changes nothing.

        Parameters
        ----------
        name : a table of mode ``facts``.
        table : the batch; an empty one is legal (a day without releases) and commits nothing.

        Raises
        ------
        SchemaError : rows that do not fit the declaration, or that contradict a stored fact; nothing is written.
        LockTimeoutError : another writer kept the table for too long.
        UnsafeStoreError : the object store would lose commits.
        LakeError : the store failed, or other writers came first every time.
        """
        declared = self._declared(name, mode="facts")
        rows, duplicates = sorted_unique(declared, conform(declared, table))
        if rows.num_rows == 0:
            return LoadReport(name, 0, 0, 0, 0, self.version(name) if self.exists(name) else None)
        offered = rows.num_rows + duplicates

        def attempt() -> LoadReport:
            delta = self._delta.open_or_create(declared)
            new, version = self._not_stored(declared, delta, rows), delta.version()
            if new.num_rows:
                version = self._delta.append(delta, new, {"offered": str(offered), "new": str(new.num_rows)})
            return LoadReport(name, offered, new.num_rows, rows.num_rows - new.num_rows, duplicates, version)

        return self._delta.commit(declared, attempt)

    def replace(self, name: str, table: pa.Table | pa.RecordBatch | pd.DataFrame, *, where: Where | None = None) -> int:
        """Replace a derived table, or the part of it that ``where`` names, in one commit.

        Parameters
        ----------
        name : a table of mode ``replaced``.
        table : the new rows; all must lie inside ``where``.
        where : column to value, to a list of values, or to a tuple (first, end) without the end; omitted = all rows.

        Returns
        -------
        The version of the table that holds the new rows. Until then readers see the previous one.

        Raises
        ------
        SchemaError : rows that do not fit the declaration, or repeat a key.
        InvalidInputError : a row outside ``where``, or a condition on unknown columns.
        LockTimeoutError, UnsafeStoreError, LakeError : as in `load`.
        """
        declared = self._declared(name, mode="replaced")
        rows, duplicates = sorted_unique(declared, conform(declared, table))
        if duplicates:
            raise SchemaError(
                f"Rows of {name}: {duplicates} repeat the key {declared.key}.", remedy="Offer each key once."
            )
        if where is not None and rows.filter(as_expression(declared, where)).num_rows != rows.num_rows:
            raise InvalidInputError(
                f"Some of the new rows of {name} lie outside {dict(where)}.", remedy="Offer only rows of that part."
            )
        predicate = None if where is None else as_predicate(declared, where)

        def attempt() -> int:
            delta = self._delta.open_or_create(declared, redeclare=where is None)
            return self._delta.overwrite(delta, rows, predicate, {"rows": str(rows.num_rows)})

        return self._delta.commit(declared, attempt)

    def read(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        where: Where | pc.Expression | None = None,
        *,
        missing_ok: bool = False,
        version: int | None = None,
    ) -> pa.Table:
        """Rows in key order, however they were loaded, in the declared schema (units in the field metadata).

        Parameters
        ----------
        name : a declared table.
        columns : which columns; all when omitted.
        where : as in `replace`, or an Arrow expression.
        missing_ok : an empty table instead of an error when the lake does not hold it yet.
        version : an older version of the table.

        Raises
        ------
        TableNotFoundError : not declared, or not written yet.
        SchemaError : an unknown column, or the stored columns are not the declared ones.
        """
        declared = self._declared(name)
        wanted = list(declared.schema.names if columns is None else columns)
        unknown = sorted(set(wanted) - set(declared.schema.names))
        if unknown:
            raise SchemaError(f"Table {name} has no column {unknown}.", remedy=f"Available: {declared.schema.names}.")
        condition = None if where is None else as_expression(declared, where)
        if missing_ok and not self.exists(name):
            return declared.empty().select(wanted)
        needed = [*wanted, *(column for column in declared.key if column not in wanted)]
        rows = self._delta.scan(declared, self._delta.open(declared, version), needed, condition)
        return sort_by_key(rows, declared.key).select(wanted)

    def as_of(self, day: dt.date, *, strict: Strict = False, series: Sequence[str] | None = None) -> pa.Table:
        """What was known at the end of a day: for each observation its newest vintage (see `as_of.snapshot`).

        Raises
        ------
        InvalidInputError : ``series`` is one text, not a list of ids.
        TableNotFoundError : the lake holds no observations yet.
        LakeError : ``strict="refuse"``, and the answer rests on pseudo or compiled facts.
        """
        if isinstance(series, str):
            raise InvalidInputError(
                f"Argument series is the text {series!r}, not a list of ids.", remedy=f"Write series=[{series!r}]."
            )
        condition = pc.field("known_from") <= pa.scalar(day, pa.date32())
        if series is not None:
            condition &= pc.field("series_id").isin(pa.array(list(series), pa.string()))
        return snapshot(self.read("silver/observations", where=condition), day, strict=strict)

    def compact(self, name: str, *, retention_hours: float = 168.0) -> CompactReport:
        """Merge small files and delete those that no version younger than the retention needs.

        Raises
        ------
        TableNotFoundError : nothing to compact.
        InvalidInputError : less than an hour on an object store, where a running load holds no lock.
        """
        declared = self._declared(name)
        if retention_hours < (0 if self.address.is_local else 1):
            raise InvalidInputError(
                f"Retention of {retention_hours:g} h could delete files that a running load of {name} needs.",
                remedy="Keep at least one hour on an object store.",
            )
        self._delta.open(declared)
        return self._delta.commit(
            declared, lambda: compact_table(declared, self._delta.open(declared), retention_hours)
        )

    def exists(self, name: str) -> bool:
        """Whether the table has been written."""
        return self._delta.exists(self._declared(name))

    def version(self, name: str) -> int:
        """Number of the table's newest commit."""
        return self._delta.open(self._declared(name)).version()

    def table_uri(self, name: str) -> str:
        """Where the Delta table lives, for DuckDB, Polars or Spark."""
        return self.address.table(self._declared(name).name)

    def tables(self) -> list[TableInfo]:
        """What the lake holds, from the tables' own logs (no data file is opened)."""
        return [table_info(each, self._delta.open(each)) for each in TABLES.values() if self._delta.exists(each)]

    def info(self, name: str) -> TableInfo:
        """One line about a table, from its log.

        Raises
        ------
        TableNotFoundError : not declared, or not written yet.
        """
        declared = self._declared(name)
        return table_info(declared, self._delta.open(declared))

    def check_store(self) -> None:
        """Refuse a store that would lose commits, before anything is fetched; see `UnsafeStoreError`."""
        self.address.require_conditional_put()

    def _declared(self, name: str, mode: str | None = None) -> TableSpec:
        declared = spec(name)
        if mode and declared.mode != mode:
            verb = "load" if declared.mode == "facts" else "replace"
            raise InvalidInputError(f"Table {name} is of mode '{declared.mode}'.", remedy=f"Use Lake.{verb}.")
        return declared

    def _not_stored(self, declared: TableSpec, delta: DeltaTable, rows: pa.Table) -> pa.Table:
        """The rows whose key is not stored; values are read only where a key is."""
        condition = reach(declared, rows)
        stored = self._delta.scan(declared, delta, declared.key, condition)
        place = already_stored(declared, rows, stored)
        if (place >= 0).any():
            held = self._delta.scan(declared, delta, (*declared.key, *declared.value_columns), condition)
            refuse_contradictions(declared, rows, held)
        return rows.filter(pa.array(place < 0))
