"""Pictures of recession odds: paths, reliability, curves, drivers, impacts.

Belongs here: drawing of arrays. Does not belong here: computing them (recession/figures.py), saving files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from macro_assets.pictures import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

__all__ = ["contribution_bars", "contribution_dots", "importance_bars", "impact_fans", "probability_path",
           "reliability_diagram", "roc_and_precision"]  # fmt: skip


def probability_path(
    dates: ArrayLike, paths: Mapping[str, Array], threshold: Array, recessions: ArrayLike, *, finding: str
) -> Figure:
    """Probabilities through time over shaded recessions, the first with its alarm threshold.

    Parameters
    ----------
    dates : (n,) datetime64[D]. paths : name to (n,) probabilities. threshold : (n,) of the first path.
    recessions : (k, 2) datetime64[D], first and last day; NaT: it has not ended.
    finding : title.
    """
    figure, axes = style.new_figure(9.0, 3.6)
    axis, days = axes[0, 0], np.asarray(dates, dtype="datetime64[D]")
    colors = (style.LIGHT.estimate, *style.LIGHT.categories[1:])
    for i, (values, color) in enumerate(zip(paths.values(), colors, strict=False)):
        axis.plot(days, values, color=color, lw=1.6 if i == 0 else 0.9, zorder=3 - 0.1 * i)
    axis.plot(days, threshold, color=style.LIGHT.careful, lw=0.8, ls=":")
    axis.set(ylim=(0, 1), ylabel="probability of recession", xlim=(days[0], days[-1]))
    style.shade_recessions(axis, recessions)
    style.title(axis, finding, "Walk-forward forecasts, each as of its date; shaded: NBER recessions")
    ends = [(name, float(values[-1]), color) for (name, values), color in zip(paths.items(), colors, strict=False)]
    style.label_ends(axis, [*ends, ("alarm threshold", float(threshold[-1]), style.LIGHT.careful)])
    return figure


def reliability_diagram(
    probability: Array, frequency: Array, low: Array, high: Array, *, finding: str, method: str
) -> Figure:
    """Observed frequency against forecast probability, with the interval of each frequency.

    Parameters
    ----------
    probability, frequency, low, high : (b,) by bin. finding, method : title and subtitle.
    """
    figure, axes = style.new_figure(4.6, 4.4)
    axis = axes[0, 0]
    axis.plot([0, 1], [0, 1], color=style.LIGHT.quiet, lw=0.8)
    style.draw_intervals(axis, probability, frequency, low, high)
    axis.plot(probability, frequency, color=style.LIGHT.estimate, lw=1.0, zorder=2)
    axis.set(xlabel="forecast probability", ylabel="observed frequency", xlim=(0, 1), ylim=(0, 1))
    style.title(axis, finding, method)
    return figure


def roc_and_precision(
    roc: tuple[Array, Array], precision_recall: tuple[Array, Array], base_rate: float, *, finding: str, method: str
) -> Figure:
    """ROC and precision-recall curves.

    Parameters
    ----------
    roc : false alarm rates and hit rates. precision_recall : recalls and precisions. base_rate : share of events.
    """
    figure, axes = style.new_figure(8.0, 3.8, columns=2)
    left, right = axes[0]
    left.plot([0, 1], [0, 1], color=style.LIGHT.quiet, lw=0.8)
    left.plot(*roc, color=style.LIGHT.estimate)
    left.set(xlabel="false alarm rate", ylabel="share of events called", xlim=(0, 1), ylim=(0, 1.02))
    right.axhline(base_rate, color=style.LIGHT.quiet, lw=0.8)
    right.plot(*precision_recall, color=style.LIGHT.estimate)
    right.set(xlabel="share of events called (recall)", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02))
    style.panel_title(left, "ROC")
    style.panel_title(right, "Precision and recall")
    style.headline(figure, finding, method)
    return figure


def importance_bars(names: Sequence[str], sizes: Array, *, label: str, finding: str) -> Figure:
    """Size of each input, largest on top.

    Parameters
    ----------
    names, sizes : (k,), largest first. label : of the axis.
    """
    figure, axes = style.new_figure(6.5, 0.24 * len(names) + 1.4)
    axis = axes[0, 0]
    axis.barh(list(names)[::-1], np.asarray(sizes)[::-1], color=style.LIGHT.estimate)
    axis.set(xlabel=label)
    style.title(axis, finding)
    return figure


def contribution_bars(names: Sequence[str], contributions: Array, *, finding: str) -> Figure:
    """Contributions to the log-odds of one forecast, largest on top; those towards recession stand out.

    Parameters
    ----------
    names, contributions : (k,), largest first.
    """
    figure, axes = style.new_figure(6.5, 0.3 * len(names) + 1.4)
    axis, values = axes[0, 0], np.asarray(contributions)[::-1]
    colors = [style.LIGHT.careful if value > 0 else style.LIGHT.estimate for value in values]
    axis.barh(list(names)[::-1], values, color=colors)
    style.draw_zero(axis, vertical=True)
    axis.set(xlabel="contribution to the log-odds (right: towards recession)")
    style.title(axis, finding)
    return figure


def contribution_dots(names: Sequence[str], contributions: Array, rows: Sequence[str], *, finding: str) -> Figure:
    """Contributions of the strongest inputs in several rows, for instance the months of the last quarter.

    Parameters
    ----------
    names : (k,), strongest first. contributions : (r, k). rows : (r,) labels.
    """
    figure, axes = style.new_figure(6.5, 0.26 * len(names) + 1.6)
    axis, places = axes[0, 0], np.arange(len(names))[::-1]
    colors = [*style.LIGHT.categories[1 : len(rows)], style.LIGHT.estimate]
    for label, parts, color in zip(rows, np.asarray(contributions), colors, strict=True):
        axis.plot(parts, places, "o", ms=4, alpha=0.8, color=color, label=label)
    style.draw_zero(axis, vertical=True)
    axis.set_yticks(places, names)
    axis.set(xlabel="contribution to the log-odds (right: towards recession)")
    style.title(axis, finding)
    axis.legend(frameon=False, fontsize=style.SMALL_POINTS)
    return figure


def impact_fans(
    names: Sequence[str],
    units: Sequence[str],
    values: Array,
    intervals: Mapping[float, Array],
    skill: Sequence[bool],
    *,
    finding: str,
) -> Figure:
    """Forecast changes with their intervals; what has no skill is drawn hollow and marked.

    Parameters
    ----------
    names, units, values, skill : (k,). intervals : level to (k, 2) lower and upper ends.
    """
    figure, axes = style.new_figure(1.6 * max(len(names), 1), 3.6, columns=max(len(names), 1))
    widest = max(intervals)
    for k, axis in enumerate(axes[0][: len(names)]):
        for level in sorted(intervals, reverse=True):
            low, high = intervals[level][k]
            color = style.LIGHT.outer_band if level == widest else style.LIGHT.band
            axis.vlines(0, low, high, color=color, lw=14 if level == widest else 9)
        face = style.LIGHT.estimate if skill[k] else style.LIGHT.paper
        axis.plot(0, values[k], "o", color=face, mec=style.LIGHT.estimate, zorder=3)
        style.draw_zero(axis)
        axis.set(xticks=[], ylabel=units[k], xlabel="" if skill[k] else "no skill")
        style.panel_title(axis, names[k])
    levels = " and ".join(f"{level:.0%}" for level in sorted(intervals))
    style.headline(figure, finding, f"Changes over two quarters with {levels} intervals; hollow: the historical mean")
    return figure
