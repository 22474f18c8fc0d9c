"""Placebos: what must show no effect shows none, and what must show one shows it.

Belongs here: lead placebos, block-shifted shocks, placebo outcomes, injected effects, a random common cause.
Does not belong here: re-estimates on parts of the sample (robustness.py), stability over time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from macro_assets.causal.belief.checks import BeliefCheck, Cell
from macro_assets.causal.engine.design import lag_block, outcome_paths, usable_rows
from macro_assets.causal.engine.effects import linear_cells
from macro_assets.causal.engine.linear import (
    SHORT_HORIZON,
    LinearCells,
    cosine_count,
    fit_shock,
    linear_stderr,
    overlap_adjustment,
)
from macro_assets.causal.engine.multiplicity import benjamini_hochberg
from macro_assets.causal.engine.projection import Projection
from macro_assets.inference.longrun import cosine_basis, student_quantile

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
    return _two_sided(cells.point, *linear_stderr(cells, horizon))


def _two_sided(point: np.ndarray, stderr: np.ndarray, degrees: np.ndarray) -> np.ndarray:
    from scipy import stats

    return np.asarray(2 * stats.t.sf(np.abs(point) / stderr, degrees))


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


@dataclass(frozen=True)
class MovedShock:
    """A shock moved to other months, and what controls and its own past leave of it: the same for every outcome.

    treatment : (draws, total). projection : on controls and own lags, for the usable rows.
    own : (draws, n) the treatment residualised on that projection. overlap : `overlap_adjustment` at long horizons.
    """

    treatment: np.ndarray
    projection: Projection
    own: np.ndarray
    overlap: tuple[np.ndarray, np.ndarray] | None

    @classmethod
    def of(cls, cell: Cell, values: np.ndarray, draws: int, stream: int) -> MovedShock:
        """`values` (total,) shifted in a circle by `draws` random steps of at least a year."""
        rows, n = cell.rows, len(values)
        least = min(12, n // 4)
        choices = np.arange(least, n - least)
        shifts = np.random.default_rng([cell.seed, stream]).choice(choices, size=draws, replace=len(choices) < draws)
        moved = np.stack([np.roll(values, shift) for shift in shifts])
        lags = lag_block(moved, moved, rows, cell.lags)[..., : cell.lags - rows.regressor_shift]
        projection = Projection(cell.cells.projection.bases[:1]).extended(lags)
        own = projection.residuals(moved[:, rows.at(0), None])[..., 0]
        overlap = None
        if rows.horizon > SHORT_HORIZON:
            basis = cosine_basis(rows.count, cosine_count(rows.count, cell.cells.parameters))
            overlap = overlap_adjustment(own, projection, basis, rows.horizon)
        return cls(moved, projection, own, overlap)

    def effect(self, cell: Cell, added: np.ndarray | float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Effects on the cell's outcome, standard errors and degrees of freedom, each (draws,), by the default engine.

        added : (draws, n, h + 1) to add to the paths of the outcome; of what the moved shock makes of the outcome,
        the lags need not be added to the regressors, which hold the lags of the shock.
        """
        sample, rows = cell.sample, cell.rows
        past = lag_block(sample.treatment, sample.outcome, rows, cell.lags)[..., cell.lags - rows.regressor_shift :]
        projection = self.projection.extended(past)
        shock = Projection(projection.bases[len(self.projection.bases) :]).residuals(self.own[..., None])[..., 0]
        paths = outcome_paths(sample.outcome, rows) + added
        cells = fit_shock(paths, shock, self.own, self.treatment[:, rows.at(0)], projection)
        return cells.point, *linear_stderr(cells, rows.horizon, overlap=self.overlap)


def placebo_shock(cell: Cell, *, draws: int = DRAWS) -> BeliefCheck:
    """The shock moved in time as a block keeps its own dependence and must be found significant at the nominal rate."""
    moved = cell.once("placebo_shock", lambda: MovedShock.of(cell, cell.sample.treatment, draws, 11))
    share = float(np.mean(_two_sided(*moved.effect(cell)) < cell.alpha))
    return BeliefCheck(
        "placebo_shock", share <= LARGEST_PLACEBO_SHARE, share, LARGEST_PLACEBO_SHARE, "share of false alarms", True,
        f"shocks moved to other months are significant in {share:.0%} of {draws} draws (nominal {cell.alpha:.0%})",
    )  # fmt: skip


def injected_effect(cell: Cell, *, draws: int = DRAWS) -> BeliefCheck:
    """A known effect added to the real outcome must be recovered: coverage of the injected theta."""
    rows = cell.rows
    news = np.zeros(len(cell.sample.index))
    news[rows.at(0)] = cell.cells.own_shock
    moved = cell.once("injected_effect", lambda: MovedShock.of(cell, news, draws, 12))
    theta = float(np.std(cell.sample.outcome) / np.std(news)) / 2.0
    point, stderr, degrees = moved.effect(cell, added=theta * outcome_paths(moved.treatment, rows))
    covered = np.abs(point - theta) <= student_quantile(cell.alpha, degrees) * stderr
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
