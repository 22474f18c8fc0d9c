"""Figures of the README that no page of a UI shows, drawn from the tables of a home.

Belongs here: matplotlib over the lake's tables. Does not belong here: screenshots (make_pictures.py).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from macro_assets.lake import Lake

Spans = list[tuple[pd.Timestamp, pd.Timestamp]]

LABEL_COLOURS = {"causal": "#1f5aa6", "association": "#e08a2c", "not identified": "#b8bcc4"}
OUTCOME_TITLES = {"sp500": "S&P 500", "tlt": "20-year Treasuries", "gld": "Gold", "us10y": "10-year yield"}
SHOCK = "fed_surprise"
LOOK_BACK, LOOK_BACK_YEARS = "GDPC1", 18


def draw(home: Path, folder: Path) -> None:
    """Every figure of a home into a folder."""
    os.environ["MACRO_HOME"] = str(home.absolute())
    plt.rcParams.update(
        {"font.family": "DejaVu Sans", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    )
    from macro_assets.commands.home import read_origin
    from macro_assets.lake import Lake
    from macro_assets.settings import get_settings

    lake, origin = Lake.from_settings(get_settings()), read_origin(home)
    simulated = origin is not None and origin.archive is None
    truth = _truth(origin.seed) if origin is not None and simulated else {}
    world = "simulated economy" if simulated else "recorded data"
    recessions = _recessions(lake)
    save(known_then(lake, recessions, world), folder / "known_then.png")
    save(responses(lake, truth, world), folder / "responses.png")
    save(regimes(lake, recessions, world), folder / "regimes.png")


def save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=110, bbox_inches="tight", facecolor="white")
    plt.close(figure)


def _truth(seed: int) -> dict[tuple[str, str, int], float]:
    from macro_assets.sandbox.economy import simulate

    known = simulate(seed=seed).truth.as_dict()
    cells = {(r["shock"], r["outcome"], r["horizon"]): r["weighted_average"] for r in known["averages"]}
    return cells | {
        (a, o, h): v for a, s in known["aliases"].items() for (s2, o, h), v in list(cells.items()) if s2 == s
    }


def _recessions(lake: Lake) -> Spans:
    rows = lake.read("targets/recession_targets", where={"target": "recession_current", "frequency": "M"}).to_pandas()
    state = rows.dropna(subset=["value"]).assign(period=pd.to_datetime(rows["period"])).set_index("period")["value"]
    starts = state.index[(state == 1) & (state.shift(1) != 1)]
    ends = state.index[(state == 1) & (state.shift(-1) != 1)]
    return list(zip(starts, ends))


def _shade(axes: Axes, recessions: Spans) -> None:
    for first, last in recessions:
        axes.axvspan(first - pd.offsets.MonthBegin(1), last, color="#000000", alpha=0.10, lw=0)


def known_then(lake: Lake, recessions: Spans, world: str) -> Figure:
    """Growth of GDP as known on the day of its release, and as published today."""
    import pyarrow.compute as pc

    from macro_assets.lake.as_of import snapshot

    facts = lake.read("silver/observations", where={"series_id": LOOK_BACK})
    last = pc.max(facts["known_from"]).as_py()
    growth = _growth(snapshot(facts, last).to_pandas())
    growth = growth[growth.index >= growth.index[-1] - pd.DateOffset(years=LOOK_BACK_YEARS)]
    first = {}
    for quarter in growth.index:
        mine = facts.filter(pc.equal(facts["observation_date"], quarter.date()))
        day = pc.min(mine["known_from"]).as_py()
        first[quarter] = _growth(snapshot(facts, day).to_pandas()).get(quarter, np.nan)
    first = pd.Series(first)
    figure, axes = plt.subplots(figsize=(9.2, 3.4))
    axes.vlines(growth.index, first, growth, color="#c9ced6", lw=2, zorder=1)
    axes.plot(
        growth.index, growth, color=LABEL_COLOURS["causal"], lw=1.4, label=f"as published today ({last})", zorder=2
    )
    axes.plot(first.index, first, "o", ms=3.6, color="#e08a2c", label="as known on the day of its release", zorder=3)
    _shade(axes, [r for r in recessions if r[1] >= growth.index[0]])
    axes.axhline(0, color="#444444", lw=0.6)
    axes.set_ylabel("percent, annual rate")
    axes.set_title(f"Real GDP growth, known then and known now ({world}; recessions grey)", loc="left")
    axes.legend(frameon=False, loc="lower left", ncols=2)
    return figure


def _growth(view: pd.DataFrame) -> pd.Series:
    """Annualised quarterly growth inside one view of the past, percent."""
    dated = view.assign(observation_date=pd.to_datetime(view["observation_date"])).set_index("observation_date")
    return 400 * np.log(dated["value"].astype(float)).diff().dropna()


def responses(lake: Lake, truth: dict[tuple[str, str, int], float], world: str) -> Figure:
    """Response of four assets to a Fed surprise over the horizons, with intervals, labels and the truth if there is one."""
    frame = lake.read("models/causal_effects", where={"learner": "linear", "shock": SHOCK}).to_pandas()
    figure, panels = plt.subplots(1, 4, figsize=(12, 3.2), layout="constrained")
    for axes, (outcome, title) in zip(panels, OUTCOME_TITLES.items()):
        rows = frame[frame["outcome"] == outcome].sort_values("horizon")
        scale, unit = (1, "basis points") if outcome == "us10y" else (100, "percent")
        place = np.arange(len(rows))
        axes.axhline(0, color="#444444", lw=0.6)
        for x, row in zip(place, rows.itertuples()):
            colour = LABEL_COLOURS[row.label]
            axes.plot(
                [x, x], [row.lower * scale, row.upper * scale], color=colour, lw=3.5, alpha=0.45, solid_capstyle="butt"
            )
            axes.plot(x, row.point * scale, "o", color=colour, ms=5)
            known = truth.get((SHOCK, outcome, row.horizon))
            if known is not None:
                axes.plot(x, known * scale, "_", color="black", ms=13, mew=1.8)
        axes.set_xticks(place, [str(h) for h in rows["horizon"]])
        axes.set_title(title, loc="left")
        axes.set_ylabel(unit)
        axes.set_xlabel("months after the month of the shock")
    handles = [
        plt.Line2D([], [], marker="o", ls="", color=c, label=f"called {name}") for name, c in LABEL_COLOURS.items()
    ]
    if truth:
        handles.append(plt.Line2D([], [], marker="_", ls="", color="black", ms=12, mew=1.8, label="the truth"))
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False)
    figure.suptitle(
        f"A surprise rise of the policy rate by one percentage point, 95 % intervals ({world})", x=0.01, ha="left"
    )
    return figure


def regimes(lake: Lake, recessions: Spans, world: str) -> Figure:
    """Filtered regime probabilities over the decades, recessions marked."""
    frame = lake.read("models/regime_probabilities", where={"model": "filter"}).to_pandas()
    wide = frame.assign(as_of=pd.to_datetime(frame["as_of"])).pivot(
        index="as_of", columns="regime", values="probability"
    )
    wide = wide[sorted(wide.columns, key=lambda name: wide[name].mean(), reverse=True)]
    figure, axes = plt.subplots(figsize=(9.2, 2.7))
    palette = ["#cfe3d8", "#9cc3e0", "#e6a06a", "#c0504d", "#8064a2"]
    axes.stackplot(
        wide.index, wide.T.to_numpy(), labels=[n.replace("_", " ") for n in wide.columns], colors=palette, lw=0
    )
    for first, last in recessions:
        if last >= wide.index[0]:
            axes.plot([first, last], [1.03, 1.03], color="black", lw=4, solid_capstyle="butt", clip_on=False)
    axes.set_xlim(wide.index[0], wide.index[-1])
    axes.set_ylim(0, 1)
    axes.set_ylabel("probability")
    axes.set_title(f"Market regimes as known each month, recessions as bars above ({world})", loc="left", pad=14)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=4, frameon=False)
    return figure
