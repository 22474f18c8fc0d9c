"""Alarms against recessions: lead of each, misses, false-alarm episodes.

Belongs here: the alarm rule and its accounting. Does not belong here: thresholds (calibration.py), scores.

Rules. An alarm is the second of two consecutive origins above the threshold (one origin suffices on quarters). A
recession counts as caught by an alarm from twelve months before its peak, or from the end of the preceding recession,
to three months after it. An episode is a run
of alarm months, gaps of up to two months closed; it is false when none of its months lies in a recession, in the
twelve months before a peak, or in the three months after a trough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.inference.metrics import exceeds

EARLIEST, LATEST, TAIL, GAP = 12, 3, 3, 2

__all__ = ["AlarmRecord", "RecessionLead", "alarm_record", "alarms", "peaks_and_troughs", "recession_spans"]


@dataclass(frozen=True)
class RecessionLead:
    """One recession: peak month, first alarm and its lead in months (negative = after the peak, None = missed).

    `truncated` says that the first origin left fewer than twelve months before the peak.
    """

    peak: str
    first_alarm: str | None
    lead_months: int | None
    truncated: bool

    @property
    def caught(self) -> bool:
        """Whether an alarm stood in its window."""
        return self.lead_months is not None


@dataclass(frozen=True)
class AlarmRecord:
    """All recessions of a span and the false episodes in it."""

    leads: tuple[RecessionLead, ...]
    false_episodes: tuple[tuple[str, str], ...]
    false_months: int

    @property
    def caught(self) -> int:
        """Number of recessions with an alarm."""
        return sum(lead.caught for lead in self.leads)

    @property
    def misses(self) -> int:
        """Number of recessions without an alarm."""
        return len(self.leads) - self.caught


def alarms(probability: pd.Series, threshold: pd.Series, consecutive: int = 2) -> NDArray[np.bool_]:
    """Whether an alarm stands at each origin: the last `consecutive` origins all above their thresholds."""
    above = exceeds(probability.to_numpy(), threshold.to_numpy())
    standing = above.copy()
    for lag in range(1, consecutive):
        standing[lag:] &= above[:-lag]
        standing[:lag] = False
    return standing


def peaks_and_troughs(state: pd.Series) -> list[tuple[pd.Period, pd.Period | None]]:
    """(peak, trough) months of a state indexed by as-of date; the trough is None while a recession lasts."""
    dated = state.dropna()
    months = pd.DatetimeIndex(dated.index).to_period("M")
    value = dated.to_numpy() > 0.5
    step = 3 if len(months) > 1 and (months[1] - months[0]).n == 3 else 1
    starts = [months[i] - step for i in range(len(value)) if value[i] and (i == 0 or not value[i - 1])]
    ends = [months[i] for i in range(len(value)) if value[i] and i + 1 < len(value) and not value[i + 1]]
    return [(start, next((end for end in ends if end > start), None)) for start in starts]


def recession_spans(state: pd.Series) -> NDArray[np.datetime64]:
    """(k, 2) datetime64[D]: day after the peak month and last day of the trough month; NaT while a recession lasts."""
    turns = peaks_and_troughs(state)
    first = [(peak + 1).to_timestamp(how="start").to_datetime64() for peak, _ in turns]
    last = [np.datetime64("NaT") if t is None else t.to_timestamp(how="end").to_datetime64() for _, t in turns]
    return np.array([first, last], dtype="datetime64[D]").T


def alarm_record(
    probability: pd.Series, threshold: pd.Series, state: pd.Series, *, consecutive: int = 2
) -> AlarmRecord:
    """Leads, misses and false episodes.

    Parameters
    ----------
    probability, threshold : by as-of date, in order, without gaps.
    state : NBER state by as-of date, from before the first origin on.
    """
    origins = pd.DatetimeIndex(probability.index).to_period("M")
    standing = origins[alarms(probability, threshold, consecutive)]
    first, last = origins[0], origins[-1]
    turns = [(p, t) for p, t in peaks_and_troughs(state) if p + LATEST >= first and p - LATEST <= last]
    turns = [(p, t) for p, t in turns if p >= first - 1]
    every = peaks_and_troughs(state)
    leads = tuple(_lead(peak, standing, first, _previous_trough(peak, every)) for peak, _ in turns)
    false = [run for run in _episodes(standing, origins) if not any(_belongs(m, every, last) for m in run)]
    return AlarmRecord(leads, tuple((str(run[0]), str(run[-1])) for run in false), sum(len(run) for run in false))


def _previous_trough(peak: pd.Period, turns: list[tuple[pd.Period, pd.Period | None]]) -> pd.Period | None:
    return max((trough for _, trough in turns if trough is not None and trough < peak), default=None)


def _lead(peak: pd.Period, standing: pd.PeriodIndex, first: pd.Period, after: pd.Period | None) -> RecessionLead:
    """First alarm in the window; months of the preceding recession do not count as warnings of the next."""
    window = [month for month in standing if -LATEST <= (peak - month).n <= EARLIEST]
    window = [month for month in window if after is None or month > after]
    truncated = (peak - first).n < EARLIEST
    if not window:
        return RecessionLead(str(peak), None, None, truncated)
    return RecessionLead(str(peak), str(window[0]), int((peak - window[0]).n), truncated)


def _episodes(standing: pd.PeriodIndex, origins: pd.PeriodIndex) -> list[list[pd.Period]]:
    step = (origins[1] - origins[0]).n if len(origins) > 1 else 1
    runs: list[list[pd.Period]] = []
    for month in standing:
        if runs and (month - runs[-1][-1]).n <= GAP + step:
            runs[-1].append(month)
        else:
            runs.append([month])
    return runs


def _belongs(month: pd.Period, turns: list[tuple[pd.Period, pd.Period | None]], last: pd.Period) -> bool:
    return any(peak - EARLIEST <= month <= (trough or last) + TAIL for peak, trough in turns)
