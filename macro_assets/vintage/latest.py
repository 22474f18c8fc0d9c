"""The latest known value of a series in each slice of a cube, no older than a maximum age, and spans that end there.

Belongs here: choosing periods inside a slice. Does not belong here: arithmetic on the chosen values (transforms.py).

A slice mixes series that are a day, a month or a quarter old. Features therefore start from the *latest known* period
of each series, no older than a maximum age, and count further lags from there. `at_lag` aligns by the calendar
instead, where a feature says so.

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

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["NOT_KNOWN", "Known", "Window", "at_lag", "latest_known", "newest_lag", "span", "window"]

Floats = npt.NDArray[np.float64]
NOT_KNOWN = -1


@dataclass(frozen=True)
class Known:
    """One value per as-of date.

    Parameters
    ----------
    value : (n,) in the unit of the series; NaN where nothing was known.
    lag : (n,) periods between the as-of date and the period of the value; -1 where nothing was known.
    known_at : (n,) datetime64[D], day from which all that went into the value was known; NaT where nothing was.
    """

    value: Floats
    lag: npt.NDArray[np.int64]
    known_at: npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class Window:
    """Values of consecutive periods, newest first: (n, length); `known_at` (n,) of all of them together."""

    values: Floats
    known_at: npt.NDArray[np.datetime64]


def latest_known(
    cube: xr.DataArray, series: str, max_age: int, *, complete_only: bool = False, offset: int = 0
) -> Known:
    """The newest known value of a series in each slice, or the one `offset` periods before it.

    Parameters
    ----------
    cube : array of `cube.dense`, [as_of, lag, series].
    series : id on the series axis.
    max_age : largest lag at which the newest value still counts; older means not known.
    complete_only : pass over periods of which not all is known.
    offset : periods further back, counted from the newest value in the same slice.

    Raises
    ------
    InvalidInputError : the cube has no such series, or is not deep enough.
    """
    values, known_at, complete = _slices(cube, series)
    _require_depth(cube, series, max_age + offset)
    usable = ~np.isnan(values) & (complete if complete_only else True)
    lag = newest_lag(usable, max_age)
    return _pick(values, known_at, np.where(lag == NOT_KNOWN, NOT_KNOWN, lag + offset))


def newest_lag(usable: npt.NDArray[np.bool_], max_age: int) -> npt.NDArray[np.int64]:
    """Lag of the newest usable value of each slice, at most `max_age`; NOT_KNOWN where there is none.

    Parameters
    ----------
    usable : (n, lags) whether the value of a lag counts, lag 0 first.
    """
    young = usable[:, : max_age + 1]
    return np.where(young.any(axis=1), np.argmax(young, axis=1), NOT_KNOWN).astype(np.int64)


def at_lag(cube: xr.DataArray, series: str, lag: int) -> Known:
    """The value of the calendar period `lag` before the as-of date, where it is known."""
    values, known_at, _ = _slices(cube, series)
    _require_depth(cube, series, lag)
    return _pick(values, known_at, np.full(len(values), lag))


def span(
    cube: xr.DataArray, series: str, periods: int, max_age: int, *, complete_only: bool = True, offset: int = 0
) -> tuple[Known, Known]:
    """Both ends of a span: the newest usable value (or `offset` periods before it), and the one `periods` before.

    Both come from the same slice, hence from one vintage and one base year. With `complete_only` a span counts only
    when both ends are whole.
    """
    new = latest_known(cube, series, max_age, complete_only=complete_only, offset=offset)
    values, known_at, complete = _slices(cube, series)
    _require_depth(cube, series, max_age + offset + periods)
    if complete_only:
        values = np.where(complete, values, np.nan)
    return new, _pick(values, known_at, np.where(new.lag == NOT_KNOWN, NOT_KNOWN, new.lag + periods))


def window(
    cube: xr.DataArray, series: str, length: int, max_age: int, *, complete_only: bool = False, step: int = 1
) -> Window:
    """`length` values from the newest usable one backwards, `step` periods apart; NaN where one is not known."""
    values, known_at, complete = _slices(cube, series)
    _require_depth(cube, series, max_age + (length - 1) * step)
    usable = ~np.isnan(values) & (complete if complete_only else True)
    lag = newest_lag(usable, max_age)
    parts = [_pick(values, known_at, np.where(lag == NOT_KNOWN, NOT_KNOWN, lag + at * step)) for at in range(length)]
    latest = parts[0].known_at
    for part in parts[1:]:
        latest = np.maximum(latest, part.known_at)
    return Window(np.stack([part.value for part in parts], axis=1), latest)


def _slices(cube: xr.DataArray, series: str) -> tuple[Floats, npt.NDArray[np.datetime64], npt.NDArray[np.bool_]]:
    names = cube.coords["series"].values.tolist()
    if series not in names:
        raise InvalidInputError(
            f"The cube has no series {series!r}.", remedy="Name it in dense(series=...), or add it to the catalogue."
        )
    at = names.index(series)
    known_at = cube.coords["known_at"].values[:, :, at].astype("datetime64[D]")
    return cube.values[:, :, at], known_at, cube.coords["complete"].values[:, :, at]


def _require_depth(cube: xr.DataArray, series: str, deepest: int) -> None:
    if deepest >= cube.sizes["lag"]:
        raise InvalidInputError(
            f"Lag {deepest} of {series} lies outside a cube of depth {cube.sizes['lag']}.",
            remedy="Shorten the span or the maximum age, or build a deeper cube.",
        )


def _pick(values: Floats, known_at: npt.NDArray[np.datetime64], lag: npt.NDArray[np.int64]) -> Known:
    rows = np.arange(len(values))
    there = lag != NOT_KNOWN
    at = np.where(there, lag, 0)
    value = np.where(there, values[rows, at], np.nan)
    there &= ~np.isnan(value)
    return Known(value, np.where(there, lag, NOT_KNOWN), np.where(there, known_at[rows, at], np.datetime64("NaT", "D")))
