"""Re-estimates on parts of the sample, and economic size.

Belongs here: leave-one-recession-out, trimming, transaction costs. Does not belong here: placebos (placebos.py), unobserved
confounding (confounding.py), stability over time (stability.py).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from macro_assets.causal.belief.declarations import Declaration
from macro_assets.causal.belief.protocol import Cell, CheckResult
from macro_assets.causal.engine.design import control_block, lag_block, outcome_paths
from macro_assets.causal.engine.linear import LinearCells, fit_cells, linear_stderr
from macro_assets.causal.engine.projection import Projection

__all__ = ["economic_significance", "leave_one_recession_out", "trimmed", "without_rows"]

TOP_MONTHS = 5
MINIMUM_FREEDOM = 20
UNIT = "standard errors"


def without_rows(cell: Cell, keep: np.ndarray) -> LinearCells:
    """The cell on some of its rows, by a mask (n,); plain estimate, as rows are no longer consecutive."""
    rows, lags, sample = cell.rows, cell.lags, cell.sample
    block = np.column_stack(
        [control_block(sample.controls, rows, lags), lag_block(sample.shock, sample.outcome, rows, lags)]
    )
    paths = outcome_paths(sample.outcome, rows).sum(axis=-1, keepdims=True)
    shock = sample.shock[rows.at(0)]
    return fit_cells(paths[keep], shock[keep], Projection.onto(block[keep]), bias_correction=False)


def _moved(cell: Cell, cells: LinearCells) -> float:
    """Change of the plain estimate, in the smaller of the two standard errors.

    Months that make an estimate also make its standard error large; without them it shows what they hid.
    """
    stderr = min(cell.estimate.stderr, float(linear_stderr(cells, cell.rows.horizon)[0]))
    return abs(float(cells.point) - cell.estimate.point_uncorrected) / stderr


def leave_one_recession_out(check: Declaration, cell: Cell) -> CheckResult:
    """The largest move of the estimate when the months of one recession are left out."""
    days = cell.dates.to_numpy().astype("datetime64[D]")
    moves: dict[str, float] = {}
    for first, last in np.asarray(cell.evidence.recessions, dtype="datetime64[D]").reshape(-1, 2):
        inside = (days >= first) & (days <= last)
        if inside.any() and len(days) - inside.sum() >= cell.cells.parameters + MINIMUM_FREEDOM:
            moves[str(first)[:7]] = _moved(cell, without_rows(cell, ~inside))
    if not moves:
        return check.result(None, float("nan"), UNIT, "no recession inside the sample was given")
    table = pd.Series(moves)
    worst, when = float(table.max()), str(table.idxmax())
    text = f"without the recession of {when} the estimate moves by {worst:.2f} {UNIT}, the most of {len(table)}"
    return check.result(worst <= check.threshold, worst, UNIT, text, table)


def trimmed(check: Declaration, cell: Cell) -> CheckResult:
    """The move of the estimate without the months of the largest unexplained shock."""
    largest = np.argsort(-np.abs(cell.cells.residual_shock))[:TOP_MONTHS]
    keep = np.ones(cell.rows.count, dtype=bool)
    keep[largest] = False
    again = without_rows(cell, keep)
    moved = _moved(cell, again)
    text = f"without the {TOP_MONTHS} largest shocks the estimate is {float(again.point):+.3g}, {moved:.2f} {UNIT} away"
    return check.result(moved <= check.threshold, moved, UNIT, text)


def economic_significance(check: Declaration, cell: Cell) -> CheckResult:
    """The effect of a typical shock against the cost of trading on it, in the unit of the outcome."""
    outcome = cell.sample.measured_outcome
    moving = cell.sample.shock[cell.sample.shock != 0.0]
    typical = abs(cell.estimate.point) * float(moving.std())
    text = f"a shock of one standard deviation moves the outcome by {typical:.3g} {outcome.unit}"
    if outcome.cost is None:
        return check.result(None, typical, outcome.unit, text)
    text = f"{text}; a round trip costs {outcome.cost:.3g}"
    return replace(check, threshold=outcome.cost).result(typical > outcome.cost, typical, outcome.unit, text)
