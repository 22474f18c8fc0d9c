"""Whether an effect is the same over time: sup-Wald, CUSUM and rolling estimates.

Belongs here: tests on the influence values of one estimate. Does not belong here: monitoring in production (defs).

Reference distributions are simulated (Brownian bridge) or exact (Kolmogorov), not tabulated. Sources: Andrews (1993),
Econometrica 61(4); Ploberger and Kramer (1992), Econometrica 60(2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from scipy import stats

from macro_assets.causal.belief.declarations import Declaration
from macro_assets.causal.belief.protocol import Cell, CheckResult
from macro_assets.causal.engine.linear import LinearCells
from macro_assets.inference.longrun import ewc_stderr

__all__ = ["Stability", "stable_effect", "rolling_effects", "stability", "sup_wald"]

TRIMMING = 0.15
ROLLING_MONTHS = 120


@dataclass(frozen=True)
class Stability:
    """Tests of a constant effect.

    sup_wald, sup_wald_p : largest Wald statistic of a break with unknown date (HAC), and its p-value.
    break_date : date of that break. cusum, cusum_p : largest cumulated score.
    """

    sup_wald: float
    sup_wald_p: float
    break_date: pd.Timestamp
    cusum: float
    cusum_p: float


@cache
def _bridge_suprema(steps: int = 400, draws: int = 4000) -> np.ndarray:
    """Sorted draws of sup over [0.15, 0.85] of B(s)^2 / (s (1 - s)) of a Brownian bridge."""
    rng = np.random.default_rng(1993)
    path = np.cumsum(rng.standard_normal((draws, steps)), axis=1) / np.sqrt(steps)
    time = np.arange(1, steps + 1) / steps
    bridge = path - time * path[:, -1:]
    inside = (time >= TRIMMING) & (time <= 1 - TRIMMING)
    return np.sort((bridge[:, inside] ** 2 / (time[inside] * (1 - time[inside]))).max(axis=1))


def sup_wald(cells: LinearCells) -> tuple[float, float, int]:
    """Largest Wald statistic of one break in the effect, its p-value and the row of the break.

    Effects before and after each date from the residualised shock; long-run variance by equal-weighted cosines.
    """
    n = len(cells.residual_shock)
    outcome = cells.residual + cells.residual_shock * cells.point
    energy, cross = np.cumsum(cells.residual_shock**2), np.cumsum(cells.residual_shock * outcome)
    first, last = int(np.ceil(TRIMMING * n)), int(np.floor((1 - TRIMMING) * n))
    splits = np.arange(first, last)
    before, after = energy[splits], energy[-1] - energy[splits]
    usable = (before > 0.02 * energy[-1]) & (after > 0.02 * energy[-1])
    splits, before, after = splits[usable], before[usable], after[usable]
    if not len(splits):
        return float("nan"), float("nan"), 0
    difference = cross[splits] / before - (cross[-1] - cross[splits]) / after
    scores = cells.residual_shock * cells.residual
    variance = float(ewc_stderr(scores - scores.mean())[0]) ** 2 / n
    share_before, share_after = (splits + 1) / n, 1.0 - (splits + 1) / n
    wald = difference**2 / (variance * n * (share_before / before**2 + share_after / after**2))
    largest = int(np.argmax(wald))
    reference = _bridge_suprema()
    p = float(1.0 - np.searchsorted(reference, wald[largest]) / len(reference))
    return float(wald[largest]), max(p, 1.0 / len(reference)), int(splits[largest])


def stability(cell: Cell) -> Stability:
    """All tests of one cell."""
    statistic, p, row = sup_wald(cell.cells)
    scores = cell.cells.residual_shock * cell.cells.residual
    total = float(ewc_stderr(scores - scores.mean())[0])
    cusum = float(np.abs(np.cumsum(scores - scores.mean())).max() / total) if total > 0 else float("nan")
    return Stability(statistic, p, cell.dates[row], cusum, float(stats.kstwobign.sf(cusum)))


def rolling_effects(cell: Cell, *, window: int = ROLLING_MONTHS) -> pd.DataFrame:
    """Effect over the last `window` months with pointwise bands, from the residualised shock; index = window end."""
    shock, outcome = cell.cells.residual_shock, cell.cells.residual + cell.cells.residual_shock * cell.cells.point
    if len(shock) < window:
        return pd.DataFrame(columns=["effect", "lower", "upper"], index=pd.DatetimeIndex([], name="date"))
    s, y = (np.lib.stride_tricks.sliding_window_view(values, window) for values in (shock, outcome))
    moving = (s**2).sum(axis=1) > 0
    ends = cell.dates[window - 1 :][moving]
    s, y = s[moving], y[moving]
    energy = (s**2).sum(axis=1)
    point = (s * y).sum(axis=1) / energy
    stderr, degrees = ewc_stderr(s * (y - point[:, None] * s) / energy[:, None])
    half = float(stats.t.ppf(1 - cell.settings.alpha / 2, degrees)) * stderr
    return pd.DataFrame({"effect": point, "lower": point - half, "upper": point + half}, index=ends.rename("date"))


def stable_effect(check: Declaration, cell: Cell) -> CheckResult:
    """The p-value of the largest Wald statistic of one break; many cells are scanned, hence the strict level."""
    found = stability(cell)
    passed = None if np.isnan(found.sup_wald) else found.sup_wald_p > check.threshold
    text = (
        f"sup-Wald {found.sup_wald:.2f} (p = {found.sup_wald_p:.3f}, largest at {found.break_date:%Y-%m}); "
        f"CUSUM {found.cusum:.2f} (p = {found.cusum_p:.3f})"
    )
    return check.result(passed, found.sup_wald_p, "p-value", text)
