"""Long tables to wide frames.

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

__all__ = ["wide"]

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
            f"Columns {date_name} and {name_name} do not name one row each.", remedy="Filter the table first."
        )
    is_date = pa.types.is_date(table.schema.field(values).type)
    dtype, empty = ("datetime64[D]", np.datetime64("NaT")) if is_date else ("float64", np.nan)
    flat = np.full(len(dates) * len(names), empty, dtype=dtype)
    flat[cell] = table[values].to_numpy().astype(dtype)
    frame = pd.DataFrame(
        flat.reshape(len(dates), len(names)), index=pd.DatetimeIndex(dates, name=date_name),
        columns=names,
    )  # fmt: skip
    return frame[first_seen]


def _first_of(table: pa.Table, names: tuple[str, ...], what: str) -> str:
    found = next((name for name in names if name in table.column_names), None)
    if found is None:
        raise InvalidInputError(
            f"No column of {table.column_names} is the {what} of a long table.",
            remedy="Name it: wide(index=, columns=).",
        )
    return found
