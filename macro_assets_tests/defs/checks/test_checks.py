"""Every check passes on a good lake and speaks up on a damaged one, with its severity and whether it blocks."""

import dataclasses
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.lake import Lake, LoadReport
from macro_assets.signals.feature_sets import FEATURE_SETS
from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import cube, knowledge
from macro_assets.vintage.calendars import CubeFrequency
from macro_assets_tests.defs.checks import damage
from macro_assets_tests.defs.house import World, blocking, checks, evaluate, house, materialised, world

ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN
BLOCKS, TELLS = (True, ERROR), (False, WARN)
PUBLISHED = "bronze/policy_surprises"
FRED, YAHOO, BANK = "bronze/fred_vintages", "bronze/yahoo_bars", "bronze/world_bank_indicators"
FACTS = (FRED, YAHOO, BANK)
COVERAGE = "bronze/coverage"
PAST, YAHOO_PAST = "bronze/fred_history", "bronze/yahoo_history"
STATED, RELEASED = "bronze/series_facts", "bronze/release_days"
QUARANTINE, DECISIONS = "bronze/quarantine", "bronze/quarantine_decisions"
SILVER, PRICES, RETURNS = "silver/observations", "silver/prices", "gold/asset_returns"
CUBES = ("gold/monthly_cube", "gold/quarterly_cube")
SHOCKS, TARGETS = "treatments/macro_shocks", "targets/recession_targets"
FEATURES = {table: each for each in FEATURE_SETS for table in each.tables}
LAYERS = ("bronze", "silver", "gold", "features", "treatments", "targets")
KEYS = "schema_and_keys"

CASES = {
    (FRED, KEYS): (damage.repeated(FRED), BLOCKS),
    (PAST, KEYS): (damage.first_row(FRED, status="perhaps"), BLOCKS),
    (YAHOO, KEYS): (damage.repeated(YAHOO), BLOCKS),
    (YAHOO_PAST, KEYS): (damage.repeated(YAHOO), BLOCKS),
    (BANK, KEYS): (damage.repeated(BANK), BLOCKS),
    ("bronze/policy_surprises", KEYS): (damage.repeated("bronze/policy_surprises"), BLOCKS),
    (FRED, "plausible_bounds"): (damage.first_row(FRED, value=-1e9), TELLS),
    (PAST, "plausible_bounds"): (damage.first_row(FRED, value=-1e9), TELLS),
    (BANK, "plausible_bounds"): (damage.first_row(BANK, value=1e6), TELLS),
    ("bronze/own_data", KEYS): (damage.own_fact(dated_by="hearsay"), BLOCKS),
    (QUARANTINE, KEYS): (damage.case(reason="a hunch"), BLOCKS),
    (QUARANTINE, "no_open_case"): (damage.case(), TELLS),
    (DECISIONS, KEYS): (damage.decision(decision="perhaps"), BLOCKS),
    (YAHOO, "consistent_bars"): (damage.first_row(YAHOO, high=0.01), TELLS),
    (YAHOO_PAST, "consistent_bars"): (damage.first_row(YAHOO, close=-1.0), TELLS),
    (PUBLISHED, "whole_files"): (damage.first_row(PUBLISHED, value=float("inf")), BLOCKS),
    (FRED, "catalogue_covered"): (damage.withdraw_series, TELLS),
    (STATED, KEYS): (damage.repeated(STATED), BLOCKS),
    (STATED, "units_unchanged"): (damage.unit_changed, TELLS),
    (STATED, "first_vintages_stated"): (damage.late_statement, TELLS),
    (RELEASED, KEYS): (damage.repeated(RELEASED), BLOCKS),
    (RELEASED, "days_of_every_release"): (damage.crowded_releases, TELLS),
    (COVERAGE, KEYS): (damage.repeated(COVERAGE), BLOCKS),
    (COVERAGE, "vintage_days_complete"): (damage.answer_lost, (False, ERROR)),
    (COVERAGE, "series_known_to_provider"): (damage.first_row(COVERAGE, answer="does not exist"), TELLS),
    (SILVER, KEYS): (damage.first_row(SILVER, known_by="hearsay"), BLOCKS),
    (SILVER, "known_when_published"): (damage.known_a_month_early, BLOCKS),
    (SILVER, "equals_rebuild"): (damage.cell_of_another_day(SILVER), BLOCKS),
    (SILVER, "revision_size"): (damage.huge_revision, TELLS),
    (PRICES, KEYS): (damage.repeated(PRICES), BLOCKS),
    (PRICES, "plausible_returns"): (damage.first_row(PRICES, total_return=-0.9), BLOCKS),
    (RETURNS, KEYS): (damage.repeated(RETURNS), BLOCKS),
    (RETURNS, "no_gaps"): (damage.month_lost, TELLS),
    (SHOCKS, KEYS): (damage.first_row(SHOCKS, tier="T9"), BLOCKS),
    (SHOCKS, "known_in_time"): (damage.first_row(SHOCKS, known_at=date(2030, 1, 1)), BLOCKS),
    (SHOCKS, "units_of_the_catalogue"): (damage.first_row(SHOCKS, unit="basis points"), BLOCKS),
    (SHOCKS, "plausible_size"): (damage.first_row(SHOCKS, value=165.0), BLOCKS),
    (TARGETS, KEYS): (damage.repeated(TARGETS), BLOCKS),
    (TARGETS, "consistent_targets"): (damage.first_row(TARGETS, value=0.5, known_at=None), BLOCKS),
    **{(name, KEYS): (damage.repeated(name), BLOCKS) for name in FEATURES},
    **{(name, "known_in_time"): (damage.first_row(name, known_at=date(2030, 1, 1)), BLOCKS) for name in FEATURES},
    **{(name, "declared_features"): (damage.first_row(name, unit="furlongs"), BLOCKS) for name in FEATURES},
    **{(name, "features_present"): (damage.feature_lost(name), TELLS) for name in FEATURES},
    **{(name, KEYS): (damage.repeated(name), BLOCKS) for name in CUBES},
    **{(name, "leakage_canary"): (damage.cell_of_another_day(name), BLOCKS) for name in CUBES},
}
ELSEWHERE = {"rows_accounted", "release_calendar", "provider_corrections"}  # shown below, with other means


