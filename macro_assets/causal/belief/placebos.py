"""Placebos: what must show no effect shows none, and what must show one shows it.

Belongs here: lead placebos, placebo outcomes, moved shocks, injected effects, a random common cause. Does not belong
here: moving a shock (moved.py), re-estimates on parts of the sample (robustness.py), stability over time (stability.py).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from macro_assets.causal.belief.declarations import Declaration
from macro_assets.causal.belief.moved import MovedShock
from macro_assets.causal.belief.protocol import Cell, CheckResult
from macro_assets.causal.engine.design import outcome_paths, usable_rows
from macro_assets.causal.engine.effects import linear_cells
from macro_assets.causal.engine.linear import LinearCells, linear_stderr
from macro_assets.causal.engine.multiplicity import benjamini_hochberg
from macro_assets.inference.longrun import student_quantile

__all__ = [
    "injected_effect",
    "lead_p_values",
    "lead_placebo",
    "placebo_outcome",
    "placebo_shock",
    "random_common_cause",
]

LEADS = (-1, -2, -3)
DRAWS = 99
MINIMUM_FREEDOM = 20
RANDOM_CONTROLS = 4


def _p_value(cells: LinearCells, horizon: int) -> np.ndarray:
    return _two_sided(cells.point, *linear_stderr(cells, horizon))


def _two_sided(point: np.ndarray, stderr: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    return np.asarray(2 * stats.t.sf(np.abs(point) / stderr, degrees))


def lead_p_values(cell: Cell) -> np.ndarray:
    """p-values of the effect on the outcome one, two and three periods BEFORE the shock."""
    last = len(cell.sample.index) - 1
    found = []
    for lead in LEADS:
        rows = usable_rows(0, last, lead, cell.lags)
        found.append(float(_p_value(linear_cells(cell.sample, rows, cell.lags), 0)))
    return np.asarray(found)


def lead_placebo(check: Declaration, cell: Cell) -> CheckResult:
    """No effect on the past: the smallest adjusted p-value of three leads."""
    adjusted = benjamini_hochberg(lead_p_values(cell))
    smallest = float(adjusted.min())
    passed = smallest > check.threshold
    text = (
        "the outcome of the three months before does not move with the shock"
        if passed
        else "the outcome moved BEFORE the shock: it was anticipated, or both answer the same news"
    )
    table = pd.Series(adjusted, [f"{-lead} months before" for lead in LEADS])
    return check.result(passed, smallest, "adjusted p-value", text, table)


def placebo_outcome(check: Declaration, cell: Cell) -> CheckResult:
    """An outcome that cannot react must not react: the p-value of the effect on the placebo of the evidence."""
    placebo, unit = cell.evidence.placebo, "p-value"
    if placebo is None:
        return check.result(None, float("nan"), unit, cell.evidence.without_placebo)
    sample = replace(cell.sample, outcome=placebo.to_numpy(dtype=float))
    p = float(_p_value(linear_cells(sample, cell.rows, cell.lags), cell.rows.horizon))
    passed = p > check.threshold
    text = (
        f"{placebo.name or 'the placebo outcome'}, which cannot react, {'does not' if passed else 'DOES'} move with it"
    )
    return check.result(passed, p, unit, text)


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
