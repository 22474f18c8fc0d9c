"""Labels of the hidden Markov model as first published: expanding refits once a year, states matched to the fit before.

Belongs here: the walk through time. Does not belong here: one fit (hmm.py), scores against recessions (../quality.py).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from macro_assets.errors import InvalidInputError
from macro_assets.regimes.names import REGIMES
from macro_assets.regimes.rivals.hmm import MINIMUM_MONTHS, RegimeFit, fit_hmm
from macro_assets.regimes.rivals.published import Published
from macro_assets.regimes.rivals.state_names import ORIENTATION

__all__ = ["hindsight_labels", "hmm_labels", "hmm_published", "with_hysteresis"]

SWITCH_ABOVE = 0.6


def hmm_labels(
    features: pd.DataFrame,
    *,
    seed: int = 0,
    refit_month: int = 12,
    minimum_months: int = 240,
    switch_above: float = SWITCH_ABOVE,
    orientation: Mapping[str, float] = ORIENTATION,
) -> tuple[pd.DataFrame, list[RegimeFit]]:
    """Filtered probabilities and labels of every month, each from the fit that was current then.

    Parameters
    ----------
    features : one row per month end in time order, each as known on that day.
    seed : of the starts of every fit.
    refit_month : calendar month after whose row the model is refitted (12 = December).
    minimum_months : complete rows before the first fit, at least 120; fixed beforehand, never fitted to what is there.
    switch_above : filtered probability that another regime needs before the label leaves the current one.
    orientation : signs of the naming rule.

    Returns
    -------
    Frame by month: a column per regime, `label`, `published` (false for months before the first fit, which that fit
    filtered in its own training window) and `trained_through`; and the fits, oldest first. A published row depends on rows
    up to its own only. The first row is the first month with all features; later gaps are integrated out.

    Raises
    ------
    InvalidInputError : too few complete rows, or a wrong index.
    """
    features = features[features.notna().all(axis=1).cummax()]
    first = _first_fit(features, minimum_months)
    months = pd.DatetimeIndex(features.index)
    refits = [first] + [row for row in range(first + 1, len(features)) if months[row].month == refit_month]
    fits: list[RegimeFit] = []
    pieces: list[pd.DataFrame] = []
    for number, row in enumerate(refits):
        past = features.iloc[: row + 1]
        previous = fits[-1] if fits else None
        fit = fit_hmm(past, seed=seed, previous=previous, orientation=orientation)
        fits.append(fit if previous is None else matched(fit, previous, past))
        end = refits[number + 1] if number + 1 < len(refits) else len(features)
        begin = 0 if number == 0 else row
        stated = fits[-1].filtered(features.iloc[:end]).iloc[begin:]
        pieces.append(stated.assign(trained_through=months[row]))
    labels = pd.concat(pieces)
    labels["label"] = with_hysteresis(labels[list(REGIMES)].to_numpy(), switch_above)
    labels["published"] = np.arange(len(labels)) >= first
    labels.index.name = "as_of"
    return labels, fits


def hindsight_labels(fit: RegimeFit, features: pd.DataFrame, switch_above: float = SWITCH_ABOVE) -> pd.Series:
    """Labels of every month by one fit: by the newest, how it would relabel the past."""
    stated = fit.filtered(features)
    return pd.Series(with_hysteresis(stated.to_numpy(), switch_above), stated.index)


def matched(fit: RegimeFit, previous: RegimeFit, past: pd.DataFrame) -> RegimeFit:
    """A refit with its states in the order of the fit before: the assignment of greatest overlap of probabilities.

    Source: Kuhn's Hungarian method on the shared training months.
    """
    new = fit.filtered(past).to_numpy()
    old = previous.filtered(past).to_numpy()
    overlap = (old[:, :, None] * new[:, None, :]).sum(axis=0)
    _, order = linear_sum_assignment(-overlap)
    return fit.permuted(order)


def with_hysteresis(probabilities: NDArray[np.float64], switch_above: float) -> list[str]:
    """Labels that stay until another regime is more probable than `switch_above`."""
    current = int(probabilities[0].argmax()) if len(probabilities) else 0
    labels = []
    for row in probabilities:
        best = int(row.argmax())
        if best != current and row[best] > switch_above:
            current = best
        labels.append(REGIMES[current])
    return labels


def _first_fit(features: pd.DataFrame, minimum: int) -> int:
    """Position of the row with which enough complete rows exist."""
    complete = features.notna().all(axis=1).to_numpy().cumsum()
    found = int(complete[-1]) if len(complete) else 0
    if minimum < MINIMUM_MONTHS or found < minimum:
        raise InvalidInputError(
            f"{found} complete months of features; labels need {max(minimum, MINIMUM_MONTHS)}.",
            remedy=f"Load more history, or lower minimum_months (not below {MINIMUM_MONTHS}).",
        )
    return int(np.searchsorted(complete, minimum))


def hmm_published(
    features: pd.DataFrame, *, seed: int = 0, refit_month: int = 12, minimum_months: int = 240
) -> Published:
    """The published months of `hmm_labels`, on the features that orient its states, and the labels of the newest fit."""
    own = features[list(ORIENTATION)]
    labels, fits = hmm_labels(own, seed=seed, refit_month=refit_month, minimum_months=minimum_months)
    return Published(labels.loc[labels["published"], "label"], hindsight_labels(fits[-1], own.loc[labels.index]))
