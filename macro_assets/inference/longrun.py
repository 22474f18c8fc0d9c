"""Long-run standard errors: equal-weighted cosines, Newey-West with fixed-b values, heteroskedasticity-robust.

Belongs here: inference from influence values in time order, for one estimate or a batch of them, and the long-run
variance of a mean. Does not belong here: how the influence values arise (causal/engine), block draws
(blocks.py).
"""

from functools import lru_cache

import numpy as np
from scipy import optimize, stats

from macro_assets.errors import InvalidInputError

__all__ = [
    "cosine_basis",
    "ewc_degrees",
    "ewc_stderr",
    "hac_variance",
    "hc_stderr",
    "long_run_covariance",
    "newey_west_stderr",
    "student_quantile",
]

MINIMUM_SCORES = 20
# Kiefer and Vogelsang (2005), table 1, Bartlett kernel: polynomial in b of the 97.5 % critical value.
BARTLETT_975 = (1.9600, 2.9694, 0.4160, -0.5324)


def ewc_degrees(n: int) -> int:
    """Number of cosine terms for n observations, 0.4 n^(2/3). Source: Lazarus, Lewis, Stock, Watson (2018)."""
    return int(max(3, round(0.4 * n ** (2.0 / 3.0))))


@lru_cache(maxsize=256)
def cosine_basis(n: int, degrees: int) -> np.ndarray:
    """Type-II cosines, shape (n, degrees), each of mean zero and mean square one; read-only, as it is shared."""
    time = (np.arange(n) + 0.5) / n
    basis: np.ndarray = np.sqrt(2.0) * np.cos(np.pi * np.outer(time, np.arange(1, degrees + 1)))
    basis.flags.writeable = False
    return basis


def _checked(scores: np.ndarray) -> np.ndarray:
    scores = np.asarray(scores, dtype=float)
    if scores.shape[-1] < MINIMUM_SCORES:
        raise InvalidInputError(
            f"A long-run variance needs at least {MINIMUM_SCORES} scores, got {scores.shape[-1]}.",
            remedy="Use a longer sample or a shorter horizon.",
        )
    if not np.isfinite(scores).all():
        raise InvalidInputError("Scores are not finite.", remedy="Remove missing and infinite values first.")
    return scores


def ewc_stderr(scores: np.ndarray, *, degrees: int | None = None) -> tuple[np.ndarray, int]:
    """Equal-weighted cosine standard error of a sum of influence values.

    Parameters
    ----------
    scores : (..., n) influence values in time order; their sum is the estimation error, in the unit of the estimate.
    degrees : number of cosine terms; default 0.4 n^(2/3).

    Returns
    -------
    stderr (...), same unit, and the degrees of freedom of its Student t reference.

    Raises
    ------
    InvalidInputError : fewer than 20 scores, or any not finite.

    Source: Lazarus, Lewis, Stock and Watson (2018), JBES 36(4).
    """
    scores = _checked(scores)
    count = ewc_degrees(scores.shape[-1]) if degrees is None else degrees
    projections = scores @ cosine_basis(scores.shape[-1], count)
    return np.sqrt(np.mean(projections**2, axis=-1)), count


def long_run_covariance(rows: np.ndarray, bandwidth: int) -> np.ndarray:
    """Covariance of the sum of serially dependent rows of mean zero, Bartlett weights.

    Parameters
    ----------
    rows : (..., n, k) in time order. bandwidth : number of lags, cut at n - 1.

    Returns
    -------
    (..., k, k), in the squared unit of the rows.

    Source: Newey and West (1987), Econometrica 55(3).
    """
    across = np.swapaxes(rows, -1, -2)
    total: np.ndarray = across @ rows
    for lag in range(1, min(bandwidth, rows.shape[-2] - 1) + 1):
        lagged = across[..., lag:] @ rows[..., :-lag, :]
        total = total + (1.0 - lag / (bandwidth + 1.0)) * (lagged + np.swapaxes(lagged, -1, -2))
    return total


def hac_variance(values: np.ndarray, bandwidth: int) -> np.ndarray:
    """Long-run covariance (k, k) of the mean of rows (n, k), or of values (n,): centred, Bartlett weights."""
    rows = values.reshape(len(values), -1)
    return long_run_covariance(rows - rows.mean(axis=0), bandwidth) / len(rows) ** 2


def newey_west_stderr(scores: np.ndarray, *, bandwidth: int | None = None) -> tuple[np.ndarray, float]:
    """Bartlett-kernel standard error of a sum, with a Student t matched to the fixed-b critical value.

    Parameters
    ----------
    scores : (..., n) influence values in time order.
    bandwidth : truncation lag; default 1.3 sqrt(n).

    Returns
    -------
    stderr (...) and equivalent degrees of freedom.

    Source: Newey and West (1987); bandwidth of Lazarus et al. (2018); fixed b of Kiefer and Vogelsang (2005).
    """
    scores = _checked(scores)
    n = scores.shape[-1]
    width = int(np.ceil(1.3 * np.sqrt(n))) if bandwidth is None else bandwidth
    variance = long_run_covariance(scores[..., None], width)[..., 0, 0]
    return np.sqrt(np.maximum(variance, 0.0)), _equivalent_degrees(width / n)


def _equivalent_degrees(b: float) -> float:
    critical = sum(coefficient * b**power for power, coefficient in enumerate(BARTLETT_975))
    if critical <= stats.norm.ppf(0.975) + 1e-4:
        return float("inf")
    return float(optimize.brentq(lambda degrees: stats.t.ppf(0.975, degrees) - critical, 1.0, 1e7))


def hc_stderr(scores: np.ndarray) -> np.ndarray:
    """Heteroskedasticity-robust standard error of a sum: root of the sum of squared influence values."""
    return np.asarray(np.sqrt(np.sum(_checked(scores) ** 2, axis=-1)))


def student_quantile(alpha: float, degrees: np.ndarray | float) -> np.ndarray:
    """Two-sided critical value at level alpha; infinite degrees mean the normal."""
    return np.asarray(stats.t.ppf(1.0 - alpha / 2.0, np.asarray(degrees, dtype=float)))
