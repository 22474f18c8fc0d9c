"""Pictures of recession forecasts, as matplotlib figures.

Belongs here: drawing of results. Does not belong here: computing them, saving files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.inference import metrics
from macro_assets.recession.candidates import FittedCandidate
from macro_assets.recession.drivers import Driver, contributions
from macro_assets.recession.estimators import LinearModel, TreeModel
from macro_assets.recession.evaluation.events import peaks_and_troughs
from macro_assets.recession.impacts import ImpactForecast

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
SHADE, INK, WARN = "#d9d9d9", "#1f4e79", "#b03a2e"

__all__ = ["impact_fans", "importance", "probability_path", "reliability_diagram", "roc_and_precision", "shap_bars",
           "shap_overview"]  # fmt: skip


def probability_path(forecasts: pd.DataFrame, state: pd.Series, names: Sequence[str]) -> Figure:
    """Probabilities through time with NBER recessions shaded; the first name also with its alarm threshold."""
    figure, axis = _canvas(9.0, 3.4)
    _shade(axis, state, forecasts["as_of"].min())
    for i, name in enumerate(names):
        rows = forecasts[forecasts["candidate"] == name].sort_values("as_of")
        axis.plot(
            rows["as_of"], rows["probability"], color=INK if i == 0 else None, lw=1.6 if i == 0 else 0.9, label=name
        )
        if i == 0:
            axis.plot(rows["as_of"], rows["threshold"], color=WARN, lw=0.8, ls=":", label="alarm threshold")
    axis.set(ylim=(0, 1), ylabel="probability of recession", title="Walk-forward forecasts, each as of its date")
    axis.legend(frameon=False, fontsize=8, ncols=3)
    return figure


def reliability_diagram(y: Array, p: Array, *, name: str = "", block: int = 24, seed: int = 0) -> Figure:
    """Frequency against probability in five bins of equal mass, with the 90 % block-bootstrap band of frequencies."""
    from macro_assets.inference.stationary import stationary_indices

    table = metrics.reliability(y, p)
    order = np.array_split(np.argsort(p, kind="stable"), len(table.count))
    bin_of = np.empty(len(p), dtype=int)
    for b, rows in enumerate(order):
        bin_of[rows] = b
    draws = np.full((200, len(order)), np.nan)
    for r, rows in enumerate(stationary_indices(len(y), block, 200, seed)):
        for b in range(len(order)):
            inside = rows[bin_of[rows] == b]
            draws[r, b] = y[inside].mean() if len(inside) else np.nan
    low, high = np.nanquantile(draws, [0.05, 0.95], axis=0)
    figure, axis = _canvas(4.2, 4.0)
    axis.plot([0, 1], [0, 1], color="grey", lw=0.8)
    axis.vlines(table.probability, low, high, color=INK, lw=1)
    axis.plot(table.probability, table.frequency, "o-", color=INK)
    axis.set(xlabel="forecast probability", ylabel="observed frequency", xlim=(0, 1), ylim=(0, 1),
             title=f"Reliability {name}: ECE {metrics.ece(y, p):.3f}")  # fmt: skip
    return figure


def roc_and_precision(y: Array, p: Array, *, name: str = "") -> Figure:
    """ROC and precision-recall curves."""
    from sklearn.metrics import precision_recall_curve, roc_curve

    figure, axes = _canvas(8.0, 3.6, columns=2)
    false, true, _ = roc_curve(y, p)
    axes[0].plot(false, true, color=INK)
    axes[0].plot([0, 1], [0, 1], color="grey", lw=0.8)
    axes[0].set(xlabel="false alarms", ylabel="caught", title=f"{name} ROC, area {metrics.roc_auc(y, p):.3f}")
    precision, recall, _ = precision_recall_curve(y, p)
    axes[1].plot(recall, precision, color=INK)
    axes[1].axhline(float(np.mean(y)), color="grey", lw=0.8)
    axes[1].set(
        xlabel="recall", ylabel="precision", title=f"area {metrics.average_precision(y, p):.3f}", ylim=(0, 1.02)
    )
    return figure


def importance(fitted: FittedCandidate, top: int = 20) -> Figure:
    """Size of standardised weights, or impurity importance of tree ensembles."""
    model = fitted.model
    if isinstance(model, LinearModel):
        size, label = np.abs(model.weights), "size of the standardised weight"
    elif isinstance(model, TreeModel):
        size, label = np.asarray(model.ensemble.feature_importances_), "importance"
    else:
        size, label = np.zeros(len(fitted.columns)), "no inputs"
    order = np.argsort(-size)[:top][::-1]
    figure, axis = _canvas(6.5, 0.24 * len(order) + 1.2)
    axis.barh([fitted.columns[j] for j in order], size[order], color=INK)
    axis.set(xlabel=label, title=f"What {fitted.name} reads")
    return figure


def shap_bars(drivers: Sequence[Driver], *, as_of: object = "") -> Figure:
    """Contributions to the log-odds of one forecast."""
    figure, axis = _canvas(6.5, 0.35 * len(drivers) + 1.2)
    shown = list(drivers)[::-1]
    values = [driver.contribution for driver in shown]
    axis.barh([d.feature for d in shown], values, color=[WARN if v > 0 else INK for v in values])
    axis.axvline(0, color="grey", lw=0.8)
    axis.set(xlabel="contribution to the log-odds", title=f"Drivers {as_of}")
    return figure


def shap_overview(fitted: FittedCandidate, features: pd.DataFrame, top: int = 15) -> Figure:
    """Contributions of the strongest inputs over several rows, for instance the months of the last quarter."""
    parts = contributions(fitted, features)
    order = np.argsort(-np.abs(parts).mean(axis=0))[:top][::-1]
    figure, axis = _canvas(6.5, 0.26 * len(order) + 1.2)
    for i, row in enumerate(parts):
        axis.plot(row[order], range(len(order)), "o", ms=4, alpha=0.7, label=f"{features.index[i]:%Y-%m}")
    axis.axvline(0, color="grey", lw=0.8)
    axis.set_yticks(range(len(order)), [fitted.columns[j] for j in order])
    axis.set(xlabel="contribution to the log-odds", title=f"SHAP values of {fitted.name}")
    axis.legend(frameon=False, fontsize=7)
    return figure


def impact_fans(impacts: Sequence[ImpactForecast]) -> Figure:
    """Stage-2 forecasts with 80 and 90 % intervals; what has no skill is drawn hollow and says so."""
    figure, axes = _canvas(2.0 * max(len(impacts), 1), 3.2, columns=max(len(impacts), 1))
    for axis, impact in zip(np.atleast_1d(axes), impacts, strict=False):
        for level, width in ((0.90, 6), (0.80, 12)):
            low, high = impact.intervals[level]
            axis.vlines(0, low, high, color=INK, lw=width, alpha=0.35)
        axis.plot(0, impact.value, "o", color=INK if impact.skill else "white", mec=INK)
        axis.axhline(0, color="grey", lw=0.6)
        title = impact.target.rsplit("_", 1)[0].replace("_", "\n")
        axis.set(xticks=[], title=title, ylabel=impact.unit, xlabel="" if impact.skill else "no skill")
        axis.title.set_fontsize(8)
    return figure


def _shade(axis: Axes, state: pd.Series, since: object) -> None:
    for peak, trough in peaks_and_troughs(state):
        end = (trough or pd.Timestamp(state.index[-1]).to_period("M")).to_timestamp(how="end")
        if end >= pd.Timestamp(since):  # type: ignore[arg-type]
            axis.axvspan(max(peak.to_timestamp(how="end"), pd.Timestamp(since)), end, color=SHADE, lw=0)  # type: ignore[arg-type]


def _canvas(width: float, height: float, columns: int = 1) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(1, columns)
