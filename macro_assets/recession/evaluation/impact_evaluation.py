"""Walk-forward of stage 2: skill, coverage and interval scores of the impact forecasts.

Belongs here: refitting both stages each year and scoring their forecasts. Does not belong here: the models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.inference.conformal import LEVELS
from macro_assets.inference.metrics import exceeds
from macro_assets.inference.scores import interval_score
from macro_assets.recession.candidates import Candidate
from macro_assets.recession.data import RecessionData
from macro_assets.recession.evaluation.walk_forward import refit_date
from macro_assets.recession.hybrid import HybridRecessionModel
from macro_assets.recession.impacts import NO_SKILL, PROBABILITY, impact_outcomes

COVID = (pd.Timestamp("2019-09-30"), pd.Timestamp("2020-06-30"))
START = date(1990, 3, 31)

__all__ = ["COVID", "ImpactScore", "describe", "impact_walk_forward", "score_impacts"]


@dataclass(frozen=True)
class ImpactScore:
    """Scores of one target over its known origins.

    Attributes
    ----------
    r2, r2_ex_covid : 1 - squared error over that of the expanding mean; the second leaves out origins whose two
        quarters touch 2020 Q1 or Q2.
    supported : by level, share of the origins whose regime had enough past errors for an interval.
    coverage, coverage_recession, interval_score : by level, over the supported origins; the second over those of them
        with a recession quarter ahead. Missing where none is.
    skill_share : share of years in which a method, not the mean, was published.
    """

    target: str
    mode: str
    origins: int
    r2: float
    r2_ex_covid: float
    mae: float
    mae_mean: float
    supported: dict[float, float]
    coverage: dict[float, float]
    coverage_recession: dict[float, float]
    interval_score: dict[float, float]
    skill_share: float


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
    Rows as_of, target, value, mean, method, alarm, low and high per level, outcome (missing while unknown).
    """
    from joblib import Parallel, delayed

    values, known_at = impact_outcomes(recession_targets)
    origins = data.index[(data.index >= pd.Timestamp(start)) & (data.index.month % 3 == 0)]
    years = [origins[origins.year == year] for year in np.unique(origins.year)]
    run = (delayed(_year)(data, candidate, values, known_at, year) for year in years)
    parts = Parallel(n_jobs=n_jobs)(run) if n_jobs != 1 else [f(*a, **k) for f, a, k in run]
    rows = pd.concat(parts, ignore_index=True).assign(mode=data.mode)
    outcome = values.rename_axis("as_of").reset_index().melt(id_vars="as_of", value_name="outcome")
    return rows.merge(outcome, on=["as_of", "target"], how="left")


def score_impacts(rows: pd.DataFrame, state: pd.Series) -> tuple[ImpactScore, ...]:
    """Scores by target; `state` is the NBER state by month end."""
    scored = rows.dropna(subset=["outcome"])
    ahead = {day: bool((state.loc[day + pd.offsets.MonthEnd(1) : day + pd.offsets.MonthEnd(6)] > 0.5).any())
             for day in scored["as_of"].unique()}  # fmt: skip
    return tuple(
        _score(str(target), part, part["as_of"].map(ahead).to_numpy(dtype=bool))
        for target, part in scored.groupby("target")
    )


def _year(
    data: RecessionData, candidate: Candidate, values: pd.DataFrame, known_at: pd.DataFrame, origins: pd.DatetimeIndex
) -> pd.DataFrame:
    refit = refit_date(origins[0], "M")
    model = HybridRecessionModel.fit(data, candidate, refit, values, known_at)
    rows = data.compact.loc[origins]
    probability = model.stage1.predict_proba(data.features(candidate.feature_set).loc[origins])
    inputs, alarm = rows.assign(**{PROBABILITY: probability}), exceeds(probability, model.stage1.threshold)
    past = values.where(known_at <= refit)
    out: list[dict[str, object]] = []
    for regressor in model.stage2:
        for i, day in enumerate(origins):
            one = regressor.forecast(inputs.iloc[[i]], alarm=bool(alarm[i]))
            bounds = {f"low_{level:.0%}": one.intervals[level][0] for level in LEVELS}
            bounds |= {f"high_{level:.0%}": one.intervals[level][1] for level in LEVELS}
            out.append({"as_of": day, "target": one.target, "value": one.value, "mean": past[one.target].mean(),
                        "method": one.method, "alarm": bool(alarm[i]), **bounds})  # fmt: skip
    return pd.DataFrame(out)


def _score(target: str, rows: pd.DataFrame, recession: np.ndarray) -> ImpactScore:
    y, value, mean = (rows[name].to_numpy(dtype=float) for name in ("outcome", "value", "mean"))
    calm = ~rows["as_of"].between(*COVID).to_numpy()

    def r2(keep: np.ndarray) -> float:
        return float(1.0 - np.sum((y - value)[keep] ** 2) / np.sum((y - mean)[keep] ** 2))

    judged = {level: _judged(rows, level, y, recession) for level in LEVELS}
    supported, coverage, in_recession, scores = ({level: judged[level][k] for level in LEVELS} for k in range(4))
    return ImpactScore(
        target=target,
        mode=str(rows["mode"].iloc[0]),
        origins=len(rows),
        r2=r2(np.ones(len(rows), dtype=bool)),
        r2_ex_covid=r2(calm),
        mae=float(np.mean(np.abs(y - value))),
        mae_mean=float(np.mean(np.abs(y - mean))),
        supported=supported,
        coverage=coverage,
        coverage_recession=in_recession,
        interval_score=scores,
        skill_share=float((rows["method"] != NO_SKILL).mean()),
    )


def _judged(
    rows: pd.DataFrame, level: float, y: np.ndarray, recession: np.ndarray
) -> tuple[float, float, float, float]:
    """Share of supported origins; over these: coverage, coverage with a recession ahead, interval score."""
    low, high = _bound(rows, "low", level), _bound(rows, "high", level)
    has, inside = np.isfinite(low), (y >= low) & (y <= high)
    score = interval_score(y[has], low[has], high[has], level) if has.any() else float("nan")
    return float(has.mean()), _share(inside[has]), _share(inside[has & recession]), score


def _bound(rows: pd.DataFrame, side: str, level: float) -> np.ndarray:
    return np.asarray(rows[f"{side}_{level:.0%}"], dtype=float)


def _share(flags: np.ndarray) -> float:
    return float(flags.mean()) if len(flags) else float("nan")


def describe(scores: Sequence[ImpactScore]) -> pd.DataFrame:
    """One row per target, for people; coverage is that of the supported intervals."""
    rows = [
        {"target": s.target, "origins": s.origins, "r2": s.r2, "mae": s.mae, "mae_mean": s.mae_mean,
         "supported_90": s.supported[0.90], "cover_90": s.coverage[0.90],
         "cover_90_recession": s.coverage_recession[0.90], "skill_share": s.skill_share}
        for s in scores
    ]  # fmt: skip
    return pd.DataFrame(rows)
