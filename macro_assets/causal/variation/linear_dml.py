"""econml's LinearDML of one cell: the effect as a linear function of the state of the economy, for the registry.

Belongs here: fitting it. Does not belong here: effects that are reported (by_regime.py, forest.py), the registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from macro_assets.causal.engine.learners import make_learner
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.inference.folds import make_folds

__all__ = ["FittedDML", "fit_linear_dml"]

EXAMPLE_ROWS = 3


@dataclass(frozen=True)
class FittedDML:
    """The fitted model, rows of its input, and the effects (rows,) it gives for them."""

    model: Any
    example: pd.DataFrame
    effect: np.ndarray


def fit_linear_dml(panel: EffectPanel, shock: str, outcome: str) -> FittedDML:
    """LinearDML with lasso nuisances on ten shuffled folds, effect by all controls.

    Raises
    ------
    InvalidInputError : the panel has no such shock or outcome.
    """
    from econml.dml import LinearDML

    y, t, state = panel.pair(outcome, shock)
    model = LinearDML(
        model_y=make_learner("lasso"),
        model_t=make_learner("lasso"),
        cv=make_folds(len(state), count=10),
        random_state=0,
    )
    model.fit(y.values.to_numpy(), t.values.to_numpy(), X=state.to_numpy())
    example = state.tail(EXAMPLE_ROWS)
    return FittedDML(model, example, np.asarray(model.effect(example.to_numpy())))
