"""Release sensors: one query a tick for what was released, and a run that loads the releases of a day on it.

Belongs here: cursor, run keys and the choice of partition. Does not belong here: the load itself (defs/bronze).
"""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import dagster as dg

from macro_assets.catalog import Catalog
from macro_assets.defs.automation.jobs import RELEASE_JOBS
from macro_assets.defs.automation.switch import SENSORS
from macro_assets.defs.partitions import last_vintage_day
from macro_assets.errors import MacroAssetsError
from macro_assets.settings import get_settings
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS

FIRST_LOOK_BACK_DAYS = 3
DAYS_PER_TICK = 10
SECONDS_BETWEEN_TICKS = 10 if get_settings().sandbox_url else 900  # a sandbox's days pass in seconds
ANSWER_SECONDS = 10.0


def new_releases(
    released: Iterable[tuple[int, date]], seen: dict[int, date], catalog: Catalog, today: date
) -> list[tuple[int, date]]:
    """Releases of the catalogue that happened up to today and after the last one seen, oldest first."""
    ours = {series.release_id for series in catalog.series.values()}
    fresh = {(rid, day) for rid, day in released if rid in ours and day <= today and day > seen.get(rid, date.min)}
    return sorted(fresh, key=lambda item: (item[1], item[0]))


def read_cursor(cursor: str | None) -> dict[int, date]:
    """Newest day seen of each release."""
    return {int(rid): date.fromisoformat(day) for rid, day in json.loads(cursor or "{}").items()}


def write_cursor(seen: dict[int, date]) -> str:
    """The cursor that `read_cursor` reads."""
    return json.dumps({str(rid): day.isoformat() for rid, day in sorted(seen.items())})


def release_sensor(provider: Provider[Any]) -> dg.SensorDefinition:
    """The sensor of a provider whose release days can be asked for."""
    assert provider.releases is not None
    releases_of = provider.releases

    @dg.sensor(
        name=f"{provider.name}_release_sensor",
        job=RELEASE_JOBS[provider.name],
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        default_status=SENSORS,
        description="One query for release dates a tick; a run per day for what was released on it, never twice for the same release.",
        required_resource_keys={"catalog", "clock", provider.name},
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        today, catalog = min(context.resources.clock.today(), last_vintage_day()), context.resources.catalog.get()
        seen = read_cursor(context.cursor)
        since = min(max(seen.values(), default=today), today) - timedelta(days=FIRST_LOOK_BACK_DAYS)
        try:
            source = getattr(context.resources, provider.name).at_once(ANSWER_SECONDS)
            released = releases_of(source, since, today)
        except MacroAssetsError as error:
            return dg.SkipReason(f"{provider.title} did not answer, the cursor stays where it is: {error}")
        fresh = new_releases(released, seen, catalog, today)
        if not fresh:
            return dg.SkipReason(f"{len(released)} releases since {since}, none new among those of the catalogue")
        days = [(day, [rid for rid, _ in group]) for day, group in groupby(fresh, key=itemgetter(1))][:DAYS_PER_TICK]
        seen |= {rid: day for day, ids in days for rid in ids}
        requests = [_request(provider, day, ids, catalog) for day, ids in days]
        return dg.SensorResult(run_requests=requests, cursor=write_cursor(seen))

    return sensor


def _request(provider: Provider[Any], day: date, ids: list[int], catalog: Catalog) -> dg.RunRequest:
    """One run for all releases of a day: a pool lets one run at a time ask a provider."""
    return dg.RunRequest(
        run_key=f"{day}:{','.join(map(str, ids))}",
        partition_key=day.isoformat(),
        tags={
            "release": ", ".join(catalog.releases[rid].name for rid in ids),
            "as_of": day.isoformat(),
            "dagster/priority": "1",  # before the loads of days that are over
        },
        run_config={"ops": {provider.table.name.replace("/", "__"): {"config": {"releases": ids}}}},
    )


SENSORS_OF_RELEASES = [release_sensor(provider) for provider in PROVIDERS if provider.releases]
