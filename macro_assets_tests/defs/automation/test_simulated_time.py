"""Simulated time in Dagster: a morning is loaded once, and the job moves the sandbox's clock."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from macro_assets.defs.automation import simulated_time
from macro_assets.defs.resources import ClockResource
from macro_assets.errors import InvalidInputError
from macro_assets_tests.defs.automation import mornings
from macro_assets_tests.defs.house import World, world

MONTHS_LATER = date(2012, 11, 24)  # on the wall clock, while the sandbox still has July


@pytest.fixture
def living(tmp_path: Path) -> Iterator[World]:
    """A small world whose day is the sandbox's."""
    with world(tmp_path, date(2012, 7, 5)) as built:
        built.changes |= {"MACRO_TODAY": "", "MACRO_SANDBOX_URL": built.sandbox.base_url}
        yield built


def tick(built: World, cursor: str | None) -> tuple[list[dg.RunRequest], str | None]:
    """What one tick of the sensor asks for, and its cursor afterwards."""
    with built.entered():
        context = dg.build_sensor_context(instance=built.instance, cursor=cursor)
        result = simulated_time.simulated_mornings(context, clock=ClockResource())
    assert isinstance(result, dg.SensorResult)
    return list(result.run_requests or ()), result.cursor


def test_the_days_that_ended_are_loaded_once(living: World) -> None:
    assert tick(living, None) == ([], "2012-07-05")
    living.sandbox.advance_to(date(2012, 7, 8))
    requests, cursor = tick(living, "2012-07-05")
    assert cursor == "2012-07-08"
    assert {request.job_name for request in requests} == {"daily_refresh_job", "world_bank_job"}
    for request in requests:
        days = request.tags[simulated_time.START], request.tags[simulated_time.END]
        assert days == ("2012-07-05", "2012-07-07"), "today is not over yet"
        assert {op["config"]["ask"] for op in request.run_config["ops"].values()} == {"morning"}
    assert tick(living, cursor) == ([], cursor)


def test_the_job_moves_the_clock_and_never_back(living: World) -> None:
    move = simulated_time.next_day_job.execute_in_process
    with living.entered():
        assert move(instance=living.instance).success
        assert living.sandbox.today == date(2012, 7, 6)
        config = {"ops": {"move_the_day": {"config": {"to": "2012-07-05"}}}}
        with pytest.raises(InvalidInputError, match="cannot go back"):
            move(instance=living.instance, run_config=config)
    assert living.sandbox.today == date(2012, 7, 6)


def test_schedules_read_the_same_clock(tmp_path: Path) -> None:
    with mornings.lasting(tmp_path, date(2012, 7, 5)) as built:
        built.changes |= {"MACRO_TODAY": "", "MACRO_SANDBOX_URL": built.sandbox.base_url}
        asked, _ = mornings.tick(built, "world_bank_schedule", MONTHS_LATER, "08:00")
    assert [request.partition_key for request in asked] == ["2012-07-04"]


def test_time_that_passes_by_itself_has_neither_job_nor_sensor() -> None:
    assert (simulated_time.jobs(), simulated_time.sensors()) == ([], [])
