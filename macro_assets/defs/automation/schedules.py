"""Schedules: what the clock alone starts.

Belongs here: cron lines, and which vintage day a morning completes. Does not belong here: what runs (jobs.py).
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from macro_assets.defs.automation.jobs import OWN_JOBS, daily_refresh_job, lake_upkeep_job, weekly_training_job
from macro_assets.defs.automation.switch import SCHEDULES as STATUS
from macro_assets.defs.partitions import DAILY_VINTAGES, NEW_YORK
from macro_assets.sources.providers import PROVIDERS


def day_completed(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """A run for yesterday in New York.

    `build_schedule_from_partitioned_job` would ask for the newest partition: with `end_offset=1` that is today, of
    which little is published in the morning and which no later tick would complete.
    """
    morning = context.scheduled_execution_time.astimezone(ZoneInfo(NEW_YORK))
    key = (morning.date() - timedelta(days=1)).isoformat()
    if not DAILY_VINTAGES.has_partition_key(key):
        return dg.SkipReason(
            f"{key} is not a vintage day here: the partitions end at {DAILY_VINTAGES.end} (MACRO_TODAY)."
        )
    return dg.RunRequest(partition_key=key, tags={"as_of": key})


daily_refresh_schedule = dg.ScheduleDefinition(
    name="daily_refresh_schedule",
    job=daily_refresh_job,
    cron_schedule="30 7 * * *",
    execution_timezone=NEW_YORK,
    execution_fn=day_completed,
    default_status=STATUS,
    description="07:30 in New York: yesterday's vintage day, complete by then.",
)
own_schedules = [
    dg.ScheduleDefinition(
        name=f"{provider.name}_schedule",
        job=OWN_JOBS[provider.name],
        cron_schedule="0 8 * * *",
        execution_timezone=NEW_YORK,
        execution_fn=day_completed,
        default_status=STATUS,
        description=f"08:00 in New York: yesterday's facts of {provider.title}.",
    )
    for provider in PROVIDERS
    if provider.name in OWN_JOBS
]
weekly_training_schedule = dg.ScheduleDefinition(
    name="weekly_training_schedule",
    job=weekly_training_job,
    cron_schedule="0 6 * * 0",
    execution_timezone=NEW_YORK,
    default_status=STATUS,
    description="Sundays 06:00 in New York: refit on the newest cube; promotion only through the gate.",
)
lake_upkeep_schedule = dg.ScheduleDefinition(
    name="lake_upkeep_schedule",
    job=lake_upkeep_job,
    cron_schedule="0 4 * * 0",
    execution_timezone=NEW_YORK,
    default_status=STATUS,
    description="Sundays 04:00 in New York, when no market and no release writes.",
)
SCHEDULES = [daily_refresh_schedule, *own_schedules, weekly_training_schedule, lake_upkeep_schedule]
