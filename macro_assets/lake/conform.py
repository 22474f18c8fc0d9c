"""Any Arrow or pandas table into the declared schema, or a `SchemaError` that says what is wrong.

Belongs here: casting, derived partition columns, and the rules every stored row obeys (no null in a required
column, finite numbers, closed lists, unique keys). Does not belong here: comparison with what is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import SchemaError
from macro_assets.lake.keys import describe_row, differing_rows, key_codes, sort_order
from macro_assets.tables.spec import TableSpec, allowed_of

if TYPE_CHECKING:
    import pandas as pd


def conform(spec: TableSpec, table: pa.Table | pa.RecordBatch | pd.DataFrame) -> pa.Table:
    """The rows in the declared columns, order and types, checked.

    pandas gives large strings and time stamps of any unit, and no number where a value is missing; all become
    what the declaration says. The year partition is filled in, and negative zero becomes zero.

    Raises
    ------
    SchemaError : missing or unknown columns, a value that does not fit its type, a null where none may be,
        a number that is not finite, or a string outside the closed list.
    """
    given = _with_year(spec, _as_arrow(spec, table))
    _refuse_other_columns(spec, given)
    columns = [_column(spec, field, given.column(field.name)) for field in spec.schema]
    return pa.table(columns, schema=spec.schema)


def _as_arrow(spec: TableSpec, table: pa.Table | pa.RecordBatch | pd.DataFrame) -> pa.Table:
    if isinstance(table, pa.Table):
        return table
    if isinstance(table, pa.RecordBatch):
        return pa.Table.from_batches([table])
    try:
        return pa.Table.from_pandas(table, preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise SchemaError(f"{spec.name}: the frame has a column of mixed types: {error}") from error


def _with_year(spec: TableSpec, table: pa.Table) -> pa.Table:
    """The lake, not the caller, fills in the year a row is filed under."""
    if spec.year_of is None or spec.year_of not in table.column_names:
        return table
    (name,) = spec.partition_by
    dates = _column(spec, spec.schema.field(spec.year_of), table.column(spec.year_of))
    years = pc.year(dates).cast(pa.int32())
    kept = table.drop_columns([name]) if name in table.column_names else table
    return kept.append_column(name, years)


def _refuse_other_columns(spec: TableSpec, table: pa.Table) -> None:
    missing = [name for name in spec.schema.names if name not in table.column_names]
    unknown = [name for name in table.column_names if name not in spec.schema.names]
    if missing or unknown:
        raise SchemaError(
            f"{spec.name}: columns missing: {missing}, unknown: {unknown}.",
            remedy=f"The declared columns are {spec.schema.names} (tables/registry.py).",
        )


def _column(spec: TableSpec, field: pa.Field, values: pa.ChunkedArray) -> pa.ChunkedArray:
    where = f"{spec.name}: column '{field.name}'"
    try:
        column = values.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise SchemaError(f"{where} of type {values.type} does not fit {field.type}: {error}") from error
    if pa.types.is_timestamp(values.type) and not _whole_days(values, column):
        raise SchemaError(f"{where} holds a time of day; a date has none.", remedy="Round it where its zone is known.")
    if not field.nullable and column.null_count:
        raise SchemaError(f"{where} has {column.null_count} null(s) and may have none.")
    if pa.types.is_floating(field.type):
        unfit = len(column) - column.null_count - (pc.sum(pc.is_finite(column)).as_py() or 0)
        if unfit:
            raise SchemaError(f"{where} has {unfit} NaN or infinite number(s).", remedy="A missing value is a null.")
        column = pc.add(column, 0.0)
    allowed = allowed_of(field)
    if allowed:
        strange = set(pc.unique(column).to_pylist()) - {*allowed, None}
        if strange:
            raise SchemaError(f"{where} holds {sorted(strange)}; allowed are {list(allowed)}.")
    return column


def _whole_days(stamps: pa.ChunkedArray, days: pa.ChunkedArray) -> bool:
    return pc.all(pc.equal(days.cast(stamps.type), stamps), min_count=0).as_py()


def sorted_unique(spec: TableSpec, table: pa.Table) -> tuple[pa.Table, int]:
    """Rows in key order without repetitions, and how many identical rows were dropped.

    Raises
    ------
    SchemaError : two rows share a key and disagree; names the key and both rows.
    """
    codes = key_codes([table], spec.key)[0]
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
        at = int(clash[0])
        raise SchemaError(
            f"{spec.name}: {len(clash)} key(s) appear twice in one batch with different values, first "
            f"{describe_row(one, at, spec.key)}: {describe_row(one, at, spec.value_columns)} against "
            f"{describe_row(other, at, spec.value_columns)}."
        )
    return table.filter(pa.array(first)), len(later)
