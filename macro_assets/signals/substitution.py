"""Quantities read from a daily series where it exists, and from monthly averages before.

Belongs here: joining the two inside a cube. Does not belong here: which series stand in for which (catalogue,
`splices`).

The daily series are known the next day, monthly averages only after the month, and their recorded vintages a month
later still: so a monthly value is used only in cells in which the daily series says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

    from macro_assets.catalog import Catalog
    from macro_assets.catalog.models import Splice

__all__ = ["inputs", "splice"]


def inputs(catalog: Catalog) -> tuple[str, ...]:
    """Ids of all series that splices read."""
    ids = {name for entry in catalog.splices.values() for name in (entry.daily, entry.monthly, entry.minus) if name}
    return tuple(sorted(ids))


def splice(cube: xr.DataArray, catalog: Catalog) -> xr.DataArray:
    """The cube with one more series per splice of the catalogue (`policy_rate`, `ten_year`, `term_spread` ...).

    Parameters
    ----------
    cube : array of `cube.dense`, [as_of, lag, series], with `complete` and `known_at`.
    catalog : names the splices; one whose series are all absent from the cube gives a column of NaN.

    Returns
    -------
    DataArray of the same dimensions; a spliced cell holds the daily value where there is one, else `monthly` minus
    `minus`. `known_at` is the later of the two days, `complete` holds when both do.
    """
    import xarray as xr

    added = [_spliced(cube, entry) for entry in catalog.splices.values()]
    values = np.concatenate([cube.values, *(value[:, :, None] for value, _, _ in added)], axis=2)
    complete = np.concatenate([cube.coords["complete"].values, *(c[:, :, None] for _, c, _ in added)], axis=2)
    known_at = np.concatenate([cube.coords["known_at"].values, *(k[:, :, None] for _, _, k in added)], axis=2)
    names = np.array([*cube.coords["series"].values, *catalog.splices], dtype=object)
    coords = {"as_of": cube.coords["as_of"].values, "lag": cube.coords["lag"].values, "series": names,
              "complete": (cube.dims, complete), "known_at": (cube.dims, known_at)}  # fmt: skip
    return xr.DataArray(values, dims=cube.dims, coords=coords, name=cube.name)


Cells = tuple[np.ndarray, np.ndarray, np.ndarray]


def _spliced(cube: xr.DataArray, entry: Splice) -> Cells:
    value, complete, known_at = _cells(cube, entry.monthly)
    if entry.minus is not None:
        less, also_complete, also_known = _cells(cube, entry.minus)
        value, complete, known_at = value - less, complete & also_complete, np.maximum(known_at, also_known)
    daily, daily_complete, daily_known = _cells(cube, entry.daily)
    there = ~np.isnan(daily)
    return (
        np.where(there, daily, value),
        np.where(there, daily_complete, complete),
        np.where(there, daily_known, known_at),
    )


def _cells(cube: xr.DataArray, series: str) -> Cells:
    names = cube.coords["series"].values.tolist()
    if series not in names:
        shape = (cube.sizes["as_of"], cube.sizes["lag"])
        known_at = cube.coords["known_at"].values.dtype
        return np.full(shape, np.nan), np.zeros(shape, dtype=bool), np.full(shape, np.datetime64("NaT"), known_at)
    at = names.index(series)
    return cube.values[:, :, at], cube.coords["complete"].values[:, :, at], cube.coords["known_at"].values[:, :, at]
