"""Answers of `series/observations`: reading them, and refusing those that are not what was asked for.

Belongs here: what a page of realtime rows must look like. Does not belong here: what the rows mean (facts.py), requests
(client.py), whether a value is plausible (quarantine).
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import TransientSourceError
from macro_assets.sources.fred.facts import EARLIEST, ROWS, day_number, days_of
from macro_assets.sources.wire.body import unreadable

__all__ = ["check_periods", "check_request", "read_observations"]

IMPLAUSIBLY_MANY_DOTS = 12
LONGEST_PROJECTION = 11 * 366
"""Days; the longest projections of FRED are those of the Congressional Budget Office, ten years ahead."""
TOLERATED_GAPS = 0.1
"""Share of periods; holidays, which some daily series leave out, are 4 % of weekdays."""

_ANSWER = "FRED's answer to series/observations"
_PRINTED = r"^-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$"


def read_observations(payload: Any) -> tuple[pa.Table, int]:
    """Rows of one page of `series/observations`, and the count FRED states for all pages.

    Returns
    -------
    Table date, realtime_start, realtime_end, value; a printed dot is null.

    Raises
    ------
    TransientSourceError : a null where FRED prints a number or a dot, or dots for a whole long series.
    MalformedAnswerError : not the answer of `series/observations`, or something printed that is not a number.
    """
    try:
        rows = payload["observations"]
        total = int(payload.get("count", len(rows)))
        columns = {name: [row[name] for row in rows] for name in ROWS.names}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise unreadable(_ANSWER, repr(error)) from None
    if any(None in values for values in columns.values()):
        raise TransientSourceError("FRED answered null where a number or a dot is printed.")
    try:
        value = _numbers(pa.array(columns.pop("value"), pa.string()))
        dates = {name: pa.array(values, pa.string()).cast(pa.date32()) for name, values in columns.items()}
    except (pa.ArrowException, UnicodeError) as error:
        raise unreadable(_ANSWER, error) from None
    if len(value) >= IMPLAUSIBLY_MANY_DOTS and value.null_count == len(value):
        # Facts are immutable, so a page of dots must not enter the lake as a past of missing values.
        raise TransientSourceError(f"FRED printed a dot for each of {len(value)} observations.")
    return pa.table([*dates.values(), value], schema=ROWS), total


def _numbers(text: pa.Array) -> pa.Array:
    """Printed values; a dot is null. `NaN` and `inf`, which a cast would take, are not printed by FRED."""
    dot = pc.equal(text, ".")
    printed = pc.or_(dot, pc.match_substring_regex(text, _PRINTED))
    if not pc.all(printed).as_py() and len(text):
        raise unreadable(_ANSWER, f"{text.filter(pc.invert(printed))[0].as_py()!r} is not a number")
    value = pc.if_else(dot, pa.scalar(None, pa.string()), text).cast(pa.float64())
    if pc.any(pc.is_inf(value)).as_py():
        raise unreadable(_ANSWER, "a number is too large")
    return value


def check_request(rows: pa.Table, total: int, start: dt.date, end: dt.date) -> None:
    """Refuse rows that were not asked for.

    Parameters
    ----------
    rows : of one page, in the schema `ROWS`. total : rows FRED states for all pages.
    start, end : first and last realtime day of the request, to which FRED clips what it shows.

    Raises
    ------
    MalformedAnswerError : realtime days outside of the request or in the wrong order, periods before 1776 or long after
        the vintage that states them, or a count that is smaller than the page.
    """
    date, begin, stop = (days_of(rows[name]) for name in ROWS.names[:3])
    if total < len(date):
        raise unreadable(_ANSWER, f"{len(date)} rows came of {total}")
    wrong = {
        "realtime days outside of those asked for": (begin < day_number(start)) | (stop > day_number(end)),
        "a value that ends before it begins": begin > stop,
        "a period before 1776": date < day_number(EARLIEST),
        "a period long after its vintage": date > begin.astype(np.int64) + LONGEST_PROJECTION,
    }
    for what, found in wrong.items():
        if found.any():
            where = int(np.flatnonzero(found)[0])
            days = [str(np.datetime64(int(column[where]), "D")) for column in (date, begin, stop)]
            raise unreadable(_ANSWER, f"{what} ({days[0]}, {days[1]} to {days[2]})")


def check_periods(rows: pa.Table, series_id: str, frequency: str) -> None:
    """Refuse an answer that lacks more than a tenth of the periods between its first and its last.

    FRED repeats every standing observation and prints a dot for a missing one, so its answers have no gaps.

    Parameters
    ----------
    frequency : of the catalogue; others than D, W, M, Q and A are not judged.

    Raises
    ------
    MalformedAnswerError : rows were lost on the way, and the count of the answer with them.
    """
    days = np.unique(days_of(rows["date"])).astype("datetime64[D]")
    if not len(days) or frequency not in _COUNTED:
        return
    expected = _COUNTED[frequency](days[0], days[-1])
    if expected - len(days) > TOLERATED_GAPS * expected:
        raise unreadable(f"FRED's answer on {series_id}", f"it has {len(days)} of {expected} periods")


def _months_between(step: int) -> Callable[[np.datetime64, np.datetime64], int]:
    def count(first: np.datetime64, last: np.datetime64) -> int:
        months = last.astype("datetime64[M]").astype(int) - first.astype("datetime64[M]").astype(int)
        return int(months) // step + 1

    return count


_COUNTED: dict[str, Callable[[np.datetime64, np.datetime64], int]] = {
    "D": lambda first, last: int(np.busday_count(first, last)) + 1,
    "W": lambda first, last: int((last - first).astype(int)) // 7 + 1,
    "M": _months_between(1),
    "Q": _months_between(3),
    "A": _months_between(12),
}
