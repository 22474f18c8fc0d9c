"""Walk-forward of stage 2: impact forecasts at every quarter end, both stages refitted each year.

Belongs here: the forecasts with the intervals of the mixture and, as a rival, of the hard split into calm and alarm. Does
not belong here: the models, scores (impact_scores.py).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.inference.conformal import LEVELS, RegimeConformal
from macro_assets.inference.metrics import exceeds
from macro_assets.recession.candidates import Candidate
from macro_assets.recession.data import FIRST_ROW, RecessionData
from macro_assets.recession.evaluation.walk_forward import refit_date
from macro_assets.recession.hybrid import HybridRecessionModel
from macro_assets.recession.impact_forecast import ImpactForecast
from macro_assets.recession.impact_history import ImpactHistory, from_modelled, impact_outcomes, modelled
from macro_assets.recession.impacts import PROBABILITY, ImpactRegressor
from macro_assets.signals.targets import DRAWDOWN_TARGETS

START = date(1990, 3, 31)
METHODS_OF_INTERVALS = ("mixture", "split")

__all__ = ["METHODS_OF_INTERVALS", "START", "bound", "impact_walk_forward"]


def bound(side: str, level: float, method: str = "mixture") -> str:
    """Name of the column with one end of an interval: `low_90%` of the mixture, `split_low_90%` of the hard split."""
    name = f"{side}_{level:.0%}"
    return name if method == "mixture" else f"{method}_{name}"


def impact_walk_forward(
    data: RecessionData, candidate: Candidate, recession_targets: pa.Table, *, start: date = START, n_jobs: int = 1
) -> pd.DataFrame:
    """Impact forecasts for every quarter end from `start`, both stages refitted each year.

    Parameters
    ----------
    data : monthly data (its compact columns at quarter ends are the inputs).
    candidate : stage 1.

    Returns
    -------
    Rows as_of, target, value, mean, method, alarm, probability, low and high per level and method, joint odds, outcome
    (missing while unknown).
    """
    from joblib import Parallel, delayed

    history = impact_outcomes(recession_targets)
    origins = data.index[(data.index >= pd.Timestamp(start)) & (data.index.month % 3 == 0)]
    years = [origins[origins.year == year] for year in np.unique(origins.year)]
    run = (delayed(_year)(data, candidate, history, year) for year in years)
    parts = Parallel(n_jobs=n_jobs)(run) if n_jobs != 1 else [f(*a, **k) for f, a, k in run]
    rows = pd.concat(parts, ignore_index=True).assign(mode=data.mode)
    outcome = history.values.rename_axis("as_of").reset_index().melt(id_vars="as_of", value_name="outcome")
    return rows.merge(outcome, on=["as_of", "target"], how="left")


def _year(data: RecessionData, candidate: Candidate, history: ImpactHistory, origins: pd.DatetimeIndex) -> pd.DataFrame:
    refit = refit_date(origins[0], "M")
    model = HybridRecessionModel.fit(data, candidate, refit, history)
    probability = model.stage1.predict_proba(data.features(candidate.feature_set).loc[origins])
    inputs = data.compact.loc[origins].join(history.volatility).assign(**{PROBABILITY: probability})
    alarm = exceeds(probability, model.stage1.threshold)
    past = history.as_of(refit).values.loc[FIRST_ROW:]
    out: list[dict[str, object]] = []
    for regressor in model.stage2:
        target, threshold = regressor.target, model.stage1.threshold
        mean = float(from_modelled(target, modelled(target, past[target].dropna()).mean()))
        trail = regressor.past.dropna()
        split = RegimeConformal.learn(trail["error"].to_numpy(), exceeds(trail["probability"].to_numpy(), threshold))
        for i, day in enumerate(origins):
            row = inputs.iloc[[i]]
            one, calls = regressor.forecast(row), bool(alarm[i])
            out.append({"as_of": day, "target": target, "value": one.value, "mean": mean, "method": one.method,
                        "alarm": calls, "probability": one.probability,
                        "joint": one.joint.value if one.joint else np.nan, **_mixed(one),
                        **_split(regressor, one, split, alarm=calls)})  # fmt: skip
    return pd.DataFrame(out)


def _mixed(one: ImpactForecast) -> dict[str, float]:
    return {
        bound(side, level): end
        for level, ends in one.intervals.items()
        for side, end in zip(("low", "high"), ends, strict=True)
    }


def _split(regressor: ImpactRegressor, one: ImpactForecast, split: RegimeConformal, *, alarm: bool) -> dict[str, float]:
    """Interval of the hard split: errors of calm or of alarmed origins alone, whatever the volatility."""
    ends = {}
    for level in LEVELS:
        centre = float(modelled(regressor.target, one.value))
        for side, offset in zip(("low", "high"), split.offsets(level, alarm=alarm), strict=True):
            end = float(from_modelled(regressor.target, centre + offset))
            ends[bound(side, level, "split")] = min(end, 0.0) if regressor.target in DRAWDOWN_TARGETS else end
    return ends
