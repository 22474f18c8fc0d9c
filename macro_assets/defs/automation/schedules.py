"""Schedules: what the clock alone starts.

Belongs here: cron lines. Does not belong here: what runs (jobs.py), which vintage days are asked for (ingestion.py).
"""

from typing import Any

import dagster as dg

from macro_assets.defs.automation.ingestion import RESOURCES, Tick, missing_days, weekly_comparison
from macro_assets.defs.automation.jobs import (
    DAILY,
    OWN_JOBS,
    WEEKLY_JOBS,
    broken_now_job,
    coverage_job,
    daily_refresh_job,
    lake_upkeep_job,
    validation_job,
    weekly_training_job,
)
from macro_assets.defs.automation.switch import SCHEDULES as STATUS
from macro_assets.defs.automation.waiting import once_built
from macro_assets.defs.partitions import NEW_YORK
from macro_assets.sources.providers import PROVIDERS

MORNING, OWN_MORNING = "30 7,8,10,13,17,22 * * *", "0 8,9,11,14,18,23 * * *"
"""The first tick of a day completes yesterday; the later ones ask again for what an outage left missing."""
SUNDAY, OWN_SUNDAY = "0 5,9,14,20 * * 0", "15 5,9,14,20 * * 0"


def _schedule(
    job: Any, cron: str, description: str, *, named: str = "", tick: Tick | None = None, needs: set[str] | None = None
) -> Any:
    return dg.ScheduleDefinition(
        name=f"{named or job.name.replace('_job', '')}_schedule",
        job=job,
        cron_schedule=cron,
        execution_timezone=NEW_YORK,
        default_status=STATUS,
        description=description,
        execution_fn=tick,
        required_resource_keys=needs,
    )


OF_OWN_JOBS = [provider for provider in PROVIDERS if provider.name in OWN_JOBS]
SCHEDULES = [
    _schedule(
        daily_refresh_job,
        MORNING,
        "07:30 in New York: yesterday, every series from its watermark or seven days back. Later ticks of the day ask "
        "again for what an outage left missing.",
        tick=missing_days(daily_refresh_job.name, DAILY),
        needs=RESOURCES,
    ),
    _schedule(
        daily_refresh_job,
        SUNDAY,
        "Sundays 05:00 in New York, and later that day until it succeeds: the last 400 days of every series compared with "
        "what is stored, ended ones too.",
        named="weekly_comparison",
        tick=weekly_comparison(daily_refresh_job.name, DAILY),
        needs=RESOURCES,
    ),
    *(
        _schedule(
            OWN_JOBS[provider.name],
            OWN_MORNING,
            f"08:00 in New York: yesterday's facts of {provider.title}; later ticks of the day ask again after an outage.",
            named=provider.name,
            tick=missing_days(OWN_JOBS[provider.name].name, [provider]),
            needs=RESOURCES,
        )
        for provider in OF_OWN_JOBS
    ),
    *(
        _schedule(
            OWN_JOBS[provider.name],
            OWN_SUNDAY,
            f"Sundays 05:15 in New York, and later that day until it succeeds: everything of {provider.title}, series that ended too.",
            named=f"{provider.name}_comparison",
            tick=weekly_comparison(OWN_JOBS[provider.name].name, [provider]),
            needs=RESOURCES,
        )
        for provider in OF_OWN_JOBS
    ),
    _schedule(
        coverage_job, "0 9 * * *", "09:00 in New York: which vintage days are missing, and which series have ended."
    ),
    _schedule(
        weekly_training_job,
        "0 6 * * 0",
        "Sundays 06:00 in New York: missing walk-forward origins, models, promotion gate, stage 2. Waits for history.",
        tick=once_built(weekly_training_job.name),
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
