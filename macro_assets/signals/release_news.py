"""What a release said that its own past did not: real-time one-step errors, and gaps from trailing means.

Belongs here: release days of one series, its view on a day, forecasts made inside a view. Does not belong here: which
shock uses which series (shocks.py), the rule of knowledge (vintage/knowledge.py).

A release is a day on which a period newer than all before became known; revisions alone are none. Growth is always
computed inside one view, so a change of base year is never growth. Every view has a fixed length and no state is
carried from release to release: a number stays the same bits whatever is published later.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from macro_assets.vintage.calendars import Days, month_number
from macro_assets.vintage.transforms import ordered_sum, window_mean
from macro_assets.vintage.validity import Facts, of_series

__all__ = [
    "Autoregression",
    "Forecast",
    "News",
    "Releases",
    "innovations",
    "release_errors",
    "releases",
    "trend_gap",
    "usual_bounds",
]

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

WIDEST_GAP = 2  # periods that were never published (a shutdown) and are bridged inside a view
OUTLIER_RANGES = 10.0  # interquartile ranges from the median
ONE_DAY = np.timedelta64(1, "D")
ALWAYS = np.datetime64("0001-01-01", "D")
NO_DAYS: Days = np.array([], dtype="datetime64[D]")
CARRY_MONTHS = 6  # a level not published again for longer is no longer what is known


@dataclass(frozen=True)
class News:
    """(n,) values on month ends and the day each became known; NaN where none can be computed."""

    as_of: Days
    value: Floats
    known_at: Days


@dataclass(frozen=True)
class Releases:
    """One series and the days on which it published a new period.

    facts, period : published facts and the period number (months, or quarters) of each.
    day : (r,) days of the releases, rising. newest : (r,) newest period known from each on.
    every : months between periods, so between releases.
    missing : (m,) vintage days that the lake does not know, rising: what was published on them may be lost.
    """

    facts: Facts
    period: Numbers
    day: Days
    newest: Numbers
    every: int = 1
    missing: Days = field(default_factory=NO_DAYS.copy)

    def unsure(self, after: np.datetime64, before: np.datetime64) -> bool:
        """Whether a day between two days, both excluded, is missing."""
        return bool(np.any((self.missing > after) & (self.missing < before)))

    def levels(self, day: np.datetime64, last: int, length: int) -> Floats:
        """(length,) levels of the periods up to `last` as known on a day; NaN where not known, short gaps bridged.

        No gap is bridged once a vintage day is missing: the level may have been published on it.
        """
        first = last - length + 1
        facts = self.facts
        seen = facts.on(day) & (self.period >= first) & (self.period <= last)
        out = np.full(length, np.nan)
        out[self.period[seen] - first] = facts.value[seen]
        return out if self.unsure(ALWAYS, day) else _bridged(out)


@dataclass(frozen=True)
class Forecast:
    """A fitted autoregression.

    coefficients : (lags + 1,) constant and coefficients, the newest lag first.
    low, high : growth beyond which a month is an outlier of the window that was fitted.
    """

    coefficients: Floats
    low: float
    high: float

    def ahead(self, recent: Floats) -> float:
        """One step ahead of the newest growth rates, given in order of time; an outlier counts as the bound it passed."""
        bounded = np.clip(recent, self.low, self.high)
        return float(ordered_sum(self.coefficients * np.append(1.0, bounded[::-1])))


@dataclass(frozen=True)
class Autoregression:
    """Forecast of growth from its own `lags`, by least squares over the newest `window` growth rates of a view.

    minimum : growth rates without a gap below which there is no forecast.

    An outlier, ten interquartile ranges or more from the median of the window, is in no equation that is fitted, as
    explained or as explaining: one such month in 120 would decide all coefficients. Source of the rule: McCracken and
    Ng (2016), FRED-MD: A Monthly Database for Macroeconomic Research, JBES 34(4).
    """

    lags: int
    window: int
    minimum: int

    def fit(self, growth: Floats) -> Forecast | None:
        """Forecast from the stretch after the last gap; None when it is too short or holds too little but outliers."""
        missing = np.flatnonzero(np.isnan(growth))
        stretch = growth[missing[-1] + 1 :] if len(missing) else growth
        if len(stretch) < self.minimum:
            return None
        low, high = usual_bounds(stretch)
        n = len(stretch) - self.lags
        past = [stretch[self.lags - lag : self.lags - lag + n] for lag in range(1, self.lags + 1)]
        design, explained = np.column_stack([np.ones(n), *past]), stretch[self.lags :]
        both = np.column_stack([design[:, 1:], explained])
        usual = np.all((both >= low) & (both <= high), axis=1)
        if usual.sum() <= self.lags + 1:
            return None
        solution = np.linalg.lstsq(design[usual], explained[usual], rcond=None)[0]
        return Forecast(solution.astype(np.float64), low, high)


def usual_bounds(growth: Floats) -> tuple[float, float]:
    """Bounds of what is no outlier, ten interquartile ranges from the median; none where half of the values are equal."""
    lower, middle, upper = np.percentile(growth, [25.0, 50.0, 75.0]).tolist()
    width = OUTLIER_RANGES * (upper - lower)
    return (middle - width, middle + width) if width > 0 else (-np.inf, np.inf)


def releases(observations: pa.Table, series_id: str, *, every: int = 1, missing: Days = NO_DAYS) -> Releases:
    """Releases of one monthly (`every=1`) or quarterly (`every=3`) series.

    Parameters
    ----------
    observations : rows of `silver/observations`, of any series.
    missing : (m,) vintage days of the series that the lake does not know, rising.
    """
    facts = of_series(observations, series_id)
    facts = facts.take(facts.published)
    period = np.floor_divide(month_number(facts.date), every)
    order = np.lexsort((period, facts.known_from))
    day, newest = facts.known_from[order], np.maximum.accumulate(period[order]) if len(order) else period
    ends = np.flatnonzero(np.append(day[1:] > day[:-1], [True])) if len(order) else order
    new = ends[np.diff(newest[ends], prepend=np.iinfo(np.int32).min) > 0]
    return Releases(facts, period, day[new], newest[new], every, missing)


def innovations(series: Releases, months: Days, model: Autoregression) -> News:
    """Sum of the one-step errors of the periods that became known in each month, in percent of the level.

    Growth first published minus its forecast; both ends of the growth stand in the view of the release day, the
    forecast is estimated and made on the view of the day before. A release of several periods at once gives the sum of
    their errors, each later one given the growth before it in the release.

    Parameters
    ----------
    series : its releases.
    months : sorted month ends that may carry news.
    model : lags, window and minimum of the forecast.

    Returns
    -------
    News in the month of the release day. Between the releases of a quarterly series zero, once there are forecasts. NaN
    before; where a release allows no forecast; in a month in which a release was due and none is known; where a missing
    vintage day may have held the release, or one before it.
    """
    value, known_at = np.full(len(months), np.nan), months.copy()
    number = month_number(series.day)
    rows = np.searchsorted(month_number(months), number)
    inside = np.isin(number, month_number(months)) & (np.arange(len(number)) > 0)
    started = False
    for at in np.flatnonzero(inside).tolist():
        row = rows[at]
        error = _error(series, at, model)
        if not started and np.isnan(error):
            continue
        earlier = value[row] if number[at] == number[at - 1] and started else 0.0
        value[row], started = earlier + error, True
        value[row + 1 : row + series.every] = 0.0
        known_at[row] = series.day[at]
    quiet = value == 0.0
    value[quiet & ~np.isin(month_number(months), number) & _holding(months, series.missing)] = np.nan
    return News(months, value, known_at)


def release_errors(series: Releases, model: Autoregression) -> tuple[Numbers, Floats]:
    """Numbers of the periods that releases brought and the one-step error of each release, NaN where it has no forecast.

    A release of several periods at once has the sum of their errors, under its newest period.
    """
    errors = [_error(series, at, model) if at else float("nan") for at in range(len(series.day))]
    return series.newest, np.array(errors, dtype=np.float64)


def _holding(months: Days, days: Days) -> npt.NDArray[np.bool_]:
    """(n,) whether a month, given by its end, holds one of some days."""
    return np.isin(month_number(months), month_number(days))


def trend_gap(series: Releases, months: Days, *, span: int) -> News:
    """Newest level over the mean of the last `span` levels, minus one, in percent, in the view of the release day.

    A level has no zero in months without a release: the newest gap stands until the next release, with the day on
    which it was known, for at most half a year; no further than a missing vintage day, which may have held a newer one.
    """
    value, known_at = np.full(len(months), np.nan), months.copy()
    last = np.searchsorted(series.day, months, side="right") - 1
    for row, at in enumerate(last):
        if at < 0:
            continue
        day = series.day[at]
        if month_number(months[row]) - month_number(day) > CARRY_MONTHS or series.unsure(day, months[row] + ONE_DAY):
            continue
        levels = series.levels(day, int(series.newest[at]), span + WIDEST_GAP + 1)[-span:]
        value[row] = 100.0 * (levels[-1] / window_mean(levels) - 1.0)
        known_at[row] = day
    return News(months, value, known_at)


def _error(series: Releases, at: int, model: Autoregression) -> float:
    """Sum of the errors of the new periods of one release; NaN without a forecast, or where one before it may be lost."""
    day, newest, before = series.day[at], int(series.newest[at]), int(series.newest[at - 1])
    past = _growth(series.levels(day - ONE_DAY, before, model.window + 1))
    forecast = model.fit(past)
    if forecast is None or series.unsure(series.day[at - 1], day):
        return float("nan")
    new = newest - before
    current = _growth(series.levels(day, newest, model.lags + WIDEST_GAP + 1 + new))
    recent, total = past[-model.lags :], 0.0
    for step in range(len(current) - new, len(current)):
        total += float(current[step]) - forecast.ahead(recent)
        recent = current[step + 1 - model.lags : step + 1]
    return total


def _growth(levels: Floats) -> Floats:
    """(n - 1,) log growth in percent; NaN where either end is missing or not positive."""
    return 100.0 * np.diff(np.log(np.where(levels > 0, levels, np.nan)))


def _bridged(levels: Floats) -> Floats:
    """Levels with inner gaps of at most `WIDEST_GAP` periods filled along a straight line."""
    there = np.flatnonzero(~np.isnan(levels))
    steps = np.diff(there)
    for at in np.flatnonzero((steps > 1) & (steps <= WIDEST_GAP + 1)):
        left, step = there[at], steps[at]
        rise = levels[left + step] - levels[left]
        levels[left + 1 : left + step] = levels[left] + rise * np.arange(1, step) / step
    return levels
