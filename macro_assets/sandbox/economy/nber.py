"""Turning points: recessions of the hidden cycle, and the late days on which they are announced.

Belongs here: the table of peaks and troughs, USREC with its vintages. Does not belong here: the cycle (regimes.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from macro_assets.sandbox.economy.calendar import month_ends
from macro_assets.sandbox.economy.noise import stream
from macro_assets.sandbox.economy.vintages import Facts

__all__ = ["Recession", "announced_recessions", "nber_table", "usrec"]

_NEVER = np.datetime64("9999-12-31")


@dataclass(frozen=True)
class Recession:
    """One contraction: months as `datetime64[M]`, announcement days; the first peak may lie before the history."""

    peak: np.datetime64 | None
    trough: np.datetime64 | None
    peak_announced: np.datetime64
    trough_announced: np.datetime64


def announced_recessions(months: np.ndarray, in_recession: np.ndarray, seed: int) -> list[Recession]:
    """Recessions of a history, in order.

    The peak is the month before the first recession month, the trough the last one. Peaks are announced 4 to 12
    months after the peak, troughs 8 to 21 months after the trough, one after the other.
    """
    calendar = months.astype("datetime64[M]")
    change = np.diff(in_recession.astype(np.int64), prepend=0, append=0)
    starts, stops = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    rng = stream(seed, "nber")
    found, last_day = [], months[0]
    for first, after in zip(starts, stops, strict=True):
        delays = rng.integers([4, 8], [13, 22])
        days = rng.integers(0, 27, size=2)
        peak = calendar[first] - 1 if first > 0 else None
        trough = calendar[after - 1] if after < len(months) else None
        peak_announced = max(_day(calendar[first] - 1, delays[0], days[0]), last_day + 1)
        trough_announced = _NEVER if trough is None else max(_day(trough, delays[1], days[1]), peak_announced + 30)
        found.append(Recession(peak, trough, peak_announced, trough_announced))
        last_day = trough_announced
    return found


def nber_table(recessions: list[Recession], end: date) -> pd.DataFrame:
    """Turning points announced by `end`, in the archive's columns; a point not announced leaves its cells empty."""
    rows = []
    for item in recessions:
        peak_known = item.peak is not None and item.peak_announced <= np.datetime64(end)
        trough_known = item.trough is not None and item.trough_announced <= np.datetime64(end)
        if peak_known or trough_known:
            peak = (str(item.peak), str(item.peak_announced)) if peak_known else ("", "")
            trough = (str(item.trough), str(item.trough_announced)) if trough_known else ("", "")
            rows.append((peak[0], trough[0], peak[1], trough[1], "recorded"))
    return pd.DataFrame(rows, columns=["peak", "trough", "peak_announced", "trough_announced", "announcement"])


def usrec(months: np.ndarray, recessions: list[Recession]) -> Facts:
    """USREC as published: the first 1 is the month after the peak, the last 1 the trough month.

    Each month first appears on the first day of the next one, with the state last announced; an announcement corrects
    the months it concerns on its day.
    """
    published = month_ends(months) + 1
    observed, start, value = [months], [published], [np.zeros(len(months))]
    calendar = months.astype("datetime64[M]")
    for item in recessions:
        peak = calendar[0] - 1 if item.peak is None else item.peak
        turns = [(peak, item.peak_announced, 1.0)]
        if item.trough is not None:
            turns.append((item.trough, item.trough_announced, 0.0))
        for month, announced, state in turns:
            concerned = calendar > month
            value[0] = np.where(concerned & (published >= announced), state, value[0])
            late = months[concerned & (published < announced)]
            observed.append(late)
            start.append(np.full(len(late), announced))
            value.append(np.full(len(late), state))
    facts = Facts("USREC", np.concatenate(observed), np.concatenate(start), np.concatenate(value))
    return _only_changes(facts)


def _day(month: np.datetime64, delay: int, day: int) -> np.datetime64:
    return np.datetime64((month + int(delay)).astype("datetime64[D]") + int(day))


def _only_changes(facts: Facts) -> Facts:
    order = np.lexsort((facts.realtime_start, facts.observed))
    observed, start, value = facts.observed[order], facts.realtime_start[order], facts.value[order]
    keep = np.append(True, (observed[1:] != observed[:-1]) | (value[1:] != value[:-1]))
    return Facts(facts.series_id, observed[keep], start[keep], value[keep])
