"""What of a batch of facts is appended: the rule that makes loading idempotent and lets providers correct themselves.

Belongs here: the comparison of a batch with the rows that count, as pure functions, and the report of a load. Does not
belong here: which row counts (`counting.py`), locks, commits, files (`store.py`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import InvalidInputError
from macro_assets.lake.keys import differing_rows, key_codes, match
from macro_assets.tables.bronze import RETRACTED
from macro_assets.tables.buckets import BUCKET, bucket_of
from macro_assets.tables.spec import LOADED_AT, TableSpec

__all__ = ["Appended", "LoadReport", "LoadWindow", "appended", "reach"]


@dataclass(frozen=True)
class LoadWindow:
    """What an answer covers wholly: every fact of these ids that began in these days is in the batch.

    Parameters
    ----------
    ids : values of the table's first key column, those without a row in the batch included.
    first, last : days of `realtime_start`, both inclusive; `first` None = from the beginning.
    """

    ids: tuple[str, ...]
    first: dt.date | None
    last: dt.date


@dataclass(frozen=True)
class LoadReport:
    """What became of a batch: ``offered = new + stored + duplicates``.

    Parameters
    ----------
    table : name of the table.
    offered : rows of the batch.
    new : rows of the batch that were appended: facts not stored before, and corrections.
    stored : rows that changed nothing.
    duplicates : identical repetitions within the batch, dropped.
    version : version of the table after the load; None when it does not exist and nothing was offered.
    corrected : of the new rows those that replace a row of the same fact.
    late : of the rows that changed nothing those that differ from a row received after them.
    retracted : rows appended beside the batch: stored facts inside the window that the answer no longer states.
    """

    table: str
    offered: int
    new: int
    stored: int
    duplicates: int
    version: int | None
    corrected: int = 0
    late: int = 0
    retracted: int = 0


@dataclass(frozen=True)
class Appended:
    """Rows to append, without `loaded_at`, and the counts of `LoadReport`."""

    rows: pa.Table
    new: int
    corrected: int
    late: int
    retracted: int


def appended(
    spec: TableSpec, rows: pa.Table, latest: pa.Table, received_at: dt.datetime, window: LoadWindow | None = None
) -> Appended:
    """What a batch adds to what is stored.

    A row is added when its fact is not stored, or differs from the row that counts and was received after it. A stored
    fact of the window that the batch does not state is retracted, if it was received before the batch.

    Parameters
    ----------
    rows : the batch, each fact once, in the `source_schema`.
    latest : the latest stored row of every fact that the batch or the window can touch, retractions included.
    received_at : when the answer was received.
    window : what the batch covers wholly; None = nothing follows from what it does not state.
    """
    codes, held = key_codes([rows, latest.select(spec.identity)], spec.identity)
    place = match(codes, held)
    already = np.flatnonzero(place >= 0)
    other = already[
        differing_rows(rows.take(pa.array(already)), latest.take(pa.array(place[already])), spec.value_columns)
    ]
    earlier = _received_before(latest, received_at)
    corrections = other[earlier[place[other]]]
    added = np.sort(np.concatenate([np.flatnonzero(place < 0), corrections]))
    parts = [rows.take(pa.array(added))]
    retracted = 0
    if window is not None:
        gone = _inside(spec, latest, window) & earlier & (match(held, codes) < 0)
        closed = _retractions(spec, latest.filter(pa.array(gone)))
        parts, retracted = [*parts, closed], closed.num_rows
    return Appended(pa.concat_tables(parts), len(added), len(corrections), len(other) - len(corrections), retracted)


def reach(spec: TableSpec, rows: pa.Table, window: LoadWindow | None = None) -> pc.Expression:
    """Which stored rows a batch can touch: its buckets and the span of each date of its key, and its window."""
    column = spec.bucket_by or spec.identity[0]
    ids = pc.unique(rows.column(column)).to_pylist()
    touched = pc.field(column).isin(pa.array(ids, pa.string()))
    for name in spec.identity:
        if pa.types.is_date32(spec.schema.field(name).type):
            span = pc.min_max(rows.column(name))
            touched &= (pc.field(name) >= span["min"]) & (pc.field(name) <= span["max"])
    if window is not None:
        ids = sorted({*ids, *window.ids})
        begins = pc.field("realtime_start")
        covered = pc.field(column).isin(pa.array(window.ids, pa.string())) & (begins <= pa.scalar(window.last))
        covered &= begins >= pa.scalar(window.first) if window.first else pc.scalar(value=True)
        touched = covered | touched if rows.num_rows else covered
    if not spec.buckets:
        return touched
    buckets = sorted({bucket_of(each, spec.buckets) for each in ids})
    return pc.field(BUCKET).isin(pa.array(buckets, pa.int16())) & touched


def require_window(spec: TableSpec, rows: pa.Table, window: LoadWindow) -> None:
    """Refuse a window that the batch contradicts, or of a table whose facts cannot be retracted.

    Raises
    ------
    InvalidInputError : a row outside the window, or a table without the status `retracted`.
    """
    if "status" not in spec.schema.names:
        raise InvalidInputError(
            f"Facts of {spec.name} have no status, so none can be retracted.", remedy="Load without a window."
        )
    outside = rows.filter(pc.invert(pa.array(_inside(spec, rows, window))))
    if outside.num_rows:
        first = {name: str(value) for name, value in outside.select(spec.identity).slice(0, 1).to_pylist()[0].items()}
        raise InvalidInputError(
            f"Rows of {spec.name}: {outside.num_rows} lie outside the window {window.first} to {window.last} of "
            f"{len(window.ids)} id(s), first {first}.",
            remedy="Offer only what the answer covers.",
        )


def _inside(spec: TableSpec, rows: pa.Table, window: LoadWindow) -> np.ndarray:
    begins = rows.column("realtime_start")
    inside = pc.and_(
        pc.is_in(rows.column(spec.identity[0]), pa.array(window.ids, pa.string())),
        pc.less_equal(begins, pa.scalar(window.last)),
    )
    if window.first is not None:
        inside = pc.and_(inside, pc.greater_equal(begins, pa.scalar(window.first)))
    standing: np.ndarray = np.asarray(inside.to_numpy(), dtype=bool)
    if LOADED_AT not in rows.column_names:
        return standing
    standing &= np.asarray(pc.not_equal(rows.column("status"), RETRACTED).to_numpy(), dtype=bool)
    return standing


def _received_before(latest: pa.Table, received_at: dt.datetime) -> np.ndarray:
    """Which rows a batch may supersede; none of a table that keeps no instant of loading."""
    if LOADED_AT not in latest.column_names:
        return np.zeros(latest.num_rows, dtype=bool)
    instants = latest.column(LOADED_AT)
    return np.asarray(pc.less(instants, pa.scalar(received_at, instants.type)).to_numpy(), dtype=bool)


def _retractions(spec: TableSpec, closed: pa.Table) -> pa.Table:
    """One row for each closed fact that says so, without a value."""
    columns = []
    for field in spec.source_schema:
        if field.name in spec.identity:
            columns.append(closed.column(field.name))
        else:
            word = RETRACTED if field.name == "status" else None
            columns.append(pa.chunked_array([pa.array([word] * closed.num_rows, field.type)]))
    return pa.table(columns, schema=spec.source_schema)
