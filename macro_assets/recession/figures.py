"""Figures of the room's results: what to draw, as arrays, and the title that says what it shows.

Belongs here: from results to arrays. Does not belong here: drawing (pictures/recession.py), computing results.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.inference import metrics
from macro_assets.inference.stationary import BLOCK, stationary_indices
from macro_assets.recession.candidates import FittedCandidate
from macro_assets.recession.drivers import Driver, contributions
from macro_assets.recession.estimators import LinearModel, TreeModel
from macro_assets.recession.evaluation.events import recession_spans
from macro_assets.recession.impacts import ImpactForecast

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
BAND_DRAWS = 200
BAND = (0.05, 0.95)

__all__ = ["driver_bars", "driver_dots", "impact_fans", "importance", "probability_path", "reliability",
           "reliability_band", "roc_and_precision"]  # fmt: skip


def probability_path(forecasts: pd.DataFrame, state: pd.Series, names: Sequence[str]) -> Figure:
    """Probabilities of some candidates through time; the first one with its alarm threshold.

    Parameters
    ----------
    forecasts : walk-forward rows of one frequency and mode. state : NBER state by as-of date.
    """
    from macro_assets.pictures import recession as pictures

    table = forecasts.pivot(index="as_of", columns="candidate", values="probability")
    threshold = forecasts[forecasts["candidate"] == names[0]].set_index("as_of")["threshold"].reindex(table.index)
    newest = table[names[0]].iloc[-1]
    return pictures.probability_path(
        table.index.to_numpy(),
        {name: table[name].to_numpy() for name in names},
        threshold.to_numpy(),
        recession_spans(state),
        finding=f"{names[0]} stood at {newest:.1%} as of {table.index[-1]:%Y-%m-%d}",
    )


def reliability(y: Array, p: Array, *, name: str, block: int = BLOCK["M"], seed: int = 0) -> Figure:
    """Frequency against probability in five bins of equal mass, with the 90 % block-bootstrap band of frequencies."""
    from macro_assets.pictures import recession as pictures

    table = metrics.reliability(y, p)
    low, high = reliability_band(y, p, block=block, seed=seed)
    return pictures.reliability_diagram(
        table.probability,
        table.frequency,
        low,
        high,
        finding=f"{name} is off by {metrics.ece(y, p):.3f} on average",
        method="Expected calibration error over five bins of equal mass; bars: 90% block bootstrap",
    )


def reliability_band(y: Array, p: Array, *, block: int, seed: int) -> tuple[Array, Array]:
    """Lower and upper ends (b,) of the observed frequency of each bin, over block-bootstrap draws of the origins."""
    order = np.array_split(np.argsort(p, kind="stable"), len(metrics.reliability(y, p).count))
    bin_of = np.empty(len(p), dtype=int)
    for b, rows in enumerate(order):
        bin_of[rows] = b
    draws = np.full((BAND_DRAWS, len(order)), np.nan)
    for r, rows in enumerate(stationary_indices(len(y), block, BAND_DRAWS, seed)):
        for b in range(len(order)):
            inside = rows[bin_of[rows] == b]
            draws[r, b] = y[inside].mean() if len(inside) else np.nan
    low, high = np.nanquantile(draws, BAND, axis=0)
    return low, high


def roc_and_precision(y: Array, p: Array, *, name: str) -> Figure:
    """ROC and precision-recall curves of one candidate."""
    from sklearn.metrics import precision_recall_curve, roc_curve

    from macro_assets.pictures import recession as pictures

    false_rate, hit_rate, _ = roc_curve(y, p)
    precision, recall, _ = precision_recall_curve(y, p)
    return pictures.roc_and_precision(
        (false_rate, hit_rate),
        (recall, precision),
        float(np.mean(y)),
        finding=f"{name} ranks an event above a quiet origin in {metrics.roc_auc(y, p):.1%} of pairs",
        method=f"Area under ROC {metrics.roc_auc(y, p):.3f}, average precision {metrics.average_precision(y, p):.3f}",
    )


def importance(fitted: FittedCandidate, top: int = 20) -> Figure:
    """Size of standardised weights, or impurity importance of tree ensembles."""
    from macro_assets.pictures import recession as pictures

    model = fitted.model
    if isinstance(model, LinearModel):
        sizes, label = np.abs(model.weights), "size of the standardised weight"
    elif isinstance(model, TreeModel):
        sizes, label = np.asarray(model.ensemble.feature_importances_), "impurity importance"
    else:
        sizes, label = np.zeros(len(fitted.columns)), "no inputs"
    order = np.argsort(-sizes, kind="stable")[:top]
    names = [fitted.columns[j] for j in order]
    return pictures.importance_bars(names, sizes[order], label=label, finding=f"{fitted.name} rests most on {names[0]}")


def driver_bars(drivers: Sequence[Driver], *, as_of: object = "") -> Figure:
    """Contributions to the log-odds of one forecast."""
    from macro_assets.pictures import recession as pictures

    names = [driver.feature for driver in drivers]
    values = np.array([driver.contribution for driver in drivers])
    side = "towards" if values.sum() > 0 else "away from"
    return pictures.contribution_bars(names, values, finding=f"The main drivers point {side} recession {as_of}".strip())


def driver_dots(fitted: FittedCandidate, features: pd.DataFrame, top: int = 15) -> Figure:
    """Contributions of the strongest inputs over several rows, for instance the months of the last quarter."""
    from macro_assets.pictures import recession as pictures

    parts = contributions(fitted, features)
    order = np.argsort(-np.abs(parts).mean(axis=0), kind="stable")[:top]
    names = [fitted.columns[j] for j in order]
    months = [f"{day:%Y-%m}" for day in features.index]
    return pictures.contribution_dots(
        names, parts[:, order], months, finding=f"{names[0]} moves {fitted.name} most, {months[0]} to {months[-1]}"
    )


def impact_fans(impacts: Sequence[ImpactForecast]) -> Figure:
    """Stage-2 forecasts with their intervals."""
    from macro_assets.pictures import recession as pictures

    levels = sorted({level for impact in impacts for level in impact.intervals})
    return pictures.impact_fans(
        [impact.target.rsplit("_", 1)[0].replace("_", "\n") for impact in impacts],
        [impact.unit for impact in impacts],
        np.array([impact.value for impact in impacts]),
        {level: np.array([impact.intervals[level] for impact in impacts]) for level in levels},
        [impact.skill for impact in impacts],
        finding=f"{sum(impact.skill for impact in impacts)} of {len(impacts)} impacts can be forecast better than by "
        "their mean",
    )
