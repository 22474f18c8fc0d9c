"""Pictures of recession odds: paths, reliability, curves, drivers, impacts.

Belongs here: drawing of arrays. Does not belong here: computing them (recession/figures.py), saving files.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from macro_assets.pictures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

__all__ = ["contribution_bars", "contribution_dots", "impact_fan", "impact_fans", "importance_bars", "odds_curve", "probability_dots",
           "probability_path", "reliability_diagram", "roc_and_precision", "score_intervals"]  # fmt: skip


def probability_path(
    dates: ArrayLike,
    paths: Mapping[str, Array],
    threshold: Array,
    recessions: ArrayLike,
    *,
    finding: str,
    ax: Axes | None = None,
) -> Axes:
    """Probabilities through time over shaded recessions, the first with its alarm threshold.

    Parameters
    ----------
    dates : (n,) datetime64[D]. paths : name to (n,) probabilities. threshold : (n,) of the first path.
    recessions : (k, 2) datetime64[D], first and last day; NaT: it has not ended.
    finding : title. ax : drawn on it; a new figure by default, here and below.
    """
    axes, days = style.new_axes(ax, 9.0, 3.6), np.asarray(dates, dtype="datetime64[D]")
    colors = (style.LIGHT.estimate, *style.LIGHT.categories[1:])
    for i, (values, color) in enumerate(zip(paths.values(), colors, strict=False)):
        axes.plot(days, values, color=color, lw=1.6 if i == 0 else 0.9, zorder=3 - 0.1 * i)
    axes.plot(days, threshold, color=style.LIGHT.careful, lw=0.8, ls=":")
    axes.set(ylim=(0, 1), ylabel="probability of recession", xlim=(days[0], days[-1]))
    style.shade_recessions(axes, recessions)
    style.title(axes, finding, "Walk-forward forecasts, each as of its date; shaded: NBER recessions")
    ends = [(name, float(values[-1]), color) for (name, values), color in zip(paths.items(), colors, strict=False)]
    style.label_ends(axes, [*ends, ("alarm threshold", float(threshold[-1]), style.LIGHT.careful)])
    return axes


def probability_dots(
    names: Sequence[str], probabilities: Array, thresholds: Array, *, finding: str, ax: Axes | None = None
) -> Axes:
    """Probabilities of several models, each with its alarm threshold.

    Parameters
    ----------
    names, probabilities, thresholds : (k,), first on top.
    """
    axes, places = style.new_axes(ax, 6.5, 0.28 * len(names) + 1.4), np.arange(len(names))[::-1]
    axes.plot(thresholds, places, "|", color=style.LIGHT.careful, ms=10, mew=1.6)
    axes.plot(probabilities, places, "o", ms=5, color=style.LIGHT.estimate, zorder=3)
    axes.set_yticks(places, names)
    axes.set(xlim=(-0.01, 1.01), xlabel="probability of recession")
    style.title(axes, finding, "Vertical ticks: alarm thresholds, fixed in training")
    return axes


def odds_curve(
    names: Sequence[str],
    probability: Array,
    low: Array,
    high: Array,
    base_rate: Array,
    *,
    finding: str,
    method: str,
    ax: Axes | None = None,
) -> Axes:
    """Probabilities of several horizons with their intervals, and the share of such months in training.

    Parameters
    ----------
    names, probability, low, high, base_rate : (k,) by horizon, shortest first.
    """
    axes, places = style.new_axes(ax, 6.0, 3.4), np.arange(len(names))
    style.draw_intervals(axes, places, probability, low, high)
    axes.plot(places, base_rate, "_", color=style.LIGHT.careful, ms=16, mew=1.6)
    axes.set_xticks(places, names)
    axes.set(ylim=(0, 1), ylabel="probability of recession")
    style.title(axes, finding, method)
    return axes


def reliability_diagram(
    probability: Array, frequency: Array, low: Array, high: Array, *, finding: str, method: str, ax: Axes | None = None
) -> Axes:
    """Observed frequency against forecast probability, with the interval of each frequency.

    Parameters
    ----------
    probability, frequency, low, high : (b,) by bin. finding, method : title and subtitle.
    """
    axes = style.new_axes(ax, 4.6, 4.4)
    axes.plot([0, 1], [0, 1], color=style.LIGHT.quiet, lw=0.8)
    style.draw_intervals(axes, probability, frequency, low, high)
    axes.plot(probability, frequency, color=style.LIGHT.estimate, lw=1.0, zorder=2)
    axes.set(xlabel="forecast probability", ylabel="observed frequency", xlim=(0, 1), ylim=(0, 1))
    style.title(axes, finding, method)
    return axes


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


def score_intervals(
    names: Sequence[str], scores: Array, low: Array, high: Array, *, label: str, finding: str, method: str,
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """A score of several candidates with its intervals, best on top.

    Parameters
    ----------
    names, scores, low, high : (k,), best first. label : of the axis.
    """
    axes, places = style.new_axes(ax, 6.5, 0.3 * len(names) + 1.6), np.arange(len(names))[::-1]
    axes.hlines(places, low, high, color=style.LIGHT.band, lw=5.0)
    axes.plot(scores, places, "o", ms=4.5, color=style.LIGHT.estimate, zorder=3)
    axes.set_yticks(places, names)
    axes.set(xlabel=label)
    style.title(axes, finding, method)
    return axes


def importance_bars(names: Sequence[str], sizes: Array, *, label: str, finding: str, ax: Axes | None = None) -> Axes:
    """Size of each input, largest on top.

    Parameters
    ----------
    names, sizes : (k,), largest first. label : of the axis.
    """
    axes = style.new_axes(ax, 6.5, 0.24 * len(names) + 1.4)
    axes.barh(list(names)[::-1], np.asarray(sizes)[::-1], color=style.LIGHT.estimate)
    axes.set(xlabel=label)
    style.title(axes, finding)
    return axes


def contribution_bars(names: Sequence[str], contributions: Array, *, finding: str, ax: Axes | None = None) -> Axes:
    """Contributions to the log-odds of one forecast, largest on top; those towards recession stand out.

    Parameters
    ----------
    names, contributions : (k,), largest first.
    """
    axes, values = style.new_axes(ax, 6.5, 0.3 * len(names) + 1.4), np.asarray(contributions)[::-1]
    colors = [style.LIGHT.careful if value > 0 else style.LIGHT.estimate for value in values]
    axes.barh(list(names)[::-1], values, color=colors)
    style.draw_zero(axes, vertical=True)
    axes.set(xlabel="contribution to the log-odds (right: towards recession)")
    style.title(axes, finding)
    return axes


def contribution_dots(
    names: Sequence[str], contributions: Array, rows: Sequence[str], *, finding: str, ax: Axes | None = None
) -> Axes:
    """Contributions of the strongest inputs in several rows, for instance the months of the last quarter.

    Parameters
    ----------
    names : (k,), strongest first. contributions : (r, k). rows : (r,) labels.
    """
    axes, places = style.new_axes(ax, 6.5, 0.26 * len(names) + 1.6), np.arange(len(names))[::-1]
    colors = [*style.LIGHT.categories[1 : len(rows)], style.LIGHT.estimate]
    for label, parts, color in zip(rows, np.asarray(contributions), colors, strict=True):
        axes.plot(parts, places, "o", ms=4, alpha=0.8, color=color, label=label)
    style.draw_zero(axes, vertical=True)
    axes.set_yticks(places, names)
    axes.set(xlabel="contribution to the log-odds (right: towards recession)")
    style.title(axes, finding)
    axes.legend(frameon=False, fontsize=style.SMALL_POINTS)
    return axes


def impact_fan(
    name: str,
    unit: str,
    value: float,
    intervals: Mapping[float, tuple[float, float]],
    *,
    skill: bool,
    refused: Sequence[str] = (),
    ax: Axes | None = None,
) -> Axes:
    """A forecast change with its intervals; without skill it is drawn hollow and marked.

    Parameters
    ----------
    intervals : level to lower and upper end. refused : what is written where a level is not attainable.
    """
    axes, widest = style.new_axes(ax, 2.0, 3.2), 0.90
    for level in sorted(intervals, reverse=True):
        color = style.LIGHT.outer_band if level >= widest else style.LIGHT.band
        axes.vlines(0, *intervals[level], color=color, lw=14 if level >= widest else 9)
    face = style.LIGHT.estimate if skill else style.LIGHT.paper
    axes.plot(0, value, "o", color=face, mec=style.LIGHT.estimate, zorder=3)
    style.draw_zero(axes)
    remarks = ["" if skill else "no skill", *(textwrap.fill(text, 20) for text in refused)]
    axes.set(xticks=[], ylabel=unit, xlabel="\n".join(filter(None, remarks)))
    style.panel_title(axes, name)
    return axes


def impact_fans(
    names: Sequence[str],
    units: Sequence[str],
    values: Sequence[float],
    intervals: Sequence[Mapping[float, tuple[float, float]]],
    refused: Sequence[Sequence[str]],
    skill: Sequence[bool],
    *,
    finding: str,
) -> Figure:
    """One fan for each impact, in units of its own.

    Parameters
    ----------
    names, units, values, intervals, refused, skill : (k,), see `impact_fan`.
    """
    figure, axes = style.new_figure(1.6 * max(len(names), 1), 3.6, columns=max(len(names), 1))
    for axis, *fan, remarks, shown in zip(axes[0], names, units, values, intervals, refused, skill, strict=True):
        impact_fan(*fan, refused=remarks, skill=shown, ax=axis)
    levels = " and ".join(f"{level:.0%}" for level in sorted({level for one in intervals for level in one}))
    style.headline(figure, finding, f"Changes over two quarters with {levels} intervals; hollow: the historical mean")
    return figure
