"""A curve of odds: recession now, and within 3, 6, 12 and 24 months, each with an interval for the probability itself.

Belongs here: targets by horizon, the fit of every point, its bootstrap over business cycles. Does not belong here: what the
answer says in words (odds_answer.py), candidates (presets.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.inference.logistic import expit
from macro_assets.recession.calibration import cycles
from macro_assets.recession.candidates import Candidate, FittedCandidate
from macro_assets.recession.columns import matrix
from macro_assets.recession.data import RecessionData
from macro_assets.recession.estimators import LogitPath
from macro_assets.recession.training import FittedYear, fit_year
from macro_assets.signals.recession import monthly_spec

Array = NDArray[np.float64]
NOW = 0
HORIZONS = (NOW, 3, 6, 12, 24)
LEVEL = 0.80
DRAWS = 40
NOWCAST = Candidate(
    "nowcast",
    "logit on jobs, output, credit and equity: what the month itself shows",
    LogitPath(),
    columns=tuple(one.name for one in monthly_spec.LABOUR + monthly_spec.ACTIVITY + monthly_spec.CREDIT_AND_EQUITY),
    calibrated=True,
)

__all__ = ["DRAWS", "HORIZONS", "LEVEL", "NOW", "NOWCAST", "CurvePoint", "at_horizon", "fit_point", "nested", "points"]


@dataclass(frozen=True)
class CurvePoint:
    """Probability of a recession month among the next `months`; 0 = the month itself.

    Attributes
    ----------
    low, high : 80 % interval of the probability over business cycles drawn with replacement.
    base_rate : share of such months in training. trained_through : last training month.
    """

    months: int
    probability: float
    low: float
    high: float
    base_rate: float
    model: str
    trained_through: pd.Timestamp


def at_horizon(data: RecessionData, months: int) -> RecessionData:
    """The same months with another target: any recession month in t+1..t+months, or month t itself for zero.

    An outcome is known when the state of every month of its window is.
    """
    ahead = np.arange(1, months + 1) if months else np.array([NOW])
    own = data.index.to_period("M").asi8
    place = pd.Series(np.arange(len(own)), index=own)
    rows = place.reindex((own[:, None] + ahead).ravel()).to_numpy().reshape(len(own), len(ahead))
    complete = np.isfinite(rows).all(axis=1)
    at = np.where(np.isfinite(rows), rows, 0.0).astype(int)
    state, published = data.state.to_numpy(dtype=float)[at], data.state_known_at.to_numpy()[at]
    usable = complete & np.isfinite(state).all(axis=1) & ~np.isnat(published).any(axis=1)
    target = np.where(usable, state.max(axis=1), np.nan)
    known_at = np.where(usable, published.max(axis=1), np.datetime64("NaT"))
    return replace(data, target=pd.Series(target, data.index), known_at=pd.Series(known_at, data.index))


def fit_point(data: RecessionData, candidate: Candidate, months: int, origin: pd.Timestamp) -> FittedYear:
    """A candidate trained for one horizon with what was known on the origin.

    Raises
    ------
    InvalidInputError : the horizon is negative, or fewer than two classes are known.
    """
    if months < NOW:
        raise InvalidInputError(f"A horizon of {months} months is not valid.", remedy="Pass 0 (now) or more.")
    return fit_year(at_horizon(data, months), origin, [candidate])


def points(
    data: RecessionData, candidate: Candidate, origin: pd.Timestamp, *, draws: int = DRAWS, seed: int = 0
) -> tuple[tuple[CurvePoint, ...], FittedYear]:
    """The curve as of an origin, and the training of its six months' point.

    Parameters
    ----------
    data : monthly features and state. candidate : speaks for 3 to 24 months; now is the nowcast's.
    """
    found, trained = [], {}
    for months in HORIZONS:
        chosen = NOWCAST if months == NOW else candidate
        year = fit_point(data, chosen, months, origin)
        trained[months] = year
        found.append(_point(at_horizon(data, months), year, chosen.name, months, origin, draws, seed))
    return nested(found), trained[6]


def nested(curve: list[CurvePoint]) -> tuple[CurvePoint, ...]:
    """Longer windows are never less likely than shorter ones: isotonic means of probabilities and of both ends.

    The month itself is no part of a later window and stays as it is.
    """
    from scipy.optimize import isotonic_regression

    now, later = [one for one in curve if one.months == NOW], [one for one in curve if one.months != NOW]
    low, middle, high = (
        isotonic_regression([getattr(one, name) for one in later]).x for name in ("low", "probability", "high")
    )
    risen = [
        replace(one, low=float(low[i]), probability=float(middle[i]), high=float(high[i]))
        for i, one in enumerate(later)
    ]
    return (*now, *risen)


def _point(
    data: RecessionData, year: FittedYear, name: str, months: int, origin: pd.Timestamp, draws: int, seed: int
) -> CurvePoint:
    fitted, live = year.fitted[name], data.compact.loc[[origin]]
    p = float(fitted.predict_proba(live)[0])
    low, high = _interval(data, fitted, live, p, draws, seed)
    share = year.training_events / year.training_rows
    return CurvePoint(months, p, low, high, share, name, year.trained_through)


def _interval(
    data: RecessionData, fitted: FittedCandidate, live: pd.DataFrame, p: float, draws: int, seed: int
) -> tuple[float, float]:
    """Ends of the central interval over refits on business cycles drawn with replacement; the calibration stays."""
    days = fitted.out_of_fold.index
    x, y = matrix(data.compact.loc[days], fitted.columns), data.target.loc[days].to_numpy(dtype=float)
    groups = cycles(data.state.loc[days].to_numpy(dtype=float))
    numbers, rng, now = np.unique(groups), np.random.default_rng(seed), matrix(live, fitted.columns)
    found = [p]
    for _ in range(draws):
        rows = np.concatenate([np.flatnonzero(groups == one) for one in rng.choice(numbers, len(numbers))])
        if 0 < y[rows].sum() < len(rows):
            model = fitted.candidate.estimator.fit(x[rows], y[rows])
            found.append(float(expit(fitted.sigmoid.apply(model.log_odds(now)))[0]))
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(found, [tail, 1.0 - tail])
    return float(min(low, p)), float(max(high, p))
