"""Overdue series: named the day after their patience ends, and not before."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from macro_assets.catalog import load_catalog
from macro_assets.vintage.quality import PERIOD_DAYS, SLACK_DAYS, stale_series

CATALOG = load_catalog()
NEWEST = dt.date(2010, 3, 1)


def facts(**newest: dt.date) -> pa.Table:
    n = len(newest)
    columns = {
        "series_id": list(newest),
        "observation_date": list(newest.values()),
        "known_from": [dt.date(2010, 4, 2)] * n,
        "status": ["published"] * n,
    }
    return pa.table(columns)


def test_a_series_is_overdue_from_the_day_after_its_patience_ends() -> None:
    entry = CATALOG.series["UNRATE"]
    due = entry.known_by_rule(NEWEST) + dt.timedelta(days=PERIOD_DAYS["M"] + SLACK_DAYS["M"])
    assert stale_series(facts(UNRATE=NEWEST), CATALOG, due).passed
    late = stale_series(facts(UNRATE=NEWEST), CATALOG, due + dt.timedelta(days=1))
    assert not late.passed
    assert late.failing["series_id"].tolist() == ["UNRATE"]
    assert late.failing["was_due"].tolist() == [due]


def test_only_the_overdue_one_of_two_is_named() -> None:
    today = dt.date(2010, 9, 1)
    found = stale_series(facts(UNRATE=NEWEST, PAYEMS=dt.date(2010, 7, 1)), CATALOG, today)
    assert found.failing["series_id"].tolist() == ["UNRATE"]
    assert "1 of 2" in found.words
