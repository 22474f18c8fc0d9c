"""The simulated economy at a glance.

Belongs here: figures of an archive and its truth. Does not belong here: computing anything shown, colours
(pictures/style.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from macro_assets.pictures import style
from macro_assets.pictures.style import LIGHT
from macro_assets.sandbox.economy.parameters import REGIMES
from macro_assets.sandbox.economy.simulation import SimulatedEconomy

__all__ = ["economy_at_a_glance"]

_PANELS = (
    ("Policy rate and 10-year yield", "percent", ("DFF", "DGS10")),
    ("Term spread and Baa spread", "percentage points", ("T10Y3M", "BAA10Y")),
    ("Unemployment", "percent", ("UNRATE",)),
    ("Payrolls", "thousands", ("PAYEMS",)),
    ("Real GDP", "billions, log scale", ("GDPC1",)),
    ("Initial claims", "persons", ("ICSA",)),
    ("Housing permits", "thousands", ("PERMIT",)),
    ("Consumer sentiment", "index", ("UMCSENT",)),
    ("VIX", "points", ("VIXCLS",)),
    ("Oil", "dollars", ("DCOILWTICO",)),
)
LARGE = 10_000.0
_SYMBOLS = ("^GSPC", "^IXIC", "TLT", "GLD", "USO", "SPY")

Lines = Sequence[tuple[str, pd.Series]]


def economy_at_a_glance(economy: SimulatedEconomy) -> Figure:
    """Levels as last published, prices, shocks and the true effects; high-volatility recessions shaded."""
    figure, grid = style.new_figure(15.0, 17.0, rows=7, columns=2)
    panels = list(np.ravel(grid))
    for axes, (name, unit, series) in zip(panels, _PANELS, strict=False):
        _draw(axes, economy, name, unit, [(one, _published(economy, one)) for one in series])
    panels[4].set_yscale("log")
    prices = _published(economy, "CPIAUCSL")
    _draw(panels[10], economy, "Consumer prices", "percent over twelve months", [("", 100.0 * prices.pct_change(12))])
    _draw(panels[11], economy, "Closes, split-adjusted", "log scale", _closes(economy), log=True)
    _surprises(panels[12], economy)
    _true_effects(panels[13], economy)
    truth = economy.truth
    style.headline(
        figure,
        f"Simulated economy, seed {truth.seed}: {truth.start} to {truth.end}",
        "Series as last published; shaded: months of the high-volatility recession regime",
    )
    style.source_line(figure, "the simulation; no series describes a real economy")
    return figure


def _draw(axes: Axes, economy: SimulatedEconomy, name: str, unit: str, lines: Lines, *, log: bool = False) -> None:
    colors = LIGHT.categories[: len(lines)]
    for color, (_, path) in zip(colors, lines, strict=True):
        axes.plot(path.index, path.to_numpy(), lw=0.8, color=color)
    if log:
        axes.set_yscale("log")
    elif max(float(path.max()) for _, path in lines) >= LARGE:
        axes.yaxis.set_major_formatter("{x:,.0f}")
    _finish(axes, economy, name, unit)
    if len(lines) > 1:
        style.label_ends(
            axes, [(text, float(path.iloc[-1]), color) for color, (text, path) in zip(colors, lines, strict=True)]
        )


def _finish(axes: Axes, economy: SimulatedEconomy, name: str, unit: str) -> None:
    style.panel_title(axes, name)
    axes.set_ylabel(unit)
    spans, months = _recessions(economy)
    axes.set_xlim(months[0], months[-1])
    style.shade_recessions(axes, spans)


def _recessions(economy: SimulatedEconomy) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Spans of the recession regime, and every month of the simulation."""
    months = np.array([row["month"] for row in economy.truth.regimes], dtype="datetime64[M]").astype("datetime64[D]")
    inside = np.array([row["regime"] == REGIMES[0] for row in economy.truth.regimes])
    edges = np.diff(np.concatenate([[0], inside.astype(int), [0]]))
    first, last = months[edges[:-1] == 1], (months.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1
    return np.column_stack([first, last[edges[1:] == -1]]), months


def _published(economy: SimulatedEconomy, series_id: str) -> pd.Series:
    table = economy.archive.observations
    last = pc.equal(pc.cast(table["realtime_end"], "string"), "9999-12-31")
    table = table.filter(pc.and_(pc.equal(table["series_id"], series_id), last))
    return pd.Series(table["value"].to_numpy(), index=pd.to_datetime(table["date"].to_numpy())).dropna()


def _closes(economy: SimulatedEconomy) -> Lines:
    bars = economy.archive.bars
    return [
        (one, pd.Series(bars[one]["Close"].to_numpy(), index=pd.to_datetime(bars[one]["Date"]))) for one in _SYMBOLS
    ]


def _surprises(axes: Axes, economy: SimulatedEconomy) -> None:
    fed = economy.archive.surprises["ff4_surprises"]
    oil = economy.archive.surprises["kaenzig_oil_news_monthly"]
    axes.plot(pd.to_datetime(oil["date"]), oil["oil_news_shock"] - 3.0, lw=0.5, color=LIGHT.categories[1])
    axes.vlines(pd.to_datetime(fed["date"]), 0, fed["ff4"], lw=0.8, color=LIGHT.estimate)
    _finish(axes, economy, "Published shocks", "percentage points")
    style.label_ends(
        axes, [("policy surprise", 0.0, LIGHT.estimate), ("oil news, moved down by 3", -3.0, LIGHT.categories[1])]
    )


def _true_effects(axes: Axes, economy: SimulatedEconomy) -> None:
    effects = economy.truth.effects_frame()
    cells = effects[(effects["shock"] == "fed_surprise") & (effects["outcome"] == "sp500")]
    ends = []
    for color, (regime, rows) in zip(LIGHT.categories, cells.groupby("regime"), strict=False):
        values = 100.0 * rows["effect"]
        axes.plot(rows["horizon"], values, marker="o", ms=3, color=color)
        ends.append((str(regime).replace("_", " "), float(values.iloc[-1]), color))
    style.draw_zero(axes)
    style.label_ends(axes, ends)
    style.panel_title(axes, "True effect of a policy surprise of +1 percentage point on the S&P 500, by regime")
    axes.set(xlabel="months after the month of the shock", ylabel="percent")
