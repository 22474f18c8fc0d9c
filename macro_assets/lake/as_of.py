"""The as-of rule, once: what a reader on a given day took for the value of every observation.

Belongs here: the rule as a pure function over Arrow tables. Does not belong here: when a value counts as known
(the silver table decides that), alignment in time, input and output.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import LakeError
from macro_assets.lake.keys import key_codes


def snapshot(observations: pa.Table, as_of: dt.date, *, strict: bool = False) -> pa.Table:
    """For each series and observation date, the newest vintage among those known on the day.

    Parameters
    ----------
    observations : rows of ``silver/observations`` in any order.
    as_of : the day of the view; rows with ``known_from`` after it are never seen.
    strict : refuse an answer that rests on pseudo vintages.

    Returns
    -------
    Rows of the same columns, sorted by series and observation date, at most one for each. An observation whose
    newest fact is a withdrawal is left out; one that the provider printed without a number keeps its null.

    Raises
    ------
    LakeError : ``strict``, and the answer holds rows with ``known_by = pseudo``.
    """
    seen = observations.filter(pc.less_equal(observations.column("known_from"), pa.scalar(as_of, pa.date32())))
    if seen.num_rows == 0:
        return seen
    newest = seen.take(pa.array(_newest(seen)))
    standing = newest.filter(pc.not_equal(newest.column("status"), "withdrawn"))
    if strict:
        _refuse_pseudo(standing, as_of)
    return standing


def _newest(rows: pa.Table) -> np.ndarray:
    """Position of the greatest realtime_start of each observation, in key order."""
    periods = key_codes([rows], ("series_id", "observation_date"))[0]
    begins = rows.column("realtime_start").cast(pa.int32()).to_numpy()
    step = np.diff(periods)
    if np.all((step > 0) | ((step == 0) & (np.diff(begins) > 0))):
        order = np.arange(len(periods))
    else:
        order = np.lexsort((begins, periods))
        periods = periods[order]
    last = np.ones(len(periods), dtype=bool)
    last[:-1] = periods[1:] != periods[:-1]
    return order[last]


def _refuse_pseudo(rows: pa.Table, as_of: dt.date) -> None:
    pseudo = rows.filter(pc.equal(rows.column("known_by"), "pseudo"))
    if pseudo.num_rows == 0:
        return
    first = pseudo.group_by("series_id").aggregate([("realtime_start", "min")]).sort_by("series_id")
    named = [
        f"{series} (recorded from {begin})"
        for series, begin in zip(
            first["series_id"].to_pylist()[:5], first["realtime_start_min"].to_pylist()[:5], strict=True
        )
    ]
    more = f" and {first.num_rows - 5} more" if first.num_rows > 5 else ""
    raise LakeError(
        f"A strict view as of {as_of} has no recorded vintage for {', '.join(named)}{more}.",
        remedy="Choose other series or a later day, or read with strict=False: pseudo vintages have the right "
        "time of knowledge and later digits.",
    )
