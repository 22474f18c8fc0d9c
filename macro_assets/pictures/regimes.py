"""Pictures of regimes: the ribbon of probabilities with recessions shaded, and the scores of a hold-out.

Belongs here: functions that return a Figure. Does not belong here: saving or showing.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from macro_assets.catalog import TurningPoint
from macro_assets.regimes.names import REGIMES
from macro_assets.regimes.report import RegimeReport

__all__ = ["probability_ribbon", "score_bars"]

COLOURS = {"high_volatility_recession": "#b3423a", "low_volatility_expansion": "#3f7f5f", "normal": "#c9c5b8"}


def probability_ribbon(labels: pd.DataFrame, turning_points: Sequence[TurningPoint] = ()) -> Figure:
    """Stacked filtered probabilities over time, the frozen label below, NBER recessions hatched.

    Parameters
    ----------
    labels : frozen labels (index as_of, columns of `REGIMES`, `label`).
    turning_points : peaks and troughs in time order; months after a peak through the trough are hatched.
    """
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[6, 1])
    order = [REGIMES[0], REGIMES[2], REGIMES[1]]
    dates = labels.index.to_numpy()
    upper.stackplot(
        dates, *[labels[name].to_numpy() for name in order], colors=[COLOURS[name] for name in order],
        labels=[name.replace("_", " ") for name in order],
    )  # fmt: skip
    for begin, end in recession_spans(turning_points, labels.index):
        upper.axvspan(begin, end, facecolor="none", edgecolor="black", hatch="///", alpha=0.35, linewidth=0)
    upper.set(ylim=(0, 1), ylabel="filtered probability", xlim=(dates[0], dates[-1]))
    upper.legend(loc="upper left", fontsize=7, framealpha=0.9, ncols=3)
    for name in REGIMES:
        lower.fill_between(dates, 0, 1, where=(labels["label"] == name).to_numpy(), color=COLOURS[name], step="mid")
    lower.set(yticks=[], ylabel="label")
    return figure


def recession_spans(points: Sequence[TurningPoint], index: pd.Index) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Begin and end of the recessions that touch the index; an open one ends with the index."""
    spans = []
    for number, point in enumerate(points):
        if point.kind != "peak":
            continue
        begin = pd.Timestamp(point.month)
        following = points[number + 1].month if number + 1 < len(points) else None
        end = pd.Timestamp(following) if following is not None else index[-1]
        if end >= index[0] and begin <= index[-1]:
            spans.append((begin, end))
    return spans


def score_bars(report: RegimeReport) -> Figure:
    """Mean log score of each model on the hold-out; longer to the right is better."""
    figure = Figure(figsize=(6, 2.2), layout="constrained")
    axes = figure.subplots()
    names = [one.model for one in report.scores]
    axes.barh(names, [one.log_score for one in report.scores], color=["#3f5f8f", "#b3423a", "#c9c5b8", "#c9c5b8"])
    axes.invert_yaxis()
    axes.set_xlabel(f"mean log score, nats a month ({report.n_test} months from {report.test_from:%Y-%m})")
    return figure
