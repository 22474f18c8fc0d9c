"""Changes over two quarters, against a plain loop over days and snapshots: revisions, gaps and withdrawals included."""

from __future__ import annotations

import calendar
import datetime as dt
import random

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macro_assets.catalog.periods import Frequency
from macro_assets.lake.as_of import snapshot
from macro_assets.signals.impacts import SeriesImpact, series_impact
from macro_assets.tables.registry import TABLES

SCHEMA = TABLES["silver/observations"].schema
FIRST_QUARTER = 4 * 34  # 2004Q1
QUARTERS = np.arange(FIRST_QUARTER, FIRST_QUARTER + 6)


def dates(quarter: int, frequency: str) -> list[dt.date]:
    """Observation dates of a quarter, one calendar day after another."""
    year, first = 1970 + quarter // 4, 3 * (quarter % 4) + 1
    days = [
        dt.date(year, month, day)
        for month in range(first, first + 3)
        for day in range(1, calendar.monthrange(year, month)[1] + 1)
    ]
    keep = {"Q": lambda day: (day.month, day.day) == (first, 1), "M": lambda day: day.day == 1,
            "W": lambda day: day.weekday() == 5}[frequency]  # fmt: skip
    return [day for day in days if keep(day)]


@st.composite
def observations(draw: st.DrawFn, frequency: str) -> pa.Table:
    """One series over eight quarters: late, missing, revised, withdrawn, published again; and one beside it."""
    random_ = random.Random(draw(st.integers(0, 2**31)))
    rows = []
    for day in [day for quarter in range(FIRST_QUARTER, FIRST_QUARTER + 8) for day in dates(quarter, frequency)]:
        if random_.random() < 0.01:
            continue
        start = day + dt.timedelta(random_.choice([10, 40, 40, 40, 100]))
        for number in range(random_.choice([1, 1, 2, 3])):
            status = random_.choices(["published", "missing", "withdrawn"], [0.9, 0.05, 0.05 if number else 0])[0]
            value = random_.uniform(50, 150) if status == "published" else None
            lead = random_.choice([0, 0, 0, 15])
            rows.append(("X", day, start, start - dt.timedelta(lead), "pseudo" if lead else "vintage", value, status))
            start += dt.timedelta(random_.choice([1, 20, 200]))
    rows += [("OTHER", day, known, known, "vintage", 1.0, "published") for _, day, known, *_ in rows]
    random_.shuffle(rows)
    columns = list(zip(*rows, strict=True))
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )


View = dict[dt.date, tuple[float | None, str]]


def views(table: pa.Table) -> list[tuple[dt.date, View]]:
    """What a reader took for each date of the series (value, rule), on every day on which anything became known."""
    mine = table.filter(pc.equal(table["series_id"], "X"))
    columns = ("observation_date", "value", "known_by")
    found = []
    for day in sorted(set(mine["known_from"].to_pylist())):
        rows = zip(*(snapshot(mine, day)[name].to_pylist() for name in columns), strict=True)
        found.append((day, {date: (value, rule) for date, value, rule in rows}))
    return found


def plainly(seen_on: list[tuple[dt.date, View]], quarter: int, frequency: str) -> tuple[float, dt.date | None, str]:
    """Percent change from a quarter to the second after it: the first day that had seen every number, and its view."""
    start, end = dates(quarter, frequency), dates(quarter + 2, frequency)
    missing = set(end)
    for day, view in seen_on:
        missing -= {date for date in missing if view.get(date, (None, ""))[0] is not None}
        if not missing:
            before, after = ([value for date in each if (value := view.get(date, (None, ""))[0]) is not None]
                             for each in (start, end))  # fmt: skip
            if len(before) < len(start) or len(after) < len(end):
                return float("nan"), None, ""
            return (float(np.mean(after)) / float(np.mean(before)) - 1.0) * 100.0, day, view[end[-1]][1]
    return float("nan"), None, ""


@pytest.mark.parametrize("frequency", ["M", "Q", "W"])
def test_changes_are_those_of_a_loop_over_days_and_snapshots(frequency: Frequency) -> None:
    @settings(max_examples=10 if frequency == "W" else 40)
    @given(observations(frequency))
    def holds(table: pa.Table) -> None:
        target = series_impact(table, QUARTERS, SeriesImpact("x_change_pct", "X", frequency, percent=True))
        seen_on = views(table)
        expected = [plainly(seen_on, quarter, frequency) for quarter in QUARTERS.tolist()]
        np.testing.assert_array_equal(target.value, [value for value, _, _ in expected])
        assert target.known_at.tolist() == [day for _, day, _ in expected]
        assert target.known_by.tolist() == [rule for _, _, rule in expected]

    holds()


def test_a_value_withdrawn_on_the_day_the_change_would_be_known_leaves_it_unknown() -> None:
    known = {month: dt.date(2004, month, 1) + dt.timedelta(40) for month in range(1, 10)}
    rows = [
        ("X", dt.date(2004, month, 1), day, day, "vintage", 100.0 + month, "published") for month, day in known.items()
    ]
    impact = SeriesImpact("x_change_pp", "X", "M", percent=False)
    whole = series_impact(of(rows), QUARTERS[:1], impact)
    assert (whole.value.tolist(), whole.known_at.tolist()) == ([6.0], [known[9]])
    gone = ("X", dt.date(2004, 2, 1), known[9], known[9], "vintage", None, "withdrawn")
    assert np.isnan(series_impact(of([*rows, gone]), QUARTERS[:1], impact).value).all()


def of(rows: list[tuple]) -> pa.Table:
    columns = list(zip(*rows, strict=True))
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA
    )
