"""Regime labels as first published: expanding refits once a year, states matched to the fit before, nothing rewritten.

Belongs here: the walk through time. Does not belong here: one fit (hmm.py), scores against recessions (quality.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linear_sum_assignment

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.regimes.hmm import MINIMUM_MONTHS, RegimeFit, fit_hmm
from macro_assets.regimes.names import ORIENTATION, REGIMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LabelHistory", "frozen_labels", "label_history", "with_hysteresis"]

SWITCH_ABOVE = 0.6
CERTAIN = 0.99


@dataclass(frozen=True)
class LabelHistory(Displayed):
    """Frozen labels and the fits that published them.

    `labels`: index as_of, one probability column per regime, `label`, `published` (false for months before the first
    fit, which that fit filtered in its own training window), `known_at` (the first fit's date for those months, else
    the month itself) and `trained_through` (last month of the fit behind the row). `fits`: one per refit, oldest first.
    """

    labels: pd.DataFrame
    fits: tuple[RegimeFit, ...]

    @property
    def current(self) -> RegimeFit:
        """The newest fit."""
        return self.fits[-1]

    @property
    def names_disputed(self) -> int:
        """Number of refits in which the naming rule alone would have named the states otherwise than the matching."""
        return sum(fit.named_by_rule != REGIMES for fit in self.fits)

    def summary(self) -> str:
        """The newest label with its probability, and how the history came about."""
        newest = self.labels.iloc[-1]
        published, probability = self.labels.index[self.labels["published"]], newest[newest["label"]]
        stated = "above 0.99" if probability > CERTAIN else f"{probability:.2f}"  # no filter is as sure as its decimals
        return (
            f"{newest['label']} on {self.labels.index[-1]:%Y-%m-%d}, filtered probability {stated}.\n"
            f"{len(self.labels)} months from {self.labels.index[0]:%Y-%m}, published in real time from "
            f"{published[0]:%Y-%m}; {len(self.fits)} fits, the newest through {self.current.trained_through:%Y-%m}."
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per month: as_of, probability of each regime, label, published, known_at, trained_through."""
        return self.labels.reset_index()

    def plot(self, ax: Axes | None = None, *, recessions: ArrayLike = ()) -> Axes:
        """Filtered probabilities and labels over time; `recessions` (k, 2) first and last day are marked."""
        from macro_assets.pictures.regimes import probability_ribbon

        dates = self.labels.index.to_numpy().astype("datetime64[D]")
        probabilities = self.labels[list(REGIMES)].to_numpy()
        return probability_ribbon(dates, probabilities, REGIMES, self.labels["label"].tolist(), recessions, ax=ax)


def frozen_labels(features: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """The frozen labels alone; see `label_history`."""
    return label_history(features, seed=seed).labels


def label_history(
    features: pd.DataFrame,
    *,
    seed: int = 0,
    refit_month: int = 12,
    minimum_months: int = 240,
    switch_above: float = SWITCH_ABOVE,
    orientation: Mapping[str, float] = ORIENTATION,
) -> LabelHistory:
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
    Labels that no later data change: the published row of month t depends on rows up to t only. The first row is the
    first month with all features; later gaps are integrated out.

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
    labels["known_at"] = [max(month, months[first]) for month in months]
    labels.index.name = "as_of"
    return LabelHistory(labels, tuple(fits))


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
