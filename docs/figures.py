"""Figures of the README that no page of a UI shows, drawn from the tables of a home.

Belongs here: which tables of the lake become which picture. Does not belong here: drawing (macro_assets/pictures),
screenshots (make_pictures.py).
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from matplotlib.figure import Figure

from macro_assets.pictures import facts as fact_pictures
from macro_assets.pictures import regimes as regime_pictures
from macro_assets.pictures import style
from macro_assets.pictures.style import LIGHT

if TYPE_CHECKING:
    from macro_assets.lake import Lake

OUTCOMES = {"sp500": "S&P 500", "tlt": "20-year Treasuries", "gld": "Gold", "us10y": "10-year yield"}
SHOCK = "fed_surprise"
LOOK_BACK, LOOK_BACK_YEARS = "GDPC1", 18
DOTS_PER_INCH = 110

Truth = dict[tuple[str, str, int], float]


def draw(home: Path, folder: Path) -> None:
    """Draw every figure of a home into a folder."""
    os.environ["MACRO_HOME"] = str(home.absolute())
    from macro_assets.commands.home import read_origin
    from macro_assets.lake import Lake
    from macro_assets.settings import get_settings

    lake, origin = Lake.from_settings(get_settings()), read_origin(home)
    simulated = origin is not None and origin.archive is None
    truth = known_effects(origin.seed) if origin is not None and simulated else {}
    source = "simulated economy" if simulated else "recorded data of FRED, Yahoo and published surprises"
    spans = recessions(lake)
    figures = {
        "known_then": known_then(lake, spans, source),
        "responses": responses(lake, truth, source),
        "regimes": regimes(lake, spans, source),
    }
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png", dpi=DOTS_PER_INCH, bbox_inches="tight")


def known_effects(seed: int) -> Truth:
    """Effects that the simulated economy was built with, by shock, outcome and horizon."""
    from macro_assets.sandbox.economy import simulate

    truth = simulate(seed=seed).truth.as_dict()
    cells = {(r["shock"], r["outcome"], r["horizon"]): r["weighted_average"] for r in truth["averages"]}
    return cells | {
        (alias, outcome, horizon): value
        for alias, shock in truth["aliases"].items()
        for (name, outcome, horizon), value in cells.items()
        if name == shock
    }


def recessions(lake: Lake) -> np.ndarray:
    """(k, 2) datetime64[D]: first and last day of each recession of the targets; NaT where none has ended."""
    from macro_assets.recession.evaluation.events import recession_spans

    rows = lake.read("targets/recession_targets", where={"target": "recession_current", "frequency": "M"}).to_pandas()
    state = rows.assign(period=pd.to_datetime(rows["period"])).set_index("period")["value"].sort_index()
    return recession_spans(state)


def known_then(lake: Lake, spans: np.ndarray, source: str) -> Figure:
    """Growth of GDP as known on the day of its release, and as published now."""
    from macro_assets.lake.as_of import snapshot

    observations = lake.read("silver/observations", where={"series_id": LOOK_BACK})
    newest: date = pc.max(observations["known_from"]).as_py()
    growth = annual_growth(snapshot(observations, newest).to_pandas())
    growth = growth[growth.index >= growth.index[-1] - pd.DateOffset(years=LOOK_BACK_YEARS)]
    first = []
    for quarter in growth.index:
        prints = observations.filter(pc.equal(observations["observation_date"], quarter.date()))
        view = snapshot(observations, pc.min(prints["known_from"]).as_py())
        first.append(annual_growth(view.to_pandas()).get(quarter, np.nan))
    axes = fact_pictures.first_and_latest(
        growth.index.to_numpy(), np.array(first), growth.to_numpy(), spans,
        name="Real GDP growth", unit="percent, annual rate",
    )  # fmt: skip
    return sourced(style.figure_of(axes), source, newest)


def annual_growth(view: pd.DataFrame) -> pd.Series:
    """Annualised quarterly growth inside one view of the past, percent."""
    dated = view.assign(observation_date=pd.to_datetime(view["observation_date"])).set_index("observation_date")
    return 400 * np.log(dated["value"].astype(float)).diff().dropna()


def responses(lake: Lake, truth: Truth, source: str) -> Figure:
    """Response of four assets to a Fed surprise over the horizons, with intervals, labels and the truth if there is one."""
    frame = lake.read("models/causal_effects", where={"learner": "linear", "shock": SHOCK}).to_pandas()
    figure, panels = style.new_figure(12.0, 3.4, columns=len(OUTCOMES))
    for axes, (outcome, title) in zip(panels[0], OUTCOMES.items(), strict=True):
        rows = frame[frame["outcome"] == outcome].sort_values("horizon").reset_index(drop=True)
        scale, unit = (1.0, "basis points") if outcome == "us10y" else (100.0, "percent")
        style.draw_zero(axes)
        for place, row in rows.iterrows():
            color = LIGHT.estimate if row["label"] == "causal" else LIGHT.quiet
            point, low, high = (row[name] * scale for name in ("point", "lower", "upper"))
            style.draw_intervals(axes, [place], [point], [low], [high], color=color)
            value = truth.get((SHOCK, outcome, row["horizon"]))
            if value is not None:
                style.draw_truth(axes, [place], [value * scale])
        axes.set_xticks(range(len(rows)), [str(horizon) for horizon in rows["horizon"]])
        axes.set(xlabel="months after the month of the shock", ylabel=unit)
        style.panel_title(axes, title)
    change = 100.0 * frame[(frame["outcome"] == "sp500") & (frame["horizon"] == 0)]["point"].iloc[0]
    verb = "lowers" if change < 0 else "raises"
    style.headline(
        figure,
        f"A surprise rise of the policy rate by one percentage point {verb} the S&P 500 by {abs(change):.1f} % "
        "in its month",
        "Lag-augmented local projections; grey bars: 95 % intervals; blue points: identified as causal, grey points: not"
        + ("; black ticks: the effects the economy was built with" if truth else ""),
    )
    return sourced(figure, source, frame["sample_end"].max())


def regimes(lake: Lake, spans: np.ndarray, source: str) -> Figure:
    """Regime probabilities over the decades, recessions marked."""
    from macro_assets.regimes.names import REGIMES

    frame = lake.read("models/regime_probabilities", where={"model": "two_factors"}).to_pandas()
    wide = frame.pivot(index="as_of", columns="regime", values="probability").sort_index()
    labels = frame.drop_duplicates("as_of").set_index("as_of")["label"].loc[wide.index]
    dates = wide.index.to_numpy().astype("datetime64[D]")
    axes = regime_pictures.probability_ribbon(dates, wide[list(REGIMES)].to_numpy(), REGIMES, labels.tolist(), spans)
    return sourced(style.figure_of(axes), source, dates[-1])


def sourced(figure: Figure, source: str, as_of: object) -> Figure:
    """The figure with its source line."""
    style.source_line(figure, source, as_of)
    return figure
