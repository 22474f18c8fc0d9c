"""Placebos: what must show no effect shows none, and what must show one shows it.

Belongs here: lead placebos, block-shifted shocks, placebo outcomes, injected effects, a random common cause.
Does not belong here: re-estimates on parts of the sample (robustness.py), stability over time.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from macro_assets.causal.checks import BeliefCheck, Cell
from macro_assets.causal.design import outcome_paths, usable_rows
from macro_assets.causal.effects import linear_cells
from macro_assets.causal.linear import LinearCells, fit_cells, lag_augmented, linear_stderr
from macro_assets.causal.longrun import student_quantile
from macro_assets.causal.multiplicity import benjamini_hochberg

__all__ = [
    "injected_effect",
    "lead_placebo",
    "lead_p_values",
    "placebo_outcome",
    "placebo_shock",
    "random_common_cause",
]

LEADS = (-1, -2, -3)
LEAD_LEVEL = 0.10
DRAWS = 99
LARGEST_PLACEBO_SHARE = 0.12
SMALLEST_RECOVERY = 0.88
LARGEST_SHIFT_SE = 0.5


def _p_value(cells: LinearCells, horizon: int) -> np.ndarray:
    from scipy import stats

    stderr, degrees = linear_stderr(cells, horizon)
    return np.asarray(2 * stats.t.sf(np.abs(cells.point) / stderr, degrees))


def lead_p_values(cell: Cell) -> np.ndarray:
    """p-values of the effect on the outcome one, two and three periods BEFORE the shock."""
    last = len(cell.sample.index) - 1
    found = []
    for lead in LEADS:
        rows = usable_rows(0, last, lead, cell.lags)
        found.append(float(_p_value(linear_cells(cell.sample, rows, cell.lags), 0)))
    return np.asarray(found)


def lead_placebo(cell: Cell) -> BeliefCheck:
    """No effect on the past: smallest Benjamini-Hochberg p-value of three leads above 0.10."""
    smallest = float(benjamini_hochberg(lead_p_values(cell)).min())
    passed = smallest > LEAD_LEVEL
    text = (
        "the outcome of the three months before does not move with the shock"
        if passed
        else "the outcome moved BEFORE the shock: it was anticipated, or both answer the same news"
    )
    return BeliefCheck("lead_placebo", passed, smallest, LEAD_LEVEL, "adjusted p-value", True, text)


def _shifts(n: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Circular shifts of at least a year."""
    least = min(12, n // 4)
    choices = np.arange(least, n - least)
    return rng.choice(choices, size=draws, replace=len(choices) < draws)


def _batch(cell: Cell, treatments: np.ndarray, outcomes: np.ndarray) -> LinearCells:
    """The default engine for many treatments (draws, n) and outcomes (draws, n) with the cell's controls."""
    rows, lags = cell.rows, cell.lags
    projection = lag_augmented(cell.sample.controls, treatments, outcomes, rows, lags)
    return fit_cells(outcome_paths(outcomes, rows), treatments[:, rows.at(0)], projection)


def placebo_shock(cell: Cell, *, draws: int = DRAWS) -> BeliefCheck:
    """The shock moved in time as a block keeps its own dependence and must be found significant at the nominal rate."""
    rng = np.random.default_rng([cell.seed, 11])
    treatment = cell.sample.treatment
    moved = np.stack([np.roll(treatment, shift) for shift in _shifts(len(treatment), draws, rng)])
    outcomes = np.broadcast_to(cell.sample.outcome, moved.shape)
    share = float(np.mean(_p_value(_batch(cell, moved, outcomes), cell.rows.horizon) < cell.alpha))
    return BeliefCheck(
        "placebo_shock", share <= LARGEST_PLACEBO_SHARE, share, LARGEST_PLACEBO_SHARE, "share of false alarms", True,
        f"shocks moved to other months are significant in {share:.0%} of {draws} draws (nominal {cell.alpha:.0%})",
    )  # fmt: skip


def injected_effect(cell: Cell, *, draws: int = DRAWS) -> BeliefCheck:
    """A known effect added to the real outcome must be recovered: coverage of the injected theta."""
    rng = np.random.default_rng([cell.seed, 12])
    rows = cell.rows
    news = np.zeros(len(cell.sample.index))
    news[rows.at(0)] = cell.cells.shock
    moved = np.stack([np.roll(news, shift) for shift in _shifts(len(news), draws, rng)])
    theta = float(np.std(cell.sample.outcome) / np.std(news)) / 2.0
    outcomes = cell.sample.outcome + theta * moved
    cells = _batch(cell, moved, outcomes)
    stderr, degrees = linear_stderr(cells, rows.horizon)
    covered = np.abs(cells.point - theta) <= student_quantile(cell.alpha, degrees) * stderr
    share = float(np.mean(covered))
    return BeliefCheck(
        "injected_effect", share >= SMALLEST_RECOVERY, share, SMALLEST_RECOVERY, "coverage", True,
        f"an effect of {theta:.3g} added at {draws} places is inside the interval {share:.0%} of the time",
    )  # fmt: skip


def placebo_outcome(cell: Cell, values: np.ndarray | None, name: str = "") -> BeliefCheck:
    """An asset that cannot react must not react. values : (n,) one-period outcome on the cell's index, or None."""
    if values is None:
        return BeliefCheck(
            "placebo_outcome", None, float("nan"), 0.05, "p-value", False, "no placebo outcome was given"
        )
    sample = replace(cell.sample, outcome=np.asarray(values, dtype=float))
    p = float(_p_value(linear_cells(sample, cell.rows, cell.lags), cell.rows.horizon))
    return BeliefCheck(
        "placebo_outcome", p > 0.05, p, 0.05, "p-value", True,
        f"{name or 'the placebo outcome'}, which cannot react, {'does not' if p > 0.05 else 'DOES'} move with it",
    )  # fmt: skip


def random_common_cause(cell: Cell) -> BeliefCheck:
    """Four random controls, half of them persistent, must leave the estimate where it was."""
    rng = np.random.default_rng([cell.seed, 13])
    n = len(cell.sample.index)
    noise = rng.standard_normal((n, 4))
    for row in range(1, n):
        noise[row, 2:] += 0.9 * noise[row - 1, 2:]
    sample = replace(cell.sample, controls=np.column_stack([cell.sample.controls, noise]))
    if cell.rows.count - cell.cells.parameters - 4 * (cell.lags + 1) < 20:
        return BeliefCheck(
            "random_common_cause", None, float("nan"), LARGEST_SHIFT_SE, "standard errors", False,
            "too few degrees of freedom for four more controls",
        )  # fmt: skip
    moved = abs(float(linear_cells(sample, cell.rows, cell.lags).point) - cell.estimate.point) / cell.estimate.stderr
    return BeliefCheck(
        "random_common_cause", moved <= LARGEST_SHIFT_SE, moved, LARGEST_SHIFT_SE, "standard errors", True,
        f"four random controls move the estimate by {moved:.2f} standard errors",
    )  # fmt: skip
