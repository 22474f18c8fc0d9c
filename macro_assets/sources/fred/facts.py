"""From FRED's realtime rows to facts that carry only when they began.

Belongs here: reading answers of `series/observations`, what a clipped row tells and what it does not, how a long past
is cut into windows FRED will answer. Does not belong here: HTTP (client.py), the choice of windows (source.py).

FRED clips realtime dates to the request: a row that began earlier is shown as beginning on the first day asked for.
So for the days [a, b] one asks for [a-1, b]: rows at a-1 tell only the state before.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import TransientSourceError
from macro_assets.sources.wire.http import unreadable
from macro_assets.tables.bronze import FRED_VINTAGES

__all__ = [
    "EARLIEST",
    "MAX_ROWS",
    "MAX_VINTAGES",
    "ROWS",
    "facts_begun",
    "read_observations",
    "vintage_windows",
    "with_realtime_end",
]

EARLIEST = dt.date(1776, 7, 4)
CURRENT = dt.date(9999, 12, 31)
MAX_VINTAGES = 2_000
MAX_ROWS = 100_000
IMPLAUSIBLY_MANY_DOTS = 12
DAY = dt.timedelta(days=1)

ROWS = pa.schema(
    [("date", pa.date32()), ("realtime_start", pa.date32()), ("realtime_end", pa.date32()), ("value", pa.float64())]
)


def read_observations(payload: Any) -> tuple[pa.Table, int]:
    """Rows of one page of `series/observations`, and the count FRED states for all pages.

    Returns
    -------
    Table date, realtime_start, realtime_end, value; a printed dot is null.

    Raises
    ------
    TransientSourceError : a null where FRED prints a number or a dot, or dots for a whole long series.
    SchemaError : not the answer of `series/observations`.
    """
    try:
        rows = payload["observations"]
        total = int(payload.get("count", len(rows)))
        columns = {name: [row[name] for row in rows] for name in ROWS.names}
    except (KeyError, TypeError, AttributeError) as error:
        raise unreadable("FRED's answer to series/observations", repr(error)) from None
    if any(None in values for values in columns.values()):
        raise TransientSourceError("FRED answered null where a number or a dot is printed.")
    text = pa.array(columns.pop("value"), pa.string())
    try:
        value = pc.if_else(pc.equal(text, "."), pa.scalar(None, pa.string()), text).cast(pa.float64())
        dates = {name: pa.array(values, pa.string()).cast(pa.date32()) for name, values in columns.items()}
    except pa.ArrowInvalid as error:
        raise unreadable("FRED's answer to series/observations", error) from None
    if len(value) >= IMPLAUSIBLY_MANY_DOTS and value.null_count == len(value):
        # Facts are immutable, so a page of dots must not enter the lake as a past of missing values.
        raise TransientSourceError(f"FRED printed a dot for each of {len(value)} observations.")
    return pa.table([*dates.values(), value], schema=ROWS), total


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
    date, begin, stop = (_days(rows[name]) for name in ("date", "realtime_start", "realtime_end"))
    value = rows["value"].to_numpy(zero_copy_only=False)
    order = np.lexsort((begin, date))
    date, begin, stop, value = date[order], begin[order], stop[order], value[order]
    same = np.append(date[1:] == date[:-1], False)
    following = np.append(begin[1:], 0)
    if np.any(same & (following <= stop)):
        raise unreadable(f"FRED's record of {series_id}", "two values of one observation on one day")
    first, last = _day(start), _day(end)
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
    date, begin = _days(facts["observation_date"]), _days(facts["realtime_start"])
    succeeded = np.append(date[1:] == date[:-1], False)
    stop = np.where(succeeded, np.append(begin[1:], 0) - 1, _day(end)).astype(np.int32)
    rows = pa.table(
        [facts["observation_date"], facts["realtime_start"], pa.array(stop).cast(pa.date32()), facts["value"]],
        schema=ROWS,
    )
    return rows.filter(pc.not_equal(facts["status"], "withdrawn"))


def _days(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.cast(pa.int32()).to_numpy())


def _day(date: dt.date) -> int:
    return (date - dt.date(1970, 1, 1)).days
