"""The simulated economy at a glance.

Belongs here: figures of an archive and its truth. Does not belong here: computing anything shown.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from macro_assets.sandbox.economy.parameters import REGIMES
from macro_assets.sandbox.economy.simulation import SimulatedEconomy

__all__ = ["economy_at_a_glance"]

_SHADES = {REGIMES[0]: "#c9c9c9", REGIMES[1]: "#e8f3e8"}
_PANELS = (
    ("Policy rate, 10-year yield, %", ("DFF", "DGS10")),
    ("Term spread and Baa spread, pp", ("T10Y3M", "BAA10Y")),
    ("Unemployment, %", ("UNRATE",)),
    ("Payrolls, thousands", ("PAYEMS",)),
    ("Real GDP, log scale", ("GDPC1",)),
    ("Initial claims, persons", ("ICSA",)),
    ("Housing permits, thousands", ("PERMIT",)),
    ("Sentiment, index", ("UMCSENT",)),
    ("VIX, points", ("VIXCLS",)),
    ("Oil, dollars", ("DCOILWTICO",)),
)


def economy_at_a_glance(economy: SimulatedEconomy) -> Figure:
    """Levels as last published, prices, shocks and the true effects; recessions grey, calm expansions green."""
    figure = Figure(figsize=(15, 17), layout="constrained")
    axes = figure.subplots(7, 2).ravel()
    for axis, (title, names) in zip(axes, _PANELS, strict=False):
        for name in names:
            path = _published(economy, name)
            axis.plot(path.index, path.to_numpy(), lw=0.8, label=name)
        _finish(axis, economy, title, legend=len(names) > 1)
    axes[4].set_yscale("log")
    _inflation(axes[10], economy)
    _prices(axes[11], economy)
    _surprises(axes[12], economy)
    _true_effects(axes[13], economy)
    figure.suptitle(f"Simulated economy, seed {economy.truth.seed}: {economy.truth.start} to {economy.truth.end}")
    return figure


def _published(economy: SimulatedEconomy, series_id: str) -> pd.Series:
    table = economy.archive.observations
    last = pc.equal(pc.cast(table["realtime_end"], "string"), "9999-12-31")
    table = table.filter(pc.and_(pc.equal(table["series_id"], series_id), last))
    return pd.Series(table["value"].to_numpy(), index=pd.to_datetime(table["date"].to_numpy())).dropna()


def _inflation(axis: Axes, economy: SimulatedEconomy) -> None:
    prices = _published(economy, "CPIAUCSL")
    axis.plot(prices.index[12:], 100.0 * (prices.to_numpy()[12:] / prices.to_numpy()[:-12] - 1.0), lw=0.8)
    _finish(axis, economy, "Inflation over twelve months, %")


def _prices(axis: Axes, economy: SimulatedEconomy) -> None:
    for symbol in ("^GSPC", "^IXIC", "TLT", "GLD", "USO", "SPY"):
        bars = economy.archive.bars[symbol]
        axis.plot(bars["Date"], bars["Close"], lw=0.8, label=symbol)
    axis.set_yscale("log")
    _finish(axis, economy, "Closes, log scale (split-adjusted)", legend=True)


def _surprises(axis: Axes, economy: SimulatedEconomy) -> None:
    fed = economy.archive.surprises["ff4_surprises"]
    oil = economy.archive.surprises["kaenzig_oil_news_monthly"]
    axis.vlines(pd.to_datetime(fed["date"]), 0, fed["ff4"], lw=0.8, label="policy surprise, pp")
    axis.plot(pd.to_datetime(oil["date"]), oil["oil_news_shock"] - 3.0, lw=0.5, color="tab:brown", label="oil news - 3")
    _finish(axis, economy, "Published shocks", legend=True)


def _true_effects(axis: Axes, economy: SimulatedEconomy) -> None:
    effects = economy.truth.effects_frame()
    cells = effects[(effects["shock"] == "fed_surprise") & (effects["outcome"] == "sp500")]
    for regime, rows in cells.groupby("regime"):
        axis.plot(rows["horizon"], 100.0 * rows["effect"], marker="o", ms=3, label=str(regime))
    axis.axhline(0.0, color="black", lw=0.6)
    axis.set_title("True effect of +1 pp policy surprise on the S&P 500, %, by horizon in months", fontsize=9)
    axis.legend(fontsize=7)


def _finish(axis: Axes, economy: SimulatedEconomy, title: str, *, legend: bool = False) -> None:
    axis.set_title(title, fontsize=9)
    days = np.array([row["month"] for row in economy.truth.regimes], "datetime64[D]")
    months = days.astype(float)  # matplotlib counts days from 1970 too
    names = np.array([row["regime"] for row in economy.truth.regimes])
    starts = np.flatnonzero(np.append(True, names[1:] != names[:-1]))
    for first, last in zip(starts, np.append(starts[1:], len(names)) - 1, strict=True):
        if names[first] in _SHADES:
            axis.axvspan(months[first], months[last] + 31, color=_SHADES[names[first]], lw=0, zorder=0)
    axis.set_xlim(months[0], months[-1])
    if legend:
        axis.legend(fontsize=7, loc="upper left")
