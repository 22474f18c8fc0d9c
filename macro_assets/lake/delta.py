"""Delta tables under one root: opening, scanning, and commits that are refused when another writer came first.

Belongs here: every call of the Delta engine that reads or commits. Does not belong here: what is committed
(`store.py`), upkeep (`upkeep.py`), addresses (`stores.py`).
"""

from __future__ import annotations

import datetime as dt
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import CommitProperties, DeltaTable, Schema, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.exceptions import TableNotFoundError as DeltaTableNotFoundError

from macro_assets.errors import LakeError, SchemaError, TableNotFoundError
from macro_assets.lake.conditions import Where, as_expression, with_buckets
from macro_assets.lake.locks import table_lock
from macro_assets.lake.notes import note_of_ids
from macro_assets.lake.stores import StoreAddress
from macro_assets.tables.buckets import BUCKET
from macro_assets.tables.spec import TableSpec

if TYPE_CHECKING:
    import pyarrow.dataset as ds
    from pyarrow.fs import FileSystem

T = TypeVar("T")

_ATTEMPTS = 40
_CLOCKS_DIFFER_BY = dt.timedelta(minutes=15)  # S3 refuses requests of clocks that are farther off
_LONGEST_PAUSE_SECONDS = 1.0
_WRITER = WriterProperties(compression="ZSTD")


