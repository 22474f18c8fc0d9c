"""What is broken now: each kind appears with its remedy, and is gone once it is mended."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import dagster as dg
import pytest
from dagster._core.definitions.freshness import FreshnessState, FreshnessStateChange, FreshnessStateRecord
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from macro_assets.defs.monitoring.state import COMPLETED, HOLES, broken, first_failure
from macro_assets_tests.defs.automation.test_conditions import load_losing_a_row
from macro_assets_tests.defs.house import World, checks, house, world

FRED, TABLE = "bronze/fred_vintages", "monitoring/broken_now"
ONE = {"bronze__fred_vintages": {"config": {"series": ["PAYEMS"]}}}


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, date(2012, 6, 29)) as loaded:
        yield loaded


def rows(loaded: World) -> list[dict[str, Any]]:
    """The stored table after a run of the asset; its check agrees with it."""
    result = loaded.run(TABLE)
    assert result.success
    found: list[dict[str, Any]] = loaded.lake.read(TABLE).to_pylist()
    assert checks(result)[TABLE, "nothing_broken"] == (not found)
    return found


def test_nothing_broken_is_an_empty_table(quiet: World) -> None:
    assert rows(quiet) == []
    assert quiet.run(FRED, days="2010-03-05", config=ONE).success
    assert rows(quiet) == []


def test_a_failed_asset_is_named_with_the_remedy_of_its_error_until_it_succeeds(quiet: World) -> None:
    quiet.sandbox.faults.inject("500", path="*/series/observations", times=None)
    assert not quiet.run(FRED, days="2010-03-05", config=ONE).success
    (row,) = rows(quiet)
    assert (row["kind"], row["subject"]) == ("failed run", FRED)
    assert "bronze__fred_vintages" in row["what"]
    assert row["remedy"] == "Try again later."
    assert row["since"] >= date(2026, 1, 1), "the day of the run, not the simulated one"
    quiet.sandbox.faults.clear()
    assert quiet.run(FRED, days="2010-03-05", config=ONE).success
    assert rows(quiet) == []


def test_a_failed_blocking_check_lasts_from_its_first_failure(quiet: World) -> None:
    for _ in range(2):
        load_losing_a_row(quiet)
    found = broken(quiet.instance, house().resolve_asset_graph())
    (check,) = [one for one in found if one.kind == "failed check"]
    assert check.subject == f"{FRED}: rows_accounted"
    history = quiet.instance.event_log_storage.get_asset_check_execution_history(
        dg.AssetCheckKey(dg.AssetKey(FRED.split("/")), "rows_accounted"), 10, status=COMPLETED
    )
    assert check.since.timestamp() == min(one.create_timestamp for one in history)
    assert len({one.run_id for one in history}) == 2


def test_a_failure_is_dated_by_the_first_evaluation_since_the_check_last_passed() -> None:
    failed, passed = AssetCheckExecutionRecordStatus.FAILED, AssetCheckExecutionRecordStatus.SUCCEEDED
    newest_first = [(failed, 400.0), (failed, 300.0), (passed, 200.0), (failed, 100.0)]
    history = [SimpleNamespace(status=status, create_timestamp=at) for status, at in newest_first]
    storage = SimpleNamespace(get_asset_check_execution_history=lambda *_, **__: history)
    since = first_failure(
        cast("dg.DagsterInstance", SimpleNamespace(event_log_storage=storage)),
        dg.AssetCheckKey(dg.AssetKey("a"), "check"),
    )
    assert since.timestamp() == 300.0


def evaluation(loaded: World, asset: str, name: str, *, passed: bool, warn: bool = False) -> None:
    severity = dg.AssetCheckSeverity.WARN if warn else dg.AssetCheckSeverity.ERROR
    loaded.instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(
            asset_key=dg.AssetKey(asset.split("/")), check_name=name, passed=passed, metadata={}, severity=severity
        )
    )


def test_a_warning_breaks_nothing_but_a_hole_does(quiet: World) -> None:
    evaluation(quiet, "silver/observations", "release_calendar", passed=False, warn=True)
    assert rows(quiet) == []
    graph = house().resolve_asset_graph()
    for key in [key for key in graph.asset_check_keys if key.name in HOLES]:
        asset = key.asset_key.to_user_string()
        evaluation(quiet, asset, key.name, passed=False, warn=True)
        assert [(row["kind"], row["subject"]) for row in rows(quiet)] == [("hole", f"{asset}: {key.name}")]
        evaluation(quiet, asset, key.name, passed=True)
        assert rows(quiet) == []


def test_a_stale_asset_is_named(quiet: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key, now = dg.AssetKey(["gold", "monthly_cube"]), datetime.now(UTC) - timedelta(days=2)
    change = FreshnessStateChange(
        key=key,
        previous_state=FreshnessState.PASS,
        new_state=FreshnessState.FAIL,
        state_change_timestamp=now.timestamp(),
    )
    record = FreshnessStateRecord(entity_key=key, freshness_state=change.new_state, updated_at=now, record_body=_body())
    monkeypatch.setattr(type(quiet.instance), "get_freshness_state_records", lambda self, keys: {key: record})
    (row,) = rows(quiet)
    assert (row["kind"], row["subject"]) == ("stale", "gold/monthly_cube")


def _body() -> Any:
    from dagster._core.definitions.freshness import FreshnessStateRecordBody

    return FreshnessStateRecordBody(metadata={})
