"""NBER turning points and the day each month's state of the cycle became known.

Belongs here: reading turning points out of USREC vintages, and the rule that turns them into monthly labels with a
knowledge date. Does not belong here: forecast targets (targets.py), features (USREC must never become one).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog import TurningPoint
from macro_assets.errors import InvalidInputError

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog

LABEL_SERIES = "USREC"
CONFIRMATION_MONTHS = 12
PRINTED_EVERY = timedelta(days=31)
Kind = Literal["peak", "trough"]

__all__ = ["CONFIRMATION_MONTHS", "LABEL_SERIES", "CycleMonths", "cycle_months", "last_day_told", "turning_points"]


@dataclass(frozen=True)
class CycleMonths:
    """State of the cycle month by month, with the day from which it was known.

    Attributes
    ----------
    months : (n,) PeriodIndex of consecutive months.
    recession : (n,) bool, final NBER state (True from the month after the peak through the trough).
    known_at : (n,) datetime64[D], NaT where the state is not known within the data.
    known_by : (n,) str, "announcement", "assumed" (announcement day by rule) or "twelve_months".
    """

    months: pd.PeriodIndex
    recession: np.ndarray
    known_at: np.ndarray
    known_by: np.ndarray


def turning_points(observations: pa.Table, catalog: Catalog) -> tuple[TurningPoint, ...]:
    """Peaks and troughs as the vintages of USREC announced them.

    A month's final value counts from the last day on which it changed. Turning points that stood already in the first
    vintage of USREC take their announcement day from the catalogue, or twelve months after the turn if it has none.

    Parameters
    ----------
    observations : silver/observations (or bronze facts): series_id, observation_date, realtime_start, value.

    Raises
    ------
    InvalidInputError : no published USREC fact.
    """
    facts = _label_facts(observations)
    first_vintage = facts["realtime_start"].min()
    latest, since = _final_runs(facts)
    announced_in_catalog = {(p.kind, p.month): p for p in catalog.turning_points}
    found = []
    for i in np.flatnonzero(np.diff(latest.to_numpy()) != 0).tolist():
        kind: Kind = "peak" if latest.iloc[i + 1] == 1 else "trough"
        month = latest.index[i].to_timestamp().date()
        if since.iloc[i + 1] > first_vintage:
            point = TurningPoint(kind=kind, month=month, announced=since.iloc[i + 1].date(), assumed=False)
            listed = announced_in_catalog.get((kind, month))
            if listed is not None and listed.announced == point.announced:
                point = listed
        else:
            point = announced_in_catalog.get((kind, month)) or _assumed(kind, month)
        found.append(point)
    return tuple(found)


def cycle_months(points: Sequence[TurningPoint], first: date, through: date) -> CycleMonths:
    """State of each month from `first` on, and when it was known.

    Recession months, and all months after an announced peak, stay unknown until the trough is announced. Expansion
    months are known with the announcement of the next peak, or when twelve months have passed without one (never
    before the preceding trough is announced). Nothing is known after `through`.
    """
    months = pd.period_range(pd.Period(first, "M"), pd.Period(through, "M"), freq="M")
    known_points = sorted((p for p in points if p.announced <= through), key=lambda p: p.month)
    recession = np.zeros(len(months), dtype=bool)
    known = np.full(len(months), np.datetime64("NaT"), dtype="datetime64[D]")
    by = np.full(len(months), "", dtype=object)
    last_day = np.datetime64(through, "D")
    for before, after in _segments(known_points):
        lo = 0 if before is None else _position_after(months, before.month)
        hi = len(months) if after is None else _position_after(months, after.month)
        span = slice(lo, hi)
        if _contracting(before, after):
            recession[span] = True
            if after is not None:
                known[span], by[span] = np.datetime64(after.announced, "D"), _reason(after)
            continue
        days, reasons = _expansion_known(months[span], before, after)
        visible = days <= last_day
        known[span] = np.where(visible, days, np.datetime64("NaT"))
        by[span] = np.where(visible, reasons, "")
    return CycleMonths(months, recession, known, by)


def last_day_told(observations: pa.Table, today: date | None = None) -> date:
    """Day up to which labels are dated: the lake's own last day, not the day of USREC's last print before it.

    NBER's silence is known every day, so a month is confirmed on its day and not with the next print. It counts for at
    most a month after the last print: a lake that nobody loads any more confirms no expansion.

    Parameters
    ----------
    observations : silver/observations.
    today : last day of the lake; the last day on which any fact became known when omitted.
    """
    reached: date = today or pc.max(observations["known_from"]).as_py()
    printed: date = _label_facts(observations)["realtime_start"].max().date()
    return min(reached, printed + PRINTED_EVERY)


def _expansion_known(
    months: pd.PeriodIndex, before: TurningPoint | None, after: TurningPoint | None
) -> tuple[np.ndarray, np.ndarray]:
    confirmed = (months + CONFIRMATION_MONTHS).to_timestamp(how="end").to_numpy().astype("datetime64[D]")
    reasons = np.full(len(months), "twelve_months", dtype=object)
    if before is not None:
        trough = np.datetime64(before.announced, "D")
        reasons[confirmed < trough] = _reason(before)
        confirmed = np.maximum(confirmed, trough)
    if after is not None:
        peak = np.datetime64(after.announced, "D")
        reasons[confirmed > peak] = _reason(after)
        confirmed = np.minimum(confirmed, peak)
    return confirmed, reasons


def _segments(points: Sequence[TurningPoint]) -> Iterable[tuple[TurningPoint | None, TurningPoint | None]]:
    bounds: list[TurningPoint | None] = [None, *points, None]
    return itertools.pairwise(bounds)


def _position_after(months: pd.PeriodIndex, month: date) -> int:
    return int(np.searchsorted(months.asi8, pd.Period(month, "M").ordinal, side="right"))


def _contracting(before: TurningPoint | None, after: TurningPoint | None) -> bool:
    if before is not None:
        return before.kind == "peak"
    return after is not None and after.kind == "trough"


def _reason(point: TurningPoint) -> str:
    return "assumed" if point.assumed else "announcement"


def _assumed(kind: Kind, month: date) -> TurningPoint:
    day = (pd.Period(month, "M") + CONFIRMATION_MONTHS).to_timestamp().date()
    return TurningPoint(kind=kind, month=month, announced=day, assumed=True)


def _label_facts(observations: pa.Table) -> pd.DataFrame:
    rows = observations.filter(pc.equal(observations["series_id"], LABEL_SERIES))
    frame = rows.select(["observation_date", "realtime_start", "value"]).to_pandas().dropna(subset=["value"])
    if frame.empty:
        raise InvalidInputError(
            f"No published {LABEL_SERIES} fact: load series {LABEL_SERIES} before building targets."
        )
    for column in ("observation_date", "realtime_start"):
        frame[column] = pd.to_datetime(frame[column])
    return frame.sort_values(["observation_date", "realtime_start"], ignore_index=True)


def _final_runs(facts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Newest value of each month, and the day from which that value has stood unchanged."""
    months = facts["observation_date"].dt.to_period("M")
    final = facts.groupby(months)["value"].transform("last")
    last_other = facts["realtime_start"].where(facts["value"] != final)
    cut = last_other.groupby(months).transform("max")
    standing = facts[cut.isna() | (facts["realtime_start"] > cut)]
    grouped = standing.groupby(standing["observation_date"].dt.to_period("M"))
    return grouped["value"].last(), grouped["realtime_start"].first()
