"""The release sensor, tick by tick, against a sandbox whose days pass and whose provider breaks."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
import time_machine

from macro_assets.catalog import load_catalog
from macro_assets.defs.automation import releases
from macro_assets.defs.automation.releases import Cursor
from macro_assets.defs.partitions import DAILY_VINTAGES
from macro_assets.defs.resources import resources
from macro_assets_tests.defs.house import KEY, World, house, world

THURSDAY, FRIDAY = date(2012, 7, 5), date(2012, 7, 6)  # weekly claims; jobs
JOBS, RATES, CLAIMS = 50, 18, 180


@pytest.fixture
def july(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, THURSDAY) as built:
        yield built


def tick(built: World, cursor: str | None) -> tuple[list[dg.RunRequest], str | None, str]:
    """What one tick of the sensor asks for, its cursor afterwards, and why it asked for nothing."""
    sensor = house().resolve_sensor_def("fred_release_sensor")
    with built.entered():
        given = {name: resources()[name] for name in ("catalog", "clock", "fred")}
        context = dg.build_sensor_context(instance=built.instance, cursor=cursor, resources=given, definitions=house())
        data = sensor.evaluate_tick(context)
    return list(data.run_requests or ()), data.cursor, data.skip_message or ""


def asked(requests: list[dg.RunRequest]) -> list[tuple[str | None, str | None]]:
    return [(request.run_key, request.partition_key) for request in requests]


def carry_out(built: World, request: dg.RunRequest) -> bool:
    """The run of a tick, under the key by which the sensor finds it again."""
    with built.entered():
        return house().resolve_job_def("fred_release_job").execute_in_process(
            instance=built.instance, partition_key=request.partition_key, run_config=request.run_config,
            tags={**request.tags, "dagster/run_key": request.run_key or ""}, raise_on_error=False,
        ).success  # fmt: skip


def test_releases_of_a_day_are_loaded_on_their_day_by_one_run(july: World) -> None:
    requests, cursor, _ = tick(july, None)
    assert len(requests) == 1, "whatever happened in the days before"
    assert f"{CLAIMS}:2012-07-05" in str(requests[0].run_key)
    assert carry_out(july, requests[0])
    july.sandbox.advance_to(FRIDAY)
    requests, cursor, _ = tick(july, cursor)
    assert asked(requests) == [(f"{RATES}:2012-07-06,{JOBS}:2012-07-06", "2012-07-06")]
    assert requests[0].tags["release"] == "Employment Situation, H.15 Selected Interest Rates"
    before = july.lake.read("bronze/fred_vintages").num_rows
    assert carry_out(july, requests[0])
    loaded = july.lake.read("bronze/fred_vintages").to_pylist()
    fresh = {(row["series_id"], row["observation_date"]) for row in loaded if row["realtime_start"] == FRIDAY}
    assert {("PAYEMS", date(2012, 6, 1)), ("UNRATE", date(2012, 6, 1))} <= fresh
    assert len(loaded) == before + len(fresh)
    assert "2012-07-06" in july.instance.get_materialized_partitions(dg.AssetKey(["bronze", "fred_vintages"]))


def test_a_failed_release_is_asked_for_again_until_its_day_is_over(july: World) -> None:
    requests, cursor, _ = tick(july, None)
    assert carry_out(july, requests[0])
    july.sandbox.advance_to(FRIDAY)
    july.sandbox.faults.inject("500", path="/fred/series/observations", times=None)
    first, cursor, _ = tick(july, cursor)
    assert not carry_out(july, first[0])
    again, cursor, _ = tick(july, cursor)
    assert (again[0].run_key, again[0].run_config) == (f"{first[0].run_key}#2", first[0].run_config)
    assert not carry_out(july, again[0])
    july.sandbox.faults.clear()
    third, cursor, _ = tick(july, cursor)
    assert third[0].run_key == f"{first[0].run_key}#3"
    assert carry_out(july, third[0])
    requests, cursor, reason = tick(july, cursor)
    assert (requests, "none new" in reason) == ([], True)
    assert Cursor.read(cursor).asked == (), "nothing is left to look after"


def test_what_failed_on_a_day_that_is_over_is_left_to_the_morning(july: World) -> None:
    requests, cursor, _ = tick(july, None)
    july.sandbox.faults.inject("500", path="/fred/series/observations", times=None)
    assert not carry_out(july, requests[0])
    july.sandbox.advance_to(FRIDAY)
    requests, _, _ = tick(july, cursor)
    assert asked(requests) == [(f"{RATES}:2012-07-06,{JOBS}:2012-07-06", "2012-07-06")]


def test_a_tick_waits_for_a_run_that_is_under_way_but_not_for_ever(
    july: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests, cursor, _ = tick(july, None)
    run = dg.DagsterRun(
        "fred_release_job", status=dg.DagsterRunStatus.STARTED, tags={"dagster/run_key": requests[0].run_key or ""}
    )
    july.instance.add_run(run)
    july.sandbox.advance_to(FRIDAY)
    waiting, after, reason = tick(july, cursor)
    assert (waiting, after, "still running" in reason) == ([], cursor, True)
    monkeypatch.setattr(releases, "PATIENCE", timedelta(0))
    assert len(tick(july, cursor)[0]) == 1


def test_the_same_tick_twice_asks_for_nothing_new(july: World) -> None:
    requests, cursor, _ = tick(july, None)
    assert carry_out(july, requests[0])
    again, after, reason = tick(july, cursor)
    assert again == []
    assert Cursor.read(after).seen == Cursor.read(cursor).seen
    assert "none new among those of the catalogue" in reason
    replayed, _, _ = tick(july, None)
    assert asked(replayed) == asked(requests), "a lost cursor asks under the same run key, which Dagster runs once"


def test_the_cursor_of_an_earlier_version_is_read() -> None:
    assert Cursor.read('{"50": "2012-07-06"}') == Cursor({50: FRIDAY})
    assert Cursor.read(None) == Cursor()
    cursor = Cursor({50: FRIDAY}).ask(((180, FRIDAY), (50, FRIDAY)))
    assert Cursor.read(cursor.write()) == cursor


@pytest.mark.parametrize("kind", ["500", "429", "html", "reset"])
def test_provider_down_is_a_reason_and_the_cursor_stays(july: World, kind: str) -> None:
    cursor = Cursor({CLAIMS: THURSDAY, RATES: THURSDAY, JOBS: THURSDAY}).write()
    july.sandbox.advance_to(FRIDAY)
    july.sandbox.requests.clear()
    july.changes["MACRO_HTTP_RETRIES"] = "5"
    july.sandbox.faults.inject(kind, path="*/releases/dates", times=None)
    requests, after, reason = tick(july, cursor)
    assert (requests, after) == ([], cursor)
    assert reason.startswith("FRED did not answer, the cursor stays where it is")
    assert KEY not in reason
    assert july.sandbox.requests.count(path="releases/dates") == 1, "a tick asks once: the next one comes in minutes"
    july.sandbox.faults.clear()
    requests, _, _ = tick(july, cursor)
    assert len(requests) == 1


@time_machine.travel("2012-07-06 08:31-04:00", tick=False)
def test_todays_partition_exists_on_the_wall_clock(july: World) -> None:
    july.sandbox.advance_to(FRIDAY)
    july.changes["MACRO_TODAY"] = ""
    requests, _, _ = tick(july, None)
    today = requests[-1].tags["as_of"]
    assert today == "2012-07-06"
    assert DAILY_VINTAGES.has_partition_key(today)


def test_only_releases_of_the_catalogue_that_have_happened_are_new() -> None:
    known, today = load_catalog(), FRIDAY
    released = [(JOBS, FRIDAY), (JOBS, date(2012, 8, 3)), (999, FRIDAY), (CLAIMS, THURSDAY), (CLAIMS, THURSDAY)]
    assert releases.new_releases(released, {}, known, today) == [(CLAIMS, THURSDAY), (JOBS, FRIDAY)]
    assert releases.new_releases(released, {CLAIMS: THURSDAY}, known, today) == [(JOBS, FRIDAY)]
