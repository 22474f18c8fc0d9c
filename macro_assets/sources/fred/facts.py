"""From FRED's realtime rows to facts that carry only when they began.

Belongs here: what a clipped row tells and what it does not, how a long past is cut into windows FRED will answer. Does
not belong here: reading answers (answers.py), HTTP (client.py), the choice of windows (source.py).

FRED clips realtime dates to the request: a row that began earlier is shown as beginning on the first day asked for.
So for the days [a, b] one asks for [a-1, b]: rows at a-1 tell only the state before.
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.sources.wire.body import unreadable
from macro_assets.tables.bronze import FRED_VINTAGES

__all__ = [
    "EARLIEST",
    "MAX_ROWS",
    "MAX_VINTAGES",
    "ROWS",
    "facts_begun",
    "day_number",
    "days_of",
    "vintage_windows",
    "with_realtime_end",
]

EARLIEST = dt.date(1776, 7, 4)
CURRENT = dt.date(9999, 12, 31)
MAX_VINTAGES = 2_000
MAX_ROWS = 100_000
DAY = dt.timedelta(days=1)

ROWS = pa.schema(
    [("date", pa.date32()), ("realtime_start", pa.date32()), ("realtime_end", pa.date32()), ("value", pa.float64())]
)


def facts_begun(rows: pa.Table, series_id: str, start: dt.date, end: dt.date) -> tuple[pa.Table, int, int]:
    """Facts that began in [start, end], of rows asked for from `start - 1` to `end`.

    Parameters
    ----------
    rows : realtime rows in the schema `ROWS`, in any order.

    Returns
    -------
    Facts in the bronze schema sorted by key; rows clipped (they only tell the state before); withdrawals derived: a
    row that ends before `end` without a successor on the next day ceased, so a fact without value begins there.

    Raises
    ------
    SchemaError : two rows claim the same observation for the same day.
    """
    date, begin, stop = (days_of(rows[name]) for name in ("date", "realtime_start", "realtime_end"))
    value = rows["value"].to_numpy(zero_copy_only=False)
    order = np.lexsort((begin, date))
    date, begin, stop, value = date[order], begin[order], stop[order], value[order]
    same = np.append(date[1:] == date[:-1], False)
    following = np.append(begin[1:], 0)
    if np.any(same & (following <= stop)):
        raise unreadable(f"FRED's record of {series_id}", "two values of one observation on one day")
    first, last = day_number(start), day_number(end)
    ceased = (stop < last) & ~(same & (following == stop + 1)) & (stop + 1 >= first)
    kept = begin >= first
    facts = pa.table(
        {
            "observation_date": np.concatenate([date[kept], date[ceased]]),
            "realtime_start": np.concatenate([begin[kept], stop[ceased] + 1]),
            "value": np.concatenate([value[kept], np.full(ceased.sum(), np.nan)]),
            "status": _statuses(value[kept], int(ceased.sum())),
        }
    ).sort_by([("observation_date", "ascending"), ("realtime_start", "ascending")])
    return _in_bronze(facts, series_id), int((~kept).sum()), int(ceased.sum())


def _statuses(published: np.ndarray, withdrawn: int) -> np.ndarray:
    printed = np.where(np.isnan(published), "missing", "published")
    return np.concatenate([printed, np.full(withdrawn, "withdrawn")]).astype(object)


def _in_bronze(facts: pa.Table, series_id: str) -> pa.Table:
    return pa.table(
        [
            pa.array([series_id] * facts.num_rows, pa.string()),
            facts["observation_date"].cast(pa.int32()).cast(pa.date32()),
            facts["realtime_start"].cast(pa.int32()).cast(pa.date32()),
            pc.if_else(pc.is_nan(facts["value"]), pa.scalar(None, pa.float64()), facts["value"]),
            facts["status"].cast(pa.string()),
        ],
        schema=FRED_VINTAGES.source_schema,
    )


def vintage_windows(
    vintages: Sequence[dt.date], start: dt.date, end: dt.date, limit: int = MAX_VINTAGES
) -> list[tuple[dt.date, dt.date]]:
    """Cut [start, end] into windows of facts; each asked for from the day before has at most `limit` vintages.

    Parameters
    ----------
    vintages : vintage dates of the series in ascending order.
    """
    inside = [day for day in vintages if start <= day <= end]
    begins = [start, *inside[limit - 1 :: limit - 1]]
    ends = [*(day - DAY for day in begins[1:]), end]
    return [window for window in zip(begins, ends, strict=True) if window[0] <= window[1]]


def with_realtime_end(facts: pa.Table, end: dt.date) -> pa.Table:
    """Facts as FRED's unclipped rows: each valid until the day before the next one, the newest until `end`."""
    facts = facts.sort_by([("observation_date", "ascending"), ("realtime_start", "ascending")])
    date, begin = days_of(facts["observation_date"]), days_of(facts["realtime_start"])
    succeeded = np.append(date[1:] == date[:-1], False)
    stop = np.where(succeeded, np.append(begin[1:], 0) - 1, day_number(end)).astype(np.int32)
    rows = pa.table(
        [facts["observation_date"], facts["realtime_start"], pa.array(stop).cast(pa.date32()), facts["value"]],
        schema=ROWS,
    )
    return rows.filter(pc.not_equal(facts["status"], "withdrawn"))


def days_of(column: pa.ChunkedArray) -> np.ndarray:
    """(n,) day numbers of a date column."""
    return np.asarray(column.cast(pa.int32()).to_numpy())


def day_number(date: dt.date) -> int:
    """Days since 1970-01-01."""
    return (date - dt.date(1970, 1, 1)).days
