"""Re-estimates on parts of the sample, overlap, economic size, reliability of the interval.

Belongs here: leave-one-recession-out, trimming, overlap, transaction costs, the flag of the interval. Does not belong
here: placebos (placebos.py), unobserved confounding (confounding.py), stability over time (stability.py).
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

__all__ = ["economic_significance", "interval_reliable", "leave_one_recession_out", "overlap", "trimmed"]

TOP_MONTHS = 5
SMALLEST_EFFECTIVE_N = 10.0
MINIMUM_FREEDOM = 20
UNIT = "standard errors"


def _without(cell: Cell, keep: np.ndarray) -> LinearCells:
    """The cell on some of its rows; plain estimate, as rows are no longer consecutive."""
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
    days = cell.sample.index[cell.rows.start : cell.rows.stop].to_numpy().astype("datetime64[D]")
    moves: dict[str, float] = {}
    for first, last in np.asarray(cell.evidence.recessions, dtype="datetime64[D]").reshape(-1, 2):
        inside = (days >= first) & (days <= last)
        if inside.any() and len(days) - inside.sum() >= cell.cells.parameters + MINIMUM_FREEDOM:
            moves[str(first)[:7]] = _moved(cell, _without(cell, ~inside))
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
    again = _without(cell, keep)
    moved = _moved(cell, again)
    text = f"without the {TOP_MONTHS} largest shocks the estimate is {float(again.point):+.3g}, {moved:.2f} {UNIT} away"
    return check.result(moved <= check.threshold, moved, UNIT, text)


def overlap(check: Declaration, cell: Cell) -> CheckResult:
    """1 - R2 of the shock on controls and lags."""
    share, months = cell.estimate.overlap, cell.estimate.effective_n
    passed = share >= check.threshold and months >= SMALLEST_EFFECTIVE_N
    text = f"controls leave {share:.0%} of the shock's variance, carried by {months:.0f} effective months"
    return check.result(passed, share, "1 - R2", text)


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


def interval_reliable(check: Declaration, cell: Cell) -> CheckResult:
    """The coverage that simulation found for an interval of this kind."""
    estimate = cell.estimate
    text = (
        f"simulation at this persistence, n and horizon covers {estimate.expected_coverage:.2f} for a nominal "
        f"{1 - estimate.alpha:.2f}"
    )
    return check.result(not estimate.interval_unreliable, estimate.expected_coverage, "coverage", text)
