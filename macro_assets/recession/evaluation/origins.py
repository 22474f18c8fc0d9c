"""Walk-forward rows of single as-of dates, as the declared tables keep them.

Belongs here: forecasts of all candidates for some origins in every data mode. Does not belong here: which origins a run
has (its partitions), training and forecasting (walk_forward.py), scores (scoring.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.recession import presets
from macro_assets.recession.data import FeatureTables, Frequency, Mode, RecessionData
from macro_assets.recession.evaluation.walk_forward import evaluate_origins
from macro_assets.tables.registry import spec
from macro_assets.tables.rows import table_of

TABLES: Mapping[Frequency, str] = {
    "M": "evaluation/recession_walk_forward_monthly",
    "Q": "evaluation/recession_walk_forward_quarterly",
}

__all__ = ["TABLES", "answer", "missing"]


def answer(
    frequency: Frequency, origins: Sequence[date], features: Mapping[Mode, FeatureTables], recession_targets: pa.Table
) -> pa.Table:
    """Forecasts of every candidate at each origin, each trained on what was known on the first origin of its year.

    Parameters
    ----------
    origins : as-of dates in any order; one before the first or after the last as-of date of the features gives no row.
    features : feature tables by data mode; the modes are never mixed in one number.

    Raises
    ------
    InvalidInputError : the features have none of the origins.
    """
    parts = []
    for mode, tables in features.items():
        data = RecessionData.from_tables(frequency, mode, tables.monthly, recession_targets, tables.quarterly)
        days = pd.DatetimeIndex(sorted(origins)).intersection(data.index)
        chosen = presets.candidates(wide=data.wide is not None)
        parts += [evaluate_origins(data, days[days.year == year], chosen) for year in np.unique(days.year)]
    if not parts:
        raise InvalidInputError(
            f"No features as of {', '.join(f'{day:%Y-%m-%d}' for day in sorted(origins))}.",
            remedy="Extend the cube to these dates.",
        )
    name = TABLES[frequency]
    return table_of(pd.concat(parts, ignore_index=True)[spec(name).schema.names], name)


def missing(
    wanted: Iterable[date], stored: pa.ChunkedArray, features: pa.ChunkedArray, first: date = date.min
) -> list[date]:
    """As-of dates that a walk-forward table lacks and that its features have, oldest first.

    Parameters
    ----------
    wanted : as-of dates that have ended.
    stored : as-of dates of the rows of the table. features : as-of dates of the rows of its features.
    first : none before this day.
    """
    present, possible = set(stored.unique().to_pylist()), set(features.unique().to_pylist())
    return sorted(day for day in set(wanted) & possible - present if day >= first)
