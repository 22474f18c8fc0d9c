"""Pictures of aligned facts: how many vintages, what is covered, how outcomes move.

Belongs here: matplotlib figures over tables of facts, shocks and outcomes. Does not belong here: estimates, and how a
figure is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["coverage", "outcomes", "shocks", "total_return", "vintage_coverage"]


def vintage_coverage(observations: pa.Table) -> Figure:
    """Facts becoming known per year, stacked by the rule that says when."""
    import matplotlib.pyplot as plt

    years = pc.year(observations["known_from"])
    grouped = (
        pa.table({"year": years, "rule": observations["known_by"]})
        .group_by(["year", "rule"])
        .aggregate([([], "count_all")])
    )
    frame = grouped.to_pandas().pivot(index="year", columns="rule", values="count_all").fillna(0.0)
    figure, axes = plt.subplots(figsize=(7, 2.8))
    axes.stackplot(frame.index, frame.T.to_numpy(), labels=list(frame.columns))
    axes.set(title="Facts by the year in which they became known", ylabel="facts a year")
    axes.legend(loc="upper left", frameon=False)
    return figure


def total_return(prices: pa.Table) -> Figure:
    """Growth of one unit in each price, with distributions, on a log scale."""
    import matplotlib.pyplot as plt

    frame = prices.select(["symbol", "date", "total_return"]).to_pandas()
    figure, axes = plt.subplots(figsize=(7, 3))
    for symbol, part in frame[frame.symbol != "^VIX"].groupby("symbol"):
        month_ends = (1.0 + part.set_index("date").total_return.fillna(0.0)).cumprod().iloc[::21]
        axes.plot(month_ends.index, month_ends.to_numpy(), label=symbol, lw=1)
    axes.set(title="Total return, first day = 1", yscale="log")
    axes.legend(frameon=False, ncols=3, fontsize=8)
    return figure


def coverage(cube: pa.Table) -> Figure:
    """Which series are known at which as-of date, and how old their newest value is."""
    import matplotlib.pyplot as plt

    newest = cube.group_by(["as_of", "series_id"]).aggregate([("lag", "min")]).to_pandas()
    grid = newest.pivot(index="series_id", columns="as_of", values="lag_min").sort_index()
    figure, axes = plt.subplots(figsize=(8, max(2.5, 0.115 * len(grid))))
    picture = axes.imshow(np.clip(grid.to_numpy(float), 0, 6), aspect="auto", cmap="viridis_r", interpolation="none")
    ticks = np.linspace(0, grid.shape[1] - 1, 8).astype(int)
    axes.set_xticks(ticks, [str(grid.columns[i])[:4] for i in ticks])
    axes.set_yticks(range(0, len(grid), 2), list(grid.index[::2]), fontsize=5)
    axes.set_title("Age of the newest known value, in periods (white = not known)")
    figure.colorbar(picture, ax=axes, shrink=0.6)
    return figure


def outcomes(returns: pa.Table) -> Figure:
    """Every monthly outcome in its own panel and unit."""
    import matplotlib.pyplot as plt

    frame = returns.select(["month", "outcome", "value", "unit"]).to_pandas()
    return _small_multiples(plt, frame, "month", "outcome")


def shocks(table: pa.Table) -> Figure:
    """Every shock in its own panel and unit."""
    import matplotlib.pyplot as plt

    frame = table.select(["month", "shock", "value", "unit"]).to_pandas()
    return _small_multiples(plt, frame, "month", "shock")


def _small_multiples(plt: object, frame: object, time: str, name: str) -> Figure:
    groups = list(frame.groupby(name))  # type: ignore[attr-defined]
    rows = (len(groups) + 1) // 2
    figure, axes = plt.subplots(rows, 2, figsize=(9, 1.35 * rows), sharex=True)  # type: ignore[attr-defined]
    for axis, (label, part) in zip(np.ravel(axes), groups):
        axis.plot(part[time], part["value"], lw=0.7)
        axis.axhline(0, color="grey", lw=0.5)
        axis.set_title(f"{label} [{part['unit'].iloc[0]}]", fontsize=8)
        axis.tick_params(labelsize=7)
    for axis in np.ravel(axes)[len(groups) :]:
        axis.axis("off")
    figure.tight_layout()
    return figure
