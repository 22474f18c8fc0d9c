"""From providers to targets in three runs, as a user sees it: green, described, and without a secret."""

from typing import Any

import dagster as dg
import pytest

from macro_assets.tables.registry import TABLES
from macro_assets_tests.defs.house import DERIVED, KEY, World, failure

LOADED = {
    "bronze/fred_history": "bronze/fred_vintages",
    "bronze/yahoo_history": "bronze/yahoo_bars",
    "bronze/world_bank_indicators": "bronze/world_bank_indicators",
    "bronze/policy_surprises": "bronze/policy_surprises",
}
TABLE_OF = LOADED | {name: name for name in DERIVED}
PICTURED = ("silver/observations", "silver/prices", "gold/monthly_cube", "gold/asset_returns")


def latest(full: World, name: str) -> dict[str, Any]:
    event = full.instance.get_latest_materialization_event(dg.AssetKey(name.split("/")))
    assert event is not None
    assert event.asset_materialization is not None, name
    return {key: entry.value for key, entry in event.asset_materialization.metadata.items()}


@pytest.mark.parametrize("name", TABLE_OF)
def test_every_asset_is_made_and_says_what_it_made(full: World, name: str) -> None:
    result, table = latest(full, name), TABLE_OF[name]
    rows = full.lake.read(table)
    assert result["dagster/row_count"] == rows.num_rows > 0
    assert result["bytes"] > 0
    assert [column.name for column in result["dagster/column_schema"].columns] == TABLES[table].schema.names
    assert result["dagster/uri"] == full.lake.table_uri(table)
    assert result["first_date"] < result["last_date"]
    assert "|" in result["preview"]


@pytest.mark.parametrize("name", PICTURED)
def test_pictures_fit_an_event_row(full: World, name: str) -> None:
    pictures = [text for text in latest(full, name).values() if str(text).startswith("![picture](data:image/png")]
    assert pictures
    assert all(len(text) < 70_000 for text in pictures)


def test_checks_are_green_but_for_what_the_small_archive_lacks(full: World) -> None:
    failed, blocking = set(), 0
    for run in full.instance.get_runs():
        for entry in full.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION):
            assert entry.dagster_event is not None
            result = entry.dagster_event.asset_check_evaluation_data
            blocking += bool(result.blocking)
            if not result.passed:
                failed.add((result.asset_key.to_user_string(), result.check_name))
    missing_series = {("silver/observations", "release_calendar"), ("bronze/release_days", "days_of_every_release")}
    assert {pair for pair in failed if pair[1] != "features_present"} <= missing_series
    assert blocking >= 15


def test_no_key_in_any_event_log_or_metadata(full: World) -> None:
    written = full.written()
    assert len(written) > 100_000
    assert KEY not in written


def test_a_table_that_nobody_made_yet_is_named_with_the_remedy(small_world: World) -> None:
    message = failure(small_world.run("silver/prices", checks=False))
    assert "holds no table bronze/yahoo_bars yet. Materialise that asset first" in message.description
    assert message.metadata["error_type"].value == "TableNotFoundError"
