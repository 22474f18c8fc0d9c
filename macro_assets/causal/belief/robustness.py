"""Re-estimates on parts of the sample, overlap, sensitivity to unobserved confounding, economic size.

Belongs here: leave-one-recession-out, trimming, overlap, Cinelli-Hazlett robustness value, transaction costs.
Does not belong here: placebos (placebos.py), stability over time (stability.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from macro_assets.causal.belief.checks import BeliefCheck, Cell
from macro_assets.causal.engine.design import control_block, lag_block, outcome_paths
from macro_assets.causal.engine.linear import LinearCells, fit_cells, linear_stderr
from macro_assets.causal.engine.projection import RANK_TOLERANCE, Projection

__all__ = [
    "economic_significance",
    "leave_one_recession_out",
    "overlap",
    "partial_r2",
    "robustness_value",
    "trimmed",
    "unobserved_confounding",
]

TOP_MONTHS = 5
LARGEST_MOVE_SE = 2.0
SMALLEST_OVERLAP = 0.10
SMALLEST_EFFECTIVE_N = 10.0
Recession = tuple[pd.Timestamp, pd.Timestamp]


def _without(cell: Cell, keep: np.ndarray) -> LinearCells:
    """The cell on some of its rows; plain estimate, as rows are no longer consecutive."""
    rows, lags, sample = cell.rows, cell.lags, cell.sample
    block = np.column_stack(
        [control_block(sample.controls, rows, lags), lag_block(sample.treatment, sample.outcome, rows, lags)]
    )
    paths = outcome_paths(sample.outcome, rows).sum(axis=-1, keepdims=True)
    treatment = sample.treatment[rows.at(0)]
    return fit_cells(paths[keep], treatment[keep], Projection.onto(block[keep]), bias_correction=False)


def _moved(cell: Cell, cells: LinearCells) -> float:
    """Change of the plain estimate, in the smaller of the two standard errors.

    Months that make an estimate also make its standard error large; without them it shows what they hid.
    """
    stderr = min(cell.estimate.stderr, float(linear_stderr(cells, cell.rows.horizon)[0]))
    return abs(float(cells.point) - cell.estimate.point_uncorrected) / stderr


def leave_one_recession_out(cell: Cell, recessions: Sequence[Recession]) -> BeliefCheck:
    """The largest move of the estimate when the months of one recession are left out, at most two standard errors."""
    dates = cell.sample.index[cell.rows.start : cell.rows.stop]
    worst, when, tried = 0.0, "", 0
    for first, last in recessions:
        inside = (dates >= first) & (dates <= last)
        if not inside.any() or len(dates) - inside.sum() < cell.cells.parameters + 20:
            continue
        tried += 1
        moved = _moved(cell, _without(cell, ~np.asarray(inside)))
        if moved > worst:
            worst, when = moved, f"{first:%Y-%m}"
    if not tried:
        return BeliefCheck(
            "leave_one_recession_out", None, float("nan"), LARGEST_MOVE_SE, "standard errors", False,
            "no recession inside the sample was given",
        )  # fmt: skip
    return BeliefCheck(
        "leave_one_recession_out", worst <= LARGEST_MOVE_SE, worst, LARGEST_MOVE_SE, "standard errors", True,
        f"without the recession of {when or 'any start'} the estimate moves by {worst:.2f} standard errors, "
        f"the most of {tried}",
    )  # fmt: skip


def trimmed(cell: Cell) -> BeliefCheck:
    """Without the five months of largest unexplained shock the sign stays, or the estimate moves by at most 2 s.e."""
    largest = np.argsort(-np.abs(cell.cells.shock))[:TOP_MONTHS]
    keep = np.ones(cell.rows.count, dtype=bool)
    keep[largest] = False
    again = _without(cell, keep)
    moved = _moved(cell, again)
    return BeliefCheck(
        "trimmed", moved <= LARGEST_MOVE_SE, moved, LARGEST_MOVE_SE, "standard errors", True,
        f"without the {TOP_MONTHS} largest shocks the estimate is {float(again.point):+.3g}, "
        f"{moved:.2f} standard errors away",
    )  # fmt: skip


def overlap(cell: Cell) -> BeliefCheck:
    """Variation of the shock that controls do not explain: 1 - R2 of at least 0.10, carried by at least ten months."""
    estimate = cell.estimate
    passed = estimate.overlap >= SMALLEST_OVERLAP and estimate.effective_n >= SMALLEST_EFFECTIVE_N
    return BeliefCheck(
        "overlap", passed, estimate.overlap, SMALLEST_OVERLAP, "1 - R2", True,
        f"controls leave {estimate.overlap:.0%} of the shock's variance, carried by {estimate.effective_n:.0f} "
        "effective months",
    )  # fmt: skip


def partial_r2(target: np.ndarray, regressors: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Share of the variance of the target left by everything else that each regressor explains, shape (k,).

    target : (n,). regressors : (n, k), each judged beside all the rest of them. others : (n, m) regressors to project out.
    All from one regression, as a partial R2 is t2 / (t2 + degrees of freedom); a regressor that is a linear function
    of the rest explains nothing of its own.
    """
    left = Projection.onto(others).residuals(np.column_stack([target, regressors]))
    y, x = left[:, 0], left[:, 1:]
    norm = np.linalg.norm(x, axis=0)
    x = np.divide(x, norm, out=np.zeros_like(x), where=norm > RANK_TOLERANCE * np.linalg.norm(regressors, axis=0))
    inverse = np.linalg.inv(x.T @ x + RANK_TOLERANCE * np.eye(x.shape[1]))
    own = 1.0 / np.diagonal(inverse)  # share of each regressor that the rest leave
    slopes = inverse @ (x.T @ y)
    explained = np.where(own > 10.0 * RANK_TOLERANCE, slopes**2 * own, 0.0)
    unexplained = max(float(y @ y - slopes @ (x.T @ y)), np.finfo(float).tiny)
    return explained / (explained + unexplained)


