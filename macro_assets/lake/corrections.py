"""What providers stated otherwise later: every correction and retraction of a table of facts, with its lag.

Belongs here: the list, from all stored rows of a table with `loaded_at`. Does not belong here: which row counts
(`counting.py`), the check that shows the list (defs/checks/corrections.py), revisions, which are facts of a later day.

A correction counts from the day of the fact it replaces, as the provider says: it is the one known exception to "the past
does not change", so it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from macro_assets.lake.counting import in_key_order
from macro_assets.lake.keys import differing_rows
from macro_assets.tables.spec import LOADED_AT

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.tables.spec import TableSpec

__all__ = ["corrections"]

_SECONDS_OF_A_DAY = 86_400.0


def corrections(rows: pa.Table, spec: TableSpec) -> pd.DataFrame:
    """Every stored row that another one replaced, the newest correction first.

    Parameters
    ----------
    rows : all stored rows of a table of facts, superseded ones and retractions included, in any order.
    spec : its declaration.

    Returns
    -------
    The identity of the fact; `before` and `after`, the values that differ, in words; `received` and `corrected`, the
    instants of the two answers (UTC); `lag_days`, what lies between these; `days_after_start`, from the day on which the
    fact begins (00:00 UTC) to the correction.
    """
    import pandas as pd

    ordered, last = in_key_order(spec, rows)
    at = np.flatnonzero(~last)
    before, after = ordered.take(pa.array(at)), ordered.take(pa.array(at + 1))
    instants = [part[LOADED_AT].cast(pa.int64()).to_numpy() / 1e6 for part in (before, after)]
    begins = before["realtime_start"].cast(pa.int32()).to_numpy() * _SECONDS_OF_A_DAY
    frame = pd.DataFrame(
        {
            **{name: before[name].to_pylist() for name in spec.identity},
            **_in_words(before, after, spec),
            "received": before[LOADED_AT].to_pylist(),
            "corrected": after[LOADED_AT].to_pylist(),
            "lag_days": (instants[1] - instants[0]) / _SECONDS_OF_A_DAY,
            "days_after_start": (instants[1] - begins) / _SECONDS_OF_A_DAY,
        }
    )
    newest_first = np.argsort(-instants[1], kind="stable")
    return frame.iloc[newest_first].reset_index(drop=True)


def _in_words(before: pa.Table, after: pa.Table, spec: TableSpec) -> dict[str, list[str]]:
    """What the two rows of each correction state, of the columns in which they differ."""
    changed = np.zeros((before.num_rows, len(spec.value_columns)), dtype=bool)
    for place, name in enumerate(spec.value_columns):
        changed[differing_rows(before, after, [name]), place] = True
    names = np.array(spec.value_columns)
    stated = {"before": before.to_pylist(), "after": after.to_pylist()}
    return {
        word: [
            ", ".join(f"{name}={row[name]}" for name in names[flags]) for row, flags in zip(part, changed, strict=True)
        ]
        for word, part in stated.items()
    }
