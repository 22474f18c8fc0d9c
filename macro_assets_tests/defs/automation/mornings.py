"""Mornings that pass: ticks of schedules evaluated at a time of day, and the runs that they ask for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from macro_assets.defs.resources import resources
from macro_assets.sandbox import SandboxServer
from macro_assets_tests.defs.house import World, archive, house

NEW_YORK = ZoneInfo("America/New_York")
DAILY = "daily_refresh_schedule"
FRED, YAHOO, BANK = "bronze/fred_vintages", "bronze/yahoo_bars", "bronze/world_bank_indicators"


@contextmanager
def lasting(home: Path, today: date, **changes: str) -> Iterator[World]:
    """A world whose instance stands on disk: a schedule's context accepts no other."""
    (home / "runs").mkdir()
    with (
        SandboxServer(archive(), today=today) as sandbox,
        dg.DagsterInstance.local_temp(str(home / "runs")) as instance,
    ):
        yield World(sandbox, home, instance, changes)


def tick(built: World, schedule: str, day: date, at: str = "07:30") -> tuple[list[dg.RunRequest], str]:
    """What one tick of a schedule asks for on a day, and why it asked for nothing."""
    when = datetime.combine(day, time.fromisoformat(at), NEW_YORK)
    with built.entered():
        given = {name: resources()[name] for name in ("catalog", "clock", "lake")}
        with dg.build_schedule_context(
            instance=built.instance,
            scheduled_execution_time=when,
            repository_def=house().get_repository_def(),
            resources=given,
        ) as context:  # left open, its instance would outlive the test's in Dagster's context
            data = house().resolve_schedule_def(schedule).evaluate_tick(context)
    return list(data.run_requests or ()), data.skip_message or ""


def carry_out(built: World, schedule: str, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
    """The part of the run that a tick asked for which loads; silver follows and is tested elsewhere."""
    job = house().resolve_job_def(house().resolve_schedule_def(schedule).job_name)
    with built.entered():
        return job.execute_in_process(
            instance=built.instance, partition_key=request.partition_key, run_config=request.run_config,
            tags=request.tags, raise_on_error=False,
            asset_selection=[dg.AssetKey(key.replace("__", "/").split("/")) for key in request.run_config["ops"]],
        )  # fmt: skip


def morning(built: World, day: date, at: str = "07:30", schedule: str = DAILY) -> bool | None:
    """Let the day come and its tick act; whether the run succeeded, or None where none was asked for."""
    if built.sandbox.today < day:
        built.sandbox.advance_to(day)
    requests, _ = tick(built, schedule, day, at)
    return carry_out(built, schedule, requests[0]).success if requests else None


def days_of(request: dg.RunRequest) -> tuple[Any, Any]:
    """First and last partition of a run."""
    start, end = (request.tags.get(f"dagster/asset_partition_range_{name}") for name in ("start", "end"))
    return (request.partition_key, request.partition_key) if request.partition_key else (start, end)
