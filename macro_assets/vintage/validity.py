"""On which days each fact is the newest one a reader knows.

Belongs here: the as-of rule of `lake.as_of.snapshot` for all days at once, as intervals. Does not belong here: how
values are put together in periods (cube.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from macro_assets.vintage.columns import days, floats

__all__ = ["NEVER", "Facts", "standing"]

NEVER = np.int64(1 << 21)  # a day number after every date that occurs (year 7711)
_SPAN = np.int64(1 << 23)  # wider than any difference between two day numbers

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Facts:
    """Facts in the order series, observation date, realtime_start; all arrays have one entry per fact.

    Parameters
    ----------
    series : code of the series.
    date, known, until : day numbers since 1970; the fact is what a reader takes on days known <= d < until.
    value : NaN where the provider printed no number.
    published : false where it printed none.
    """

    series: Numbers
    date: Numbers
    known: Numbers
    until: Numbers
    value: npt.NDArray[np.float64]
    published: npt.NDArray[np.bool_]

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Facts:
        """The facts of some rows, in their order."""
        return Facts(self.series[rows], self.date[rows], self.known[rows], self.until[rows],
                     self.value[rows], self.published[rows])  # fmt: skip


def standing(observations: pa.Table, series: Numbers) -> Facts:
    """Facts that are the newest known one on at least one day, with the days on which they are.

    A fact gives way on the first day on which a fact of the same observation with a later realtime_start is known.
    Withdrawals end the fact before them and are then left out.

    Parameters
    ----------
    observations : rows of `silver/observations`, in any order.
    series : code of the series of each row.
    """
    date, known, begins = (
        days(observations[name]).astype(np.int64) for name in ("observation_date", "known_from", "realtime_start")
    )
    order = np.lexsort((begins, date, series))
    date, known, series = date[order], known[order], series[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (series[1:] != series[:-1]) | (date[1:] != date[:-1])
    until = _next_known(known, first)
    status = observations["status"].to_numpy()[order]
    facts = Facts(series, date, known, until, floats(observations["value"])[order], status == "published")
    return facts.take((known < until) & (status != "withdrawn"))


def _next_known(known: Numbers, first: npt.NDArray[np.bool_]) -> Numbers:
    """Smallest `known` among the later facts of the same observation; NEVER for the last one.

    A running minimum from the end that restarts at each observation: adding the observation's rank times a wide span
    makes every earlier observation smaller than all that follow it.
    """
    until = np.full(len(known), NEVER, dtype=np.int64)
    if len(known) < 2:
        return until
    rank = np.cumsum(first) * _SPAN
    smallest = np.minimum.accumulate((known + rank)[::-1])[::-1]
    followed = np.flatnonzero(~first[1:])
    until[followed] = smallest[followed + 1] - rank[followed + 1]
    return until
