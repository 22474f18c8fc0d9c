"""What happens over two quarters: changes of jobs, markets and output, each with the day it became known.

Belongs here: the regression targets of recession forecasts. A change is computed inside one as-of view, the one of the
day on which the last quarter's value was first published: growth never mixes vintages, and later data never change it.
Does not belong here: recession labels (turning_points.py, targets.py), the as-of rule itself (vintage/validity.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog.periods import Frequency
from macro_assets.signals.target_table import Target
from macro_assets.vintage.calendars import (
    Days,
    last_trading_day,
    month_number,
    period_first_day,
    period_last_day,
    weekday,
)
from macro_assets.vintage.columns import days, floats
from macro_assets.vintage.validity import Facts, of_series

HORIZON_QUARTERS = 2
VOLATILITY_DAYS, STALE = 63, np.timedelta64(14, "D")
PERCENT, PERCENTAGE_POINTS = "percent", "percentage points"

__all__ = ["HORIZON_QUARTERS", "INDEX_IMPACTS", "SERIES_IMPACTS", "IndexImpact", "SeriesImpact", "index_impacts",
           "series_impact"]  # fmt: skip

Floats = npt.NDArray[np.float64]
Quarters = npt.NDArray[np.int64]  # counted from the first of 1970, as in vintage/calendars.py
_SATURDAY = 5


@dataclass(frozen=True)
class SeriesImpact:
    """A target made of one macro series: quarterly mean of `series_id`, change in points or in percent."""

    target: str
    series_id: str
    frequency: Frequency
    percent: bool


@dataclass(frozen=True)
class IndexImpact:
    """Targets made of one equity index: change of the quarter-end close and deepest fall on the way, in percent."""

    change_target: str
    drawdown_target: str
    symbols: tuple[str, ...]
    fallback_series: tuple[str, ...]


SERIES_IMPACTS = (
    SeriesImpact("unemployment_rate_change_pp", "UNRATE", "M", percent=False),
    SeriesImpact("initial_claims_change_pct", "ICSA", "W", percent=True),
    SeriesImpact("real_gdp_change_pct", "GDPC1", "Q", percent=True),
)
INDEX_IMPACTS = (
    IndexImpact("sp500_change_pct", "sp500_drawdown_pct", ("^GSPC", "SPY"), ("SP500",)),
    IndexImpact("nasdaq_change_pct", "nasdaq_drawdown_pct", ("^IXIC", "QQQ"), ("NASDAQCOM",)),
)


@dataclass(frozen=True)
class _Closes:
    """Closes of an index in date order, in shares of one kind, and the day from which each and all before are known."""

    date: Days
    level: Floats
    known_from: Days


def series_impact(observations: pa.Table, quarters: Quarters, impact: SeriesImpact) -> Target:
    """Change of a macro series from quarter t to t+2, for each t.

    Parameters
    ----------
    observations : rows of `silver/observations`.
    quarters : origins t.
    impact : which series, and whether in percent.

    Returns
    -------
    Target in percent or percentage points; not known while t+2 is not wholly published.
    """
    facts = of_series(observations, impact.series_id)
    rules = observations["known_by"]
    value = np.full(len(quarters), np.nan)
    known_at = np.full(len(quarters), np.datetime64("NaT", "D"))
    known_by = np.full(len(quarters), "", dtype=object)
    for at, quarter in enumerate(quarters.tolist()):
        last = _within(facts, _expected(quarter + HORIZON_QUARTERS, impact.frequency))
        day = _first_published(last)
        if last is None or np.isnat(day):
            continue
        start = _mean_on(day, _within(facts, _expected(quarter, impact.frequency)))
        end = _mean_on(day, last)
        change = (end / start - 1.0) * 100.0 if impact.percent else end - start
        if np.isfinite(change):
            newest = last[0].row[last[0].on(day)][-1]
            value[at], known_at[at], known_by[at] = change, day, rules[int(newest)].as_py()
    unit = PERCENT if impact.percent else PERCENTAGE_POINTS
    return Target(impact.target, "Q", unit, period_last_day(quarters, "Q"), value, known_at, known_by)


def index_impacts(
    prices: pa.Table | None, observations: pa.Table, quarters: Quarters, impact: IndexImpact
) -> tuple[Target, ...]:
    """Change of the quarter-end close from t to t+2, and the deepest fall from a running high on the way.

    The running high starts at the close of quarter t, so the drawdown is at most zero and at most the change.
    Splits are undone; dividends are left out, as the target is the index level. A change is known once the close of the
    quarter's last trading day is, or a later one, and never before the quarter's last calendar day. Each origin also has
    the volatility its market stood in: of the last 63 daily closes known by then, as a percentage a year.

    Returns
    -------
    Both targets in percent; none when no source of the index has a close.
    """
    closes = _closes(prices, observations, impact)
    if not len(closes.date):
        return ()
    stood = _volatility(closes, period_last_day(quarters, "Q"))
    before, start, end = (period_last_day(quarters + shift, "Q") for shift in (-1, 0, HORIZON_QUARTERS))
    first = closes.date.searchsorted(start, side="right") - 1
    stop = closes.date.searchsorted(end, side="right")
    over = closes.date.searchsorted(last_trading_day(month_number(end)))
    there = (over < len(closes.date)) & (first >= 0) & (closes.date[first] > before)
    paths = [closes.level[first[at] : stop[at]] if there[at] else np.array([np.nan]) for at in range(len(quarters))]
    change = np.array([(path[-1] / path[0] - 1.0) * 100.0 for path in paths])
    drawdown = np.array([np.min(path / np.maximum.accumulate(path) - 1.0) * 100.0 for path in paths])
    confirmed = np.maximum(end, closes.known_from[np.minimum(over, len(closes.date) - 1)])
    known_at = np.where(there, confirmed, np.datetime64("NaT", "D"))
    known_by = np.where(there, "market", "").astype(object)
    return tuple(
        Target(name, "Q", PERCENT, start, value, known_at, known_by, stood)
        for name, value in ((impact.change_target, change), (impact.drawdown_target, drawdown))
    )


def _volatility(closes: _Closes, origins: Days) -> Floats:
    """Annualised volatility of the last 63 daily log changes known on each origin; missing where they are old or fewer."""
    squares = np.diff(np.log(closes.level)) ** 2
    out = np.full(len(origins), np.nan)
    for row, end in enumerate(closes.known_from.searchsorted(origins, side="right")):
        if end > VOLATILITY_DAYS and origins[row] - closes.known_from[end - 1] <= STALE:
            out[row] = 100.0 * np.sqrt(squares[end - 1 - VOLATILITY_DAYS : end - 1].mean() * 252.0)
    return out


def _expected(quarter: int, frequency: Frequency) -> Days:
    """Observation dates that a series of the frequency has in a quarter; weekly ones are Saturdays."""
    first, after = period_first_day([quarter, quarter + 1], "Q")
    if frequency == "Q":
        return np.array([first])
    if frequency == "M":
        return period_first_day(3 * quarter + np.arange(3), "M")
    every = np.arange(first, after)
    return np.asarray(every[weekday(every) == _SATURDAY])


_Part = tuple[Facts, Days]


def _within(facts: Facts, dates: Days) -> _Part | None:
    """Facts about some dates, and the dates; None where one of them was never published."""
    inside = facts.take(np.isin(facts.date, dates))
    return (inside, dates) if len(np.unique(inside.date[inside.published])) == len(dates) else None


def _first_published(part: _Part | None) -> np.datetime64:
    """Day from which a number of each date had been published; NaT when that never came."""
    if part is None:
        return np.datetime64("NaT", "D")
    facts = part[0].take(part[0].published)
    starts = np.flatnonzero(np.append([True], facts.date[1:] != facts.date[:-1]))
    return np.datetime64(np.minimum.reduceat(facts.known_from, starts).max(), "D")


def _mean_on(day: np.datetime64, part: _Part | None) -> float:
    """Mean over the dates as known on a day; NaN if any is not known, or was withdrawn by then."""
    if part is None:
        return float("nan")
    facts, dates = part
    value = facts.value[facts.on(day)]
    return float(np.mean(value)) if len(value) == len(dates) else float("nan")


def _closes(prices: pa.Table | None, observations: pa.Table, impact: IndexImpact) -> _Closes:
    """Closes of the first source that has any: tickers, then daily series as first published."""
    for symbol in impact.symbols:
        if prices is None:
            break
        rows = prices.filter(pc.equal(prices["symbol"], symbol)).sort_by("date")
        if rows.num_rows:
            split = np.nan_to_num(floats(rows["split_ratio"]), nan=1.0)
            level = floats(rows["close"]) * np.cumprod(split)
            return _usable(days(rows["date"]), level, days(rows["known_from"]))
    for series_id in impact.fallback_series:
        facts = of_series(observations, series_id)
        facts = facts.take(facts.published)
        if len(facts.date):
            first = facts.take(np.append([True], facts.date[1:] != facts.date[:-1]))
            return _usable(first.date, first.value, first.known_from)
    none = np.empty(0, dtype="datetime64[D]")
    return _Closes(none, np.empty(0), none)


def _usable(date: Days, level: Floats, known_from: Days) -> _Closes:
    there = ~np.isnan(level)
    return _Closes(date[there], level[there], np.maximum.accumulate(known_from[there]))
