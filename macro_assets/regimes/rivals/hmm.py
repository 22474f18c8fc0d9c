"""Gaussian hidden Markov model of the market regime: three persistent states, named by training moments.

Belongs here: one fit on one training window, and its filter. Does not belong here: refitting through time and frozen
labels (hmm_labels.py), features (signals/regime_features.py).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.regimes.names import REGIMES
from macro_assets.regimes.rivals.filtering import forward, log_densities, smoothed
from macro_assets.regimes.rivals.state_names import ORIENTATION, name_states

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MINIMUM_MONTHS", "RegimeFit", "fit_hmm"]

MINIMUM_MONTHS = 120
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class RegimeFit(Displayed):
    """Parameters of one fit, in the order of `REGIMES`, with the standardisation of its own training window.

    Attributes
    ----------
    columns : (k,) features. center, scale : (k,) training means and standard deviations, in the features' units.
    start : (3,) stationary law. transition : (3, 3) monthly moves, rows sum to one.
    means, variances : (3, k) of the states, in training standard deviations.
    named_by_rule : what the naming rule alone calls each state; differs from `REGIMES` where a refit was matched.
    """

    columns: tuple[str, ...]
    center: np.ndarray
    scale: np.ndarray
    start: np.ndarray
    transition: np.ndarray
    means: np.ndarray
    variances: np.ndarray
    trained_from: dt.date
    trained_through: dt.date
    n_months: int
    log_likelihood: float
    named_by_rule: tuple[str, ...] = REGIMES

    @property
    def expected_duration_months(self) -> dict[str, float]:
        """Mean stay in each regime implied by the transition matrix."""
        stay = np.diag(self.transition)
        return dict(zip(REGIMES, 1.0 / np.maximum(1.0 - stay, 1e-12), strict=True))

    def standardised(self, features: pd.DataFrame) -> np.ndarray:
        """(n, k) features in training standard deviations; NaN stays NaN."""
        missing = [name for name in self.columns if name not in features.columns]
        if missing:
            raise InvalidInputError(
                f"The features lack {missing}.", remedy="Build them with signals.regime_features.regime_features()."
            )
        values = features[list(self.columns)].to_numpy(dtype=float)
        scaled: np.ndarray = (values - self.center) / self.scale
        return scaled

    def filtered(self, features: pd.DataFrame) -> pd.DataFrame:
        """Filtered probabilities by row: what the rows up to and including each one say."""
        probabilities, _ = self._forward(features)
        return pd.DataFrame(probabilities, index=features.index, columns=list(REGIMES))

    def in_hindsight(self, features: pd.DataFrame) -> pd.DataFrame:
        """Smoothed probabilities; they look ahead and serve only to measure label revisions."""
        probabilities, _ = self._forward(features)
        return pd.DataFrame(smoothed(probabilities, self.transition), index=features.index, columns=list(REGIMES))

    def permuted(self, order: np.ndarray) -> RegimeFit:
        """The same model with its states in another order: `order[i]` becomes state i."""
        return replace(
            self,
            start=self.start[order],
            transition=self.transition[np.ix_(order, order)],
            means=self.means[order],
            variances=self.variances[order],
            named_by_rule=tuple(self.named_by_rule[state] for state in order),
        )

    def summary(self) -> str:
        """What was fitted, and how long each regime lasts."""
        stays = ", ".join(f"{name} {months:.0f}" for name, months in self.expected_duration_months.items())
        return (
            f"Three regimes on {self.n_months} months, {self.trained_from:%Y-%m} to {self.trained_through:%Y-%m}.\n"
            f"Expected months in a regime: {stays}. Log likelihood {self.log_likelihood:.1f}."
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per regime: mean of each feature in its own unit, probability of staying, expected months."""
        frame = pd.DataFrame(self.means * self.scale + self.center, index=list(REGIMES), columns=list(self.columns))
        stay = np.diag(self.transition)
        return frame.assign(stay=stay, expected_months=list(self.expected_duration_months.values()))

    def plot(self, ax: Axes | None = None) -> Axes:
        """Means of the features in each regime, in training standard deviations."""
        from macro_assets.pictures.regimes import state_means

        return state_means(REGIMES, self.columns, self.means, ax=ax)

    def _forward(self, features: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        density = log_densities(self.standardised(features), self.means, self.variances)
        return forward(density, self.start, self.transition)


def fit_hmm(
    features: pd.DataFrame,
    *,
    seed: int = 0,
    previous: RegimeFit | None = None,
    persistence: float = 20.0,
    starts: int = 4,
    orientation: Mapping[str, float] = ORIENTATION,
) -> RegimeFit:
    """Fit three Gaussian states by expectation-maximisation; the best of several starts by likelihood.

    Parameters
    ----------
    features : one row per month end in time order; rows with a missing feature do not take part in the fit.
    seed : of the random starts.
    previous : an earlier fit, used as one more start (in its own state order).
    persistence : prior months of staying put added to each row of the transition matrix, against flicker.
    starts : number of random starts of a first fit; a refit takes one, and its warm start.
    orientation : signs of the naming rule.

    Returns
    -------
    States in the order of `REGIMES` by the rule of `name_states`.

    Raises
    ------
    InvalidInputError : fewer than 120 complete rows, an unordered index, or a constant feature.

    Source: Hamilton (1989), Econometrica 57; estimation by hmmlearn.
    """
    complete = _checked(features)
    center, scale = complete.mean().to_numpy(), complete.std(ddof=0).to_numpy()
    if not (scale > 0).all():
        raise InvalidInputError(f"Constant features: {list(complete.columns[scale <= 0])}.", remedy="Leave them out.")
    values = (complete.to_numpy() - center) / scale
    found = [_estimate(values, seed + number, persistence, None) for number in range(starts if previous is None else 1)]
    if previous is not None and previous.columns == tuple(complete.columns):
        found.append(_estimate(values, seed, persistence, _rescaled(previous, center, scale)))
    start, transition, means, variances, likelihood = max(found, key=lambda one: one[4])
    names = name_states(means, list(complete.columns), orientation)
    first, last = (pd.Timestamp(complete.index[at]).date() for at in (0, -1))
    fit = RegimeFit(
        columns=tuple(map(str, complete.columns)), center=center, scale=scale, start=start, transition=transition,
        means=means, variances=variances, trained_from=first, trained_through=last, n_months=len(complete),
        log_likelihood=likelihood, named_by_rule=names,
    )  # fmt: skip
    return fit.permuted(np.array([names.index(regime) for regime in REGIMES]))


def _checked(features: pd.DataFrame) -> pd.DataFrame:
    if not features.index.is_monotonic_increasing or features.index.has_duplicates:
        raise InvalidInputError(
            "Features must have one row per date in time order.", remedy="Sort them and drop duplicate dates."
        )
    complete = features.astype(float).dropna()
    if len(complete) < MINIMUM_MONTHS:
        raise InvalidInputError(
            f"{len(complete)} complete months of features; a three-state model needs {MINIMUM_MONTHS}.",
            remedy="Load more history or leave out the features that begin late.",
        )
    return complete


def _rescaled(fit: RegimeFit, center: np.ndarray, scale: np.ndarray) -> RegimeFit:
    """An earlier fit's means and variances in the standard deviations of another window."""
    ratio = fit.scale / scale
    shift = (fit.center - center) / scale
    return replace(fit, means=fit.means * ratio + shift, variances=fit.variances * ratio**2)


def _estimate(
    values: np.ndarray, seed: int, persistence: float, warm: RegimeFit | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, float]:
    from hmmlearn.hmm import GaussianHMM

    # hmmlearn warns of every start that stops between two rounding errors; the best start is chosen by likelihood.
    logging.getLogger("hmmlearn").setLevel(logging.ERROR)
    states = len(REGIMES)
    model = GaussianHMM(
        n_components=states,
        covariance_type="diag",
        n_iter=100,
        tol=1e-2,
        min_covar=1e-3,
        covars_prior=0.05,
        random_state=seed,
        implementation="scaling",
        transmat_prior=1.0 + persistence * np.eye(states),
        init_params="" if warm is not None else "stmc",
    )
    if warm is not None:
        model.startprob_ = np.full(states, 1.0 / states)
        model.transmat_, model.means_, model.covars_ = warm.transition, warm.means, warm.variances
    model.fit(values)
    likelihood = float(model.score(values))
    _LOG.debug("three states on %d months: log likelihood %.1f", len(values), likelihood)
    # The first month says nothing of later ones: start from the stationary law, so a filter may begin anywhere.
    return _stationary(model.transmat_), model.transmat_, model.means_, _diagonals(model.covars_), likelihood


def _diagonals(covariances: np.ndarray) -> np.ndarray:
    """(states, k) variances; hmmlearn gives diagonal models as full matrices."""
    return np.array([np.diag(one) for one in covariances])


def _stationary(transition: np.ndarray) -> np.ndarray:
    size = len(transition)
    system = np.vstack([transition.T - np.eye(size), np.ones(size)])
    solution = np.linalg.lstsq(system, np.append(np.zeros(size), 1.0), rcond=None)[0]
    clipped = np.maximum(solution, 1e-12)
    law: np.ndarray = clipped / clipped.sum()
    return law
