"""Where simulation says an interval cannot be trusted: persistence of the treatment, sample, parameters, horizon.

Belongs here: the response surface and the flag. Does not belong here: the simulation that fills it (validation/).
"""

import numpy as np

__all__ = ["autoregressive_root", "expected_coverage", "is_unreliable"]


def autoregressive_root(treatment: np.ndarray, controls: np.ndarray, *, lags: int = 2) -> float:
    """Persistence of the treatment given its controls: AR(1) root of its residual, corrected for small-sample bias."""
    n = len(treatment)
    design = np.column_stack([np.ones(n), controls])
    residual = treatment - design @ np.linalg.lstsq(design, treatment, rcond=None)[0]
    past, now = residual[:-1], residual[1:]
    root = float(past @ now / max(past @ past, np.finfo(float).tiny))
    return float(np.clip(root + (1.0 + 3.0 * root) / n, -1.0, 1.0))


def expected_coverage(root: float, n: int, parameters: int, horizon: int) -> float:
    """Expected coverage of a nominal 95 % interval."""
    return 0.95


def is_unreliable(coverage: float) -> bool:
    """True below 0.90."""
    return coverage < 0.90
