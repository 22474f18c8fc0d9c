"""Placebos: what must show no effect shows none, and what must show one shows it.

Belongs here: moved shocks, injected effects, a random common cause. Does not belong here: whether the past knows the shock
(exogeneity.py), moving a shock (moved.py), re-estimates on parts of the sample (robustness.py), stability over time.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import stats

from macro_assets.causal.belief.declarations import Declaration
from macro_assets.causal.belief.moved import MovedShock
from macro_assets.causal.belief.protocol import Cell, CheckResult
from macro_assets.causal.engine.design import outcome_paths
from macro_assets.causal.engine.effects import linear_cells
from macro_assets.inference.longrun import student_quantile

__all__ = [
    "injected_effect",
    "placebo_shock",
    "random_common_cause",
]

DRAWS = 99
MINIMUM_FREEDOM = 20
RANDOM_CONTROLS = 4


def _two_sided(point: np.ndarray, stderr: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    return np.asarray(2 * stats.t.sf(np.abs(point) / stderr, degrees))


def placebo_shock(check: Declaration, cell: Cell) -> CheckResult:
    """A moved shock keeps its own dependence and must be found significant at the nominal rate."""
    alpha = cell.settings.alpha
    moved = cell.once(check.name, lambda: MovedShock.of(cell, cell.sample.shock, DRAWS, 11))
    share = float(np.mean(_two_sided(*moved.effect(cell)) < alpha))
    text = f"shocks moved to other months are significant in {share:.0%} of {DRAWS} draws (nominal {alpha:.0%})"
    return check.result(share <= check.threshold, share, "share of false alarms", text)


def injected_effect(check: Declaration, cell: Cell) -> CheckResult:
    """A known effect added to the real outcome must be recovered: the coverage of it."""
    rows = cell.rows
    news = np.zeros(len(cell.sample.index))
    news[rows.at(0)] = cell.cells.own_residual_shock
    moved = cell.once(check.name, lambda: MovedShock.of(cell, news, DRAWS, 12))
    theta = float(np.std(cell.sample.outcome) / np.std(news)) / 2.0
    point, stderr, degrees = moved.effect(cell, added=theta * outcome_paths(moved.shock, rows))
    covered = np.abs(point - theta) <= student_quantile(cell.settings.alpha, degrees) * stderr
    share = float(np.mean(covered))
    text = f"an effect of {theta:.3g} added at {DRAWS} places is inside the interval {share:.0%} of the time"
    return check.result(share >= check.threshold, share, "coverage", text)


def random_common_cause(check: Declaration, cell: Cell) -> CheckResult:
    """Four random controls, half of them persistent, must leave the estimate where it was."""
    unit = "standard errors"
    if cell.rows.count - cell.cells.parameters - RANDOM_CONTROLS * (cell.lags + 1) < MINIMUM_FREEDOM:
        return check.result(None, float("nan"), unit, "too few degrees of freedom for four more controls")
    noise = _noise(len(cell.sample.index), np.random.default_rng([cell.settings.seed, 13]))
    sample = replace(cell.sample, controls=np.column_stack([cell.sample.controls, noise]))
    again = float(linear_cells(sample, cell.rows, cell.lags).point)
    moved = abs(again - cell.estimate.point) / cell.estimate.stderr
    text = f"four random controls move the estimate by {moved:.2f} standard errors"
    return check.result(moved <= check.threshold, moved, unit, text)


def _noise(n: int, rng: np.random.Generator) -> np.ndarray:
    """Four random series (n, 4), the last two with root 0.9."""
    noise = rng.standard_normal((n, RANDOM_CONTROLS))
    for row in range(1, n):
        noise[row, 2:] += 0.9 * noise[row - 1, 2:]
    return noise
