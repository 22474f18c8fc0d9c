"""Whether several instruments of one shock tell the same effect.

Belongs here: the estimates side by side and the joint test. Does not belong here: one instrument (instruments.py), which
series are published (families.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from macro_assets.errors import InvalidInputError
from macro_assets.inference.longrun import cosine_basis, ewc_degrees

Array = NDArray[np.float64]

__all__ = ["HeterogeneityTest", "heterogeneity_test"]


@dataclass(frozen=True)
class HeterogeneityTest:
    """Test that one effect fits all instruments.

    Attributes
    ----------
    effect : the value that fits them best, unit of the outcome per unit of the endogenous variable.
    statistic, degrees : F statistic and its two degrees of freedom. p_value : small = the instruments disagree.
    n : rows that all instruments have. instruments : names compared.
    """

    effect: float
    statistic: float
    degrees: tuple[int, int]
    p_value: float
    n: int
    instruments: tuple[str, ...]


def heterogeneity_test(
    outcome: Array, endogenous: Array, instruments: Mapping[str, Array], controls: Array | None = None
) -> HeterogeneityTest:
    """Continuously updated objective at its minimum: how badly the best common effect fits.

    Valid whatever the strength of the instruments, since the objective at the true effect does not depend on it and the
    minimum is smaller still; with weak instruments it rejects too seldom, never too often.

    Parameters
    ----------
    outcome, endogenous : (n,) rows in time order. instruments : name -> (n,). controls : (n, p); a constant is added.

    Raises
    ------
    InvalidInputError : fewer than two instruments, or too few rows for them.

    Source: Hansen, Heaton and Yaron (1996), JBES 14; Stock and Wright (2000), Econometrica 68; fixed number of cosines as
    in inference/longrun.py.
    """
    names, n = list(instruments), len(outcome)
    degrees = ewc_degrees(n) if n else 0
    if len(names) < 2 or degrees <= len(names):
        raise InvalidInputError(
            f"{len(names)} instruments on {n} rows cannot be compared.", remedy="Use two or more on a longer sample."
        )
    others = np.ones((n, 1)) if controls is None else np.column_stack([np.ones(n), controls])
    basis = np.linalg.qr(others)[0]
    y, x, *z = (each - basis @ (basis.T @ each) for each in (outcome, endogenous, *instruments.values()))
    standard = np.stack(z) / np.std(z, axis=1, keepdims=True)
    reduced, first = standard @ y, standard @ x
    cosines = cosine_basis(n, degrees)

    def objective(effect: float) -> float:
        scores = standard * (y - effect * x)
        projected = (scores - scores.mean(axis=1, keepdims=True)) @ cosines
        moments = reduced - effect * first
        covariance = projected @ projected.T / degrees
        return float(moments @ np.linalg.solve(covariance, moments))

    effect = _minimum(objective, reduced, first)
    k = len(names)
    second = degrees - k + 2
    statistic = objective(effect) * second / (degrees * (k - 1))
    return HeterogeneityTest(
        effect, statistic, (k - 1, second), float(stats.f.sf(statistic, k - 1, second)), n, tuple(names)
    )


def _minimum(objective: Callable[[float], float], reduced: Array, first: Array) -> float:
    """The effect of the smallest objective: best of a grid around the instruments' own effects, then refined."""
    own = np.divide(reduced, first, out=np.zeros_like(reduced), where=np.abs(first) > 1e-12)
    low, high = np.quantile(own, [0.0, 1.0])
    spread = max(high - low, abs(own).max(), 1e-9)
    grid = np.linspace(low - spread, high + spread, 241)
    values = [objective(float(at)) for at in grid]
    best = int(np.argmin(values))
    bounds = (grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)])
    return float(optimize.minimize_scalar(objective, bounds=bounds, method="bounded").x)
