"""What a release told that its own past did not: real-time one-step errors and gaps from trailing means.

Belongs here: the published views of one series on each month end, and forecasts made inside a view.
Does not belong here: which shock uses which series (shocks.py), the rule of knowledge (knowledge.py).

Growth is always computed inside one view, so a change of base year is never growth. Forecasts use the view of the month
end before the release; a month without a release carries no news: zero, not missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.panels.calendars import Days, month_number
from macro_assets.panels.validity import standing

__all__ = ["News", "Views", "innovations", "trend_gap", "views"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Views:
    """One series as known on each month end.

    as_of : (n,) month ends. periods : (m,) consecutive period numbers (months, or quarters).
    value, known : (n, m) level and day number from which it was known; NaN and 0 where not known.
    """

    as_of: Days
    periods: npt.NDArray[np.int64]
    value: Floats
    known: npt.NDArray[np.int64]

    def newest(self, row: int) -> int:
        """Column of the newest known period on a month end; -1 when none is."""
        present = np.flatnonzero(~np.isnan(self.value[row]))
        return int(present[-1]) if len(present) else -1


@dataclass(frozen=True)
class News:
    """(n,) values on month ends and the day each became known; NaN where none can be computed."""

    as_of: Days
    value: Floats
    known_at: Days


def views(observations: pa.Table, series_id: str, as_of: Days, *, months: int = 1) -> Views:
    """The published views of one monthly (`months=1`) or quarterly (`months=3`) series.

    Parameters
    ----------
    observations : rows of `silver/observations`, of any series.
    as_of : sorted month ends.
    """
    rows = observations.filter(pc.equal(observations["series_id"], series_id))
    facts = standing(rows, np.zeros(rows.num_rows, dtype=np.int64))
    facts = facts.take(facts.published)
    period = month_number(facts.date.astype("datetime64[D]")) // months
    if not len(period):
        empty = np.empty((len(as_of), 0))
        return Views(as_of, np.empty(0, dtype=np.int64), empty, empty.astype(np.int64))
    periods = np.arange(period.min(), period.max() + 1)
    value, known = np.full((len(as_of), len(periods)), np.nan), np.zeros((len(as_of), len(periods)), dtype=np.int64)
    ends = as_of.astype("datetime64[D]").astype(np.int64)
    first, stop = np.searchsorted(ends, facts.known), np.searchsorted(ends, facts.until)
    for fact in range(len(period)):
        column = period[fact] - periods[0]
        value[first[fact] : stop[fact], column] = facts.value[fact]
        known[first[fact] : stop[fact], column] = facts.known[fact]
    return Views(as_of, periods, value, known)


def _growth(levels: Floats) -> Floats:
    """Log growth in percent along a view; NaN where either end is missing or not positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(levels > 0, levels, np.nan))
    return 100.0 * np.diff(logs, prepend=np.nan)


def _autoregression(history: Floats, lags: int, minimum: int, window: int) -> Floats | None:
    """Constant and coefficients (lags + 1,) from the trailing stretch without gaps; None when it is too short."""
    missing = np.flatnonzero(np.isnan(history))
    stretch = np.ascontiguousarray(history[missing[-1] + 1 :] if len(missing) else history)[-window:]
    if len(stretch) < minimum + lags:
        return None
    design = np.column_stack(
        [np.ones(len(stretch) - lags), *(stretch[lags - lag : len(stretch) - lag] for lag in range(1, lags + 1))]
    )
    return np.asarray(np.linalg.lstsq(design, stretch[lags:], rcond=None)[0], dtype=np.float64)


def innovations(view: Views, *, lags: int, minimum: int, window: int) -> News:
    """Sum of the one-step forecast errors of the periods that became known in each month, in percent.

    Parameters
    ----------
    view : of one series.
    lags : of the autoregression, estimated on the view of the month end before, over at most `window` periods.
    minimum : observations without which there is no forecast (NaN).

    Zero in months without a release, once forecasts exist.
    """
    value = np.full(len(view.as_of), np.nan)
    known = view.as_of.astype("datetime64[D]").copy()
    for row in range(1, len(view.as_of)):
        before, now = view.newest(row - 1), view.newest(row)
        if before < 0:
            continue
        past, current = _growth(view.value[row - 1, : before + 1]), _growth(view.value[row, : now + 1])
        coefficients = _autoregression(past, lags, minimum, window)
        if coefficients is None:
            continue
        value[row] = 0.0
        for column in range(before + 1, now + 1):
            recent = past[column - lags : column] if column == before + 1 else current[column - lags : column]
            error = current[column] - (coefficients[0] + coefficients[1:] @ recent[::-1])
            if np.isfinite(error):
                value[row] += error
                known[row] = np.datetime64(int(view.known[row, column]), "D")
    return News(view.as_of, value, known)


def trend_gap(view: Views, *, span: int) -> News:
    """Newest level over the mean of the last `span` levels of the same view, minus one, in percent.

    Known on the day the newest level was; carried, as known at the month's end, through months without a release.
    """
    value = np.full(len(view.as_of), np.nan)
    known = view.as_of.astype("datetime64[D]").copy()
    previous = -1
    for row in range(len(view.as_of)):
        newest = view.newest(row)
        if newest + 1 >= span:
            levels = np.ascontiguousarray(view.value[row, newest + 1 - span : newest + 1])
            value[row] = 100.0 * (levels[-1] / levels.mean() - 1.0)
            if newest != previous:
                known[row] = np.datetime64(int(view.known[row, newest]), "D")
        previous = newest
    return News(view.as_of, value, known)
