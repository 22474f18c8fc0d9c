"""Partitions: a day is a vintage day, a month or quarter an as-of date.

Belongs here: the definitions and the walk from keys to dates. Does not belong here: what is loaded for them.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import dagster as dg

from macro_assets.errors import InvalidInputError
from macro_assets.settings import get_settings

NEW_YORK = "America/New_York"
DAYS_PER_RUN = 366
ORIGINS_PER_RUN = 12

ONE_YEAR_PER_RUN = dg.BackfillPolicy.multi_run(max_partitions_per_run=DAYS_PER_RUN)
TWELVE_ORIGINS_PER_RUN = dg.BackfillPolicy.multi_run(max_partitions_per_run=ORIGINS_PER_RUN)


def _end(simulated: date | None) -> str | None:
    """Dagster's clock is the wall clock: a simulated today must bound the partitions itself (exclusive end)."""
    return None if simulated is None else (simulated + timedelta(days=1)).isoformat()


def daily_vintages() -> dg.DailyPartitionsDefinition:
    """Vintage days; today's key exists already, so that a release can be loaded on its day."""
    settings = get_settings()
    end = _end(settings.simulated_day())
    return dg.DailyPartitionsDefinition(
        start_date=settings.daily_start.isoformat(), end_date=end, timezone=NEW_YORK, end_offset=0 if end else 1
    )


def monthly_origins() -> dg.MonthlyPartitionsDefinition:
    """Months whose last day is an as-of date of the walk-forward."""
    settings = get_settings()
    return dg.MonthlyPartitionsDefinition(
        start_date=settings.walk_forward_start.isoformat(), end_date=_end(settings.simulated_day()), timezone=NEW_YORK
    )


def quarterly_origins() -> dg.TimeWindowPartitionsDefinition:
    """Quarters whose last day is an as-of date of the walk-forward."""
    settings = get_settings()
    return dg.TimeWindowPartitionsDefinition(
        start=settings.walk_forward_start.isoformat(),
        end=_end(settings.simulated_day()),
        cron_schedule="0 0 1 */3 *",
        fmt="%Y-%m-%d",
        timezone=NEW_YORK,
    )


def last_vintage_day() -> date:
    """The newest vintage day of the code location as it is loaded: it learns of a new simulated day when it is loaded again."""
    key = DAILY_VINTAGES.get_last_partition_key()
    if key is None:
        raise InvalidInputError("There are no daily partitions.", remedy="Set MACRO_DAILY_START to a past day.")
    return date.fromisoformat(key)


DAILY_VINTAGES = daily_vintages()
MONTHLY_ORIGINS = monthly_origins()
QUARTERLY_ORIGINS = quarterly_origins()


def as_of_dates(partitions: dg.TimeWindowPartitionsDefinition, keys: Sequence[str]) -> list[date]:
    """As-of dates of the keys of a time partition: the last day of each window."""
    windows = [partitions.time_window_for_partition_key(key) for key in keys]
    return [(window.end - timedelta(days=1)).date() for window in windows]


def day_range(keys: Sequence[str]) -> tuple[date, date]:
    """First and last vintage day of a run over contiguous daily keys."""
    days = sorted(date.fromisoformat(key) for key in keys)
    if (days[-1] - days[0]).days + 1 != len(days):
        raise InvalidInputError(f"Daily keys {days[0]} to {days[-1]} have gaps.", remedy="Run contiguous ranges.")
    return days[0], days[-1]
