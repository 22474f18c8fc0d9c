"""On which days each fact is the newest one a reader knows.

Belongs here: the as-of rule of `lake.as_of.snapshot` for all days at once, as intervals. Does not belong here: how
values are put together in periods (cube.py).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.vintage.calendars import Days
from macro_assets.vintage.columns import days, floats

__all__ = ["NEVER", "Facts", "of_series", "standing"]

NEVER = np.datetime64("7711-11-01", "D")  # after every date that occurs
_SPAN = np.timedelta64(1 << 23, "D")  # wider than any difference between two dates

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Facts:
    """Facts in the order series, observation date, realtime_start; all arrays have one entry per fact.

    Parameters
    ----------
    series : code of the series.
    date : observation date.
    known_from, until : the fact is what a reader takes on days known_from <= day < until.
    value : NaN where the provider printed no number.
    published : false where it printed none.
    row : position of the fact in the table it comes from.
    """

    series: Numbers
    date: Days
    known_from: Days
    until: Days
    value: npt.NDArray[np.float64]
    published: Flags
    row: Numbers

    def take(self, rows: Numbers | Flags) -> Facts:
        """The facts of some rows, in their order."""
        return Facts(*(getattr(self, each.name)[rows] for each in fields(self)))

    def on(self, day: np.datetime64) -> Flags:
        """Which facts a reader takes on a day."""
        return np.asarray((self.known_from <= day) & (self.until > day))


def of_series(observations: pa.Table, series_id: str) -> Facts:
    """`standing` for one series of the table."""
    mine = np.flatnonzero(pc.equal(observations["series_id"], series_id).to_numpy())
    facts = standing(observations.take(pa.array(mine)), np.zeros(len(mine), dtype=np.int64))
    return replace(facts, row=mine[facts.row])


def standing(observations: pa.Table, series: Numbers) -> Facts:
    """Facts that are the newest known one on at least one day, with the days on which they are.

    A fact gives way on the first day on which a fact of the same observation with a later realtime_start is known.
    Withdrawals end the fact before them and are then left out.

    Parameters
    ----------
    observations : rows of `silver/observations`, in any order.
    series : code of the series of each row.
    """
    date, known_from, begins = (
        days(observations[name]) for name in ("observation_date", "known_from", "realtime_start")
    )
    order = np.lexsort((begins, date, series))
    date, known_from, series = date[order], known_from[order], series[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (series[1:] != series[:-1]) | (date[1:] != date[:-1])
    until = _next_known(known_from, first)
    status = observations["status"].to_numpy()[order]
    value = floats(observations["value"])[order]
    facts = Facts(series, date, known_from, until, value, status == "published", order)
    return facts.take((known_from < until) & (status != "withdrawn"))


def _next_known(known_from: Days, first: Flags) -> Days:
    """Smallest `known_from` among the later facts of the same observation; NEVER for the last one.

    A running minimum from the end that restarts at each observation: adding the observation's rank times a wide span
    makes every earlier observation smaller than all that follow it.
    """
    until = np.full(len(known_from), NEVER)
    if len(known_from) < 2:
        return until
    rank = np.cumsum(first) * _SPAN
    smallest = np.minimum.accumulate((known_from + rank)[::-1])[::-1]
    followed = np.flatnonzero(~first[1:])
    until[followed] = smallest[followed + 1] - rank[followed + 1]
    return until
