"""Columns by name: training refuses a name that the features lack, forecasting counts it as missing.

Belongs here: reading named columns out of a frame. Does not belong here: which columns a model reads (presets.py,
impacts.py), what the columns mean (signals/).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError

__all__ = ["absent", "known_matrix", "matrix", "refuse_unknown"]


def refuse_unknown(names: Iterable[str], available: Collection[str], reader: str) -> None:
    """Refuse names that do not exist: a misspelt column would be missing everywhere, then stand at its median.

    Raises
    ------
    InvalidInputError : names the reader, the unknown columns and the nearest existing ones.
    """
    existing = set(available)
    unknown = [name for name in names if name not in existing]
    if unknown:
        near = {name: get_close_matches(name, map(str, available), n=1) for name in unknown}
        hint = ", ".join(match[0] for match in near.values() if match)
        raise InvalidInputError(
            f"{reader}: unknown features {', '.join(map(repr, unknown))}.",
            remedy=f"Did you mean {hint}?" if hint else f"Available: {', '.join(map(str, list(available)[:20]))}.",
        )


def known_matrix(features: pd.DataFrame, names: Iterable[str], reader: str) -> NDArray[np.float64]:
    """Training rows (n, p) of named columns; missing cells stay missing, an unknown column is refused."""
    columns = list(names)
    refuse_unknown(columns, features.columns, reader)
    return np.asarray(features[columns], dtype=float)


def matrix(features: pd.DataFrame, names: Iterable[str]) -> NDArray[np.float64]:
    """Rows (n, p) to forecast from; a column that is not there is missing, see `absent`."""
    return np.asarray(features.reindex(columns=list(names)), dtype=float)


def absent(features: pd.DataFrame, names: Iterable[str]) -> tuple[str, ...]:
    """Named columns that are unknown in the last row: not there, or without a value."""
    columns = list(names)
    values = matrix(features.iloc[[-1]], columns)[0]
    return tuple(name for name, value in zip(columns, values, strict=True) if not np.isfinite(value))
