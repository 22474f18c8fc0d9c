"""Persistent-series data-generating processes with known effects, many replications at once.

Belongs here: simulated outcomes, shocks and controls, and the true response of each process.
Does not belong here: estimation, scoring (validation/).

All processes share ten AR(1) confounders X with unit innovations: T_t = X_t'g + v_t, Y_t = theta T_t + X_t'b + u_t.
Row t of X is known before the shock of row t. The true cumulative response at horizon h is
theta * sum_{j=0..h} E[v_{t+j} | unit innovation of v_t]; where theta varies, the estimand of a linear average is the
residual-variance-weighted E[theta v^2] / E[v^2].
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

__all__ = ["PROCESSES", "Process", "SimulatedPanel", "simulate"]

CONTROLS = 10
BURN_IN = 150


@dataclass(frozen=True)
class Process:
    """One data-generating process. rho_x, rho_v, rho_u: AR(1) roots of confounders, shock error, outcome error."""

    name: str
    title: str
    rho_x: float
    rho_v: float
    rho_u: float
    confounding: float = 0.3
    shock_confounded: bool = True
    regimes: str = "none"


PROCESSES: dict[str, Process] = {
    process.name: process
    for process in (
        Process("S1", "persistent confounders, white errors", 0.9, 0.0, 0.0),
        Process("S2", "persistent confounders and errors", 0.9, 0.8, 0.8),
        Process("S3", "very persistent confounders and shock", 0.95, 0.9, 0.0),
        Process("S4", "strong confounding", 0.9, 0.0, 0.0, confounding=0.9),
        Process("regime_effects", "effect and shock size switch with the regime", 0.9, 0.0, 0.0, regimes="effect"),
        Process("volatility_regimes", "outcome volatility switches", 0.9, 0.0, 0.0, regimes="volatility"),
        Process("iid_surprise", "unpredictable shock", 0.9, 0.0, 0.0, shock_confounded=False),
    )
}


@dataclass(frozen=True)
class SimulatedPanel:
    """Replications of one process: outcome, shock (R, n), controls (R, n, p), response(h) -> true effect."""

    process: Process
    outcome: np.ndarray
    shock: np.ndarray
    controls: np.ndarray
    response: Callable[[int], float]


def _autoregression(innovations: np.ndarray, rho: float) -> np.ndarray:
    """AR(1) along axis 1 of (R, n + burn, ...), burn-in removed."""
    if rho == 0.0:
        return innovations[:, BURN_IN:]
    series = np.empty_like(innovations)
    series[:, 0] = innovations[:, 0]
    for row in range(1, innovations.shape[1]):
        series[:, row] = rho * series[:, row - 1] + innovations[:, row]
    return series[:, BURN_IN:]


def _regimes(rng: np.random.Generator, replications: int, n: int) -> np.ndarray:
    """Two-state Markov chain: calm (0) stays with probability .97, turbulent (1) with .88."""
    draws = rng.random((replications, n + BURN_IN))
    state = np.zeros((replications, n + BURN_IN), dtype=int)
    stay = np.array([0.97, 0.88])
    for row in range(1, n + BURN_IN):
        previous = state[:, row - 1]
        state[:, row] = np.where(draws[:, row] < stay[previous], previous, 1 - previous)
    return state[:, BURN_IN:]


def simulate(
    process: Process,
    *,
    replications: int,
    n: int,
    theta: float = 0.5,
    rng: np.random.Generator,
    controls: int = CONTROLS,
) -> SimulatedPanel:
    """Draw replications of a process.

    Parameters
    ----------
    process : one of PROCESSES.
    theta : one-month effect of one unit of shock; `regime_effects` uses 0.6 theta (calm) and 1.8 theta.
    controls : number of confounders.
    rng : the generator; the same state gives the same panel.
    """
    size = (replications, n + BURN_IN)
    x = _autoregression(rng.standard_normal((*size, controls)), process.rho_x)
    v = _autoregression(rng.standard_normal(size), process.rho_v)
    u = _autoregression(rng.standard_normal(size), process.rho_u)
    effect = np.full((replications, n), theta)
    average = theta
    if process.regimes != "none":
        state = _regimes(rng, replications, n)
        loud = np.where(state == 1, 2.0, 1.0)
        if process.regimes == "effect":
            v = v * loud
            effect = np.where(state == 1, 1.8 * theta, 0.6 * theta)
            turbulent = 0.03 / (0.03 + 0.12)
            weight = 4.0 * turbulent / (4.0 * turbulent + 1.0 - turbulent)
            average = theta * (1.8 * weight + 0.6 * (1.0 - weight))
        else:
            u = u * loud
    decay = 1.0 / np.sqrt(np.arange(1, controls + 1))
    confounded = process.confounding * (x @ decay)
    shock = v + confounded if process.shock_confounded else v
    outcome = effect * shock + process.confounding * (x @ decay[::-1]) + u
    rho = process.rho_v
    return SimulatedPanel(
        process, outcome, shock, x, lambda horizon: average * sum(rho**step for step in range(horizon + 1))
    )
