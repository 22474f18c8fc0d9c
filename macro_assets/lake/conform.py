"""A batch as the lake stores it: declared columns, one row a key, and what the lake itself fills in.

Belongs here: the instant of loading, the bucket of a row, and keys within one batch. Does not belong here: columns, types
and values (`tables/rows.py`), comparison with what is stored (`load.py`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from macro_assets.errors import InvalidInputError, SchemaError
from macro_assets.lake.keys import describe_clash, differing_rows, key_codes, sort_order
from macro_assets.tables.buckets import BUCKET, bucket_column
from macro_assets.tables.rows import as_arrow, table_of
from macro_assets.tables.spec import LOADED_AT, TableSpec

if TYPE_CHECKING:
    import pandas as pd


def conform(spec: TableSpec, rows: pa.Table | pa.RecordBatch | pd.DataFrame) -> pa.Table:
    """The rows in the declared schema; of facts in their `source_schema`: the lake, not the caller, says when it loads.

    Raises
    ------
    SchemaError : as in `tables.rows.table_of`.
    """
    if not spec.has_load_time:
        return table_of(rows, spec)
    given = as_arrow(rows, spec)
    given = given.drop_columns([LOADED_AT]) if LOADED_AT in given.column_names else given
    return table_of(given, replace(spec, schema=spec.source_schema, key=spec.identity))


def loaded(spec: TableSpec, rows: pa.Table, received_at: dt.datetime) -> pa.Table:
    """Facts in the declared schema, all with the instant at which their answer was received, where the table keeps it."""
    if not spec.has_load_time:
        return rows
    field = spec.schema.field(LOADED_AT)
    instants = pa.repeat(pa.scalar(received_at, field.type), rows.num_rows)
    return rows.append_column(field, instants).select(spec.schema.names).cast(spec.schema)


def stored(spec: TableSpec, rows: pa.Table) -> pa.Table:
    """Rows as they lie on disk: with the bucket of their id, those of one bucket together and in key order."""
    if not spec.buckets:
        return rows
    column = bucket_column(rows.column(spec.bucket_by), spec.buckets)
    rows = rows.append_column(spec.stored_schema.field(BUCKET), column)
    return rows.take(pa.array(np.argsort(column.to_numpy(zero_copy_only=False), kind="stable")))


def instant(received_at: dt.datetime | None) -> dt.datetime:
    """The instant of a load in UTC, to the microsecond; now when it is omitted.

    Raises
    ------
    InvalidInputError : an instant without a time zone.
    """
    if received_at is None:
        return dt.datetime.now(dt.UTC)
    if received_at.tzinfo is None:
        raise InvalidInputError(
            f"Instant {received_at.isoformat()} has no time zone.", remedy="Give it one, e.g. datetime.now(UTC)."
        )
    return received_at.astimezone(dt.UTC)


def sorted_unique(spec: TableSpec, table: pa.Table) -> tuple[pa.Table, int]:
    """Rows of a batch in key order without repetitions, and how many identical rows were dropped.

    Raises
    ------
    SchemaError : two rows share a key and disagree; names the key and both rows.
    """
    codes = key_codes([table], spec.identity)[0]
    order = sort_order(codes)
    if order is not None:
        table, codes = table.take(pa.array(order)), codes[order]
    first = np.ones(len(codes), dtype=bool)
    first[1:] = codes[1:] != codes[:-1]
    if first.all():
        return table, 0
    later = np.flatnonzero(~first)
    one, other = table.take(pa.array(later - 1)), table.take(pa.array(later))
    clash = differing_rows(one, other, spec.value_columns)
    if len(clash):
        example = describe_clash(spec.identity, spec.value_columns, int(clash[0]), once=one, again=other)
        raise SchemaError(
            f"Rows of {spec.name}: {len(clash)} key(s) appear twice in one batch with different values, first {example}.",
            remedy="Offer each key once.",
        )
    return table.filter(pa.array(first)), len(later)
