"""Pictures of facts: how many became known when, what is covered, how prices, outcomes and shocks move, what was revised.

Belongs here: matplotlib axes and figures over arrays, dates and names. Does not belong here: counting and compounding
(vintage/overview.py), estimates (effects.py), how a figure is stored.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from macro_assets.pictures import style
from macro_assets.pictures.style import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["facts_by_year", "first_and_latest", "growth_of_one", "known_series", "small_multiples"]

Days = NDArray[np.datetime64]
Line = tuple[Days, NDArray[np.float64]]
OLDEST_SHOWN = 6


def facts_by_year(
    years: NDArray[np.int64], rules: Sequence[str], counts: NDArray[np.int64], ax: Axes | None = None
) -> Axes:
    """Facts by the year in which they became known, stacked by the rule that says when.

    Parameters
    ----------
    years : (n,). rules : (k,) names. counts : (n, k) facts.
    """
    axes = style.new_axes(ax, 7.0, 3.0)
    below = np.zeros(len(years))
    ends = []
    for k, rule in enumerate(rules):
        color = LIGHT.categories[k % len(LIGHT.categories)]
        axes.bar(years, counts[:, k], bottom=below, width=0.85, color=color)
        ends.append((rule, float(below[-1] + counts[-1, k] / 2.0), color))
        below = below + counts[:, k]
    style.label_ends(axes, ends)
    axes.set_ylabel("facts a year")
    total = int(counts.sum())
    dated = int(counts[:, list(rules).index("vintage")].sum()) if "vintage" in rules else 0
    which = f"All {total:,}" if dated == total else f"{dated:,} of {total:,}"
    style.title(
        axes,
        f"{which} facts carry the day on which they were published",
        "Facts by the year in which they became known, and the rule that says when",
    )
    return axes


def growth_of_one(paths: Mapping[str, Line], ax: Axes | None = None) -> Axes:
    """Growth of one unit in each price, with distributions, on a log scale.

    Parameters
    ----------
    paths : symbol to (dates, growth).
    """
    axes = style.new_axes(ax, 7.0, 3.4)
    ends = []
    for k, (symbol, (dates, growth)) in enumerate(paths.items()):
        color = LIGHT.categories[k % len(LIGHT.categories)]
        axes.plot(dates, growth, color=color, lw=1.0, ls="-" if k < len(LIGHT.categories) else "--")
        ends.append((symbol, float(growth[-1]), color))
    axes.set_yscale("log")
    axes.set_ylabel("value of one unit, log scale")
    style.label_ends(axes, ends)
    best = max(paths, key=lambda symbol: paths[symbol][1][-1], default="")
    finding = "No prices"
    if best:
        dates, growth = paths[best]
        finding = f"One unit of {best} became {growth[-1]:,.1f} from {str(dates[0])[:4]} to {str(dates[-1])[:4]}"
    style.title(
        axes, finding, "Total return: prices as traded, with dividends and splits; each path from its first day"
    )
    return axes


def known_series(series: Sequence[str], as_of: Days, ages: NDArray[np.float64]) -> Figure:
    """Which series are known at which as-of date, and how old their newest value is.

    Parameters
    ----------
    series : (k,) names. as_of : (n,). ages : (k, n) periods; NaN where nothing is known.
    """
    from matplotlib.colors import LinearSegmentedColormap

    figure, grid = style.new_figure(8.0, max(2.8, 0.115 * len(series) + 1.0))
    axes = grid[0, 0]
    ages_shown = LinearSegmentedColormap.from_list("age", [LIGHT.estimate, LIGHT.outer_band], N=OLDEST_SHOWN + 1)
    colors = ages_shown.with_extremes(bad=LIGHT.paper)
    image = axes.imshow(
        np.clip(ages, 0, OLDEST_SHOWN), aspect="auto", cmap=colors, vmin=-0.5, vmax=OLDEST_SHOWN + 0.5,
        interpolation="none",
    )  # fmt: skip
    ticks = np.linspace(0, len(as_of) - 1, 8).astype(int)
    axes.set_xticks(ticks, [str(as_of[k])[:4] for k in ticks])
    rows = range(0, len(series), 2 if len(series) > 24 else 1)
    axes.set_yticks(rows, [series[row] for row in rows], fontsize=5.5)
    bar = figure.colorbar(image, ax=axes, shrink=0.5, ticks=range(OLDEST_SHOWN + 1))
    bar.ax.set_yticklabels([*map(str, range(OLDEST_SHOWN)), f"{OLDEST_SHOWN} or more"], fontsize=style.SMALL_POINTS)
    bar.set_label("age of the newest value, periods", fontsize=style.SMALL_POINTS)
    visible = np.isfinite(ages).sum(axis=0)
    style.title(
        axes,
        f"{visible[-1]} of {len(series)} series are known on {as_of[-1]}, {visible[0]} on {as_of[0]}",
        "Newest value of each series at each as-of date; paper where nothing was known",
    )
    return figure


def small_multiples(paths: Mapping[str, Line], units: Mapping[str, str], finding: str, method: str = "") -> Figure:
    """One panel a name, each in its own unit.

    Parameters
    ----------
    paths : name to (dates, values). units : name to unit. finding, method : the headline.
    """
    rows = max(1, math.ceil(len(paths) / 2))
    figure, grid = style.new_figure(9.0, 1.35 * rows + 0.8, rows=rows, columns=2, sharex=True)
    panels: list[Any] = list(np.ravel(grid))
    for axes, (name, (dates, values)) in zip(panels, paths.items(), strict=False):
        axes.plot(dates, values, lw=0.7, color=LIGHT.estimate)
        style.draw_zero(axes)
        style.panel_title(axes, f"{name} ({units[name]})")
    for axes in panels[len(paths) :]:
        axes.axis("off")
    style.headline(figure, finding, method)
    return figure


def first_and_latest(
    periods: Days,
    first: NDArray[np.float64],
    latest: NDArray[np.float64],
    recessions: ArrayLike = (),
    *,
    name: str,
    unit: str,
    ax: Axes | None = None,
) -> Axes:
    """A series as known on the day of its first release and as published now.

    Parameters
    ----------
    periods : (n,). first, latest : (n,) values, NaN where unknown. recessions : (k, 2) first and last day.
    name : of the series, as the title calls it. unit : of the values.
    """
    axes = style.new_axes(ax, 9.2, 3.4)
    axes.vlines(periods, first, latest, color=LIGHT.band, lw=2.0, zorder=1.4)
    axes.plot(periods, latest, color=LIGHT.estimate, lw=1.4, zorder=2)
    axes.plot(periods, first, "o", ms=3.6, color=LIGHT.careful, zorder=3)
    style.draw_zero(axes)
    axes.set_ylabel(unit)
    style.shade_recessions(axes, recessions)
    style.label_ends(axes, [("as published now", float(latest[-1]), LIGHT.estimate),
                            ("as first released", float(first[-1]), LIGHT.careful)])  # fmt: skip
    revised = np.nanmean(np.abs(latest - first))
    style.title(
        axes,
        f"{name} is revised by {revised:.1f} points on average after its first release",
        "Dots: as known on the day of the first release; line: as published now; shaded: NBER recessions",
    )
    return axes
