"""A missing vintage day is missing in shocks and features, never zero and never stale; what it cannot hide stays."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.signals import causal_features, shocks
from macro_assets.signals.holes import series_behind, unsure, without_unsure
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import cube
from macro_assets_tests.vintage.facts import bronze, observed
from macro_assets_tests.vintage.states import states_of

CATALOG = load_catalog()
LOST = dt.date(2010, 6, 14)
GONE = np.array([LOST], "datetime64[D]")
REVISED = dt.date(2011, 2, 14)
"""On this day every month of the year before is restated, as seasonal factors are."""

Fact = tuple[str, dt.date, dt.date, float | None, str]


def prices() -> list[Fact]:
    """Consumer prices from 1990 to 2011, published in the middle of the next month, so May 2010 on 2010-06-14."""
    rng = np.random.default_rng(5)
    months = [day.date() for day in pd.date_range("1990-01-01", "2011-10-01", freq="MS")]
    levels = 130.0 * np.exp(np.cumsum(0.002 + 0.002 * rng.standard_normal(len(months))))
    facts: list[Fact] = []
    for month, level in zip(months, levels, strict=True):
        day = (month + dt.timedelta(days=31)).replace(day=14)
        facts.append(("CPIAUCSL", month, day, float(level), "published"))
        if month.year == 2010:
            facts.append(("CPIAUCSL", month, max(day, REVISED), float(level) * 1.0001, "published"))
    return [fact for n, fact in enumerate(facts) if fact[1:3] not in [other[1:3] for other in facts[:n]]]


class Lake:
    """Observations and cube of some facts."""

    def __init__(self, facts: list[Fact]) -> None:
        self.observations = observed(bronze(facts), CATALOG)
        self.cube = cube.build(self.observations, CATALOG, start=dt.date(2008, 1, 1), end=dt.date(2011, 11, 30))

    def shock(self, name: str, missing: dict[str, np.ndarray]) -> dict[str, float]:
        surprises, bars = (TABLES[table].empty() for table in ("bronze/policy_surprises", "silver/prices"))
        rows = shocks.build(self.observations, self.cube, surprises, bars, CATALOG, missing).to_pylist()
        return {str(row["month"])[:7]: row["value"] for row in rows if row["shock"] == name}


@pytest.fixture(scope="module")
def whole() -> Lake:
    return Lake(prices())


@pytest.fixture(scope="module")
def holed() -> Lake:
    facts = [fact for fact in prices() if fact[2] != LOST]
    assert len(prices()) - len(facts) == 1
    return Lake(facts)


def test_a_lost_print_is_missing_even_where_nobody_knows_that_it_was_lost(whole: Lake, holed: Lake) -> None:
    before, after = whole.shock("cpi_innovation", {}), holed.shock("cpi_innovation", {})
    assert before["2010-06"] != 0.0
    assert "2010-06" not in after
    assert 0.0 not in after.values(), "no month without a print counts as a month without news"


def test_a_named_hole_hides_every_shock_that_it_may_have_spoilt_and_no_other(whole: Lake, holed: Lake) -> None:
    missing = {"CPIAUCSL": GONE}
    before, after = whole.shock("cpi_innovation", {}), holed.shock("cpi_innovation", missing)
    hidden = set(before) - set(after)
    assert {"2010-06", "2010-07"} <= hidden
    assert min(hidden) == "2010-06"
    assert max(hidden) < "2011-03", "from the restatement on nothing is hidden"
    assert all(after[month] == before[month] for month in after), "what remains is what the undamaged lake says"
    gap_before, gap_after = whole.shock("cpi_trend_gap", {}), holed.shock("cpi_trend_gap", missing)
    assert "2010-06" not in gap_after, "the gap of May does not stand for June"
    assert all(gap_after[month] == gap_before[month] for month in gap_after)


def test_a_hole_of_another_series_hides_nothing(whole: Lake) -> None:
    assert whole.shock("cpi_innovation", {"PAYEMS": GONE}) == whole.shock("cpi_innovation", {})


def test_a_day_missing_after_the_print_leaves_the_print(whole: Lake) -> None:
    later = np.array([LOST + dt.timedelta(days=5)], "datetime64[D]")
    after, before = whole.shock("cpi_innovation", {"CPIAUCSL": later}), whole.shock("cpi_innovation", {})
    assert after["2010-06"] == before["2010-06"]
    assert set(before) - set(after) == {"2010-07"}, "its release may be the second of two"


def test_features_are_missing_until_the_series_brings_something_again(whole: Lake, holed: Lake) -> None:
    missing = {"CPIAUCSL": GONE}
    june, july = (np.datetime64(day, "D") for day in ("2010-06-30", "2010-07-31"))
    dates = unsure(holed.cube, missing)["CPIAUCSL"]
    assert june in dates
    assert july not in dates
    outcomes = TABLES["gold/asset_returns"].empty()
    table = causal_features.build(holed.cube, outcomes, CATALOG)
    kept = without_unsure(table, causal_features.FEATURE_SET, holed.cube, missing, CATALOG)
    lost = [row for row in table.to_pylist() if row not in kept.to_pylist()]
    assert {(row["feature"], row["as_of"]) for row in lost} == {("inflation_yoy", dt.date(2010, 6, 30))}
    assert without_unsure(table, causal_features.FEATURE_SET, holed.cube, {}, CATALOG).equals(table)


def test_a_feature_of_a_splice_is_hidden_by_a_hole_of_what_it_is_made_of() -> None:
    behind = series_behind(causal_features.FEATURE_SET, CATALOG)
    assert {"CPIAUCSL", "DFF", "FEDFUNDS", "^GSPC"} <= set(behind)
    assert "policy_rate" not in behind


def test_a_series_without_a_row_is_unsure_from_its_missing_day_on() -> None:
    states = states_of([(dt.date(2010, 6, 30), "A", 1)])
    early = states.set_column(5, states.schema.field("known_at"), pa.array([dt.date(2010, 6, 1)]))
    found = unsure(early, {"B": GONE, "A": GONE})
    assert {name: dates.tolist() for name, dates in found.items()} == {
        "B": [dt.date(2010, 6, 30)], "A": [dt.date(2010, 6, 30)]}  # fmt: skip
