"""The textbook way to drop collinear columns: one regression a column, again after every drop.

An oracle for tests and the yardstick of benchmarks/recession_features.py.
"""

from __future__ import annotations

import numpy as np


def statsmodels_loop(x: np.ndarray, limit: float) -> list[int]:
    """Columns whose factors of variance inflation are at most `limit`, the worst dropped first."""
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    keep = list(range(x.shape[1]))
    while True:
        design = np.column_stack([np.ones(len(x)), x[:, keep]])
        factors = [variance_inflation_factor(design, j + 1) for j in range(len(keep))]
        if max(factors) <= limit:
            return keep
        keep.pop(int(np.argmax(factors)))
