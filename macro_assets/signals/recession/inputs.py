"""Quantities read from a cube: for each the first source that has a value, cell by cell.

Belongs here: what an input is, and reading it. Does not belong here: which inputs exist (spec.py, monthly_spec.py),
arithmetic on them (windows.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from macro_assets.signals.targets import assert_no_label
from macro_assets.vintage.calendars import Days

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
LONG_AGO = np.datetime64("1800-01-01", "D")

__all__ = ["LONG_AGO", "Difference", "Input", "days_known", "latest_day", "read_inputs", "series_of"]


class Difference(NamedTuple):
    """A series less another one, of the same period and view."""

    series: str
    minus: str


@dataclass(frozen=True)
class Input:
    """A quantity read from the cube: the first of its sources that has a value.

    A market quantity prefers its daily series: monthly averages are known a month late in the recorded vintages.
    """

    name: str
    unit: str
    sources: tuple[str | Difference, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        """Ids of all series that can change it."""
        ids = (
            part
            for source in self.sources
            for part in ((source.series, source.minus) if isinstance(source, Difference) else (source,))
        )
        return tuple(dict.fromkeys(ids))


def series_of(inputs: Iterable[Input]) -> tuple[str, ...]:
    """Series of the cube that the inputs read, alphabetically; the recession label can never be among them."""
    ids = tuple(sorted({name for each in inputs for name in each.reads}))
    assert_no_label(ids)
    return ids


def read_inputs(cube: xr.DataArray, inputs: Sequence[Input]) -> Array:
    """Inputs as an array [as_of, lag, input]; NaN where no source has a value."""
    place = {name: at for at, name in enumerate(cube["series"].values)}
    values = cube.values
    absent = np.full(values.shape[:2], np.nan)

    def series(name: str) -> Array:
        return values[:, :, place[name]] if name in place else absent

    columns = []
    for each in inputs:
        column = absent
        for source in reversed(each.sources):
            read = series(source.series) - series(source.minus) if isinstance(source, Difference) else series(source)
            column = np.where(np.isnan(read), column, read)
        columns.append(column)
    return np.stack(columns, axis=2)


def days_known(cube: xr.DataArray) -> Days:
    """Day of knowledge of each cell of a cube, long ago where nothing is known: so that a maximum is an upper bound."""
    days = cube.coords["known_at"].values.astype("datetime64[D]")
    return np.where(np.isnat(days), LONG_AGO, days)


def latest_day(cube: xr.DataArray, days: Days, each: Input) -> Days:
    """Latest day of knowledge, by as-of date, of the cells in `days` [as_of, lags, series] that an input reads."""
    place = {name: at for at, name in enumerate(cube["series"].values)}
    used = [place[name] for name in each.reads if name in place]
    return days[:, :, used].max(axis=(1, 2)) if used else np.full(len(days), LONG_AGO)
