"""Circular block bootstrap of an effect, with the whole regression refitted in every draw.

Belongs here: the length of the blocks, the refit of the linear engine, and the interval they give. Does not belong here:
the draws (inference/blocks.py), analytic errors (linear.py).
"""

from dataclasses import dataclass

import numpy as np

from macro_assets.causal.engine.linear import LinearCells
from macro_assets.inference.blocks import block_counts

__all__ = ["Bootstrap", "block_length", "bootstrap", "bootstrap_errors"]

DRAWS = 499


def block_length(n: int, horizon: int) -> int:
    """Block length 1.5 n^(1/3), never shorter than two overlaps."""
    return int(min(max(np.ceil(1.5 * n ** (1 / 3)), 2 * (max(horizon, 0) + 1)), n // 3))


def bootstrap_errors(cells: LinearCells, horizon: int, *, seed: int, draws: int = DRAWS) -> np.ndarray:
    """Bootstrap estimation errors (draws,) of one cell, in the unit of the effect.

    Rows (outcome, shock, controls, lags) are drawn in blocks and the regression is refitted; by the
    Frisch-Waugh theorem only the residual of the full-sample fit needs refitting on shock and regressors.
    """
    rng = np.random.default_rng(seed)
    n = cells.influence.shape[-1]
    counts = block_counts(n, block_length(n, horizon), draws, rng)
    energy = float(np.sum(cells.residual_shock**2))
    design = np.concatenate([cells.residual_shock[:, None] / np.sqrt(energy), *cells.projection.bases], axis=-1)
    design = design[:, np.abs(design).sum(axis=0) > 0]
    errors = np.empty(draws)
    for draw, weight in enumerate(counts):
        weighted = design * weight[:, None]
        solution = np.linalg.lstsq(weighted.T @ design, weighted.T @ cells.residual, rcond=1e-10)[0]
        errors[draw] = solution[0] / np.sqrt(energy)
    return np.asarray(errors * np.sqrt(n / (n - cells.parameters)))


@dataclass(frozen=True)
class Bootstrap:
    """Basic bootstrap inference of one effect, in its unit."""

    stderr: float
    interval: tuple[float, float]
    p_value: float


def bootstrap(cells: LinearCells, horizon: int, *, alpha: float, seed: int, draws: int = DRAWS) -> Bootstrap:
    """Standard error, basic interval at level 1 - alpha and two-sided p-value of one cell."""
    errors, point = bootstrap_errors(cells, horizon, seed=seed, draws=draws), float(cells.point)
    low, high = np.quantile(errors, [alpha / 2, 1 - alpha / 2])
    p_value = float((1 + np.sum(np.abs(errors) >= abs(point))) / (1 + len(errors)))
    return Bootstrap(float(errors.std()), (point - float(high), point - float(low)), p_value)
