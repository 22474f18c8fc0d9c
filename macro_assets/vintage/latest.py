"""The latest known value of a series in each slice of a cube, no older than a maximum age, and spans that end there.

Belongs here: choosing periods inside a slice. Does not belong here: arithmetic on the chosen values (transforms.py).

A slice mixes series that are a day, a month or a quarter old. Features therefore start from the *latest known* period
of each series, no older than a maximum age, and count further lags from there.

Growth compares like with like: both ends of a span are periods of which all is known (`complete_only`, the default of
`span`). A period still running is passed over and growth is that of the last whole one against its own base. Market
rates may ask for `complete_only=False`: on the last day of a month their mean lacks one day, not half of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from macro_assets.errors import InvalidInputError
from macro_assets.vintage.calendars import Days

if TYPE_CHECKING:
    import xarray as xr

__all__ = [
    "NOT_KNOWN",
    "Cells",
    "Latest",
    "Window",
    "cells",
    "latest_known",
    "newest_lag",
    "span",
    "window",
    "window_of",
]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
NOT_KNOWN = -1


@dataclass(frozen=True)
class Cells:
    """All periods of one series, (n, lags), lag 0 first.

    value : NaN where nothing is known. known_at : NaT there. complete : whether all of the period is known.
    """

    value: Floats
    known_at: Days
    complete: Flags

    def only(self, usable: Flags) -> Cells:
        """The same cells, those that are not usable as if nothing were known."""
        return Cells(np.where(usable, self.value, np.nan), self.known_at, self.complete & usable)


@dataclass(frozen=True)
class Latest:
    """One value per as-of date.

    Parameters
    ----------
    value : (n,) in the unit of the series; NaN where nothing was known.
    lag : (n,) periods between the as-of date and the period of the value; -1 where nothing was known.
    known_at : (n,) day from which all that went into the value was known; NaT where nothing was.
    """

    value: Floats
    lag: npt.NDArray[np.int64]
    known_at: Days


@dataclass(frozen=True)
class Window:
    """Values of consecutive periods, newest first: (n, length); `known_at` (n,) of all of them together."""

    values: Floats
    known_at: Days


def cells(cube: xr.DataArray, series: str) -> Cells:
    """The cells of one series of a cube of `dense`, [as_of, lag, series].

    Raises
    ------
    InvalidInputError : the cube has no such series.
    """
    names = cube.coords["series"].values.tolist()
    if series not in names:
        raise InvalidInputError(
            f"The cube has no series {series!r}.", remedy="Name it in dense(series=...), or add it to the catalogue."
        )
    at = names.index(series)
    known_at = cube.coords["known_at"].values[:, :, at].astype("datetime64[D]")
    return Cells(cube.values[:, :, at], known_at, cube.coords["complete"].values[:, :, at])


def newest_lag(usable: Flags, max_age: int) -> npt.NDArray[np.int64]:
    """Lag of the newest usable value of each slice, at most `max_age`; NOT_KNOWN where there is none.

    Parameters
    ----------
    usable : (n, lags) whether the value of a lag counts, lag 0 first.
    """
    young = usable[:, : max_age + 1]
    return np.where(young.any(axis=1), np.argmax(young, axis=1), NOT_KNOWN).astype(np.int64)


def latest_known(
    cube: xr.DataArray, series: str, max_age: int, *, complete_only: bool = False, offset: int = 0
) -> Latest:
    """The newest known value of a series in each slice, or the one `offset` periods before it.

    Parameters
    ----------
    cube : array of `dense`, [as_of, lag, series].
    series : id on the series axis.
    max_age : largest lag at which the newest value still counts; older means not known.
    complete_only : pass over periods of which not all is known.
    offset : periods further back, counted from the newest value in the same slice.

    Raises
    ------
    InvalidInputError : the cube has no such series, or is not deep enough.
    """
    own = cells(cube, series)
    _require_depth(own, series, max_age + offset)
    usable = ~np.isnan(own.value) & (own.complete if complete_only else True)
    return _pick(own, _further(newest_lag(usable, max_age), offset))


def span(
    cube: xr.DataArray, series: str, periods: int, max_age: int, *, complete_only: bool = True, offset: int = 0
) -> tuple[Latest, Latest]:
    """Both ends of a span: the newest usable value (or `offset` periods before it), and the one `periods` before.

    Both come from the same slice, hence from one vintage and one base year. With `complete_only` a span counts only
    when both ends are whole.
    """
    new = latest_known(cube, series, max_age, complete_only=complete_only, offset=offset)
    own = cells(cube, series)
    _require_depth(own, series, max_age + offset + periods)
    return new, _pick(own.only(own.complete) if complete_only else own, _further(new.lag, periods))


def window(cube: xr.DataArray, series: str, length: int, max_age: int) -> Window:
    """`length` values from the newest known one backwards; NaN where one is not known."""
    own = cells(cube, series)
    _require_depth(own, series, max_age + length - 1)
    return window_of(own, length, max_age)


def window_of(own: Cells, length: int, max_age: int) -> Window:
    """`window` of cells that were put together from several series."""
    lag = newest_lag(~np.isnan(own.value), max_age)
    parts = [_pick(own, _further(lag, at)) for at in range(length)]
    known_at = parts[0].known_at
    for part in parts[1:]:
        known_at = np.maximum(known_at, part.known_at)
    return Window(np.stack([part.value for part in parts], axis=1), known_at)


def _require_depth(own: Cells, series: str, deepest: int) -> None:
    depth = own.value.shape[1]
    if deepest >= depth:
        raise InvalidInputError(
            f"Lag {deepest} of {series} lies outside a cube of depth {depth}.",
            remedy="Shorten the span or the maximum age, or build a deeper cube.",
        )


def _further(lag: npt.NDArray[np.int64], periods: int) -> npt.NDArray[np.int64]:
    return np.where(lag == NOT_KNOWN, NOT_KNOWN, lag + periods)


def _pick(own: Cells, lag: npt.NDArray[np.int64]) -> Latest:
    rows = np.arange(len(own.value))
    there = lag != NOT_KNOWN
    at = np.where(there, lag, 0)
    value = np.where(there, own.value[rows, at], np.nan)
    there &= ~np.isnan(value)
    known_at = np.where(there, own.known_at[rows, at], np.datetime64("NaT", "D"))
    return Latest(value, np.where(there, lag, NOT_KNOWN), known_at)
