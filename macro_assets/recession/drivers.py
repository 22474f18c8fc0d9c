"""Why the probability is what it is: contributions of the inputs to the log-odds (SHAP values).

Belongs here: exact contributions of linear models, tree SHAP for ensembles. Does not belong here: pictures, words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.recession.candidates import FittedCandidate
from macro_assets.recession.estimators import LinearModel, TreeModel
from macro_assets.recession.votes import VoteModel

TOP = 5

__all__ = ["TOP", "Driver", "contributions", "drivers"]


@dataclass(frozen=True)
class Driver:
    """One input: its value (None when missing) and its contribution to the log-odds, positive towards recession."""

    feature: str
    value: float | None
    contribution: float


def drivers(fitted: FittedCandidate, row: pd.DataFrame, top: int = TOP) -> tuple[Driver, ...]:
    """The `top` inputs by size of contribution for one row."""
    values, parts = fitted.matrix(row)[0], contributions(fitted, row)[0]
    order = np.argsort(-np.abs(parts), kind="stable")[:top]
    return tuple(
        Driver(fitted.columns[j], float(values[j]) if np.isfinite(values[j]) else None, float(parts[j])) for j in order
    )


def contributions(fitted: FittedCandidate, features: pd.DataFrame) -> NDArray[np.float64]:
    """(n, p) SHAP values of the calibrated log-odds.

    Exact for linear models (weight times distance from the training mean, inputs taken as independent); for votes those
    of each member, shrunk as its clip shrinks it; tree SHAP for ensembles, for a random forest in units of probability;
    zero for models without inputs.
    """
    x = fitted.matrix(features)
    if isinstance(fitted.model, LinearModel | VoteModel):
        return fitted.model.contributions(x) * fitted.sigmoid.slope
    if isinstance(fitted.model, TreeModel):
        import shap

        values = np.asarray(shap.TreeExplainer(fitted.model.ensemble).shap_values(fitted.model.clipped(x)))
        values = values[..., 1] if values.ndim == 3 else values
        return values * fitted.sigmoid.slope
    return np.zeros_like(x)
