"""Coverage, bias, RMSE and width of the default engine on processes with known effects, beside an oracle.

Belongs here: replications of one cell (process, n, horizon) and their score.
Does not belong here: processes (causal/validation/simulation.py), other estimators (comparators.py), pass rules (criteria.py).

The replications run through `linear.fit_cells` and `linear.linear_stderr`, the lines `estimate_effect` runs.
The oracle is least squares of the outcome on the shock, the true controls and the lags that whiten this process
(one when its errors are autocorrelated, none otherwise), without bias correction, with the same standard error.
"""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from macro_assets.causal.engine.design import outcome_paths, usable_rows
from macro_assets.causal.engine.inputs import Sample
from macro_assets.causal.engine.linear import LinearCells, fit_cells, lag_augmented, linear_stderr
from macro_assets.causal.engine.reliability import is_unreliable, simulated_coverage
from macro_assets.causal.engine.variables import Outcome, Shock
from macro_assets.causal.validation.simulation import PROCESSES, SimulatedPanel, simulate
from macro_assets.inference.longrun import student_quantile

__all__ = ["HORIZONS", "CellScore", "batched_cells", "coverage_cell", "flagged"]

HORIZONS = (0, 1, 3, 6, 12)
CHUNK = 250
FLAGGED = 20
"""Replications of a cell whose reliability is simulated: each takes a hundred histories of its own."""
MASTER_SEED = 20_260_101


@dataclass(frozen=True)
class CellScore:
    """Score of one estimator in one cell. coverage and its Monte Carlo error are shares; the rest in outcome units."""

    estimator: str
    process: str
    n: int
    horizon: int
    theta: float
    replications: int
    truth: float
    coverage: float
    coverage_mc_error: float
    bias: float
    rmse: float
    width: float
    flagged: float = float("nan")

    @classmethod
    def of(
        cls,
        estimator: str,
        cell: tuple[str, int, int],
        truth: float,
        theta: float,
        draws: np.ndarray,
        flagged: float = float("nan"),
    ) -> "CellScore":
        """From draws (R, 3): point, lower, upper."""
        point, low, high = draws.T
        coverage = float(np.mean((low <= truth) & (truth <= high)))
        return cls(
            estimator, *cell, theta, len(draws), truth, coverage,
            float(np.sqrt(max(coverage * (1 - coverage), 0.25 / len(draws)) / len(draws))),
            float(point.mean() - truth), float(np.sqrt(np.mean((point - truth) ** 2))), float(np.mean(high - low)),
            flagged,
        )  # fmt: skip

    def row(self) -> dict[str, object]:
        """As a flat record."""
        return asdict(self)


def batched_cells(panel: SimulatedPanel, horizon: int, *, lags: int = 2, bias_correction: bool = True) -> LinearCells:
    """The default engine on every replication of a panel."""
    rows = usable_rows(0, panel.outcome.shape[-1] - 1, horizon, lags)
    projection = lag_augmented(panel.controls, panel.shock, panel.outcome, rows, lags)
    return fit_cells(
        outcome_paths(panel.outcome, rows), panel.shock[:, rows.at(0)], projection, bias_correction=bias_correction
    )


def _draws(cells: LinearCells, horizon: int, alpha: float = 0.05) -> np.ndarray:
    stderr, degrees = linear_stderr(cells, horizon)
    half = student_quantile(alpha, degrees) * stderr
    return np.stack([cells.point, cells.point - half, cells.point + half], axis=-1)


def flagged(panel: SimulatedPanel, horizon: int, number: int) -> bool:
    """Whether the product would flag this replication's interval."""
    names = tuple(f"x{column}" for column in range(panel.controls.shape[-1]))
    sample = Sample(
        pd.date_range("1985-01-31", periods=panel.outcome.shape[-1], freq="ME"), panel.outcome[number],
        panel.shock[number], panel.controls[number], Outcome("outcome"), Shock("shock"), names,
    )  # fmt: skip
    (coverage,) = simulated_coverage([sample], (horizon,), seed=number).values()
    return is_unreliable(coverage)


def coverage_cell(name: str, n: int, horizon: int, *, replications: int, theta: float = 0.5) -> list[CellScore]:
    """Scores of the engine and of the oracle in one cell; seeds depend on the cell alone."""
    process = PROCESSES[name]
    key = [MASTER_SEED, sorted(PROCESSES).index(name), n, horizon, round(1000 * theta)]
    rng = np.random.default_rng(key)
    product: list[np.ndarray] = []
    oracle: list[np.ndarray] = []
    flags: list[bool] = []
    truth = 0.0
    oracle_lags = 1 if process.rho_v or process.rho_u else 0
    for start in range(0, replications, CHUNK):
        panel = simulate(process, replications=min(CHUNK, replications - start), n=n, theta=theta, rng=rng)
        truth = panel.response(horizon)
        cells = batched_cells(panel, horizon)
        product.append(_draws(cells, horizon))
        flags += [flagged(panel, horizon, number) for number in range(min(len(panel.outcome), FLAGGED - len(flags)))]
        oracle.append(_draws(batched_cells(panel, horizon, lags=oracle_lags, bias_correction=False), horizon))
    cell = (name, n, horizon)
    return [
        CellScore.of("default", cell, truth, theta, np.concatenate(product), flagged=float(np.mean(flags))),
        CellScore.of("oracle", cell, truth, theta, np.concatenate(oracle)),
    ]
