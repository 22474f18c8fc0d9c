"""Long tables to wide frames and back.

Belongs here: reshaping. Does not belong here: any choice of values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.vintage.columns import days, encode

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["long", "wide"]

_INDEX = ("as_of", "month", "period", "date")
_COLUMNS = ("feature", "outcome", "shock", "target", "regime", "series_id", "symbol")


def wide(
    table: pa.Table, *, values: str = "value", index: str | None = None, columns: str | None = None
) -> pd.DataFrame:
    """One row per date, one column per name.

    Parameters
    ----------
    table : long table with a date, a name and a value column; (date, name) unique.
    values : column that fills the frame, for instance `value` or `known_at`.
    index, columns : column of dates and column of names; by default found by their usual names (`as_of`, `month`,
        `period`; `feature`, `outcome`, `shock`, `target`, ...).

    Returns
    -------
    DataFrame with a sorted DatetimeIndex named like the date column; columns in order of first appearance; NaN or NaT
    where the table has no row.

    Raises
    ------
    InvalidInputError : no such columns, or a date holds a name twice.
    """
    import pandas as pd

    date_name = index or _first_of(table, _INDEX, "date")
    name_name = columns or _first_of(table, _COLUMNS, "name")
    names, codes = encode(table[name_name])
    first_seen = table[name_name].unique().to_pylist()
    dates, row = np.unique(days(table[date_name]), return_inverse=True)
    cell = row * max(len(names), 1) + codes
    if len(np.unique(cell)) != len(cell):
        raise InvalidInputError(
            f"{date_name} and {name_name} do not name one row each.", remedy="Filter the table first."
        )
    is_date = pa.types.is_date(table.schema.field(values).type)
    dtype, empty = ("datetime64[s]", np.datetime64("NaT")) if is_date else ("float64", np.nan)
    flat = np.full(len(dates) * len(names), empty, dtype=dtype)
    flat[cell] = table[values].to_numpy().astype(dtype)
    frame = pd.DataFrame(
        flat.reshape(len(dates), len(names)), index=pd.DatetimeIndex(dates.astype("datetime64[s]"), name=date_name),
        columns=names,
    )  # fmt: skip
    return frame[first_seen]


def long(frame: pd.DataFrame, known_at: pd.DataFrame, *, index: str = "as_of", columns: str = "feature") -> pa.Table:
    """The inverse of `wide` for a frame of values and one of the days they were known.

    Parameters
    ----------
    frame : values, DatetimeIndex by names.
    known_at : datetime64 of the same shape, index and columns.

    Returns
    -------
    Table `index`, `columns`, `value`, `known_at`, by date, then in the order of the columns; NaN and infinite values
    leave no row.

    Raises
    ------
    InvalidInputError : the two frames do not match.
    """
    if not frame.index.equals(known_at.index) or list(frame.columns) != list(known_at.columns):
        raise InvalidInputError("Values and known_at have different rows or columns.", remedy="Give both the same.")
    values = frame.to_numpy(dtype=np.float64)
    row, column = np.nonzero(np.isfinite(values))
    dates = frame.index.to_numpy().astype("datetime64[D]")
    known = known_at.to_numpy().astype("datetime64[D]")
    names = pa.array([str(name) for name in frame.columns], pa.string())
    schema = pa.schema(
        [pa.field(index, pa.date32(), nullable=False), pa.field(columns, pa.string(), nullable=False),
         pa.field("value", pa.float64(), nullable=False), pa.field("known_at", pa.date32(), nullable=False)]
    )  # fmt: skip
    name_column = pa.DictionaryArray.from_arrays(pa.array(column, pa.int32()), names).cast(pa.string())
    arrays = [pa.array(dates[row]), name_column, pa.array(values[row, column]), pa.array(known[row, column])]
    return pa.table(arrays, schema=schema)


def _first_of(table: pa.Table, names: tuple[str, ...], what: str) -> str:
    found = next((name for name in names if name in table.column_names), None)
    if found is None:
        raise InvalidInputError(
            f"No column of {table.column_names} is the {what} of a long table.",
            remedy="Name it: wide(index=, columns=).",
        )
    return found
