"""Forecasts of mean and scale for each month, by networks trained on labels known before its year, and their intervals.

Belongs here: yearly refits in time order, residuals that were out of sample, conformal intervals that wait for their labels.
Does not belong here: the network, scores (scores.py), what is served (answers.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.inference.conformal import LEVELS
from macro_assets.inference.mixture import ErrorMixture, ErrorSample
from macro_assets.uncertainty.network import EPOCHS, TrainedSpread, train
from macro_assets.uncertainty.panel import SpreadPanel

Array = NDArray[np.float64]
Method = Literal["network", "ewma"]
METHODS: tuple[Method, ...] = ("network", "ewma")
MINIMUM_ROWS = 120

__all__ = ["METHODS", "Method", "bound", "fit_as_of", "intervals", "walk_forward"]


def fit_as_of(panel: SpreadPanel, day: pd.Timestamp, *, seed: int = 0, epochs: int = EPOCHS) -> TrainedSpread | None:
    """The network of what was known on a day; None where fewer than 120 labels were."""
    rows = panel.rows
    past = ((rows["known_at"] <= day) & rows["value"].notna()).to_numpy()
    if past.sum() < MINIMUM_ROWS:
        return None
    labelled = rows[past]
    standardised = labelled["value"].to_numpy() / labelled["volatility"].to_numpy()
    return train(
        panel.inputs[past],
        labelled["outcome"].to_numpy(),
        standardised,
        labelled["as_of"].max(),
        shocks=panel.shocks,
        outcomes=panel.outcomes,
        seed=seed,
        epochs=epochs,
    )


def walk_forward(
    panel: SpreadPanel,
    first_year: int,
    *,
    seed: int = 0,
    epochs: int = EPOCHS,
    progress: Callable[[int], None] = lambda year: None,
) -> pd.DataFrame:
    """Rows of the panel with mean and scale of the change over its volatility, from networks of the December before.

    Returns
    -------
    The panel's rows with `mean`, `scale` and `trained_through`; missing before `first_year` and while too little is known.
    """
    rows = panel.rows.assign(mean=np.nan, scale=np.nan, trained_through=pd.NaT)
    years = rows["as_of"].dt.year
    for year in range(first_year, int(years.max()) + 1):
        now = (years == year).to_numpy()
        trained = fit_as_of(panel, pd.Timestamp(year - 1, 12, 31), seed=seed, epochs=epochs) if now.any() else None
        if trained is not None:
            mean, scale = trained.predict(panel.inputs[now], rows.loc[now, "outcome"].to_numpy())
            rows.loc[now, "mean"], rows.loc[now, "scale"] = mean, scale
            rows.loc[now, "trained_through"] = trained.trained_through
        progress(year)
    return rows


def bound(method: Method, side: str, level: float) -> str:
    """Name of the column with one end of an interval, e.g. `network_low_90`."""
    return f"{method}_{side}_{round(100 * level)}"


def intervals(rows: pd.DataFrame) -> pd.DataFrame:
    """Ends of the 80 and 90 % intervals of each row and method, in the unit of the outcome; infinite where refused.

    An interval rests on the errors of its own outcome whose label was known on the row's day, none of them in sample:
    network: (change / volatility - mean) / scale; ewma: change / volatility. Columns `bound(...)`, `{method}_errors`.
    """
    standardised = (rows["value"] / rows["volatility"]).to_numpy()
    center = {"network": rows["mean"].to_numpy(dtype=float), "ewma": np.zeros(len(rows))}
    scale = {"network": rows["scale"].to_numpy(dtype=float), "ewma": np.ones(len(rows))}
    out: dict[str, Array] = {bound(m, side, level): np.full(len(rows), np.nan)
                             for m in METHODS for side in ("low", "high") for level in LEVELS}  # fmt: skip
    out |= {f"{method}_errors": np.full(len(rows), np.nan) for method in METHODS}
    known_at, as_of, volatility = (rows[name].to_numpy() for name in ("known_at", "as_of", "volatility"))
    for mine in rows.groupby("outcome").indices.values():
        for method in METHODS:
            errors = (standardised[mine] - center[method][mine]) / scale[method][mine]
            for at in mine[np.isfinite(scale[method][mine])]:
                past = ErrorMixture(ErrorSample.of(errors[known_at[mine] <= as_of[at]]), ErrorSample.of([]))
                out[f"{method}_errors"][at] = past.errors(0.0)
                for level in LEVELS:
                    one = past.interval(level, 0.0)
                    for side, end in (("low", one.low), ("high", one.high)):
                        whole = volatility[at] * (center[method][at] + scale[method][at] * end)
                        out[bound(method, side, level)][at] = whole
    return rows.assign(**out)
