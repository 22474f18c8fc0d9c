"""Publication: which value of an observation was the published one on which day.

Belongs here: first prints, scheduled revisions, annual benchmarks, a change of base year, all vectorised over the
observations of a series. Does not belong here: the calendar (calendar.py), the true values (levels.py), which series
is revised how (releases.py).

A published value is the first print plus the revisions so far; each revision is an increment that begins on a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from macro_assets.sandbox.archive import FOREVER, OBSERVATIONS

__all__ = ["Facts", "Revision", "collapse_before", "observations_table", "publish", "publish_revised"]

_NEVER = np.datetime64("9999-12-31")


@dataclass(frozen=True)
class Facts:
    """Values of one series by the day from which each was published: arrays of equal length, in no order."""

    series_id: str
    observed: np.ndarray
    realtime_start: np.ndarray
    value: np.ndarray


@dataclass(frozen=True)
class Revision:
    """An increment to the published value of each observation.

    `day` (n,) the day it is published, `9999-12-31` = never; `increment` (n,) in logarithms or in the unit of the
    series, as the series is modelled. A day before the first print counts from the first print.
    """

    day: np.ndarray
    increment: np.ndarray


def publish(series_id: str, observed: np.ndarray, published: np.ndarray, values: np.ndarray, decimals: int) -> Facts:
    """Facts of a series that is never revised."""
    return Facts(series_id, observed, published, np.round(values, decimals))


def publish_revised(
    series_id: str,
    observed: np.ndarray,
    first_day: np.ndarray,
    first_value: np.ndarray,
    revisions: Sequence[Revision],
    *,
    decimals: int,
    logarithmic: bool,
) -> Facts:
    """Facts of a revised series.

    Parameters
    ----------
    observed, first_day, first_value : (n,) observation dates, day and value (or log value) of the first print.
    revisions : increments in any order; those of one day are published together.
    decimals : of the published value; a revision that the rounding hides makes no fact.
    logarithmic : values and increments are logarithms.
    """
    days = np.stack([first_day, *(np.maximum(item.day, first_day) for item in revisions)], axis=1)
    increments = np.stack([first_value, *(item.increment for item in revisions)], axis=1)
    order = np.argsort(days, axis=1, kind="stable")
    days = np.take_along_axis(days, order, axis=1)
    total = np.cumsum(np.take_along_axis(increments, order, axis=1), axis=1)
    values = np.round(np.exp(total) if logarithmic else total, decimals)
    last_of_day = np.ones(days.shape, dtype=bool)
    last_of_day[:, :-1] = days[:, 1:] != days[:, :-1]
    keep = last_of_day & (days < _NEVER)
    rows, _ = np.nonzero(keep)
    return _without_repeats(Facts(series_id, observed[rows], days[keep], values[keep]))


def collapse_before(facts: Facts, first_vintage: np.datetime64) -> Facts:
    """The same facts for a series whose vintages are recorded from `first_vintage` on only.

    All earlier observations first appear on that day, with the value then current.
    """
    start = np.maximum(facts.realtime_start, first_vintage)
    order = np.lexsort((facts.realtime_start, facts.observed))
    observed, start, value = facts.observed[order], start[order], facts.value[order]
    last = np.append((observed[1:] != observed[:-1]) | (start[1:] != start[:-1]), True)
    return Facts(facts.series_id, observed[last], start[last], value[last])


def observations_table(facts: Sequence[Facts], end: date) -> pa.Table:
    """Archive rows of all facts known by `end`, each valid until the day before its successor."""
    names = np.repeat(np.arange(len(facts)), [len(item.value) for item in facts])
    observed = np.concatenate([item.observed for item in facts]).astype("datetime64[D]")
    start = np.concatenate([item.realtime_start for item in facts]).astype("datetime64[D]")
    value = np.concatenate([item.value for item in facts])
    rank = np.argsort(np.argsort([item.series_id for item in facts]))
    order = np.lexsort((start, observed, rank[names]))
    order = order[start[order] <= np.datetime64(end)]
    names, observed, start, value = names[order], observed[order], start[order], value[order]
    succeeded = np.append((names[1:] == names[:-1]) & (observed[1:] == observed[:-1]), False)
    ends = np.where(succeeded, np.append(start[1:], _NEVER) - 1, np.datetime64(FOREVER))
    ids = pa.DictionaryArray.from_arrays(pa.array(names, pa.int32()), pa.array([item.series_id for item in facts]))
    columns = [ids.cast(pa.string()), observed, pa.array(value, mask=np.isnan(value)), start, ends]
    return pa.table([pa.array(column) for column in columns], names=OBSERVATIONS.names).cast(OBSERVATIONS)


def _without_repeats(facts: Facts) -> Facts:
    """Drop facts equal to the one before them of the same observation (rows are in order)."""
    same = (facts.observed[1:] == facts.observed[:-1]) & (facts.value[1:] == facts.value[:-1])
    keep = np.append(True, ~same)
    return Facts(facts.series_id, facts.observed[keep], facts.realtime_start[keep], facts.value[keep])
