"""The as-of rule, once: what a reader on a given day took for the value of every observation.

Belongs here: the rule as a pure function over Arrow tables. Does not belong here: when a value counts as known
(the silver table decides that), alignment in time, input and output.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.lake.keys import key_codes
from macro_assets.lake.strict import Strict, left_out, recorded_only, refuse, require_strict

__all__ = ["recorded_only", "snapshot"]


def snapshot(observations: pa.Table, as_of: dt.date, *, strict: Strict = False) -> pa.Table:
    """For each series and observation date, the newest vintage among those known on the day.

    Parameters
    ----------
    observations : rows of ``silver/observations`` in any order.
    as_of : the day of the view; rows with ``known_from`` after it are never seen.
    strict : leave out what was not recorded by the day (`strict.recorded_only`); "refuse" = raise if there is any.

    Returns
    -------
    Rows of the same columns, sorted by series and observation date, at most one for each. An observation whose
    newest fact is a withdrawal is left out; one that the provider printed without a number keeps its null.

    Raises
    ------
    LakeError : ``strict="refuse"``, and the answer rests on pseudo or compiled facts.
    """
    require_strict(strict)
    if strict == "refuse":
        refuse(left_out(snapshot(observations, as_of), as_of))
    if strict:
        observations = recorded_only(observations)
    seen = observations.filter(pc.less_equal(observations.column("known_from"), pa.scalar(as_of, pa.date32())))
    if seen.num_rows == 0:
        return seen
    newest = seen.take(pa.array(_newest(seen)))
    return newest.filter(pc.not_equal(newest.column("status"), "withdrawn"))


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
