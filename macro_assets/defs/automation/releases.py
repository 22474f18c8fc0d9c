"""Release sensors: one query a tick for what was released, and a run that loads each release on its day.

Belongs here: cursor, run keys and the choice of partition. Does not belong here: the load itself (defs/bronze).
"""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import dagster as dg

from macro_assets.catalog import Catalog
from macro_assets.defs.automation.jobs import RELEASE_JOBS
from macro_assets.defs.automation.switch import SENSORS
from macro_assets.errors import MacroAssetsError
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS

FIRST_LOOK_BACK_DAYS = 3
REQUESTS_PER_TICK = 10
SECONDS_BETWEEN_TICKS = 900
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
        description="One query for release dates a tick; a run per release and day, never twice for the same one.",
        required_resource_keys={"catalog", "clock", provider.name},
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        today, catalog = context.resources.clock.today(), context.resources.catalog.get()
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
        requests = [_request(provider, rid, day, catalog) for rid, day in fresh[:REQUESTS_PER_TICK]]
        for rid, day in fresh[:REQUESTS_PER_TICK]:
            seen[rid] = day
        return dg.SensorResult(run_requests=requests, cursor=write_cursor(seen))

    return sensor


def _request(provider: Provider[Any], release_id: int, day: date, catalog: Catalog) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=f"{release_id}:{day}",
        partition_key=day.isoformat(),
        tags={"release": catalog.releases[release_id].name, "as_of": day.isoformat()},
        run_config={"ops": {provider.table.name.replace("/", "__"): {"config": {"releases": [release_id]}}}},
    )


SENSORS_OF_RELEASES = [release_sensor(provider) for provider in PROVIDERS if provider.releases]
