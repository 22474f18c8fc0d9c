"""What the lake holds, and keeping it small: table figures from the logs, compaction, vacuum.

Belongs here: sizes, spans and file upkeep of one opened table. Does not belong here: rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import ceil

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from macro_assets.tables.buckets import BUCKET
from macro_assets.tables.spec import TableSpec

_SAFE_RETENTION_HOURS = 168
MOST_FILES_OF_A_BUCKET = 20


@dataclass(frozen=True)
class TableInfo:
    """One line about a table.

    Parameters
    ----------
    name, mode : as declared.
    version : number of the newest commit.
    rows, files, bytes : live rows, data files and their size.
    first, last : span of the declared date column; None when empty.
    """

    name: str
    mode: str
    version: int
    rows: int
    files: int
    bytes: int
    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True)
class CompactReport:
    """What upkeep did: files and bytes of the live table before and after, files deleted from the store."""

    table: str
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    deleted: int
    version: int


def add_actions(delta: DeltaTable) -> pa.Table:
    """One row a data file of the table as it stands: path, partition, size, statistics."""
    # Not pa.table(): it asks pandas whether this is a frame, and pandas takes half a second to import.
    return pa.RecordBatchReader.from_stream(delta.get_add_actions(flatten=True)).read_all()


def table_info(declared: TableSpec, delta: DeltaTable) -> TableInfo:
    """Figures of a table from the statistics in its log; no data file is opened."""
    files = add_actions(delta)
    first, last = _span(files, declared.date_column)
    rows = pc.sum(files["num_records"]).as_py() or 0 if files.num_rows else 0
    size = pc.sum(files["size_bytes"]).as_py() or 0 if files.num_rows else 0
    return TableInfo(declared.name, declared.mode, delta.version(), rows, files.num_rows, size, first, last)


def _span(files: pa.Table, column: str) -> tuple[dt.date | None, dt.date | None]:
    low, high = f"min.{column}", f"max.{column}"
    if low not in files.column_names:
        return None, None
    return pc.min(files[low]).as_py(), pc.max(files[high]).as_py()


def bound_files(delta: DeltaTable) -> list[int]:
    """Merge the files of every bucket that has more than `MOST_FILES_OF_A_BUCKET`; which buckets these were.

    Small appends would otherwise make reads slower with every day: each adds a file to every bucket it touches.
    """
    files = add_actions(delta)
    place = f"partition.{BUCKET}"
    if place not in files.column_names:
        return []
    counts = pc.value_counts(files[place].combine_chunks()).to_pylist()
    crowded = sorted(each["values"] for each in counts if each["counts"] > MOST_FILES_OF_A_BUCKET)
    if crowded:
        delta.optimize.compact(partition_filters=[(BUCKET, "in", [str(bucket) for bucket in crowded])])
    return crowded


def compact_table(declared: TableSpec, delta: DeltaTable, retention_hours: float) -> CompactReport:
    """Merge small files, write a checkpoint, delete files no version younger than the retention needs."""
    before = table_info(declared, delta)
    delta.optimize.compact()
    deleted = delta.vacuum(
        ceil(retention_hours),
        dry_run=False,
        enforce_retention_duration=retention_hours >= _SAFE_RETENTION_HOURS,
        full=True,  # also what a writer left that died before its commit
    )
    delta.create_checkpoint()
    delta.cleanup_metadata()
    after = table_info(declared, delta)
    return CompactReport(
        declared.name, before.files, after.files, before.bytes, after.bytes, len(deleted), delta.version()
    )
