"""Rows in a declared table: any Arrow table, frame or columns into its schema, or a `SchemaError` that names the column.

Belongs here: casting, and the rules every row obeys: all declared columns and no other, no null where none may be,
finite numbers, whole days, closed lists. Does not belong here: keys and what is stored (`lake/conform.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import SchemaError
from macro_assets.tables.registry import spec
from macro_assets.tables.spec import TableSpec, allowed_of

if TYPE_CHECKING:
    import pandas as pd

    Rows: TypeAlias = pa.Table | pa.RecordBatch | pd.DataFrame | Mapping[str, Sequence[Any]]

__all__ = ["as_arrow", "table_of"]


def table_of(rows: Rows, table: str | TableSpec) -> pa.Table:
    """The rows in the declared columns, order and types.

    Parameters
    ----------
    rows : an Arrow table, a frame, or columns of one length by name, in any order of columns. In a frame and in
        columns NaN and NaT stand for null, as pandas has no other word for missing; in an Arrow table NaN is refused.
        Time stamps at midnight become dates, large and dictionary strings become strings, negative zero becomes zero.
    table : declaration, or its name, e.g. ``models/causal_effects``.

    Raises
    ------
    SchemaError : missing or unknown columns, a value that does not fit its type, a time of day in a date, a null where
        none may be, a number that is not finite, or a string outside the closed list.
    TableNotFoundError : no such table is declared.
    """
    declared = spec(table) if isinstance(table, str) else table
    arrow = as_arrow(rows, declared)
    _refuse_other_columns(declared, arrow)
    columns = [_column(declared, field, arrow.column(field.name)) for field in declared.schema]
    return pa.table(columns, schema=declared.schema)


def as_arrow(rows: Rows, declared: TableSpec) -> pa.Table:
    """The columns as they are, in Arrow; what a frame or a mapping holds as NaN or NaT is null.

    Raises
    ------
    SchemaError : two columns of one name, or one whose values have no common type.
    """
    if isinstance(rows, pa.Table):
        return rows
    if isinstance(rows, pa.RecordBatch):
        return pa.Table.from_batches([rows])
    names, columns = list(rows), {}
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SchemaError(f"Duplicate columns {twice} in rows of {declared.name}.", remedy="Keep one of each.")
    for name in names:
        try:
            columns[name] = pa.array(rows[name], from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
            raise SchemaError(
                f"Column '{name}' of {declared.name} holds values of mixed types or beyond their range: {error}.",
                remedy="Use one type.",
            ) from error
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise SchemaError(f"Columns of {declared.name} differ in length: {lengths}.", remedy="Give every row a value.")
    return pa.table(columns)


def _refuse_other_columns(declared: TableSpec, table: pa.Table) -> None:
    missing = [name for name in declared.schema.names if name not in table.column_names]
    unknown = [name for name in table.column_names if name not in declared.schema.names]
    if missing or unknown:
        raise SchemaError(
            f"Rows of {declared.name} have columns missing: {missing}, unknown: {unknown}.",
            remedy=f"The declared columns are {declared.schema.names} (tables/registry.py).",
        )


def _column(declared: TableSpec, field: pa.Field, values: pa.ChunkedArray) -> pa.ChunkedArray:
    where = f"Column '{field.name}' of {declared.name}"
    try:
        column = values.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise SchemaError(
            f"{where} of type {values.type} does not fit {field.type}: {error}.", remedy="Convert it before."
        ) from error
    if pa.types.is_timestamp(values.type) and not _whole_days(values, column):
        raise SchemaError(f"{where} holds a time of day; a date has none.", remedy="Round it where its zone is known.")
    if not field.nullable and column.null_count:
        raise SchemaError(
            f"{where} has {column.null_count} null(s) and may have none.",
            remedy="Fill the value in, or leave the row out.",
        )
    if pa.types.is_floating(field.type):
        unfit = len(column) - column.null_count - (pc.sum(pc.is_finite(column)).as_py() or 0)
        if unfit:
            raise SchemaError(f"{where} has {unfit} NaN or infinite number(s).", remedy="A missing value is a null.")
        column = pc.add(column, 0.0)
    _refuse_strange(where, field, column)
    return column


def _refuse_strange(where: str, field: pa.Field, column: pa.ChunkedArray) -> None:
    allowed = allowed_of(field)
    strange = set(pc.unique(column).to_pylist()) - {*allowed, None} if allowed else set()
    if strange:
        raise SchemaError(f"{where} holds {sorted(strange)}.", remedy=f"Allowed are {list(allowed)}.")


def _whole_days(stamps: pa.ChunkedArray, days: pa.ChunkedArray) -> bool:
    return bool(pc.all(pc.equal(days.cast(stamps.type), stamps), min_count=0).as_py())
