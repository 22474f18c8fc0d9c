"""A frame of rows as a declared Arrow table: the one way from pandas to what the lake stores.

Belongs here: columns, their order and types as declared. Does not belong here: declarations (the module of each layer),
checks of keys and allowed words (the lake makes them on writing).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from macro_assets.errors import SchemaError
from macro_assets.tables.registry import spec

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["declared"]


def declared(name: str, frame: pd.DataFrame) -> pa.Table:
    """Rows in the columns, order and types that the declaration of a table states.

    Parameters
    ----------
    name : of the table, e.g. `models/recession_probabilities`.
    frame : rows; columns that are not declared are left out, the index too. A column that may be null may be absent.
        Timestamps become dates, missing values null.

    Raises
    ------
    SchemaError : a required column is absent, or a value does not fit its type. TableNotFoundError : no such table.
    """
    schema = spec(name).schema
    absent = [field.name for field in schema if field.name not in frame and not field.nullable]
    if absent:
        raise SchemaError(
            f"Rows for {name} lack the columns {', '.join(absent)}.",
            remedy=f"Available: {', '.join(map(str, frame.columns))}.",
        )
    return pa.table([_column(name, frame, field) for field in schema], schema=schema)


def _column(name: str, frame: pd.DataFrame, field: pa.Field) -> pa.Array:
    if field.name not in frame:
        return pa.nulls(len(frame), field.type)
    try:
        return pa.Array.from_pandas(frame[field.name].reset_index(drop=True), type=field.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise SchemaError(
            f"Column {field.name} of {name} is not {field.type}: {error}", remedy="Convert it before it is stored."
        ) from error