def robustness_value(t_squared_over_degrees: float) -> float:
    """Cinelli-Hazlett robustness value from f2 = t2 / degrees of freedom.

    An unobserved confounder must explain this share of the residual variance of both treatment and outcome to bring
    the estimate to zero. Source: Cinelli and Hazlett (2020), JRSS-B 82(1).
    """
    f2 = t_squared_over_degrees
    return 0.5 * (np.sqrt(f2**2 + 4.0 * f2) - f2)


def unobserved_confounding(cell: Cell, benchmark: str | None = None) -> BeliefCheck:
    """Robustness value beside the strength of a named control: passes when it exceeds that control's own strength."""
    explained = 1.0 - float(cell.cells.residual @ cell.cells.residual) / float(
        np.sum((cell.cells.residual + cell.cells.shock * cell.estimate.point) ** 2)
    )
    explained = min(max(explained, 0.0), 1.0 - 1e-9)
    value = robustness_value(explained / (1.0 - explained))
    name, strength = _benchmark(cell, benchmark)
    if not name:
        return BeliefCheck(
            "unobserved_confounding", None, value, float("nan"), "robustness value", False,
            f"a confounder explaining {value:.1%} of what is left of both would bring the estimate to zero; "
            "no control to compare with",
        )  # fmt: skip
    return BeliefCheck(
        "unobserved_confounding", value > strength, value, strength, "robustness value", False,
        f"a confounder explaining {value:.1%} of what is left of both shock and outcome would bring the estimate "
        f"to zero; {name} explains at most {strength:.1%} of either",
    )  # fmt: skip


def _benchmark(cell: Cell, benchmark: str | None) -> tuple[str, float]:
    """The named control, or the strongest one, and the larger of its partial R2 with shock and outcome."""
    sample, rows = cell.sample, cell.rows
    names = sample.control_names
    if not names:
        return "", float("nan")
    treatment = sample.treatment[rows.at(0)]
    outcome = outcome_paths(sample.outcome, rows).sum(axis=-1)
    now = sample.controls[rows.at(0)]
    lags = lag_block(sample.treatment, sample.outcome, rows, cell.lags)
    others = np.column_stack([np.ones(rows.count), lags])
    strengths = np.maximum(
        partial_r2(treatment, now, others), partial_r2(outcome, now, np.column_stack([others, treatment]))
    )
    strongest = names.index(benchmark) if benchmark in names else int(np.argmax(strengths))
    return names[strongest], float(strengths[strongest])


def economic_significance(cell: Cell, transaction_cost: float | None) -> BeliefCheck:
    """The effect of a typical shock against the cost of trading on it, both in the unit of the outcome."""
    moving = cell.sample.treatment[cell.sample.treatment != 0.0]
    typical = abs(cell.estimate.point) * float(moving.std())
    text = f"a shock of one standard deviation moves the outcome by {typical:.3g} {cell.sample.outcome_unit}"
    if transaction_cost is None:
        return BeliefCheck("economic_significance", None, typical, float("nan"), cell.sample.outcome_unit, False, text)
    return BeliefCheck(
        "economic_significance", typical > transaction_cost, typical, transaction_cost, cell.sample.outcome_unit, False,
        f"{text}; a round trip costs {transaction_cost:.3g}",
    )  # fmt: skip
