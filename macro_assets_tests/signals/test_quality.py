"""Findings on features, shocks and targets at their edges."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.signals.quality import MARKET_DAYS, known_late, unlike_catalogue

CATALOG = load_catalog()


def shocks(**columns: object) -> pa.Table:
    shock = CATALOG.shocks["fed_surprise"]
    row = {"shock": "fed_surprise", "unit": shock.unit, "tier": str(shock.tier), "value": 0.1}
    return pa.Table.from_pylist([row, row | columns])


@pytest.mark.parametrize("wrong", [{"shock": "no_such_shock"}, {"unit": "percent"}, {"tier": "T4"}])
def test_a_shock_in_another_unit_or_tier_or_in_no_catalogue_is_named(wrong: dict[str, str]) -> None:
    assert unlike_catalogue(shocks(), CATALOG).passed
    found = unlike_catalogue(shocks(**wrong), CATALOG)
    assert not found.passed
    assert len(found.failing) == 1


@pytest.mark.parametrize(("days", "passed"), [(0, True), (5, True), (6, False), (30, False)])
def test_a_market_rate_is_published_within_five_days_and_a_release_of_the_next_month_is_look_ahead(
    days: int, passed: bool
) -> None:
    month = dt.date(2010, 1, 31)
    table = pa.table({"month": [month], "known_at": [month + dt.timedelta(days)]})
    assert known_late(table, "month", grace_days=MARKET_DAYS).passed is passed
