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
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog.models import TurningPoint
from macro_assets.errors import InvalidInputError
from macro_assets.vintage.calendars import Days, month_number, period_first_day, period_last_day
from macro_assets.vintage.columns import days, floats

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog

LABEL_SERIES = "USREC"
CONFIRMATION_MONTHS = 12
PRINTED_EVERY = timedelta(days=31)
Kind = Literal["peak", "trough"]
Numbers = npt.NDArray[np.int64]

__all__ = [
    "CONFIRMATION_MONTHS",
    "LABEL_SERIES",
    "CycleMonths",
    "cycle_months",
    "labels_through",
    "recession_spans",
    "turning_points",
]


@dataclass(frozen=True)
class CycleMonths:
    """State of the cycle month by month, with the day from which it was known.

    Attributes
    ----------
    months : (n,) consecutive months, counted from January 1970 (vintage/calendars.py).
    recession : (n,) bool, final NBER state (True from the month after the peak through the trough).
    known_at : (n,) NaT where the state is not known within the data.
    known_by : (n,) str, "announcement", "assumed" (announcement day by rule) or "twelve_months".
    """

    months: Numbers
    recession: npt.NDArray[np.bool_]
    known_at: Days
    known_by: npt.NDArray[np.object_]


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
    months, state, since = _final_runs(*facts)
    first_vintage = facts[1].min()
    listed = {(point.kind, point.month): point for point in catalog.turning_points}
    found = []
    for at in np.flatnonzero(np.diff(state) != 0).tolist():
        kind: Kind = "peak" if state[at + 1] == 1 else "trough"
        month = _first_day(months[at])
        entry = listed.get((kind, month))
        if since[at + 1] > first_vintage:
            announced = date.fromisoformat(str(since[at + 1]))
            point = TurningPoint(kind=kind, month=month, announced=announced, assumed=False)
            found.append(entry if entry is not None and entry.announced == announced else point)
        else:
            found.append(entry or _assumed(kind, months[at]))
    return tuple(found)


def recession_spans(points: Sequence[TurningPoint]) -> Days:
    """First and last day of each recession: of the month after the peak, and of the month of the trough.

    Parameters
    ----------
    points : peaks and troughs, in any order.

    Returns
    -------
    (k, 2) by date; NaT as last day where no trough has followed yet.
    """
    troughs = sorted(_number(point.month) for point in points if point.kind == "trough")
    peaks = sorted(_number(point.month) for point in points if point.kind == "peak")
    spans = np.full((len(peaks), 2), np.datetime64("NaT", "D"))
    for row, peak in enumerate(peaks):
        spans[row, 0] = period_first_day(peak + 1, "M")
        trough = next((month for month in troughs if month > peak), None)
        if trough is not None:
            spans[row, 1] = period_last_day(trough, "M")
    return spans


def cycle_months(points: Sequence[TurningPoint], first: date, through: date) -> CycleMonths:
    """State of each month from `first` on, and when it was known.

    Recession months, and all months after an announced peak, stay unknown until the trough is announced. Expansion
    months are known with the announcement of the next peak, or when twelve months have passed without one (never
    before the preceding trough is announced). Nothing is known after `through`.
    """
    last_day = np.datetime64(through, "D")
    months = np.arange(_number(first), _number(through) + 1)
    announced = sorted((p for p in points if p.announced <= through), key=lambda p: p.month)
    recession = np.zeros(len(months), dtype=bool)
    known_at = np.full(len(months), np.datetime64("NaT", "D"))
    known_by = np.full(len(months), "", dtype=object)
    for before, after in _segments(announced):
        start = 0 if before is None else _position_after(months, before.month)
        stop = len(months) if after is None else _position_after(months, after.month)
        span = slice(start, stop)
        if _contracting(before, after):
            recession[span] = True
            if after is not None:
                known_at[span], known_by[span] = np.datetime64(after.announced, "D"), _reason(after)
            continue
        confirmed, reasons = _expansion_confirmed(months[span], before, after)
        visible = confirmed <= last_day
        known_at[span] = np.where(visible, confirmed, np.datetime64("NaT", "D"))
        known_by[span] = np.where(visible, reasons, "")
    return CycleMonths(months, recession, known_at, known_by)


def labels_through(observations: pa.Table, today: date | None = None) -> date:
    """Day up to which labels are dated: the lake's own last day, not the day of USREC's last print before it.

    NBER's silence is known every day, so a month is confirmed on its day and not with the next print. It counts for at
    most a month after the last print: a lake that nobody loads any more confirms no expansion.

    Parameters
    ----------
    observations : silver/observations.
    today : last day of the lake; the last day on which any fact became known when omitted.
    """
    reached: date = today or pc.max(observations["known_from"]).as_py()
    printed = date.fromisoformat(str(_label_facts(observations)[1].max()))
    return min(reached, printed + PRINTED_EVERY)


def _expansion_confirmed(
    months: Numbers, before: TurningPoint | None, after: TurningPoint | None
) -> tuple[Days, npt.NDArray[np.object_]]:
    confirmed = period_last_day(months + CONFIRMATION_MONTHS, "M")
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


def _position_after(months: Numbers, month: date) -> int:
    return int(np.searchsorted(months, _number(month), side="right"))


def _contracting(before: TurningPoint | None, after: TurningPoint | None) -> bool:
    if before is not None:
        return before.kind == "peak"
    return after is not None and after.kind == "trough"


def _reason(point: TurningPoint) -> str:
    return "assumed" if point.assumed else "announcement"


def _assumed(kind: Kind, month: np.int64) -> TurningPoint:
    announced = _first_day(month + CONFIRMATION_MONTHS)
    return TurningPoint(kind=kind, month=_first_day(month), announced=announced, assumed=True)


def _first_day(month: np.int64) -> date:
    return date.fromisoformat(str(period_first_day(month, "M")))


def _number(day: date) -> int:
    return int(month_number(np.datetime64(day, "D")))


def _label_facts(observations: pa.Table) -> tuple[Days, Days, npt.NDArray[np.float64]]:
    """Observation date, realtime_start and value of every published USREC fact, by date, then realtime_start."""
    rows = observations.filter(
        pc.and_(pc.equal(observations["series_id"], LABEL_SERIES), observations["value"].is_valid())
    )
    rows = rows.sort_by([("observation_date", "ascending"), ("realtime_start", "ascending")])
    if not rows.num_rows:
        raise InvalidInputError(
            f"No published {LABEL_SERIES} fact.", remedy=f"Load series {LABEL_SERIES} before building targets."
        )
    return days(rows["observation_date"]), days(rows["realtime_start"]), floats(rows["value"])


def _final_runs(
    date: Days, begins: Days, value: npt.NDArray[np.float64]
) -> tuple[Numbers, npt.NDArray[np.float64], Days]:
    """Each month, its newest value, and the day from which that value has stood unchanged."""
    month = month_number(date)
    starts = np.flatnonzero(np.append([True], month[1:] != month[:-1]))
    ends = np.append(starts[1:], len(month)) - 1
    final = np.repeat(value[ends], ends - starts + 1)
    other = np.where(value != final, np.arange(len(value)), -1)
    unchanged = np.maximum(np.maximum.reduceat(other, starts) + 1, starts)
    return month[starts], value[ends], begins[unchanged]
