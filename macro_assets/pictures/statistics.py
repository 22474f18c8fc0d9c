"""Pictures of shared statistics: past errors with the offsets of their intervals, a difference with its interval.

Belongs here: matplotlib axes over arrays and names. Does not belong here: the statistics (inference/), answers of a room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from macro_assets.pictures import style
from macro_assets.pictures.style import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["difference", "error_strips", "frequencies", "number_bars"]


def error_strips(
    names: Sequence[str],
    errors: Sequence[NDArray[np.float64]],
    offsets: Sequence[Mapping[float, tuple[float, float]]],
    finding: str,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Past errors of each group as ticks, over the interval that each level takes from them.

    Parameters
    ----------
    names : (k,). errors : (k,) arrays, outcome minus forecast.
    offsets : (k,) level to lower and upper offset; a level with an infinite end is not drawn.
    """
    axes = style.new_axes(ax, 6.4, 0.9 + 0.6 * len(names))
    for place, (values, levels) in enumerate(zip(errors, offsets, strict=True)):
        supported = {level: ends for level, ends in levels.items() if np.isfinite(ends).all()}
        for rank, level in enumerate(sorted(supported, reverse=True)):
            low, high = supported[level]
            color = LIGHT.outer_band if rank == 0 else LIGHT.band
            axes.barh(place, high - low, left=low, height=0.7 - 0.2 * rank, color=color, zorder=1.2 + 0.1 * rank)
        axes.plot(values, np.full(len(values), place), "|", color=LIGHT.estimate, ms=9, zorder=3)
    style.draw_zero(axes, vertical=True)
    axes.use_sticky_edges = False
    axes.set_yticks(range(len(names)), list(names))
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel("outcome minus forecast, in the unit of the outcome")
    shown = " and ".join(f"{level:.0%}" for level in sorted({level for levels in offsets for level in levels}))
    style.title(axes, finding, f"Ticks: past errors; bars: intervals of {shown} where the errors are enough for them")
    return axes


def frequencies(
    probability: NDArray[np.float64],
    frequency: NDArray[np.float64],
    count: NDArray[np.int64],
    finding: str,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Observed frequency against forecast probability in bins, each point as large as its bin.

    Parameters
    ----------
    probability, frequency, count : (k,) mean forecast, share of events and rows of each bin.
    """
    axes = style.new_axes(ax, 4.4, 4.2)
    axes.plot([0.0, 1.0], [0.0, 1.0], color=LIGHT.quiet, lw=0.6)
    axes.scatter(probability, frequency, s=160.0 * count / max(count.max(), 1), color=LIGHT.estimate, zorder=3)
    axes.set(xlim=(0.0, 1.0), ylim=(0.0, 1.0), xlabel="forecast probability", ylabel="observed frequency")
    style.title(axes, finding, "Bins of equal mass, each point as large as its bin; line: perfect calibration")
    return axes


def number_bars(names: Sequence[str], values: Sequence[float], finding: str, *, ax: Axes | None = None) -> Axes:
    """A few numbers of one result, each as a bar with its value."""
    axes = style.new_axes(ax, 5.0, 0.8 + 0.35 * len(names))
    bars = axes.barh([name.replace("_", " ") for name in names], list(values), color=LIGHT.estimate, height=0.6)
    axes.bar_label(bars, [f"{value:.4g}" for value in values], padding=3, fontsize=style.SMALL_POINTS)
    axes.invert_yaxis()
    axes.margins(x=0.15)
    style.draw_zero(axes, vertical=True)
    style.title(axes, finding)
    return axes


def difference(
    value: float, low: float, high: float, finding: str, method: str, *, label: str, ax: Axes | None = None
) -> Axes:
    """One difference with its interval beside zero.

    Parameters
    ----------
    label : what is subtracted from what, and its unit.
    """
    axes = style.new_axes(ax, 6.4, 1.7)
    axes.hlines(0, low, high, color=LIGHT.band, lw=7, zorder=1.4)
    axes.plot(value, 0, "o", color=LIGHT.estimate, ms=6, zorder=3)
    style.draw_zero(axes, vertical=True)
    axes.set_yticks([])
    axes.set_xlabel(label)
    style.title(axes, finding, method)
    return axes
