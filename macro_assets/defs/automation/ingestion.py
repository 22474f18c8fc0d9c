"""What a tick of the clock has left to ask: vintage days that some series lacks.

Belongs here: from coverage to a run of one job. Does not belong here: cron lines (schedules.py), the window of a single
series (defs/bronze/asking.py).

A machine that slept, a provider that was down, a run that was killed: each leaves a watermark behind, and the next tick
asks from there. So no tick needs to remember what an earlier one missed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import dagster as dg
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from macro_assets.defs.bronze.answers import read_coverage
from macro_assets.defs.bronze.asking import Ask, windows
from macro_assets.defs.partitions import DAILY_VINTAGES, DAYS_PER_RUN, NEW_YORK
from macro_assets.sources.provider import Provider

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.vintage.coverage import Coverage

Tick = Callable[[dg.ScheduleEvaluationContext], dg.RunRequest | dg.SkipReason]
Providers = Sequence[Provider[Any]]

RESOURCES = {"catalog", "clock", "lake"}
DAY = timedelta(days=1)
PATIENCE = timedelta(hours=2)
"""A run that has not ended by then belongs to a process that is gone: nothing waits for it."""
OPEN = [
    dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING,
]  # fmt: skip


def missing_days(job: str, providers: Providers) -> Tick:
    """A tick that asks for every day that is missing up to yesterday, and once a day looks seven days back.

    Skipped while a run of the job is under way, when nothing is missing, and before the history was loaded.
    """

    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        last = _yesterday(context)
        reason = _no_run(context, job, providers, last)
        if reason:
            return dg.SkipReason(reason)
        store, catalog = context.resources.lake.get(), context.resources.catalog.get()
        coverage = read_coverage(store)
        firsts = {one.name: _first_missing(one, catalog, coverage, last) for one in providers}
        behind = [one for one in providers if firsts[one.name] is not None]
        first = min((day for day in firsts.values() if day is not None), default=last)
        if not _runs(context, job, tags={"as_of": last.isoformat(), "ask": Ask.morning.name}):
            return _request(providers, Ask.morning, first, last)
        if not behind:
            return dg.SkipReason(f"Every series is complete through {last}.")
        return _request(behind, Ask.missing, first, last, subset=True)

    return tick


def weekly_comparison(job: str, providers: Providers) -> Tick:
    """A tick that compares the last 400 days of every series, ended ones too, with what is stored: once a day that ticks.

    A tick that finds another run under way, or whose run failed, leaves the comparison to the next one.
    """

    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        last = _yesterday(context)
        reason = _no_run(context, job, providers, last)
        if reason:
            return dg.SkipReason(reason)
        tags = {"as_of": last.isoformat(), "ask": Ask.weekly.name}
        done = dg.RunsFilter(job_name=job, tags=tags, statuses=[dg.DagsterRunStatus.SUCCESS])
        if context.instance.get_runs(done, limit=1):
            return dg.SkipReason(f"What is stored was compared through {last}.")
        return _request(providers, Ask.weekly, last, last)

    return tick


def _yesterday(context: dg.ScheduleEvaluationContext) -> date:
    """The last day that is over, in New York: of the tick, or of the simulated today when that is earlier."""
    on_the_clock: date = context.resources.clock.today()
    return min(context.scheduled_execution_time.astimezone(ZoneInfo(NEW_YORK)).date(), on_the_clock) - DAY


def _no_run(context: dg.ScheduleEvaluationContext, job: str, providers: Providers, last: date) -> str:
    """Why no run may start now; empty when one may."""
    if not DAILY_VINTAGES.has_partition_key(last.isoformat()):
        return f"{last} is not a vintage day here: the partitions end at {DAILY_VINTAGES.end} (MACRO_TODAY)."
    store = context.resources.lake.get()
    if all(one.history is not None for one in providers) and not any(store.exists(p.table.name) for p in providers):
        return "Nothing was loaded yet. Run history_job first; from then on the days follow by themselves."
    if _runs(context, job, statuses=OPEN):
        return f"A run of {job} is under way; the next tick asks for what it leaves."
    return ""


def _runs(context: dg.ScheduleEvaluationContext, job: str, **filters: Any) -> bool:
    since = datetime.now(tz=ZoneInfo("UTC")) - PATIENCE if "statuses" in filters else None
    chosen = dg.RunsFilter(job_name=job, created_after=since, **filters)
    return bool(context.instance.get_runs(chosen, limit=1))


def _first_missing(provider: Provider[Any], catalog: Catalog, coverage: Coverage, last: date) -> date | None:
    """First day to show as a partition of the run that asks for what is missing; None when nothing is.

    Series that were never answered are asked from their own first day, but their past makes no partitions.
    """
    starts = provider.ids(catalog, {}, last)
    asked = windows(Ask.missing, provider, catalog, starts, (last, last), coverage)
    if not asked:
        return None
    begun = [first for name, (first, _) in asked.items() if _answered(provider, catalog, name, coverage)]
    return max(min(begun, default=last), last - (DAYS_PER_RUN - 1) * DAY)


def _answered(provider: Provider[Any], catalog: Catalog, name: str, coverage: Coverage) -> bool:
    ids = [(provider.name, one) for one in provider.covers(catalog, name)]
    return all(coverage.spans.get(one) or one in coverage.ended for one in ids)


def configured(providers: Providers, ask: Ask) -> dict[str, Any]:
    """Run configuration in which the daily assets of some providers go back as far as `ask` says."""
    return {"ops": {one.table.name.replace("/", "__"): {"config": {"ask": ask.name}} for one in providers}}


def _request(providers: Providers, ask: Ask, first: date, last: date, *, subset: bool = False) -> dg.RunRequest:
    keys = dict.fromkeys(name for one in providers for name in (one.table.name, one.silver) if name)
    tags = {"as_of": last.isoformat(), "ask": ask.name}
    whole = {ASSET_PARTITION_RANGE_START_TAG: first.isoformat(), ASSET_PARTITION_RANGE_END_TAG: last.isoformat()}
    return dg.RunRequest(
        partition_key=last.isoformat() if first == last else None,
        run_config=configured(providers, ask),
        tags=tags if first == last else tags | whole,
        asset_selection=[dg.AssetKey(key.split("/")) for key in keys] if subset else None,
    )
