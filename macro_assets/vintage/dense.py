"""The cube as a labelled array.

Belongs here: long table to `xarray.DataArray`. Does not belong here: building the table (cube.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import InvalidInputError
from macro_assets.vintage.calendars import CubeFrequency, period_last_day, period_number
from macro_assets.vintage.columns import days, encode, floats

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["DEPTH", "dense", "frequency_of", "outcome_slices"]

DEPTH: dict[str, int] = {"M": 48, "Q": 40}


def frequency_of(table: pa.Table) -> CubeFrequency:
    """Frequency of a cube, read off how far its periods lie before their as-of dates."""
    months = period_number(days(table["as_of"]), "M") - period_number(days(table["period"]), "M")
    lag = table["lag"].to_numpy().astype(np.int64)
    behind = lag > 0
    if behind.any():
        return "M" if np.array_equal(months[behind], lag[behind]) else "Q"
    ends_quarter = np.all(period_number(days(table["as_of"]), "M") % 3 == 2)
    return "Q" if ends_quarter else "M"


def dense(
    table: pa.Table,
    *,
    series: Sequence[str] | None = None,
    depth: int | None = None,
    frequency: CubeFrequency | None = None,
) -> xr.DataArray:
    """The cube as an array `[as_of, lag, series]` with NaN where nothing is known.

    Parameters
    ----------
    table : rows of a cube, in any order.
    series : ids along the last axis, in this order; all of the table, alphabetically, when omitted. An id without
        any known value gives a column of NaN.
    depth : length of the lag axis; default 48 months or 40 quarters, or the deepest lag present when larger.
    frequency : of the cube; by default read off the periods.

    Returns
    -------
    DataArray of float64, C-contiguous, units of each series. Every month or quarter end between the first and the
    last as-of date has a row. It carries two more labelled arrays of the same shape as coordinates:
    `complete` (bool) and `known_at` (datetime64, NaT where nothing is known).

    Raises
    ------
    InvalidInputError : the table is empty.
    """
    import xarray as xr

    if not table.num_rows:
        raise InvalidInputError("An empty cube has no array.", remedy="Build the cube from at least one known fact.")
    present, codes = encode(table["series_id"])
    as_of, lag = days(table["as_of"]), table["lag"].to_numpy().astype(np.int64)
    frequency = frequency or frequency_of(table)
    wanted = list(present if series is None else series)
    depth = max(DEPTH[frequency], int(lag.max()) + 1) if depth is None else depth
    number = period_number(as_of, frequency)
    first = int(number.min())
    axis = period_last_day(np.arange(first, int(number.max()) + 1), frequency)

    place = {name: at for at, name in enumerate(wanted)}
    column = np.array([place.get(name, -1) for name in present])[codes]
    kept = (column >= 0) & (lag < depth)
    cell = ((number - first) * depth + lag)[kept] * len(wanted) + column[kept]
    values, complete, known_at = _layers(table, kept, cell, (len(axis), depth, len(wanted)))
    dims = ("as_of", "lag", "series")
    labels = (axis, np.arange(depth, dtype=np.int64), np.array(wanted, dtype=object))
    coords = dict(zip(dims, labels, strict=True)) | {"complete": (dims, complete), "known_at": (dims, known_at)}
    return xr.DataArray(values, dims=dims, coords=coords, name="value")


def _layers(
    table: pa.Table, kept: np.ndarray, cell: np.ndarray, shape: tuple[int, int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, completeness and days of knowledge of the kept rows, each laid out in `shape`."""
    return (
        _filled(shape, np.nan, floats(table["value"])[kept], cell),
        _filled(shape, np.False_, table["complete"].to_numpy()[kept], cell),
        _filled(shape, np.datetime64("NaT"), days(table["known_at"])[kept], cell),
    )


def _filled(shape: tuple[int, int, int], empty: object, values: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """Values in their cells, counted in C order; `empty` in all others."""
    flat = np.full(np.prod(shape), empty, dtype=values.dtype)
    flat[cell] = values
    return flat.reshape(shape)


def outcome_slices(
    returns: pa.Table, as_of: np.ndarray, *, names: Sequence[str] | None = None, depth: int = DEPTH["M"]
) -> xr.DataArray:
    """Monthly outcomes in the shape of a monthly cube: what was known of them on each as-of date.

    Parameters
    ----------
    returns : rows of `gold/asset_returns`.
    as_of : month ends, datetime64; for instance `cube.as_of.values`.
    names : outcomes along the last axis; all of the table, alphabetically, when omitted.
    depth : months per slice; lag 0 is the month of the as-of date.

    Returns
    -------
    DataArray [as_of, lag, series] with the outcomes' names on the series axis, NaN where an outcome was not yet known;
    `complete` and `known_at` as in `dense`.
    """
    import xarray as xr

    wanted = list(names) if names is not None else sorted(returns["outcome"].unique().to_pylist())
    returns = returns.filter(pc.is_in(returns["outcome"], pa.array(wanted, pa.string())))
    present, codes = encode(returns["outcome"])
    column = np.array([wanted.index(name) for name in present], dtype=np.int64)[codes]
    rows = np.asarray(as_of, dtype="datetime64[D]")
    month, now = period_number(days(returns["month"]), "M"), period_number(rows, "M")
    first, last = (int(month.min()), int(month.max())) if len(month) else (0, 0)

    by_month = np.full((last - first + 1, len(wanted)), np.nan)
    days_known = np.full(by_month.shape, np.datetime64("NaT"), dtype="datetime64[D]")
    by_month[month - first, column] = floats(returns["value"])
    days_known[month - first, column] = days(returns["known_at"])

    at = now[:, None] - np.arange(depth) - first
    inside = (at >= 0) & (at < len(by_month))
    at = np.where(inside, at, 0)
    there = inside[:, :, None] & (days_known[at] <= rows[:, None, None])
    value = np.where(there, by_month[at], np.nan)
    known_at = np.where(there, days_known[at], np.datetime64("NaT"))
    dims = ("as_of", "lag", "series")
    coords = {"as_of": rows, "lag": np.arange(depth), "series": np.array(wanted, dtype=object),
              "complete": (dims, ~np.isnan(value)), "known_at": (dims, known_at)}  # fmt: skip
    return xr.DataArray(value, dims=dims, coords=coords, name="value")