class DeltaTables:
    """The Delta tables under one address.

    Parameters
    ----------
    address : root and client options.
    lock_timeout_seconds : how long a writer waits for another one of the same table.
    """

    def __init__(self, address: StoreAddress, lock_timeout_seconds: float) -> None:
        self.address = address
        self.lock_timeout_seconds = lock_timeout_seconds
        self._locks = Path(address.root) / ".locks" if address.is_local else None

    def exists(self, declared: TableSpec) -> bool:
        """Whether the table has a first commit."""
        # Not DeltaTable.is_deltatable: deltalake 1.6 keeps the interpreter's lock through its requests.
        return self._find(declared) is not None

    def open(self, declared: TableSpec, version: int | None = None) -> DeltaTable:
        """The table as it stands, or stood at a version.

        Raises
        ------
        TableNotFoundError : not written yet.
        SchemaError : its columns are not the declared ones.
        """
        delta = self._find(declared, version)
        if delta is None:
            raise TableNotFoundError(
                f"The lake {self.address.root} holds no table {declared.name} yet.",
                remedy="Materialise that asset first (`macro-assets demo` makes all of them).",
            )
        if not has_declared_layout(declared, delta):
            raise SchemaError(
                f"Table {declared.name} is stored with columns {[field.name for field in delta.schema().fields]}, declared "
                f"are {declared.stored_schema.names}.",
                remedy="Another version of the package wrote it: "
                + ("run `macro-assets migrate`." if declared.buckets else "materialise the asset again."),
            )
        return delta

    def open_as_it_is(self, declared: TableSpec) -> DeltaTable | None:
        """The table in whatever layout it lies; None where it was never written."""
        return self._find(declared)

    def open_or_create(self, declared: TableSpec, *, redeclare: bool = False) -> DeltaTable:
        """The table, created empty where it is missing; ``redeclare`` accepts one with older columns."""
        if self._find(declared) is None:
            self._create(declared)
        found = self._find(declared) if redeclare else None
        return found if found is not None else self.open(declared)

    def scan(
        self, declared: TableSpec, delta: DeltaTable, columns: Sequence[str], condition: pc.Expression | None
    ) -> pa.Table:
        """Rows in no particular order; files whose statistics exclude the condition are never opened."""
        rows = self._typed(
            declared.name, lambda: self._dataset(declared, delta).to_table(columns=list(columns), filter=condition)
        )
        return rows.cast(pa.schema([declared.stored_schema.field(name) for name in columns]))

    def scan_buckets(
        self,
        declared: TableSpec,
        delta: DeltaTable,
        where: Where | None,
        action: Callable[[pa.Table], pa.Table],
        words: Sequence[str] = (),
    ) -> list[pa.Table]:
        """What an action gives for the declared columns of each bucket, buckets side by side on Arrow's number of threads.

        where : only rows of this condition; files that its buckets or the statistics exclude are never opened.
        words : columns of strings that are left as dictionaries, as Parquet keeps them.
        """
        # Here, not above: it imports pandas, which commands that only list tables do not need.
        import pyarrow.dataset as ds

        names = declared.schema.names
        condition = None if where is None else as_expression(declared, where)
        wanted = None if where is None else as_expression(declared, with_buckets(declared, where))

        def read(fragments: list[ds.Fragment]) -> pa.Table:
            parts = [self._rows(dataset.filesystem, each.path, names, words) for each in fragments]
            rows = pa.concat_tables(parts)
            return action(rows if condition is None else rows.filter(condition))

        def run() -> list[pa.Table]:
            for fragment in dataset.get_fragments(wanted):
                buckets[ds.get_partition_keys(fragment.partition_expression).get(BUCKET)].append(fragment)
            with ThreadPoolExecutor(pa.cpu_count()) as pool:
                return list(pool.map(read, buckets.values()))

        buckets: defaultdict[int | None, list[ds.Fragment]] = defaultdict(list)
        dataset = self._typed(declared.name, lambda: self._dataset(declared, delta))
        return self._typed(declared.name, run)

    def notes(self, declared: TableSpec, delta: DeltaTable, since: dt.datetime) -> list[dict[str, Any]]:
        """What the commits of a table say of themselves, newest first, from an instant on or while the log keeps them."""
        # Not DeltaTable.history: deltalake 1.6 keeps the interpreter's lock through its requests.
        horizon = (min(since, dt.datetime.now(dt.UTC)) - _CLOCKS_DIFFER_BY).timestamp() * 1000
        found: list[dict[str, Any]] = []
        for _, entry in self.commits(declared, delta):
            if entry.get("timestamp", 0) < horizon:
                break
            found.append(entry)
        return found

    def commits(self, declared: TableSpec, delta: DeltaTable) -> Iterator[tuple[int, dict[str, Any]]]:
        """Version and note of each commit, newest first, while the log keeps them."""
        for version in range(delta.version(), -1, -1):
            path = f"{declared.name}/_delta_log/{version:020d}.json"
            commit = self._typed(declared.name, lambda at=path: self.address.read(at))  # type: ignore[misc]
            if commit is None:
                return
            yield version, _commit_info(commit)

    def append(self, declared: TableSpec, delta: DeltaTable, rows: pa.Table, note: dict[str, str]) -> int:
        """Add rows in one commit on top of the version that was opened, and no other; it names the ids of the rows."""
        properties = _only_next_version(note | note_of_ids(declared, rows))
        write_deltalake(delta, rows, mode="append", writer_properties=_WRITER, commit_properties=properties)
        return delta.version()

    def overwrite(
        self,
        declared: TableSpec,
        delta: DeltaTable,
        rows: pa.Table | pa.RecordBatchReader,
        predicate: str | None,
        note: dict[str, str],
    ) -> int:
        """Exchange all rows, or those of the predicate, in one commit on top of the version that was opened."""
        write_deltalake(
            delta,
            rows,
            mode="overwrite",
            predicate=predicate,
            schema_mode="overwrite" if predicate is None else None,
            partition_by=list(declared.partition_by) or None if predicate is None else None,
            writer_properties=_WRITER,
            commit_properties=_only_next_version(note),
        )
        return delta.version()

    def commit(self, declared: TableSpec, attempt: Callable[[], T]) -> T:
        """Run one read-compare-write step under the lock, again from the read when another writer came first.

        Raises
        ------
        LockTimeoutError, UnsafeStoreError : see `table_lock` and `StoreAddress.require_conditional_put`.
        LakeError : the store failed, or other writers came first every time.
        """
        self.address.require_conditional_put()
        pause = 0.02
        with table_lock(self._locks, declared.name, timeout_seconds=self.lock_timeout_seconds):
            for remaining in reversed(range(_ATTEMPTS)):
                try:
                    return self._typed(declared.name, attempt)
                except CommitFailedError as error:
                    if remaining == 0:
                        raise LakeError(
                            f"None of {_ATTEMPTS} attempts to commit to {declared.name} was accepted: {error}",
                            remedy="Run it again when fewer writers load this table; nothing was written.",
                        ) from error
                    time.sleep(pause * random.uniform(0.5, 1.5))
                    pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        raise AssertionError("unreachable")

    def _dataset(self, declared: TableSpec, delta: DeltaTable) -> ds.Dataset:
        """The files of a table; local ones are opened by Arrow itself, without a detour through Python."""
        from pyarrow.fs import LocalFileSystem, SubTreeFileSystem

        folder = self.address.table(declared.name) if self.address.is_local else None
        return delta.to_pyarrow_dataset(
            filesystem=None if folder is None else SubTreeFileSystem(folder, LocalFileSystem())
        )

    @staticmethod
    def _rows(files: FileSystem, path: str, columns: list[str], words: Sequence[str]) -> pa.Table:
        """A whole data file, read in this thread."""
        from pyarrow.parquet import ParquetFile

        with files.open_input_file(path) as file:
            return ParquetFile(file, read_dictionary=list(words)).read(columns=columns, use_threads=False)

    def _find(self, declared: TableSpec, version: int | None = None) -> DeltaTable | None:
        uri, options = self.address.table(declared.name), self.address.storage_options
        try:
            return self._typed(declared.name, lambda: DeltaTable(uri, version=version, storage_options=options))
        except DeltaTableNotFoundError:
            return None

    def _create(self, declared: TableSpec) -> None:
        """An empty table; a writer that created it in the same moment is as good."""
        # Facts are append-only for every writer of Delta tables, not only for this package.
        kind = {"delta.appendOnly": "true"} if declared.mode == "facts" else {}
        try:
            DeltaTable.create(
                self.address.table(declared.name),
                declared.stored_schema,
                partition_by=list(declared.partition_by) or None,
                description=declared.description,
                configuration={"delta.checkpointInterval": "50", **kind},
                storage_options=self.address.storage_options,
            )
        except DeltaError:
            if self._find(declared) is None:
                raise

    def _typed(self, name: str, action: Callable[[], T]) -> T:
        """The one boundary to the engine: its failures leave as `LakeError`; lost races stay what they are."""
        try:
            return action()
        except (CommitFailedError, DeltaTableNotFoundError):
            raise
        except (DeltaError, OSError, pa.ArrowException) as error:
            raise LakeError(
                f"Cannot read or write {name} in {self.address.root}: {error}.",
                remedy="Check MACRO_LAKE_URI, disk space and permissions; `macro-assets doctor` probes the store.",
            ) from error


def has_declared_layout(declared: TableSpec, delta: DeltaTable) -> bool:
    """Whether a table has the declared columns, types and partition."""
    stored = [(field.name, field.type) for field in delta.schema().fields]
    wanted = [(field.name, field.type) for field in Schema.from_arrow(declared.stored_schema).fields]
    return stored == wanted and delta.metadata().partition_columns == list(declared.partition_by)


def _commit_info(commit: bytes | None) -> dict[str, Any]:
    """What a commit says of itself: its file in the log has an action a line."""
    actions = [json.loads(line) for line in (commit or b"").splitlines()]
    return next((action["commitInfo"] for action in actions if "commitInfo" in action), {})


def _only_next_version(note: dict[str, str]) -> CommitProperties:
    """No rebase inside the engine: it would append again what another writer appended meanwhile."""
    return CommitProperties(custom_metadata=note, max_commit_retries=0)
