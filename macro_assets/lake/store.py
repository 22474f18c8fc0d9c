"""The lake itself: load facts, replace derived tables, read them, look back as of a day.

Belongs here: the `Lake` class. Does not belong here: schemas (`tables/`), checks of rows (`conform.py`), what is
new (`load.py`), the as-of rule (`as_of.py`), the Delta engine (`delta.py`), answers out of order
(`answers.py`), upkeep (`upkeep.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import InvalidInputError, SchemaError
from macro_assets.lake.answers import answered_since, note
from macro_assets.lake.as_of import WORDS, by_series, snapshot
from macro_assets.lake.conditions import (
    Where,
    also_needed,
    as_expression,
    as_predicate,
    stored_and_counting,
    wanted_columns,
)
from macro_assets.lake.conform import conform, instant, loaded, sorted_unique, stored
from macro_assets.lake.counting import in_key_order, latest, that_count
from macro_assets.lake.delta import DeltaTables
from macro_assets.lake.load import LoadReport, appended, reach
from macro_assets.lake.stores import StoreAddress
from macro_assets.lake.strict import Strict
from macro_assets.lake.upkeep import CompactReport, TableInfo, bound_files, compact_table, table_info
from macro_assets.lake.windows import LoadWindow, require_window
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

    def load(
        self,
        name: str,
        table: pa.Table | pa.RecordBatch | pd.DataFrame,
        *,
        window: LoadWindow | None = None,
        received_at: dt.datetime | None = None,
    ) -> LoadReport:
        """Append what a batch of facts adds to the rows that count, in one commit; loading anything twice changes nothing.

        A row is appended when its fact is not stored yet, or is stored with another value that was received earlier: a
        correction, which nothing refuses. Every row gets the instant of the load as `loaded_at`. An answer that only
        confirms what counts appends no row; its commit notes what it covered, so that no earlier answer may come after it.

        Parameters
        ----------
        name : a table of mode ``facts``.
        table : the batch in the `source_schema`; an empty one is legal (a day without releases).
        window : what the answer covers wholly; a stored fact inside it that the batch does not state is closed by a row
            of status ``retracted``. Only for providers that state every fact of the days asked for (FRED).
        received_at : the instant, with time zone, at which the answer was received, one for the whole batch: it says
            which of two statements counts, in whatever order they are committed. Now when omitted.

        Raises
        ------
        SchemaError : rows that do not fit the declaration, or contradict each other; nothing is written.
        InvalidInputError : a row outside the window, a window of a table without status, an instant without time zone.
        LockTimeoutError : another writer kept the table for too long.
        UnsafeStoreError : the object store would lose commits.
        LakeError : the store failed, or other writers came first every time.
        """
        received = instant(received_at)  # fixed here: attempts that follow a lost race keep it
        declared = self._declared(name, mode="facts")
        rows, duplicates = sorted_unique(declared, conform(declared, table))
        if window is not None:
            require_window(declared, rows, window)
        if rows.num_rows == 0 and window is None:
            return LoadReport(name, 0, 0, 0, 0, self.version(name) if self.exists(name) else None)
        report = self._delta.commit(declared, lambda: self._append(declared, rows, duplicates, window, received))
        if report.new or report.retracted:
            self._delta.commit(declared, lambda: bound_files(self._delta.open(declared)))
        return report

    def _append(
        self, declared: TableSpec, rows: pa.Table, duplicates: int, window: LoadWindow | None, received_at: dt.datetime
    ) -> LoadReport:
        """One attempt of a load: read what the batch can touch, compare, append on top of what was read."""
        delta, offered = self._delta.open_or_create(declared), rows.num_rows + duplicates
        held = self._delta.scan(declared, delta, declared.schema.names, reach(declared, rows, window))
        notes = self._delta.notes(declared, delta, received_at) if declared.has_load_time else []
        found = appended(
            declared, rows, latest(declared, held), received_at, window, answered_since(notes, received_at)
        )
        noted = {} if found.repeated else note(window, found.confirmed, received_at)
        version = delta.version()
        if found.rows.num_rows or noted:
            new = stored(declared, loaded(declared, found.rows, received_at))
            version = self._delta.append(
                declared, delta, new, {"offered": str(offered), "new": str(found.new), **noted}
            )
        return LoadReport(
            declared.name, offered, found.new, rows.num_rows - found.new, duplicates, version,
            corrected=found.corrected, late=found.late, retracted=found.retracted,
        )  # fmt: skip

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
        filed = stored(declared, rows)
        if where is not None and filed.filter(as_expression(declared, where)).num_rows != filed.num_rows:
            raise InvalidInputError(
                f"Some of the new rows of {name} lie outside {dict(where)}.", remedy="Offer only rows of that part."
            )
        predicate = None if where is None else as_predicate(declared, where)

        def attempt() -> int:
            delta = self._delta.open_or_create(declared, redeclare=where is None)
            return self._delta.overwrite(declared, delta, filed, predicate, {"rows": str(rows.num_rows)})

        return self._delta.commit(declared, attempt)

    def read(
        self,
        name: str,
        columns: Sequence[str] | None = None,
        where: Where | pc.Expression | None = None,
        *,
        missing_ok: bool = False,
        version: int | None = None,
        loaded_by: dt.datetime | None = None,
        superseded: bool = False,
    ) -> pa.Table:
        """Rows in key order, however they were loaded, in the declared schema (units in the field metadata).

        Of a table of facts these are the rows that count: of each fact the one received last, and none of a fact that
        was retracted.

        Parameters
        ----------
        name : a declared table.
        columns : which columns; all when omitted.
        where : as in `replace`, or an Arrow expression. Ids named by value or list open only the files of their buckets.
        missing_ok : an empty table instead of an error when the lake does not hold it yet.
        version : an older version of the table.
        loaded_by : of a table of facts, the rows that counted at this instant (with time zone).
        superseded : of a table of facts, every stored row: also those that no longer count, and retractions.

        Raises
        ------
        TableNotFoundError : not declared, or not written yet.
        SchemaError : an unknown column, or the stored columns are not the declared ones.
        InvalidInputError : ``loaded_by`` without a time zone, or of a table that does not keep when it was loaded.
        """
        declared = self._declared(name)
        wanted = wanted_columns(declared, columns)
        if loaded_by is not None and not declared.has_load_time:
            raise InvalidInputError(
                f"Table {name} does not keep when its rows were loaded.",
                remedy="Read the bronze table it is made from.",
            )
        early, after = stored_and_counting(declared, where)
        if missing_ok and not self.exists(name):
            return declared.empty().select(wanted)
        needed = list(dict.fromkeys([*wanted, *declared.key, *also_needed(declared, where)]))
        rows = self._delta.scan(declared, self._delta.open(declared, version), needed, early)
        if superseded:
            rows, _ = in_key_order(declared, rows)
        else:
            rows = that_count(declared, rows, None if loaded_by is None else instant(loaded_by))
        return (rows if after is None else rows.filter(after)).select(wanted)

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
        declared = self._declared("silver/observations")
        where, delta = None if series is None else {"series_id": list(series)}, self._delta.open(declared)
        if series is not None and not series:
            return declared.empty()
        if strict == "refuse":  # what is left out is counted over all series together
            return snapshot(self.read(declared.name, where=where), day, strict=strict)
        words = () if strict else WORDS
        parts = self._delta.scan_buckets(declared, delta, where, lambda rows: snapshot(rows, day, strict=strict), words)
        return by_series(pa.concat_tables([part.cast(declared.schema) for part in parts] or [declared.empty()]))

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
