"""Pictures of effects: points with intervals, responses over horizons, heat maps, effects over time, checks.

Belongs here: axes from arrays, dates and names. Does not belong here: numbers of any kind, result types, colours (style.py).
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from macro_assets.pictures import style
from macro_assets.pictures.style import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

UNIT_COLUMNS = 32

__all__ = ["heat_map", "intervals", "over_time", "response", "spans", "threshold"]


def intervals(
    labels: Sequence[str],
    points: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    unit: str,
    reference: float | None = None,
    comparisons: Mapping[str, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Estimates with their intervals, one beside the other.

    Parameters
    ----------
    labels, points, lower, upper : (k,). unit : of all of them.
    reference : one common effect, as a dashed line.
    comparisons : name -> number without an interval, as quiet crosses after the estimates.
    """
    axes = style.new_axes(ax, 6.0, 3.4)
    place = np.arange(len(labels), dtype=float)
    others = comparisons or {}
    style.draw_zero(axes)
    style.draw_intervals(axes, place, points, lower, upper)
    if others:
        axes.plot(len(labels) + np.arange(len(others)), list(others.values()), "x", color=LIGHT.quiet)
    if reference is not None:
        axes.axhline(reference, color=LIGHT.estimate, ls="--", lw=0.8)
    names = [*labels, *others]
    axes.set_xticks(range(len(names)), names)
    axes.set_xlim(-0.6, len(names) - 0.4)
    axes.set_ylabel(_wrapped(unit))
    return axes


def response(
    horizons: Sequence[int],
    points: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    unit: str,
    band: tuple[ArrayLike, ArrayLike] | None = None,
    unreliable: Sequence[bool] = (),
    ax: Axes | None = None,
) -> Axes:
    """Cumulative response over horizons.

    Parameters
    ----------
    horizons : (k,) months after the month of the shock. points, lower, upper : (k,) with pointwise interval.
    band : lower and upper end (k,) of the band that covers the whole path, drawn behind the interval.
    unreliable : (k,) which intervals simulation does not trust; they are marked.
    """
    axes = style.new_axes(ax, 6.0, 3.4)
    if band is not None:
        style.draw_band(axes, horizons, *band, outer=True)
    style.draw_band(axes, horizons, lower, upper)
    axes.plot(horizons, points, marker="o", ms=3.5, color=LIGHT.estimate, zorder=3)
    style.draw_zero(axes)
    for horizon, point, doubtful in zip(horizons, np.asarray(points), unreliable, strict=bool(unreliable)):
        if doubtful:
            axes.annotate("unreliable", (horizon, point), fontsize=style.SMALL_POINTS, color=LIGHT.careful)
    axes.set_xticks(list(horizons))
    axes.set_xlabel("months after the month of the shock")
    axes.set_ylabel(_wrapped(unit))
    return axes


def heat_map(
    values: ArrayLike,
    texts: Sequence[Sequence[str]],
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    ax: Axes | None = None,
) -> Axes:
    """t-statistics by shock (rows) and outcome (columns), each with its text; beyond ten all colours are one.

    Parameters
    ----------
    values : (rows, columns), NaN where there is no cell. texts : of the same shape.
    """
    numbers = np.asarray(values, dtype=float)
    axes = style.new_axes(ax, 1.6 + 0.8 * len(columns), 1.2 + 0.38 * len(rows))
    largest = float(np.nanmax(np.abs(numbers))) if np.isfinite(numbers).any() else 0.0
    limit = min(max(largest, 3.0), 10.0)
    axes.imshow(numbers, cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto")
    for (row, column), value in np.ndenumerate(numbers):
        if texts[row][column]:
            ink = LIGHT.paper if abs(value) > 0.65 * limit else LIGHT.ink
            axes.text(column, row, texts[row][column], ha="center", va="center", fontsize=style.SMALL_POINTS, color=ink)
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0)
    return axes


def over_time(
    dates: ArrayLike, effect: ArrayLike, lower: ArrayLike, upper: ArrayLike, *, unit: str, reference: float,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """An effect over time with pointwise intervals; dashed: the one effect of the whole sample.

    Parameters
    ----------
    dates, effect, lower, upper : (n,); n may be 0. reference : in `unit`.
    """
    axes = style.new_axes(ax, 7.0, 3.0)
    if np.size(effect):
        style.draw_band(axes, dates, lower, upper)
        axes.plot(np.asarray(dates), np.asarray(effect), color=LIGHT.estimate, lw=1.0, zorder=3)
    axes.axhline(reference, color=LIGHT.estimate, ls="--", lw=0.8)
    style.draw_zero(axes)
    axes.set_ylabel(_wrapped(unit))
    return axes


def threshold(labels: Sequence[str], values: ArrayLike, limit: float, *, unit: str, ax: Axes | None = None) -> Axes:
    """What a check compared: values against the limit, as a dotted line (NaN: there is none)."""
    axes = style.new_axes(ax, 6.0, 1.0 + 0.3 * len(labels))
    place = np.arange(len(labels))[::-1]
    axes.plot(np.asarray(values, dtype=float), place, "o", ms=4.5, color=LIGHT.estimate)
    if np.isfinite(limit):
        axes.axvline(limit, color=LIGHT.careful, ls=":", lw=1.2)
    axes.set_yticks(place, labels)
    axes.set_ylim(-0.6, len(labels) - 0.4)
    axes.set_xlabel(unit)
    return axes


def spans(labels: Sequence[str], first: ArrayLike, last: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """From when to when each series is known, one bar a series; first, last : (k,) dates."""
    axes = style.new_axes(ax, 7.0, 0.8 + 0.22 * len(labels))
    place = np.arange(len(labels))[::-1]
    axes.hlines(place, np.asarray(first), np.asarray(last), color=LIGHT.estimate, lw=5.0)
    axes.set_yticks(place, labels)
    axes.set_ylim(-0.6, len(labels) - 0.4)
    return axes


def _wrapped(unit: str) -> str:
    """A unit in lines short enough for the height of an axis."""
    return "\n".join(textwrap.wrap(unit, UNIT_COLUMNS))
