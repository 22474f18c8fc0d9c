"""Cross-fitting folds for time series: shuffled, blocked, neighbours left out, reverse.

Belongs here: train and test rows. Does not belong here: learners, estimation.

Measured (docs/causal.md): shuffled folds with lags in the design keep coverage; blocked folds and neighbours left out
hurt at horizons above zero. They are offered to compare, not as the default.
"""

import numpy as np

from macro_assets.errors import InvalidInputError
from macro_assets.inference.choices import check_choice

__all__ = ["FOLD_KINDS", "make_folds"]

FOLD_KINDS = ("shuffled", "blocked", "neighbours_left_out", "reverse")
Folds = list[tuple[np.ndarray, np.ndarray]]


def make_folds(n: int, *, kind: str = "shuffled", count: int = 10, gap: int = 12, seed: int = 0) -> Folds:
    """Pairs (train rows, test rows); the test rows partition 0..n-1.

    Parameters
    ----------
    kind : shuffled (random rows), blocked (contiguous), neighbours_left_out (contiguous, `gap` rows purged on both
        sides; Semenova et al. 2023), reverse (contiguous, trained on the longer of past or time-reversed future;
        Ciganovic et al. 2026).
    count : number of folds.

    Raises
    ------
    InvalidInputError : unknown kind, fewer than 2 folds, or a fold without training rows.
    """
    check_choice(kind, FOLD_KINDS, "fold kind")
    if not 2 <= count <= n // 2:
        raise InvalidInputError(
            f"{count} folds do not fit {n} rows.", remedy="Use between 2 and n / 2 folds, usually 10."
        )
    rows = np.arange(n)
    if kind == "shuffled":
        order = np.random.default_rng(seed).permutation(n)
        return [(np.setdiff1d(rows, test), np.sort(test)) for test in np.array_split(order, count)]
    folds = []
    for test in np.array_split(rows, count):
        low, high = test[0], test[-1]
        purge = gap if kind == "neighbours_left_out" else 0
        past, future = rows[: max(0, low - purge)], rows[high + 1 + purge :]
        train = np.concatenate([past, future])
        if kind == "reverse":
            train = past if len(past) >= len(future) else future[::-1]
        if len(train) < 10:
            raise InvalidInputError(f"A fold has only {len(train)} training rows.", remedy="Use a smaller gap.")
        folds.append((train, test))
    return folds
