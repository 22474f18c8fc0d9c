"""Joint inference over many effects: sup-t bands over horizons, Romano-Wolf and Benjamini-Hochberg p-values.

Belongs here: draws of joint t-statistics from influence values, and what follows from them.
Does not belong here: single-cell inference (inference/longrun.py).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from macro_assets.causal.engine.results import EffectEstimate

__all__ = [
    "adjusted_p_values",
    "benjamini_hochberg",
    "holm",
    "joint_critical",
    "joint_draws",
    "romano_wolf",
    "sup_t_critical",
]

DRAWS = 2000
BLOCK = 6


def joint_draws(
    estimates: Sequence[EffectEstimate], index: pd.DatetimeIndex, *, seed: int = 0, draws: int = DRAWS
) -> np.ndarray:
    """Draws (draws, cells) of the joint null distribution of the t-statistics, each with variance one.

    Influence values stand on one calendar and take random signs, one for each `BLOCK` months and the same for all cells
    (wild bootstrap in blocks). The scores of a lag-augmented projection are close to white, so blocks need not span the
    horizon; long ones leave so few independent draws that hundreds of cells are rejected too often.
    Source: Wu (1986); Shao (2010), JASA 105, for dependent multipliers.
    """
    rng = np.random.default_rng(seed)
    scores = np.zeros((len(index), len(estimates)))
    for column, estimate in enumerate(estimates):
        scores[index.get_indexer(estimate.dates), column] = estimate.influence
    sums = np.add.reduceat(scores, np.arange(0, len(index), BLOCK), axis=0)
    draws_of_sums = rng.choice((-1.0, 1.0), size=(draws, len(sums))) @ sums
    spread = np.sqrt(np.sum(sums**2, axis=0))
    return np.asarray(np.divide(draws_of_sums, spread, out=np.zeros_like(draws_of_sums), where=spread > 0))


def sup_t_critical(
    estimates: Sequence[EffectEstimate], index: pd.DatetimeIndex, *, alpha: float, seed: int = 0
) -> float:
    """Critical value whose band covers the whole response path with probability 1 - alpha.

    The quantile of the maximum over horizons, widened by the ratio of Student to normal of the least certain cell.
    Source: Montiel Olea and Plagborg-Moller (2019), simultaneous confidence bands.
    """
    maximum = np.abs(joint_draws(estimates, index, seed=seed)).max(axis=1)
    student = max(float(stats.t.ppf(1 - alpha / 2, e.degrees_of_freedom)) for e in estimates)
    return float(np.quantile(maximum, 1 - alpha)) * student / float(stats.norm.ppf(1 - alpha / 2))


def romano_wolf(statistics: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Step-down p-values (cells,) controlling the family-wise error, from |t| and joint null draws.

    Source: Romano and Wolf (2005), Econometrica 73(4).
    """
    order = np.argsort(-np.abs(statistics))
    adjusted = np.empty(len(statistics))
    # maximum over the cells not yet rejected: running maximum from the weakest cell upwards
    running = np.maximum.accumulate(np.abs(draws[:, order[::-1]]), axis=1)[:, ::-1]
    previous = 0.0
    for rank, cell in enumerate(order):
        p = (1 + np.sum(running[:, rank] >= abs(statistics[cell]))) / (1 + len(draws))
        previous = max(previous, float(p))
        adjusted[cell] = previous
    return adjusted


def benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    """Adjusted p-values controlling the false-discovery rate."""
    return np.asarray(stats.false_discovery_control(p_values, method="bh"))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values controlling the family-wise error under any dependence; empty for none, NaN where one is unknown.

    Equal to statsmodels' `multipletests`, which collects all garbage of the process at every call: half a second in a run.
    Source: Holm (1979), Scandinavian Journal of Statistics 6(2).
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1.0)
    return [float(value) for value in adjusted]


def joint_critical(draws: np.ndarray, *, level: float = 0.05) -> float:
    """Normal quantile that the largest |t| of the cells passes with probability `level` when no effect is there."""
    return float(np.quantile(np.abs(draws).max(axis=1), 1 - level))


def adjusted_p_values(estimates: Sequence[EffectEstimate], draws: np.ndarray) -> pd.DataFrame:
    """Columns p_bh and p_romano_wolf, one row per estimate in the given order; draws : of `joint_draws`."""
    p = np.array([estimate.p_value for estimate in estimates])
    z = stats.norm.isf(np.clip(p, 1e-300, 1.0) / 2)
    return pd.DataFrame({"p_bh": benjamini_hochberg(p), "p_romano_wolf": romano_wolf(z, draws)})
