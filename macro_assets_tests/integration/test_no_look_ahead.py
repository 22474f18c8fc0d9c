"""On the simulated economy: what is said of a day is the same whatever follows it.

A lake that ends on day D against one that goes on for years: silver, cubes, returns, features, shocks, targets and
regime labels as of dates up to D bit for bit, forecasts and effects to 1e-12. All of it from facts that the real clients
fetched. True vintages: the revised mode reads the newest digits by its very definition.

One thing cannot be the same, by the rule of silver (vintage/knowledge.py): a series whose recording began after D, with a
long past in its first vintage. A longer lake counts that past as known by the catalogue's lag (`pseudo`, `lag_rule`);
the lake that ends at D does not hold the series at all. So the days below lie after the last such beginning (PCEPI,
July 1989), and two tests show what holds before it: the strict reading, and everything but that series.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macro_assets.tables.registry import TABLES
from macro_assets.vintage.layout import lay_out
from macro_assets_tests.integration import agreement
from macro_assets_tests.integration.conftest import END, economy
from macro_assets_tests.integration.floors import CATALOG, Bronze, Floors, assert_same_bits, fetch, upto
from macro_assets_tests.world import facts

# The end of a year, a day in the middle of a month, and a Sunday that ends a month and refits the recession models.
DAYS = (dt.date(1990, 12, 31), dt.date(1991, 9, 14), dt.date(1993, 1, 31))
LATE, LATE_FROM = "PCEPI", dt.date(1989, 7, 28)


@pytest.fixture(scope="module")
def short(simulated: Bronze) -> dict[dt.date, Floors]:
    return {day: Floors(simulated.through(day), day) for day in DAYS}


def test_a_sandbox_that_stands_on_the_day_delivers_the_facts_begun_by_then(simulated: Bronze) -> None:
    then, cut = fetch(economy(), DAYS[1]), simulated.through(DAYS[1])
    for name in ("fred", "bars", "world_bank", "surprises"):
        assert_same_bits(getattr(then, name), getattr(cut, name), name)


def test_the_clients_deliver_what_plain_table_operations_make_of_the_archive(simulated: Bronze) -> None:
    """The models world is written straight into its lake; this is why it may be."""
    archive, bars = economy(), simulated.bars
    fetched = {
        "bronze/fred_vintages": (simulated.fred, facts.vintages(archive, CATALOG)),
        "bronze/yahoo_bars": (
            bars.filter(pc.equal(bars["date"], bars["realtime_start"])),
            facts.bars(archive, CATALOG),
        ),
        "bronze/world_bank_indicators": (simulated.world_bank, facts.indicators(archive, CATALOG)),
        "bronze/policy_surprises": (simulated.surprises, facts.surprises(archive)),
    }
    for name, (delivered, plain) in fetched.items():
        order = [(column, "ascending") for column in TABLES[name].identity]
        schema = TABLES[name].source_schema
        assert_same_bits(delivered.sort_by(order).cast(schema), plain.select(schema.names).cast(schema), name)


@agreement.on_days(DAYS)
def test_no_table_looks_ahead(
    short: dict[dt.date, Floors], simulated_floors: Floors, assert_final: agreement.Check, day: dt.date
) -> None:
    assert_final(short[day], simulated_floors, day)


@pytest.mark.parametrize("day", DAYS[1:], ids=str)
def test_no_regime_label_is_rewritten(short: dict[dt.date, Floors], simulated_floors: Floors, day: dt.date) -> None:
    agreement.assert_regime_labels(short[day], simulated_floors, day)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_no_recession_forecast_or_score_changes(
    short: dict[dt.date, Floors], simulated_floors: Floors, day: dt.date
) -> None:
    agreement.assert_recession_forecasts(short[day], simulated_floors, day, since=dt.date(1987, 1, 31))


def test_no_impact_forecast_changes(short: dict[dt.date, Floors], simulated_floors: Floors) -> None:
    agreement.assert_recession_impacts(short[DAYS[2]], simulated_floors, DAYS[2])


@pytest.mark.parametrize("day", DAYS[1:], ids=str)
def test_no_effect_changes(short: dict[dt.date, Floors], simulated_floors: Floors, day: dt.date) -> None:
    shocks = ["fed_rate_change", "fed_surprise", "cpi_innovation", "payrolls_innovation", "term_spread_change"]
    agreement.assert_causal_grid(short[day], simulated_floors, day, outcomes=["sp500", "tlt", "us10y"], shocks=shocks)


def test_no_effect_by_regime_changes(short: dict[dt.date, Floors], simulated_floors: Floors) -> None:
    agreement.assert_effect_heterogeneity(
        short[DAYS[2]], simulated_floors, DAYS[2], outcomes=["sp500", "us10y"], shock="fed_rate_change"
    )


def test_no_answer_of_event_days_changes(short: dict[dt.date, Floors], simulated_floors: Floors) -> None:
    agreement.assert_event_effects(short[DAYS[2]], simulated_floors, DAYS[2])


def test_no_answer_of_published_series_changes(short: dict[dt.date, Floors], simulated_floors: Floors) -> None:
    agreement.assert_instrumented_effects(short[DAYS[2]], simulated_floors, DAYS[2])


def test_no_predictive_spread_changes(short: dict[dt.date, Floors], simulated_floors: Floors) -> None:
    agreement.assert_predictive_spread(short[DAYS[2]], simulated_floors, DAYS[2])


def test_every_table_of_answers_is_compared_here() -> None:
    """A table of answers has `as_of` and `trained_through`; a new one fails here by its name."""
    answers = {name for name, table in TABLES.items() if {"as_of", "trained_through"} <= set(table.schema.names)}
    assert answers == set(agreement.ANSWERS)
    called = Path(__file__).read_text()
    assert [one.__name__ for one in agreement.ANSWERS.values() if f"agreement.{one.__name__}(" not in called] == []


@settings(max_examples=3)
@given(day=st.dates(LATE_FROM, END - dt.timedelta(days=365)))
def test_on_any_day_cube_features_and_targets_are_final(
    simulated: Bronze, simulated_floors: Floors, day: dt.date
) -> None:
    cut = Floors(simulated.through(day), day)
    agreement.assert_monthly_cube(cut, simulated_floors, day)
    assert_same_bits(
        cut.recession_features_monthly,
        upto(simulated_floors.recession_features_monthly, "as_of", day),
        "features/recession_features_monthly",
    )
    agreement.assert_asset_returns(cut, simulated_floors, day)
    agreement.assert_recession_targets(cut, simulated_floors, day)


def without(table: pa.Table, series: str) -> pa.Table:
    return table.filter(pc.not_equal(table["series_id"], series))


def test_before_a_late_recording_begins_all_but_that_series_is_final(
    simulated: Bronze, simulated_floors: Floors
) -> None:
    day = dt.date(1985, 6, 30)
    cut, longer = Floors(simulated.through(day), day), lay_out(simulated_floors.monthly_cube, end=day)
    assert pc.any(pc.equal(longer["series_id"], LATE)).as_py(), "the longer lake knows its past by the lag rule"
    assert_same_bits(lay_out(cut.monthly_cube), without(longer, LATE), "gold/monthly_cube")


def test_before_a_late_recording_begins_the_strict_reading_is_final(simulated: Bronze) -> None:
    day = dt.date(1985, 6, 30)
    cut = Floors(simulated.through(day), day, strict=True)
    longer = Floors(simulated, dt.date(1990, 12, 31), strict=True)
    agreement.assert_silver(cut, longer, day)
    agreement.assert_monthly_cube(cut, longer, day)