@pytest.fixture
def spoilt(full: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A copy of the good lake, to be damaged."""
    for name, value in (full.environment | {"MACRO_HOME": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    shutil.copytree(full.home / "lake", tmp_path / "lake")
    return Lake(tmp_path / "lake")


def test_every_check_from_bronze_to_targets_is_shown_here() -> None:
    keys = house().resolve_asset_graph().asset_check_keys
    found = {(k.asset_key.to_user_string(), k.name) for k in keys if k.asset_key.path[0] in LAYERS}
    assert {pair for pair in found if pair[1] not in ELSEWHERE} == set(CASES)


@pytest.mark.parametrize(("asset", "name"), CASES, ids=lambda text: text)
def test_passes_on_a_good_lake_and_fails_on_a_damaged_one(spoilt: Lake, asset: str, name: str) -> None:
    spoil, (blocks, severity) = CASES[asset, name]
    if name == "catalogue_covered":
        fill_up(spoilt)
    if name == "features_present":
        every_feature(spoilt, asset)
    if name == "series_known_to_provider":
        answer_everything(spoilt)
    if name == "days_of_every_release":
        publish_prices(spoilt)
    good = evaluate(asset, name)
    assert good.passed, good.description
    spoil(spoilt)
    bad = evaluate(asset, name)
    assert not bad.passed
    assert (blocking(asset, name), bad.severity) == (blocks, severity)
    assert bad.description
    if name != "catalogue_covered":
        assert str(bad.metadata["failing_rows"].value).count("\n") >= 2, "the offending rows are shown"


def fill_up(lake: Lake) -> None:
    """One fact of every series that the small archive lacks."""
    have = set(lake.read(FRED)["series_id"].to_pylist())
    day = date(2014, 1, 2)
    rows = [
        {"series_id": s, "observation_date": day, "realtime_start": day, "value": None, "status": "missing"}
        for s in load_catalog().series if s not in have
    ]  # fmt: skip
    lake.load(FRED, pa.Table.from_pylist(rows, TABLES[FRED].source_schema))


def answer_everything(lake: Lake) -> None:
    """One later answer about every series that the small archive lacks."""
    rows = [row for row in lake.read(COVERAGE).to_pylist() if row["answer"] != "answered"]
    later = [row | {"answer": "answered", "received_at": row["received_at"] + timedelta(hours=2)} for row in rows]
    lake.load(COVERAGE, pa.Table.from_pylist(later, TABLES[COVERAGE].schema))


def publish_prices(lake: Lake) -> None:
    """A day a month of the consumer prices, which the small archive lacks."""
    rows = [{"release_id": "10", "date": date(2014, month, 15), "provider": "fred"} for month in range(1, 13)]
    lake.load(RELEASED, pa.Table.from_pylist(rows, TABLES[RELEASED].source_schema))


def every_feature(lake: Lake, name: str) -> None:
    """One row of every feature that the small archive lacks the series of."""
    features, day = FEATURES[name].features, date(2014, 11, 30)
    rows = [{"as_of": day, "feature": f.name, "value": 1.0, "unit": f.unit, "known_at": day} for f in features]
    lake.replace(name, pa.Table.from_pylist(rows, TABLES[name].schema))


@pytest.mark.parametrize("asset", FACTS)
def test_corrections_are_listed_with_their_lag_and_never_fail(spoilt: Lake, asset: str) -> None:
    good = evaluate(asset, "provider_corrections")
    assert good.passed
    assert "none corrected" in str(good.description)
    row = spoilt.read(asset).slice(0, 1).to_pylist()[0]
    changed = next(name for name in TABLES[asset].value_columns if isinstance(row[name], float))
    later = row.pop("loaded_at") + timedelta(days=2, hours=12)
    row[changed] += 1.0
    rows = pa.Table.from_pylist([row], TABLES[asset].source_schema)
    assert spoilt.load(asset, rows, received_at=later).corrected == 1
    listed = evaluate(asset, "provider_corrections")
    assert (listed.passed, blocking(asset, "provider_corrections")) == (True, False)
    assert (str(listed.metadata["corrections"].value).count("\n"), listed.metadata["median_lag_days"].value) == (2, 2.5)
    assert f"{changed}={row[changed]}" in str(listed.metadata["corrections"].value)


def test_every_bronze_table_of_facts_lists_its_corrections() -> None:
    keys = house().resolve_asset_graph().asset_check_keys
    carried = {key.asset_key.to_user_string() for key in keys if key.name == "provider_corrections"}
    assert set(FACTS) <= carried == {one.table.name for one in PROVIDERS if one.table.mode == "facts"}


def test_every_asset_from_bronze_to_targets_that_holds_a_table_has_the_check_of_its_schema() -> None:
    graph = house().resolve_asset_graph()
    held = {node.key.to_user_string() for node in graph.asset_nodes if node.is_materializable} & set(TABLES)
    checked = {k.asset_key.to_user_string() for k in graph.asset_check_keys if k.name == KEYS}
    assert {name for name in held if name.split("/")[0] in LAYERS} <= checked


def test_a_fact_given_an_earlier_day_is_seen_in_every_cube_built_from_it(spoilt: Lake) -> None:
    damage.known_a_month_early(spoilt)
    rebuild_cubes(spoilt)
    for name in CUBES:
        bad = evaluate(name, "leakage_canary")
        assert not bad.passed
        assert "GDPC1" in str(bad.metadata["failing_rows"].value)


def test_a_cell_known_after_its_as_of_date_is_named(spoilt: Lake) -> None:
    damage.first_row(CUBES[1], known_at=date(2030, 1, 1))(spoilt)
    assert "known after its as-of date" in str(evaluate(CUBES[1], "leakage_canary").metadata["failing_rows"].value)


def rebuild_cubes(lake: Lake) -> None:
    """Both cubes anew from silver as it is: an innocent builder over a leaking table."""
    facts = knowledge.facts(lake.read(SILVER), lake.read(PRICES))
    frequencies: tuple[CubeFrequency, ...] = ("M", "Q")
    for name, frequency in zip(CUBES, frequencies, strict=True):
        lake.replace(name, cube.build(facts, load_catalog(), frequency=frequency, end=date(2014, 12, 31)))


@pytest.mark.parametrize(
    ("asset", "day", "name"),
    [(SILVER, "2015-09-01", "PAYEMS"), (SILVER, "2017-12-01", "NY.GDP.MKTP.KD.ZG"), (PRICES, "2015-01-20", "SPY")],
)
def test_what_nobody_updates_any_more_is_reported(
    spoilt: Lake, monkeypatch: pytest.MonkeyPatch, asset: str, day: str, name: str
) -> None:
    monkeypatch.setenv("MACRO_TODAY", "2014-12-19")
    assert evaluate(asset, "release_calendar").passed
    monkeypatch.setenv("MACRO_TODAY", day)
    late = evaluate(asset, "release_calendar")
    assert not late.passed
    assert name in str(late.metadata["failing_rows"].value)
    assert (blocking(asset, "release_calendar"), late.severity) == (False, WARN)


def test_a_lost_row_fails_the_account_and_stops_what_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load = Lake.load

    def losing(self: Lake, name: str, table: pa.Table, **more: Any) -> LoadReport:
        report = load(self, name, table, **more)
        return dataclasses.replace(report, new=report.new - 1)

    with world(tmp_path, date(2012, 6, 29)) as loaded:
        monkeypatch.setattr(Lake, "load", losing)
        result = loaded.run(FRED, SILVER, days="2012-06-06")
        assert not result.success
        assert not checks(result)[FRED, "rows_accounted"]
        assert SILVER not in materialised(result)
    for asset in (FRED, PAST, YAHOO, YAHOO_PAST, BANK):
        assert blocking(asset, "rows_accounted")
