"""The hidden business cycle: a Markov chain of nine phases that shows as three regimes.

Belongs here: phases, their transitions and what follows from them (regime, recession, turning points).
Does not belong here: what the economy does in a phase (structure.py), announcement days (nber.py).

A recession has three stages, so it lasts at least three months and eleven on average. It is entered from the last
stage of the late cycle, in which the yield curve has inverted; a few begin without warning, and some late cycles
dissolve. Transitions depend on nothing but the phase: shocks have no effect on regimes, so the true effect of a shock
is exact.
"""

from __future__ import annotations

import numpy as np

from macro_assets.sandbox.economy.parameters import EconomyParameters

__all__ = [
    "LATE",
    "PHASES",
    "RECESSION",
    "REGIME_OF_PHASE",
    "regime_shares",
    "simulate_phases",
    "transition_matrix",
]

PHASES = ("recession_1", "recession_2", "recession_3", "recovery", "calm", "late_1", "late_2", "late_3", "late_4")
RECESSION = (0, 1, 2)
RECOVERY, CALM = 3, 4
LATE = (5, 6, 7, 8)
REGIME_OF_PHASE = np.array([0, 0, 0, 2, 1, 2, 2, 2, 2])
"""Index into `REGIMES` of each phase."""


def transition_matrix(parameters: EconomyParameters) -> np.ndarray:
    """(9, 9) monthly transition probabilities between phases; rows sum to one."""
    p = parameters
    matrix = np.zeros((9, 9))
    first, second, third = p.recession_stage_exit
    matrix[0, 1], matrix[1, 2], matrix[2, RECOVERY] = first, second, third
    matrix[RECOVERY, [CALM, 5, 0]] = p.recovery_to_calm, p.recovery_to_late, p.sudden_recession
    matrix[CALM, [RECOVERY, 5, 0]] = p.calm_to_recovery, p.calm_to_late, p.sudden_recession
    matrix[5, 6], matrix[6, 7], matrix[7, 8] = p.late_stage_exit[:3]
    matrix[8, [0, RECOVERY]] = p.late_stage_exit[3], p.late_false_alarm
    matrix[np.arange(9), np.arange(9)] = 1.0 - matrix.sum(axis=1)
    return matrix


def simulate_phases(uniforms: np.ndarray, parameters: EconomyParameters) -> np.ndarray:
    """Phase of each month, integers of the shape of `uniforms` (months, histories); starts in recovery."""
    limits = np.cumsum(transition_matrix(parameters), axis=1)
    phases = np.empty(uniforms.shape, dtype=np.int64)
    current = np.full(uniforms.shape[1], RECOVERY)
    for month, draw in enumerate(uniforms):
        current = np.minimum((draw[:, None] > limits[current]).sum(axis=1), 8)
        phases[month] = current
    return phases


def regime_shares(parameters: EconomyParameters) -> np.ndarray:
    """(3,) long-run share of months in each regime."""
    values, vectors = np.linalg.eig(transition_matrix(parameters).T)
    stationary = np.real(vectors[:, np.argmin(np.abs(values - 1.0))])
    stationary = stationary / stationary.sum()
    return np.bincount(REGIME_OF_PHASE, weights=stationary, minlength=3)
