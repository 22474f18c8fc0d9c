"""What of a batch of facts is appended: the rule that makes loading idempotent and lets providers correct themselves.

Belongs here: the comparison of a batch with the rows that count, as pure functions, and the report of a load. Does not
belong here: which row counts (`counting.py`), locks, commits, files (`store.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.lake.answers import Covered, overruled
from macro_assets.lake.keys import differing_rows, key_codes, match
from macro_assets.lake.windows import LoadWindow, inside
from macro_assets.tables.bronze import RETRACTED
from macro_assets.tables.buckets import BUCKET, bucket_of
from macro_assets.tables.spec import LOADED_AT, TableSpec

__all__ = ["Appended", "LoadReport", "appended", "reach"]


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
    late : of the rows that changed nothing those that an answer received after them contradicts.
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
    """Rows to append, without `loaded_at`, and the counts of `LoadReport`.

    Parameters
    ----------
    confirmed : identities of stored facts that the batch states as they are stored, and that no answer confirmed later.
    repeated : the batch covers nothing that an answer received with it or later did not cover: there is nothing to note.
    """

    rows: pa.Table
    new: int
    corrected: int
    late: int
    retracted: int
    confirmed: pa.Table
    repeated: bool


def appended(
    spec: TableSpec,
    rows: pa.Table,
    latest: pa.Table,
    received_at: dt.datetime,
    window: LoadWindow | None = None,
    later: Sequence[Covered] = (),
) -> Appended:
    """What a batch adds to what is stored.

    A row is added when its fact is not stored, or differs from the row that counts and was received after it. A stored
    fact of the window that the batch does not state is retracted, if it was received before the batch. Nothing is added
    where an answer that was received later has spoken already, be it only to confirm what is stored.

    Parameters
    ----------
    rows : the batch, each fact once, in the `source_schema`.
    latest : the latest stored row of every fact that the batch or the window can touch, retractions included.
    received_at : when the answer was received.
    window : what the batch covers wholly; None = nothing follows from what it does not state.
    later : what answers covered that were received no earlier, and committed before.
    """
    codes, held = key_codes([rows, latest.select(spec.identity)], spec.identity)
    place = match(codes, held)
    already = np.flatnonzero(place >= 0)
    alike = np.ones(len(already), dtype=bool)
    alike[differing_rows(rows.take(pa.array(already)), latest.take(pa.array(place[already])), spec.value_columns)] = 0
    other, same = already[~alike], already[alike]
    earlier, settled = _received_before(latest, received_at), overruled(spec, rows, later)
    corrections = other[earlier[place[other]] & ~settled[other]]
    added = np.sort(np.concatenate([np.flatnonzero((place < 0) & ~settled), corrections]))
    parts = [rows.take(pa.array(added))]
    retracted = 0
    if window is not None:
        gone = inside(spec, latest, window) & _standing(latest) & earlier & (match(held, codes) < 0)
        closed = _retractions(spec, latest.filter(pa.array(gone & ~overruled(spec, latest, later))))
        parts, retracted = [*parts, closed], closed.num_rows
    return Appended(
        pa.concat_tables(parts), len(added), len(corrections),
        late=len(other) - len(corrections) + int(((place < 0) & settled).sum()), retracted=retracted,
        confirmed=rows.select(spec.identity).take(pa.array(same[earlier[place[same]] & ~settled[same]])),
        repeated=window is not None and any(each.window is not None and _within(window, each.window) for each in later),
    )  # fmt: skip


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


def _standing(latest: pa.Table) -> np.ndarray:
    """Which rows state a fact; a retraction states that there is none."""
    return np.asarray(pc.not_equal(latest.column("status"), RETRACTED).to_numpy(), dtype=bool)


def _within(window: LoadWindow, other: LoadWindow) -> bool:
    begins = other.first is None or (window.first is not None and window.first >= other.first)
    return begins and window.last <= other.last and set(window.ids) <= set(other.ids)


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
