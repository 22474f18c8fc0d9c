"""Filtered probabilities of a Gaussian hidden Markov model, in log space; missing features are integrated out.

Belongs here: densities and recursions over given parameters. Does not belong here: estimation (hmm.py). The library's
own `predict_proba` smooths, so it looks ahead; nothing published may use it.
"""

from __future__ import annotations

import numpy as np

__all__ = ["forward", "log_densities", "smoothed"]


def log_densities(values: np.ndarray, means: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Log density of every row under every state, features independent within a state.

    Parameters
    ----------
    values : (n, k) features; NaN = missing, integrated out.
    means, variances : (states, k).

    Returns
    -------
    (n, states); zero for a row without any feature.
    """
    gap = values[:, None, :] - means
    terms = -0.5 * (gap**2 / variances + np.log(2.0 * np.pi * variances))
    summed: np.ndarray = np.where(np.isfinite(values)[:, None, :], terms, 0.0).sum(axis=2)
    return summed


def forward(log_density: np.ndarray, start: np.ndarray, transition: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Forward filter: probability of each state given everything up to and including each row.

    Parameters
    ----------
    log_density : (n, states); start : (states,); transition : (states, states), rows sum to one.

    Returns
    -------
    (n, states) filtered probabilities and (n,) log predictive density of each row given the rows before it.
    """
    probabilities = np.empty_like(log_density)
    predictive = np.empty(len(log_density))
    prior = start
    for row, density in enumerate(log_density):
        with np.errstate(divide="ignore"):
            joint = np.log(prior) + density
        peak = joint.max()
        weights = np.exp(joint - peak)
        total = weights.sum()
        probabilities[row] = weights / total
        predictive[row] = peak + np.log(total)
        prior = (probabilities[row][:, None] * transition).sum(axis=0)
    return probabilities, predictive


def smoothed(filtered: np.ndarray, transition: np.ndarray) -> np.ndarray:
    """Probabilities in hindsight (Kim's smoother): only to measure what hindsight would change, never published.

    Source: Kim (1994), Journal of Econometrics 60.
    """
    out = filtered.copy()
    for row in range(len(filtered) - 2, -1, -1):
        ahead = np.maximum((filtered[row][:, None] * transition).sum(axis=0), 1e-300)
        out[row] = filtered[row] * (transition * (out[row + 1] / ahead)).sum(axis=1)
    return out
