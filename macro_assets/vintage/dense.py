"""The cube as a labelled array.

Belongs here: states to `xarray.DataArray`, for the series and as-of dates asked. Does not belong here: building states (cube.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import InvalidInputError
from macro_assets.vintage.calendars import CubeFrequency, period_number
from macro_assets.vintage.columns import days, encode, floats
from macro_assets.vintage.layout import DEPTH, Laid, as_of_axis, frequency_of, laid

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["dense", "outcome_slices"]


def dense(
    states: pa.Table,
    *,
    series: Sequence[str] | None = None,
    depth: int | None = None,
    frequency: CubeFrequency | None = None,
    start: date | None = None,
    end: date | None = None,
) -> xr.DataArray:
    """The cube as an array `[as_of, lag, series]` with NaN where nothing is known.

    Parameters
    ----------
    states : rows of a cube, in any order.
    series : ids along the last axis, in this order; all of the table, alphabetically, when omitted. An id without
        any known value gives a column of NaN.
    depth : length of the lag axis; default 48 months or 40 quarters, or the deepest lag present when larger.
    frequency : of the cube; by default read off its dates.
    start, end : bounds of the as-of dates; by default all on which any series of the table has a known value.

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

    if not states.num_rows:
        raise InvalidInputError("An empty cube has no array.", remedy="Build the cube from at least one known fact.")
    frequency = frequency or frequency_of(states)
    axis = as_of_axis(states, frequency)
    axis = axis[(axis >= np.datetime64(start or axis[0], "D")) & (axis <= np.datetime64(end or axis[-1], "D"))]
    wanted = list(encode(states["series_id"])[0] if series is None else series)
    mine = states.filter(pc.is_in(states["series_id"], pa.array(wanted, pa.string())))
    found = laid(mine, frequency, depth=depth, start=start, end=end)
    depth = max(DEPTH[frequency], int(found.lag.max(initial=0)) + 1) if depth is None else depth

    first = int(period_number(axis[:1], frequency)[0]) if len(axis) else 0
    values, complete, known_at = _layers(mine, found, first, (len(axis), depth, len(wanted)), wanted)
    dims = ("as_of", "lag", "series")
    labels = (axis, np.arange(depth, dtype=np.int64), np.array(wanted, dtype=object))
    coords = dict(zip(dims, labels, strict=True)) | {"complete": (dims, complete), "known_at": (dims, known_at)}
    return xr.DataArray(values, dims=dims, coords=coords, name="value")


def _layers(
    states: pa.Table, cells: Laid, first: int, shape: tuple[int, int, int], wanted: list[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, completeness and days of knowledge of states, each laid out in `shape`."""
    present, codes = encode(states["series_id"])
    column = np.array([wanted.index(name) for name in present], dtype=np.int64)[codes]
    cell = ((cells.number - first) * shape[1] + cells.lag) * shape[2] + column[cells.state]
    return (
        _filled(shape, np.nan, floats(states["value"])[cells.state], cell),
        _filled(shape, np.False_, states["complete"].to_numpy()[cells.state], cell),
        _filled(shape, np.datetime64("NaT"), days(states["known_at"])[cells.state], cell),
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
