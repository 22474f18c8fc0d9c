"""Event studies: the reaction in a short window around an announcement on the surprise in it.

Belongs here: event_study for intraday and daily reactions. Does not belong here: monthly effects (effects.py).
"""

import numpy as np
import pandas as pd

from macro_assets.causal.engine.bootstrap import bootstrap_errors
from macro_assets.causal.engine.linear import fit_cells, linear_stderr
from macro_assets.causal.engine.projection import Projection
from macro_assets.causal.engine.results import CAUSAL, EffectEstimate
from macro_assets.errors import InvalidInputError
from macro_assets.inference.choices import check_choice

__all__ = ["event_study"]

MINIMUM_EVENTS = 25
ESTIMAND = "reaction inside the event window per unit of the surprise in the same window (least squares with constant)"


def event_study(
    surprise: pd.Series,
    reaction: pd.Series,
    *,
    per: float = 1.0,
    inference: str = "hc",
    alpha: float = 0.05,
    seed: int = 0,
) -> EffectEstimate:
    """Least-squares reaction of an asset to a surprise, over events.

    Parameters
    ----------
    surprise : (n,) one value per event; events in time order, several on one day allowed. Events with a missing
        surprise or reaction are left out and n says how many remain.
    reaction : (n,) on the same index.
    per : size of the surprise the effect is stated for, in units of the surprise (0.25 for 25 bp when it is in
        percentage points).
    inference : hc (heteroskedasticity-robust, default), ewc, newey_west or block_bootstrap.

    Returns
    -------
    EffectEstimate with horizon 0; `point` per `per` units of the surprise. The label is `causal` because the window
    holds the announcement and little else; that is an assumption the caller makes by choosing the window.

    Raises
    ------
    InvalidInputError : different indexes, unsorted, infinite, constant, or fewer than 25 complete events.

    Source: Kuttner (2001); Bernanke and Kuttner (2005), JF 60; Gurkaynak, Sack and Swanson (2005), IJCB.
    """
    check_choice(inference, ("hc", "ewc", "newey_west", "block_bootstrap"), "inference")
    s, r = _events(surprise, reaction)
    treatment = s.to_numpy() / per
    projection = Projection.onto(np.ones((len(s), 1)))
    cells = fit_cells(r.to_numpy()[:, None], treatment, projection)
    interval, p_value = None, None
    stderr, degrees = linear_stderr(cells, 0, inference="hc" if inference == "block_bootstrap" else inference)
    point = float(cells.point)
    if inference == "block_bootstrap":
        errors = bootstrap_errors(cells, 0, seed=seed, draws=1999)
        low, high = np.quantile(errors, [alpha / 2, 1 - alpha / 2])
        interval, stderr = (point - float(high), point - float(low)), np.asarray(errors.std())
        p_value = float((1 + np.sum(np.abs(errors) >= abs(point))) / (1 + len(errors)))
    size = surprise.attrs.get("unit", "unit of the surprise")
    return EffectEstimate(
        point=point, stderr=float(stderr), degrees_of_freedom=float(degrees), n=len(s), horizon=0,
        outcome=str(reaction.name or "reaction"), treatment=str(surprise.name or "surprise"),
        outcome_unit=str(reaction.attrs.get("unit", "units of the reaction")),
        treatment_unit=str(size) if per == 1.0 else f"{per:g} {size}",
        sign_convention=str(surprise.attrs.get("sign", "reaction to a positive surprise")),
        sample_start=pd.Timestamp(s.index[0]), sample_end=pd.Timestamp(s.index[-1]),
        learner="event study", inference=inference, lags=0, alpha=alpha, point_uncorrected=point, overlap=1.0,
        effective_n=float(cells.effective_n), treatment_persistence=0.0, expected_coverage=1 - alpha, tier="T1",
        label=CAUSAL, bootstrap_interval=interval, bootstrap_p_value=p_value, estimand=ESTIMAND,
        influence=cells.influence,
    )  # fmt: skip


def _events(surprise: pd.Series, reaction: pd.Series) -> tuple[pd.Series, pd.Series]:
    for series, what in ((surprise, "surprise"), (reaction, "reaction")):
        if not isinstance(series, pd.Series) or not isinstance(series.index, pd.DatetimeIndex):
            raise InvalidInputError(f"{what} is not a Series with a DatetimeIndex.", remedy="One value per event day.")
        if not series.index.is_monotonic_increasing:
            raise InvalidInputError(f"{what} is not sorted by date.", remedy="Call .sort_index().")
        if np.isinf(series.to_numpy(dtype=float)).any():
            raise InvalidInputError(f"{what} has infinite values.", remedy="Remove them.")
    if not surprise.index.equals(reaction.index):
        raise InvalidInputError("surprise and reaction have different dates.", remedy="Use one row per event in both.")
    complete = (surprise.notna() & reaction.notna()).to_numpy()
    if complete.sum() < MINIMUM_EVENTS:
        raise InvalidInputError(
            f"Only {int(complete.sum())} events have both a surprise and a reaction; {MINIMUM_EVENTS} are needed."
        )
    s, r = surprise[complete].astype(float), reaction[complete].astype(float)
    if np.ptp(s.to_numpy()) == 0.0:
        raise InvalidInputError("surprise is constant over the events.")
    return s, r
