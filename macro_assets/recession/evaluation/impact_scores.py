"""Scores of stage 2: errors beside those of the mean, coverage and interval scores, the joint event.

Belongs here: judging rows of the walk-forward. Does not belong here: making them (impact_evaluation.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.inference.comparison import diebold_mariano_without_any
from macro_assets.inference.conformal import LEVELS
from macro_assets.inference.metrics import brier
from macro_assets.inference.scores import interval_score
from macro_assets.recession.evaluation.impact_evaluation import METHODS_OF_INTERVALS, bound
from macro_assets.recession.impact_history import modelled
from macro_assets.recession.impacts import GAP_QUARTERS, JOINT_LIMIT, NO_SKILL

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
COVID = (pd.Timestamp("2019-09-30"), pd.Timestamp("2020-06-30"))

__all__ = ["COVID", "ImpactScore", "IntervalScore", "describe", "score_impacts"]


@dataclass(frozen=True)
class IntervalScore:
    """Intervals of one level and method over the known origins.

    Attributes
    ----------
    supported : share of the origins that have an interval: enough past errors.
    coverage, coverage_recession, score : over these; the second over those with a recession quarter ahead. Missing where
        none is.
    paired : interval score over the origins at which both methods have an interval.
    """

    supported: float
    coverage: float
    coverage_recession: float
    recession_origins: int
    score: float
    paired: float


@dataclass(frozen=True)
class ImpactScore:
    """Scores of one target over its known origins; claims in log points.

    Attributes
    ----------
    r2, r2_ex_covid : 1 - squared error over that of the expanding mean; the second leaves out origins whose two
        quarters touch 2020 Q1 or Q2.
    p_skill : largest one-sided p-value of "better than the mean" whichever quarter is left out.
    intervals : by method (mixture, split) and level.
    joint, joint_base : Brier score of a recession together with a fall of 20 %, and of its constant frequency; missing
        for targets without it.
    skill_share : share of origins at which a method, not the mean, was published.
    """

    target: str
    mode: str
    origins: int
    r2: float
    r2_ex_covid: float
    mae: float
    mae_mean: float
    rmse: float
    rmse_mean: float
    p_skill: float
    intervals: dict[str, dict[float, IntervalScore]]
    joint: float
    joint_base: float
    skill_share: float


def score_impacts(rows: pd.DataFrame, state: pd.Series) -> tuple[ImpactScore, ...]:
    """Scores by target; `state` is the NBER state by month end."""
    scored = rows.dropna(subset=["outcome"])
    ahead = {day: bool((state.loc[day + pd.offsets.MonthEnd(1) : day + pd.offsets.MonthEnd(6)] > 0.5).any())
             for day in scored["as_of"].unique()}  # fmt: skip
    return tuple(
        _score(str(target), part, part["as_of"].map(ahead).to_numpy(dtype=bool))
        for target, part in scored.groupby("target")
    )


def describe(scores: Sequence[ImpactScore], level: float = 0.90) -> pd.DataFrame:
    """One row per target, for people; coverage is that of the supported intervals."""
    return pd.DataFrame([_shown(score, level) for score in scores])


def _shown(score: ImpactScore, level: float) -> dict[str, object]:
    mixture, split = (score.intervals[method][level] for method in METHODS_OF_INTERVALS)
    return {
        "target": score.target, "origins": score.origins, "r2": score.r2, "mae": score.mae, "mae_mean": score.mae_mean,
        "rmse": score.rmse, "rmse_mean": score.rmse_mean, "p_skill": score.p_skill, "skill_share": score.skill_share,
        "supported_90": mixture.supported, "cover_90": mixture.coverage, "cover_90_recession": mixture.coverage_recession,
        "score_90": mixture.paired, "split_supported_90": split.supported, "split_cover_90": split.coverage,
        "split_cover_90_recession": split.coverage_recession, "split_score_90": split.paired,
    }  # fmt: skip


def _score(target: str, rows: pd.DataFrame, recession: Flags) -> ImpactScore:
    y, value, mean = (modelled(target, rows[name]) for name in ("outcome", "value", "mean"))
    ordinary = ~rows["as_of"].between(*COVID).to_numpy()
    own, of_mean = (y - value) ** 2, (y - mean) ** 2
    intervals = {method: {level: _judged(target, rows, level, method, y, recession) for level in LEVELS}
                 for method in METHODS_OF_INTERVALS}  # fmt: skip
    joint, base = _joint(rows, recession)
    return ImpactScore(
        target=target,
        mode=str(rows["mode"].iloc[0]),
        origins=len(rows),
        r2=float(1.0 - own.sum() / of_mean.sum()),
        r2_ex_covid=float(1.0 - own[ordinary].sum() / of_mean[ordinary].sum()),
        mae=float(np.abs(y - value).mean()),
        mae_mean=float(np.abs(y - mean).mean()),
        rmse=float(np.sqrt(own.mean())),
        rmse_mean=float(np.sqrt(of_mean.mean())),
        p_skill=_p_skill(own, of_mean),
        intervals=intervals,
        joint=joint,
        joint_base=base,
        skill_share=float((rows["method"] != NO_SKILL).mean()),
    )


def _p_skill(own: Array, of_mean: Array) -> float:
    if len(own) < 20 + GAP_QUARTERS:
        return float("nan")
    return 1.0 - diebold_mariano_without_any(own, of_mean, GAP_QUARTERS, GAP_QUARTERS).p_worse


def _joint(rows: pd.DataFrame, recession: Flags) -> tuple[float, float]:
    """Brier score of the joint event and of its frequency over the origins."""
    stated = rows["joint"].to_numpy(dtype=float)
    if np.isnan(stated).any():
        return float("nan"), float("nan")
    came = (recession & (rows["outcome"].to_numpy() <= JOINT_LIMIT)).astype(float)
    return brier(came, stated), float(came.mean() * (1.0 - came.mean()))


def _judged(target: str, rows: pd.DataFrame, level: float, method: str, y: Array, recession: Flags) -> IntervalScore:
    ends = {one: _ends(target, rows, level, one) for one in METHODS_OF_INTERVALS}
    low, high = ends[method]
    has, inside = np.isfinite(low), (y >= low) & (y <= high)
    both = np.logical_and.reduce([np.isfinite(each[0]) for each in ends.values()])
    return IntervalScore(
        supported=float(has.mean()),
        coverage=_share(inside[has]),
        coverage_recession=_share(inside[has & recession]),
        recession_origins=int((has & recession).sum()),
        score=_interval_score(y, low, high, level, has),
        paired=_interval_score(y, low, high, level, both),
    )


def _ends(target: str, rows: pd.DataFrame, level: float, method: str) -> tuple[Array, Array]:
    low, high = (np.asarray(rows[bound(side, level, method)], dtype=float) for side in ("low", "high"))
    unstated = ~np.isfinite(low) | ~np.isfinite(high)
    return (
        np.where(unstated, -np.inf, modelled(target, np.where(unstated, 0.0, low))),
        np.where(unstated, np.inf, modelled(target, np.where(unstated, 0.0, high))),
    )


def _interval_score(y: Array, low: Array, high: Array, level: float, keep: Flags) -> float:
    return interval_score(y[keep], low[keep], high[keep], level) if keep.any() else float("nan")


def _share(flags: Flags) -> float:
    return float(flags.mean()) if len(flags) else float("nan")
