"""Where simulation says an interval cannot be trusted: persistence of the shock, sample, parameters, horizon.

Belongs here: reading the response surface, and the flag. Does not belong here: the simulation that fills
reliability.csv (validation/reliability_table.py).
"""

from functools import cache, lru_cache
from importlib import resources

import numpy as np
from scipy.interpolate import RegularGridInterpolator

__all__ = ["RELIABLE_COVERAGE", "autoregressive_root", "expected_coverage", "is_unreliable"]

RELIABLE_COVERAGE = 0.90
SIMULATION_ERROR = 0.0125  # standard error of a simulated coverage; the flag asks to be sure of 0.90
NOMINAL = 0.95


def autoregressive_root(shock: np.ndarray, controls: np.ndarray, *, lags: int = 2) -> float:
    """Persistence of what the controls leave of the shock: AR(1) root, corrected for small-sample bias."""
    n = len(shock)
    design = np.column_stack([np.ones(n), controls])
    residual = shock - design @ np.linalg.lstsq(design, shock, rcond=None)[0]
    past, now = residual[:-1], residual[1:]
    root = float(past @ now / max(past @ past, np.finfo(float).tiny))
    return float(np.clip(root + (1.0 + 3.0 * root + design.shape[1] * max(root, 0.0)) / n, -1.0, 1.0))


@cache
def _surface() -> tuple[RegularGridInterpolator, tuple[np.ndarray, ...]]:
    """Coverage over (root, log n, controls, horizon); cells too short to simulate take the next easier cell."""
    with resources.files("macro_assets.causal.engine").joinpath("reliability.csv").open() as file:
        table = np.genfromtxt(file, delimiter=",", skip_header=1)
    axes = tuple(np.unique(table[:, column]) for column in range(4))
    grid = np.full([len(axis) for axis in axes], np.nan)
    place = [np.searchsorted(axis, table[:, column]) for column, axis in enumerate(axes)]
    grid[tuple(place)] = table[:, 4]
    for axis in (3, 2):
        for step in range(1, grid.shape[axis]):
            now, before = (np.take(grid, position, axis=axis) for position in (step, step - 1))
            filled = np.where(np.isnan(now), before, now)
            grid[(slice(None),) * axis + (step,)] = filled
    points = (axes[0], np.log(axes[1]), axes[2], axes[3])
    return RegularGridInterpolator(points, grid), points


@lru_cache(maxsize=8192)
def expected_coverage(root: float, n: int, parameters: int, horizon: int) -> float:
    """What a nominal 95 % interval of the default engine is expected to cover.

    Parameters
    ----------
    root : persistence of the shock (autoregressive_root). n : rows used. parameters : of the regression.
    horizon : placebo horizons count as 0.

    Outside the simulated range the nearest simulated cell answers.
    """
    surface, axes = _surface()
    asked = (max(root, 0.0), np.log(max(n + max(horizon, 0) + 2, 1)), (parameters - 6) / 3.0, max(horizon, 0))
    point = [float(np.clip(value, axis[0], axis[-1])) for value, axis in zip(asked, axes, strict=True)]
    return float(min(surface(point)[0], NOMINAL))


def is_unreliable(coverage: float) -> bool:
    """True when simulation is not sure that at least 90 % of nominal 95 % intervals cover."""
    return coverage < RELIABLE_COVERAGE + SIMULATION_ERROR
