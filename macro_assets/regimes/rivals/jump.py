"""The statistical jump model: clusters of months with a price on every change of state.

Belongs here: its labels as they would have been published. Does not belong here: estimation (the package jumpmodels, of the
extra `evaluate`).

Source: Shu, Yu and Mulvey (2024), Journal of Asset Management 25.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from macro_assets.regimes.names import REGIMES
from macro_assets.regimes.rivals.published import Published, refit_rows
from macro_assets.regimes.rivals.state_names import ORIENTATION, name_states

__all__ = ["PENALTY", "jump_labels"]

PENALTY = 10.0
"""Price of a change of state, in squared training standard deviations summed over the features; declared, not tuned."""

STARTS = 4


def jump_labels(
    features: pd.DataFrame, *, seed: int = 0, refit_month: int = 12, minimum_months: int = 240
) -> Published:
    """Labels of a three-state jump model on the features of the hidden Markov model, refitted once a year, decoded online.

    States of the first fit are named by its centers, those of later fits by the greatest overlap with the fit before.
    """
    complete = features[list(ORIENTATION)].dropna()
    months = pd.DatetimeIndex(complete.index)
    refits = refit_rows(months, refit_month, minimum_months)
    pieces, before, newest = [], pd.Series(dtype=object), pd.Series(dtype=object)
    for number, row in enumerate(refits):
        end = refits[number + 1] if number + 1 < len(refits) else len(complete)
        states, centers = _online(complete, row, seed)
        names = np.array(name_states(centers, list(complete.columns)))
        if number:
            names = _matched(states[: row + 1], before.to_numpy()[: row + 1])
        newest = pd.Series(names[states], months)
        pieces.append(newest.iloc[row:end])
        before = newest
    return Published(pd.concat(pieces), newest)


def _online(complete: pd.DataFrame, row: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(n,) states of all months, each from the months up to it, by a fit on the first `row` + 1; (3, k) centers."""
    from jumpmodels.jump import JumpModel

    values = complete.to_numpy(dtype=float)
    past = values[: row + 1]
    scaled = (values - past.mean(axis=0)) / past.std(axis=0)
    model = JumpModel(n_components=len(REGIMES), jump_penalty=PENALTY, random_state=seed, n_init=STARTS)
    model.fit(scaled[: row + 1], sort_by="freq")
    return np.asarray(model.predict_online(scaled)).astype(int), np.asarray(model.centers_, dtype=float)


def _matched(states: np.ndarray, called: np.ndarray) -> np.ndarray:
    """(3,) names of the states: the assignment that agrees with most labels of the fit before."""
    overlap = np.array([[((states == k) & (called == name)).sum() for name in REGIMES] for k in range(len(REGIMES))])
    order = linear_sum_assignment(-overlap)[1]
    return np.array([REGIMES[position] for position in order])
