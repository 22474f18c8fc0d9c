"""The cube written down plainly: loop over as-of dates, take the snapshot, aggregate. Slow, and the oracle."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools

import numpy as np
import pyarrow as pa

from macro_assets.catalog import Catalog
from macro_assets.lake.as_of import snapshot

Row = tuple[dt.date, str, int, dt.date, float, dt.date, int, bool]


def last_of_month(months: int) -> dt.date:
    year, month = 1970 + months // 12, months % 12 + 1
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def month_of(day: dt.date) -> int:
    return (day.year - 1970) * 12 + day.month - 1


def home(day: dt.date, frequency: str, cube: str) -> int:
    month = month_of(day)
    month = {"Q": month // 3 * 3 + 2, "A": month // 12 * 12 + 11}.get(frequency, month)
    return month if cube == "M" else month // 3


def last_day(period: int, cube: str) -> dt.date:
    return last_of_month(period if cube == "M" else 3 * period + 2)


def as_of_dates(start: dt.date, end: dt.date, cube: str) -> list[dt.date]:
    days = [last_of_month(m) for m in range(month_of(start), month_of(end) + 1) if cube == "M" or m % 3 == 2]
    return [day for day in days if start <= day <= end]


def last_weekday_known(day: dt.date) -> dt.date:
    """Last weekday of the month of `day`, Memorial Day left out."""
    while day.weekday() > 4 or (day.month == 5 and day.weekday() == 0 and day.day > 24):
        day -= dt.timedelta(1)
    return day


def is_complete(dates: list[dt.date], period: int, frequency: str, cube: str, later: bool) -> bool:
    if frequency in "QA" or (frequency == "M" and cube == "M"):
        return True
    if frequency == "M":
        return len(dates) == 3
    end = last_day(period, cube)
    start = last_day(period - 1, cube) + dt.timedelta(1)
    widest = 7 if frequency == "D" else 10
    gaps = [(b - a).days for a, b in itertools.pairwise(dates)]
    if (dates[0] - start).days > 6 or max(gaps, default=0) > widest:
        return False
    if frequency == "W":
        expected = end - dt.timedelta(6)
    else:
        expected = end if any(d.weekday() > 4 for d in dates) else last_weekday_known(end)
    return dates[-1] >= expected or (later and (end - dates[-1]).days <= 7)


def cube(
    observations: pa.Table, catalog: Catalog, frequency: str, depth: int, start: dt.date, end: dt.date
) -> list[Row]:
    rows: list[Row] = []
    for as_of in as_of_dates(start, end, frequency):
        view = snapshot(observations, as_of).to_pylist()
        for series in sorted({row["series_id"] for row in view}):
            rule = catalog.find(series)
            if rule is not None:
                facts = [row for row in view if row["series_id"] == series]
                rows += _series(facts, series, rule.frequency, rule.aggregation, as_of, frequency, depth)
    return rows


def _series(
    facts: list[dict], series: str, frequency: str, aggregation: str, as_of: dt.date, cube: str, depth: int
) -> list[Row]:
    now = home(as_of, "D", cube)
    periods: dict[int, list[dict]] = {}
    for fact in sorted(facts, key=lambda row: row["observation_date"]):
        periods.setdefault(home(fact["observation_date"], frequency, cube), []).append(fact)
    rows: list[Row] = []
    for period in sorted((p for p in periods if now - depth < p <= now), reverse=True):
        inside = periods[period]
        published = [fact for fact in inside if fact["value"] is not None]
        if not published:
            continue
        used = published if aggregation == "mean" else published[-1:]
        value = np.add.reduceat(np.array([f["value"] for f in used]), [0])[0] / len(used)
        later = any(period < other <= now for other in periods)
        complete = is_complete([f["observation_date"] for f in inside], period, frequency, cube, later)
        known_at = max(f["known_from"] for f in used)
        rows.append(
            (as_of, series, now - period, last_day(period, cube), float(value), known_at, len(published), complete)
        )
    return rows
