"""The release sensor: asks FRED once a tick what was released, and loads those releases on their day.

Belongs here: cursor, run keys and the choice of partition. Does not belong here: the load itself (bronze/fred.py).
"""

import json
from collections.abc import Iterable
from datetime import date, timedelta

import dagster as dg

from macro_assets.catalog import Catalog
from macro_assets.defs.automation.jobs import fred_release_job
from macro_assets.defs.automation.switch import SENSORS
from macro_assets.defs.resources import CatalogResource, ClockResource, FredResource
from macro_assets.errors import MacroAssetsError

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
    return {int(rid): date.fromisoformat(day) for rid, day in json.loads(cursor or "{}").items()}


def write_cursor(seen: dict[int, date]) -> str:
    return json.dumps({str(rid): day.isoformat() for rid, day in sorted(seen.items())})


@dg.sensor(
    job=fred_release_job,
    minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
    default_status=SENSORS,
    description="One releases/dates call a tick; a run per release and day, never twice for the same one.",
)
def fred_release_sensor(
    context: dg.SensorEvaluationContext, catalog: CatalogResource, fred: FredResource, clock: ClockResource
) -> dg.SensorResult | dg.SkipReason:
    today, known, seen = clock.today(), catalog.get(), read_cursor(context.cursor)
    since = min(max(seen.values(), default=today), today) - timedelta(days=FIRST_LOOK_BACK_DAYS)
    try:
        released = fred.at_once(ANSWER_SECONDS).release_dates(since, today)
    except MacroAssetsError as error:
        return dg.SkipReason(f"FRED did not answer, the cursor stays where it is: {error}")
    fresh = new_releases(released, seen, known, today)
    if not fresh:
        return dg.SkipReason(f"{len(released)} releases since {since}, none new among those of the catalogue")
    requests = [_request(rid, day, known) for rid, day in fresh[:REQUESTS_PER_TICK]]
    for rid, day in fresh[:REQUESTS_PER_TICK]:
        seen[rid] = day
    return dg.SensorResult(run_requests=requests, cursor=write_cursor(seen))


def _request(release_id: int, day: date, catalog: Catalog) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=f"{release_id}:{day}",
        partition_key=day.isoformat(),
        tags={"release": catalog.releases[release_id].name, "as_of": day.isoformat()},
        run_config={"ops": {"bronze__fred_vintages": {"config": {"releases": [release_id]}}}},
    )
