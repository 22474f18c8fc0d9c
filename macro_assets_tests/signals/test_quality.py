"""Findings on features, shocks and targets at their edges."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.signals.quality import MARKET_DAYS, implausible_shocks, known_late, unlike_catalogue

CATALOG = load_catalog()


def shocks(**columns: object) -> pa.Table:
    shock = CATALOG.shocks["fed_surprise"]
    row = {
        "shock": "fed_surprise",
        "unit": shock.unit,
        "tier": str(shock.tier),
        "tier_stated_by": "catalogue",
        "value": 0.1,
    }
    return pa.Table.from_pylist([row, row | columns])


@pytest.mark.parametrize(
    "wrong", [{"shock": "no_such_shock"}, {"unit": "percent"}, {"tier": "T4"}, {"tier_stated_by": "user"}]
)
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


@pytest.mark.parametrize(("value", "passed"), [(2.0, True), (-2.0, True), (2.01, False), (-2.01, False)])
def test_a_shock_beyond_its_largest_plausible_size_is_named_in_either_direction(value: float, passed: bool) -> None:
    assert CATALOG.shocks["fed_surprise"].largest == 2.0
    assert implausible_shocks(shocks(value=value), CATALOG).passed is passed


def test_every_shock_of_the_catalogue_states_its_largest_plausible_size() -> None:
    assert [name for name, shock in CATALOG.shocks.items() if shock.largest == float("inf")] == []
