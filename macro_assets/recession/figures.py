"""Figures that rest on more than one result: paths, reliability, curves, contributions in several months.

Belongs here: from forecasts and outcomes to arrays, with the title that says what they show. Does not belong here: drawing
(pictures/recession.py), the picture of one result (its own `plot`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.inference import metrics
from macro_assets.inference.blocks import stationary_indices
from macro_assets.inference.stationary import BLOCK
from macro_assets.recession.candidates import FittedCandidate
from macro_assets.recession.drivers import contributions
from macro_assets.recession.evaluation.events import recession_spans

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
BAND_DRAWS = 200
BAND = (0.05, 0.95)

__all__ = ["as_figure", "driver_dots", "probability_path", "reliability", "reliability_band", "roc_and_precision"]


def as_figure(axes: Axes) -> Figure:
    """The figure that an axes belongs to."""
    figure = axes.get_figure(root=True)
    assert figure is not None, "axes of a figure that was cleared"
    return figure


def probability_path(forecasts: pd.DataFrame, state: pd.Series, names: Sequence[str], ax: Axes | None = None) -> Axes:
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
        ax=ax,
    )


def reliability(
    y: Array, p: Array, *, name: str, block: int = BLOCK["M"], seed: int = 0, ax: Axes | None = None
) -> Axes:
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
        ax=ax,
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


def driver_dots(fitted: FittedCandidate, features: pd.DataFrame, top: int = 15, ax: Axes | None = None) -> Axes:
    """Contributions of the strongest inputs over several rows, for instance the months of the last quarter."""
    from macro_assets.pictures import recession as pictures

    parts = contributions(fitted, features)
    order = np.argsort(-np.abs(parts).mean(axis=0), kind="stable")[:top]
    names = [fitted.columns[j] for j in order]
    months = [f"{day:%Y-%m}" for day in features.index]
    finding = f"{names[0]} moves {fitted.name} most, {months[0]} to {months[-1]}"
    return pictures.contribution_dots(names, parts[:, order], months, finding=finding, ax=ax)
