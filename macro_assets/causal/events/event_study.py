"""Event studies: the reaction of an outcome in a short window around an announcement to the surprise in it.

Belongs here: event_study for intraday and daily reactions. Does not belong here: monthly effects (engine/effects.py).
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from macro_assets.causal.engine.bootstrap import bootstrap
from macro_assets.causal.engine.linear import fit_cells, linear_stderr
from macro_assets.causal.engine.projection import Projection
from macro_assets.causal.engine.results import FOUND, IDENTIFIED, NOTHING, EffectEstimate
from macro_assets.causal.engine.settings import INFERENCES
from macro_assets.causal.engine.variables import Observed, Outcome, Shock
from macro_assets.errors import InvalidInputError
from macro_assets.inference.choices import check_choice

__all__ = ["MINIMUM_EVENTS", "event_study"]

MINIMUM_EVENTS = 25
DRAWS = 1999
ESTIMAND = "reaction inside the event window per unit of the surprise in the same window (least squares with constant)"


def event_study(
    outcome: pd.Series | Observed[Outcome],
    shock: pd.Series | Observed[Shock],
    *,
    per: float = 1.0,
    inference: str = "hc",
    alpha: float = 0.05,
    seed: int = 0,
) -> EffectEstimate:
    """Least-squares reaction of an outcome to a surprise, over events.

    Parameters
    ----------
    outcome : (n,) reaction in the window of each event, in time order, several events on one day allowed. Events with a
        missing surprise or reaction are left out and n says how many remain.
    shock : (n,) surprise of each event, on the same index.
    per : size of the surprise the effect is stated for, in units of the shock (0.25 for 25 bp when it is in
        percentage points).
    inference : hc (heteroskedasticity-robust, default), ewc, newey_west or block_bootstrap.

    Returns
    -------
    EffectEstimate with horizon 0; `point` per `per` units of the shock. The label is `causal` and the tier T1 because
    the window holds the announcement and little else; that is an assumption the caller makes by choosing the window.

    Raises
    ------
    InvalidInputError : different indexes, unsorted, infinite, constant, or fewer than 25 complete events.

    Source: Kuttner (2001); Bernanke and Kuttner (2005), JF 60; Gurkaynak, Sack and Swanson (2005), IJCB.
    """
    check_choice(inference, INFERENCES, "inference")
    measured = shock.variable if isinstance(shock, Observed) else Shock(str(shock.name or "shock"))
    reacting = outcome.variable if isinstance(outcome, Observed) else Outcome(str(outcome.name or "outcome"))
    y, s = _events(*(one.values if isinstance(one, Observed) else one for one in (outcome, shock)))
    cells = fit_cells(y.to_numpy()[:, None], s.to_numpy() / per, Projection.onto(np.ones((len(s), 1))))
    drawn = bootstrap(cells, 0, alpha=alpha, seed=seed, draws=DRAWS) if inference == "block_bootstrap" else None
    stderr, degrees = linear_stderr(cells, 0, inference="hc" if drawn else inference)
    unit = measured.unit if per == 1.0 else f"{per:g} {measured.unit}"
    estimate = EffectEstimate(
        point=float(cells.point), stderr=drawn.stderr if drawn else float(stderr), degrees_of_freedom=float(degrees),
        n=len(s), horizon=0, outcome=reacting, shock=replace(measured, unit=unit, tier="T1"),
        sample_start=pd.Timestamp(s.index[0]), sample_end=pd.Timestamp(s.index[-1]),
        learner="event study", inference=inference, lags=0, alpha=alpha, point_uncorrected=float(cells.point), overlap=1.0,
        effective_n=float(cells.effective_n), shock_persistence=0.0,
        bootstrap_interval=drawn.interval if drawn else None, bootstrap_p_value=drawn.p_value if drawn else None,
        estimand=ESTIMAND, influence=cells.influence,
    )  # fmt: skip
    return estimate.judged(identification=IDENTIFIED, finding=FOUND if estimate.p_value < alpha else NOTHING)


def _events(outcome: pd.Series, shock: pd.Series) -> tuple[pd.Series, pd.Series]:
    for series, what in ((shock, "The shock"), (outcome, "The outcome")):
        if not isinstance(series, pd.Series) or not isinstance(series.index, pd.DatetimeIndex):
            raise InvalidInputError(f"{what} is not a Series with a DatetimeIndex.", remedy="Pass one value per event.")
        if not series.index.is_monotonic_increasing:
            raise InvalidInputError(f"{what} is not sorted by date.", remedy="Call .sort_index().")
        if np.isinf(series.to_numpy(dtype=float)).any():
            raise InvalidInputError(f"{what} has infinite values.", remedy="Remove them.")
    if not shock.index.equals(outcome.index):
        raise InvalidInputError("Shock and outcome have different dates.", remedy="Use one row per event in both.")
    complete = (shock.notna() & outcome.notna()).to_numpy()
    if complete.sum() < MINIMUM_EVENTS:
        raise InvalidInputError(
            f"Only {int(complete.sum())} events have both a shock and an outcome; {MINIMUM_EVENTS} are needed.",
            remedy="Use a longer list of events.",
        )
    y, s = outcome[complete].astype(float), shock[complete].astype(float)
    if np.ptp(s.to_numpy()) == 0.0:
        raise InvalidInputError("The shock is constant over the events.", remedy="Check its construction.")
    return y, s
