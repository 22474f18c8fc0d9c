"""Pictures of event days: outcomes side by side, the path around an event, published series compared.

Belongs here: axes from arrays and names. Does not belong here: numbers of any kind, colours (style.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from macro_assets.pictures import style
from macro_assets.pictures.style import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["comparison", "path", "side_by_side"]


def side_by_side(
    samples: Mapping[str, Mapping[str, tuple[float, str]]], finding: str, method: str, *, ax: Axes | None = None
) -> Axes:
    """t statistics of outcomes as points, one row an outcome, one mark a sample, with the size in words.

    Parameters
    ----------
    samples : sample -> outcome -> (t statistic, size in words).
    """
    names = list(next(iter(samples.values()), {}))
    axes = style.new_axes(ax, 7.0, 1.2 + 0.42 * len(names))
    axes.axvspan(-2.0, 2.0, color=LIGHT.recession, lw=0, zorder=0)
    style.draw_zero(axes, vertical=True)
    marks = (("o", LIGHT.estimate, -0.14), ("D", LIGHT.careful, 0.18))
    for (sample, outcomes), (mark, color, shift) in zip(samples.items(), marks, strict=False):
        shown = [name for name in names if name in outcomes]
        at = [names.index(name) + shift for name in shown]
        values = [outcomes[name][0] for name in shown]
        axes.plot(values, at, mark, ms=4.5, color=color, label=f"{sample} events", zorder=3)
        for name, height, value in zip(shown, at, values, strict=True):
            axes.annotate(
                outcomes[name][1], (value, height), xytext=(7, 0), textcoords="offset points",
                fontsize=style.SMALL_POINTS - 0.5, color=color, va="center",
            )  # fmt: skip
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.margins(x=0.22)
    axes.set_xlabel("standard errors from zero; a question mark: no effect found")
    axes.legend(frameon=False, fontsize=style.SMALL_POINTS, loc="best")
    style.title(axes, finding, method)
    return axes


def path(
    days: ArrayLike, point: ArrayLike, lower: ArrayLike, upper: ArrayLike, *, unit: str, title: str, method: str,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """The slope by trading day around an event, broken at the event."""
    axes = style.new_axes(ax, 6.4, 3.4)
    day, value = np.asarray(days), np.asarray(point)
    low, high = np.asarray(lower), np.asarray(upper)
    style.draw_zero(axes)
    axes.axvline(-0.5, color=LIGHT.quiet, lw=0.6, ls="--")
    for side in (day < 0, day >= 0):
        style.draw_band(axes, day[side], low[side], high[side])
        axes.plot(day[side], value[side], marker="o", ms=2.5, color=LIGHT.estimate, zorder=3)
    axes.set_xlabel("trading days from the event")
    axes.set_ylabel(unit)
    style.title(axes, title, method)
    return axes


def comparison(
    names: Sequence[str], point: ArrayLike, lower: ArrayLike, upper: ArrayLike, weak: Sequence[bool], *,
    unit: str, finding: str, method: str, limit: float, ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Forest plot: one published series a row, ends beyond `limit` as arrows, weak instruments in another colour."""
    value, low, high = (np.asarray(each, dtype=float) for each in (point, lower, upper))
    axes = style.new_axes(ax, 7.0, 1.2 + 0.36 * len(names))
    style.draw_zero(axes, vertical=True)
    for row, doubtful in enumerate(weak):
        color = LIGHT.careful if doubtful else LIGHT.estimate
        left, right = max(low[row], -limit), min(high[row], limit)
        axes.plot([left, right], [row, row], color=LIGHT.band, lw=5.0, solid_capstyle="butt", zorder=1.4)
        for end, mark, cut in ((left, "<", low[row] < -limit), (right, ">", high[row] > limit)):
            if cut:
                axes.plot([end], [row], mark, color=LIGHT.quiet, ms=5.0, zorder=2)
        if abs(value[row]) <= limit:
            axes.plot([value[row]], [row], "o", ms=4.5, color=color, zorder=3)
    axes.set_yticks(range(len(names)), [f"{name} (weak)" if w else name for name, w in zip(names, weak, strict=True)])
    axes.invert_yaxis()
    axes.set_xlim(-1.08 * limit, 1.08 * limit)
    axes.set_xlabel(unit)
    style.title(axes, finding, method)
    return axes
