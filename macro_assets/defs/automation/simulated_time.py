"""Simulated time: where a sandbox keeps the day, a job that moves it, and the mornings that follow.

Belongs here: what a home with a sandbox has beside the schedules, which follow the wall clock. Does not belong here: the
clock (`macro_assets.clock`), what a morning loads (jobs.py).
"""

from datetime import date, timedelta
from typing import Any

import dagster as dg

from macro_assets.catalog import load_catalog
from macro_assets.clock import move_sandbox
from macro_assets.defs.automation.ingestion import configured
from macro_assets.defs.automation.jobs import DAILY, OWN_JOBS, daily_refresh_job
from macro_assets.defs.automation.switch import SENSORS
from macro_assets.defs.bronze.asking import Ask
from macro_assets.defs.partitions import last_vintage_day
from macro_assets.defs.resources import ClockResource
from macro_assets.errors import InvalidInputError
from macro_assets.settings import get_settings
from macro_assets.sources.providers import PROVIDERS

SECONDS_BETWEEN_TICKS = 10
START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


class NextDay(dg.Config):
    """Where time moves to."""

    to: str = ""
    """The day to move to, YYYY-MM-DD; empty: the next day."""


@dg.op(description="Moves the sandbox's clock. What is published on the way can be loaded from then on.")
def move_the_day(context: dg.OpExecutionContext, config: NextDay) -> None:
    """Move the sandbox's clock."""
    url = get_settings().sandbox_url
    if url is None:
        raise InvalidInputError("There is no sandbox whose day could move.", remedy="Set MACRO_SANDBOX_URL.")
    today = move_sandbox(url, date.fromisoformat(config.to) if config.to else None)
    context.log.info("It is %s.", today)
    context.add_output_metadata({"today": today.isoformat()})


@dg.job(
    description="Let time pass in the sandbox: to the next day, or to the one in the config. What is published follows by itself."
)
def next_day_job() -> None:
    """Move the sandbox's clock by a day."""
    move_the_day()


@dg.sensor(
    jobs=[daily_refresh_job, *OWN_JOBS.values()],
    minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
    default_status=SENSORS,
    description="A new day in the sandbox: loads the days that ended, as the morning schedules do on the wall clock.",
)
def simulated_mornings(context: dg.SensorEvaluationContext, clock: ClockResource) -> dg.SensorResult:
    """Runs for the days that ended since the last tick."""
    today = min(clock.today(), last_vintage_day())
    since = date.fromisoformat(context.cursor) if context.cursor else today
    if since >= today:
        return dg.SensorResult(cursor=today.isoformat(), skip_reason=f"It is still {today}.")
    return dg.SensorResult(run_requests=_ended(since, today - timedelta(days=1)), cursor=today.isoformat())


def _ended(first: date, last: date) -> list[dg.RunRequest]:
    tags = {START: first.isoformat(), END: last.isoformat(), "as_of": last.isoformat()}
    catalog = load_catalog(get_settings().catalog_dir)
    asked = [one for one in PROVIDERS if one.name in OWN_JOBS and (one.entries is None or one.entries(catalog))]
    own = {OWN_JOBS[provider.name].name: (provider,) for provider in asked}
    return [
        dg.RunRequest(
            job_name=name, run_key=f"{name}:{first}:{last}", tags=tags, run_config=configured(providers, Ask.morning)
        )
        for name, providers in {daily_refresh_job.name: DAILY, **own}.items()
    ]


def jobs() -> list[Any]:
    """The jobs of a home with a sandbox; none where time passes by itself."""
    return [next_day_job] if get_settings().sandbox_url else []


def sensors() -> list[dg.SensorDefinition]:
    """The sensors of a home with a sandbox; none where time passes by itself."""
    return [simulated_mornings] if get_settings().sandbox_url else []
