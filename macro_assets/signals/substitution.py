"""Quantities read from a daily series where it exists, and from monthly averages before.

Belongs here: joining the two inside a cube. Does not belong here: which series stand in for which (catalogue,
`splices`).

The daily series are known the next day, monthly averages only after the month, and their recorded vintages a month
later still: so a monthly value is used only in cells in which the daily series says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from macro_assets.vintage.latest import Cells, cells

if TYPE_CHECKING:
    import xarray as xr

    from macro_assets.catalog import Catalog
    from macro_assets.catalog.models import Splice

__all__ = ["series_of", "splice"]


def series_of(names: Iterable[str], catalog: Catalog) -> tuple[str, ...]:
    """Ids of the cube's series behind some names: splices stand for the series they are made of, others for themselves.

    All splices of the catalogue are included, as `splice` adds all of them.
    """
    made_of = {
        series
        for entry in catalog.splices.values()
        for series in (entry.daily, entry.monthly, entry.minus)
        if series is not None
    }
    return tuple(sorted(made_of | {name for name in names if name not in catalog.splices}))


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
    days_known = cube.coords["known_at"].values
    values = np.concatenate([cube.values, *(one.value[:, :, None] for one in added)], axis=2)
    complete = np.concatenate([cube.coords["complete"].values, *(one.complete[:, :, None] for one in added)], axis=2)
    known_at = np.concatenate(
        [days_known, *(one.known_at[:, :, None].astype(days_known.dtype) for one in added)], axis=2
    )
    names = np.array([*cube.coords["series"].values, *catalog.splices], dtype=object)
    coords = {"as_of": cube.coords["as_of"].values, "lag": cube.coords["lag"].values, "series": names,
              "complete": (cube.dims, complete), "known_at": (cube.dims, known_at)}  # fmt: skip
    return xr.DataArray(values, dims=cube.dims, coords=coords, name=cube.name)


def _spliced(cube: xr.DataArray, entry: Splice) -> Cells:
    monthly = _cells(cube, entry.monthly)
    if entry.minus is not None:
        less = _cells(cube, entry.minus)
        monthly = Cells(
            monthly.value - less.value,
            np.maximum(monthly.known_at, less.known_at),
            monthly.complete & less.complete,
        )
    daily = _cells(cube, entry.daily)
    there = ~np.isnan(daily.value)
    return Cells(
        np.where(there, daily.value, monthly.value),
        np.where(there, daily.known_at, monthly.known_at),
        np.where(there, daily.complete, monthly.complete),
    )


def _cells(cube: xr.DataArray, series: str) -> Cells:
    """Cells of a series; nothing is known of one that the cube does not have."""
    if series in cube.coords["series"].values:
        return cells(cube, series)
    shape = (cube.sizes["as_of"], cube.sizes["lag"])
    return Cells(np.full(shape, np.nan), np.full(shape, np.datetime64("NaT", "D")), np.zeros(shape, dtype=bool))
