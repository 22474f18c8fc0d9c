"""How strong an unobserved confounder would have to be: the robustness value beside the strongest control.

Belongs here: partial R2, Cinelli and Hazlett's robustness value, the check made of them. Does not belong here: re-estimates
on parts of the sample (robustness.py).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from macro_assets.causal.belief.declarations import Declaration
from macro_assets.causal.belief.protocol import Cell, CheckResult
from macro_assets.causal.engine.design import lag_block, outcome_paths
from macro_assets.causal.engine.projection import RANK_TOLERANCE, Projection

__all__ = ["partial_r2", "robustness_value", "unobserved_confounding"]


def partial_r2(target: np.ndarray, regressors: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Share of the variance of the target left by everything else that each regressor explains, shape (k,).

    target : (n,). regressors : (n, k), each beside all the rest of them. others : (n, m) regressors to project out.
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

    An unobserved confounder must explain this share of the residual variance of both shock and outcome to bring
    the estimate to zero. Source: Cinelli and Hazlett (2020), JRSS-B 82(1).
    """
    f2 = t_squared_over_degrees
    return 0.5 * (float(np.sqrt(f2**2 + 4.0 * f2)) - f2)


def unobserved_confounding(check: Declaration, cell: Cell) -> CheckResult:
    """The robustness value beside the strength of a control."""
    cells, unit = cell.cells, "robustness value"
    explained = 1.0 - float(cells.residual @ cells.residual) / float(
        np.sum((cells.residual + cells.residual_shock * cell.estimate.point) ** 2)
    )
    explained = min(max(explained, 0.0), 1.0 - 1e-9)
    value = robustness_value(explained / (1.0 - explained))
    name, strength = _benchmark(cell)
    text = f"a confounder explaining {value:.1%} of what is left of both shock and outcome would bring the estimate to zero"
    if not name:
        return check.result(None, value, unit, f"{text}; no control to compare with")
    text = f"{text}; {name} explains at most {strength:.1%} of either"
    return replace(check, threshold=strength).result(value > strength, value, unit, text)


def _benchmark(cell: Cell) -> tuple[str, float]:
    """The control named by the evidence, or the strongest one, and the larger of its partial R2 with shock and outcome."""
    sample, rows = cell.sample, cell.rows
    names, named = sample.control_names, cell.evidence.benchmark
    if not names:
        return "", float("nan")
    shock = sample.shock[rows.at(0)]
    outcome = outcome_paths(sample.outcome, rows).sum(axis=-1)
    now = sample.controls[rows.at(0)]
    lags = lag_block(sample.shock, sample.outcome, rows, cell.lags)
    others = np.column_stack([np.ones(rows.count), lags])
    strengths = np.maximum(partial_r2(shock, now, others), partial_r2(outcome, now, np.column_stack([others, shock])))
    strongest = names.index(named) if named in names else int(np.argmax(strengths))
    return names[strongest], float(strengths[strongest])
