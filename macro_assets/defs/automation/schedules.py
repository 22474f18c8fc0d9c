"""Schedules: what the clock alone starts.

Belongs here: cron lines, and which vintage day a morning completes. Does not belong here: what runs (jobs.py).
"""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from macro_assets.defs.automation.jobs import (
    OWN_JOBS,
    WEEKLY_JOBS,
    broken_now_job,
    daily_refresh_job,
    lake_upkeep_job,
    validation_job,
    weekly_training_job,
)
from macro_assets.defs.automation.switch import SCHEDULES as STATUS
from macro_assets.defs.automation.waiting import once_built
from macro_assets.defs.partitions import DAILY_VINTAGES, NEW_YORK
from macro_assets.settings import get_settings
from macro_assets.sources.providers import PROVIDERS


def day_completed(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """A run for yesterday in New York.

    `build_schedule_from_partitioned_job` would ask for the newest partition: with `end_offset=1` that is today, of
    which little is published in the morning and which no later tick would complete.
    """
    morning = context.scheduled_execution_time.astimezone(ZoneInfo(NEW_YORK)).date()
    key = ((get_settings().simulated_day() or morning) - timedelta(days=1)).isoformat()
    if not DAILY_VINTAGES.has_partition_key(key):
        return dg.SkipReason(
            f"{key} is not a vintage day here: the partitions end at {DAILY_VINTAGES.end} (MACRO_TODAY)."
        )
    return dg.RunRequest(partition_key=key, tags={"as_of": key})


def _schedule(job: Any, cron: str, description: str, **options: Any) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=job.name.replace("_job", "_schedule"),
        job=job,
        cron_schedule=cron,
        execution_timezone=NEW_YORK,
        default_status=STATUS,
        description=description,
        **options,
    )


SCHEDULES = [
    _schedule(
        daily_refresh_job,
        "30 7 * * *",
        "07:30 in New York: yesterday's vintage day, complete by then.",
        execution_fn=day_completed,
    ),
    *(
        _schedule(
            OWN_JOBS[provider.name],
            "0 8 * * *",
            f"08:00 in New York: yesterday's facts of {provider.title}.",
            execution_fn=day_completed,
        )
        for provider in PROVIDERS
        if provider.name in OWN_JOBS
    ),
    _schedule(
        weekly_training_job,
        "0 6 * * 0",
        "Sundays 06:00 in New York: missing walk-forward origins, models, promotion gate, stage 2. Waits for history.",
        execution_fn=once_built(weekly_training_job.name),
    ),
    *(
        _schedule(
            WEEKLY_JOBS[provider.name],
            "0 8 * * 6",
            f"Saturdays 08:00 in New York: {provider.title}, as a whole.",
        )
        for provider in PROVIDERS
        if provider.name in WEEKLY_JOBS
    ),
    _schedule(validation_job, "0 5 1 * *", "On the 1st, 05:00 in New York: does the effect engine cover known truths?"),
    _schedule(broken_now_job, "30 9 * * *", "09:30 in New York, after the morning's deadline: what is broken now."),
    _schedule(lake_upkeep_job, "0 4 * * 0", "Sundays 04:00 in New York, when no market and no release writes."),
]
