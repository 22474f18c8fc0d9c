"""The release sensor, tick by tick, against a sandbox whose days pass and whose provider breaks."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
import time_machine

from macro_assets.catalog import load_catalog
from macro_assets.defs.automation import releases
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


def test_a_release_happens_and_is_loaded_on_its_day(july: World) -> None:
    requests, cursor, _ = tick(july, None)
    assert requests[-1].partition_key == "2012-07-05"
    assert str(CLAIMS) in str(requests[-1].run_key)
    july.sandbox.advance_to(FRIDAY)
    requests, cursor, _ = tick(july, cursor)
    assert asked(requests) == [(f"2012-07-06:{RATES},{JOBS}", "2012-07-06")], "one run for what one day brought"
    jobs = requests[0]
    assert jobs.tags["release"] == "H.15 Selected Interest Rates, Employment Situation"
    with july.entered():
        result = house().resolve_job_def("fred_release_job").execute_in_process(
            instance=july.instance, partition_key=jobs.partition_key, run_config=jobs.run_config, tags=jobs.tags,
            raise_on_error=False,
        )  # fmt: skip
    assert result.success
    loaded = july.lake.read("bronze/fred_vintages").to_pylist()
    assert {(row["series_id"], row["observation_date"], row["realtime_start"]) for row in loaded} >= {
        ("PAYEMS", date(2012, 6, 1), FRIDAY), ("UNRATE", date(2012, 6, 1), FRIDAY)}  # fmt: skip
    assert set(july.instance.get_materialized_partitions(dg.AssetKey(["bronze", "fred_vintages"]))) == {"2012-07-06"}


def test_the_same_tick_twice_asks_for_nothing_new(july: World) -> None:
    requests, cursor, _ = tick(july, None)
    assert requests
    again, after, reason = tick(july, cursor)
    assert (again, after) == ([], cursor)
    assert "none new among those of the catalogue" in reason
    replayed, _, _ = tick(july, None)
    assert asked(replayed) == asked(requests), "a lost cursor asks under the same run keys, which Dagster runs once"


@pytest.mark.parametrize("kind", ["500", "429", "html", "reset"])
def test_provider_down_is_a_reason_and_the_cursor_stays(july: World, kind: str) -> None:
    _, cursor, _ = tick(july, None)
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


def test_no_more_than_a_few_runs_a_tick_and_none_forgotten(july: World, monkeypatch: pytest.MonkeyPatch) -> None:
    everything, last, _ = tick(july, None)
    monkeypatch.setattr(releases, "DAYS_PER_TICK", 1)
    found, cursor = [], None
    for _ in everything:
        requests, cursor, _ = tick(july, cursor)
        assert len(requests) == 1
        found += requests
    assert asked(found) == asked(everything)
    assert cursor == last
    assert tick(july, cursor)[0] == []


@time_machine.travel("2012-07-06 08:31-04:00", tick=False)
def test_todays_partition_exists_on_the_wall_clock(july: World) -> None:
    july.sandbox.advance_to(FRIDAY)
    july.changes["MACRO_TODAY"] = ""
    requests, _, _ = tick(july, None)
    today = requests[-1].partition_key
    assert today == "2012-07-06"
    assert DAILY_VINTAGES.has_partition_key(today)


def test_only_releases_of_the_catalogue_that_have_happened_are_new() -> None:
    known, today = load_catalog(), FRIDAY
    released = [(JOBS, FRIDAY), (JOBS, date(2012, 8, 3)), (999, FRIDAY), (CLAIMS, THURSDAY), (CLAIMS, THURSDAY)]
    assert releases.new_releases(released, {}, known, today) == [(CLAIMS, THURSDAY), (JOBS, FRIDAY)]
    assert releases.new_releases(released, {CLAIMS: THURSDAY}, known, today) == [(JOBS, FRIDAY)]
    assert releases.read_cursor(releases.write_cursor({JOBS: FRIDAY})) == {JOBS: FRIDAY}
