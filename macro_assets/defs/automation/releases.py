"""Release sensors: one query a tick for what was released, and one run that loads it on its day.

Belongs here: what was seen and asked for, and the choice of partitions. Does not belong here: the load itself
(defs/bronze), days that are over (ingestion.py completes them).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg
from dagster._core.storage.tags import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
    RUN_KEY_TAG,
)

from macro_assets.catalog import Catalog
from macro_assets.defs.automation.ingestion import PATIENCE
from macro_assets.defs.automation.jobs import RELEASE_JOBS
from macro_assets.defs.automation.switch import SENSORS
from macro_assets.defs.partitions import last_vintage_day
from macro_assets.errors import MacroAssetsError
from macro_assets.settings import get_settings
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS

FIRST_LOOK_BACK_DAYS = 3
SECONDS_BETWEEN_TICKS = 10 if get_settings().sandbox_url else 900  # a sandbox's days pass in seconds
ANSWER_SECONDS = 10.0

Release = tuple[int, date]


@dataclass(frozen=True)
class Cursor:
    """What a sensor remembers.

    Parameters
    ----------
    seen : newest day of each release.
    asked : releases of the newest run. tries : runs that asked for exactly these, one after the other.
    """

    seen: dict[int, date] = field(default_factory=dict)
    asked: tuple[Release, ...] = ()
    tries: int = 0

    @classmethod
    def read(cls, text: str | None) -> Cursor:
        """From its text; that of an earlier version held `seen` alone."""
        content = json.loads(text or "{}")
        content = content if "seen" in content else {"seen": content}
        return cls(
            {int(rid): date.fromisoformat(day) for rid, day in content["seen"].items()},
            tuple((int(rid), date.fromisoformat(day)) for rid, day in content.get("asked", ())),
            int(content.get("tries", 0)),
        )

    def write(self) -> str:
        """The text that `read` reads."""
        seen = {str(rid): day.isoformat() for rid, day in sorted(self.seen.items())}
        return json.dumps({"seen": seen, "asked": [(rid, str(day)) for rid, day in self.asked], "tries": self.tries})

    @property
    def run_key(self) -> str:
        """The same for the same releases, so that a lost cursor starts nothing twice; another for another try."""
        releases = ",".join(f"{rid}:{day}" for rid, day in self.asked)
        return f"{releases}#{self.tries}" if self.tries > 1 else releases

    def ask(self, due: tuple[Release, ...]) -> Cursor:
        """After a run for some releases was asked for."""
        seen = self.seen | {rid: max(day, self.seen.get(rid, day)) for rid, day in due}
        return Cursor(seen, due, self.tries + 1 if due == self.asked else 1)


def new_releases(released: Iterable[Release], seen: dict[int, date], catalog: Catalog, today: date) -> list[Release]:
    """Releases of the catalogue that happened up to today and after the last one seen, oldest first."""
    ours = {series.release_id for series in catalog.series.values()}
    fresh = {(rid, day) for rid, day in released if rid in ours and day <= today and day > seen.get(rid, date.min)}
    return sorted(fresh, key=lambda item: (item[1], item[0]))


def outcome(instance: dg.DagsterInstance, cursor: Cursor) -> str:
    """What became of the newest run: `none`, `open`, `done` or `failed`; one that vanished or hangs has failed."""
    if not cursor.asked:
        return "none"
    records = instance.get_run_records(dg.RunsFilter(tags={RUN_KEY_TAG: cursor.run_key}), limit=1)
    if not records:
        return "failed"
    status, created = records[0].dagster_run.status, records[0].create_timestamp
    if status is dg.DagsterRunStatus.SUCCESS:
        return "done"
    ended = status in (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
    return "failed" if ended or datetime.now(UTC) - created.replace(tzinfo=UTC) > PATIENCE else "open"


def release_sensor(provider: Provider[Any]) -> dg.SensorDefinition:
    """The sensor of a provider whose release days can be asked for."""
    assert provider.releases is not None
    releases_of = provider.releases

    @dg.sensor(
        name=f"{provider.name}_release_sensor",
        job=RELEASE_JOBS[provider.name],
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        default_status=SENSORS,
        description="One query for release dates and at most one run a tick, for all releases that are due; one whose "
        "load failed is asked for again until its day is over, and completed the next morning.",
        required_resource_keys={"catalog", "clock", provider.name},
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        today, catalog = min(context.resources.clock.today(), last_vintage_day()), context.resources.catalog.get()
        cursor = Cursor.read(context.cursor)
        state = outcome(context.instance, cursor)
        if state == "open":
            return dg.SkipReason(f"The load of {_names(cursor.asked, catalog)} is still running.")
        again = [release for release in cursor.asked if state == "failed" and release[1] >= today]
        since = min(max(cursor.seen.values(), default=today), today) - timedelta(days=FIRST_LOOK_BACK_DAYS)
        try:
            source = getattr(context.resources, provider.name).at_once(ANSWER_SECONDS)
            released = releases_of(source, since, today)
        except MacroAssetsError as error:
            return dg.SkipReason(f"{provider.title} did not answer, the cursor stays where it is: {error}")
        fresh = new_releases(released, cursor.seen, catalog, today)
        due = tuple(sorted({*again, *fresh}, key=lambda item: (item[1], item[0])))
        if not due:
            reason = f"{len(released)} releases since {since}, none new among those of the catalogue"
            settled = cursor if state == "none" else replace(cursor, asked=(), tries=0)
            return dg.SensorResult(skip_reason=dg.SkipReason(reason), cursor=settled.write())
        asked = cursor.ask(due)
        return dg.SensorResult(run_requests=[_request(provider, asked, catalog)], cursor=asked.write())

    return sensor


def _request(provider: Provider[Any], cursor: Cursor, catalog: Catalog) -> dg.RunRequest:
    first, last = (find(day for _, day in cursor.asked).isoformat() for find in (min, max))
    tags = {
        "release": _names(cursor.asked, catalog),
        "as_of": last,
        "dagster/priority": "1",
    }  # before days that are over
    whole = {ASSET_PARTITION_RANGE_START_TAG: first, ASSET_PARTITION_RANGE_END_TAG: last}
    config = {"releases": sorted({rid for rid, _ in cursor.asked})}
    return dg.RunRequest(
        run_key=cursor.run_key,
        partition_key=last if first == last else None,
        tags=tags if first == last else tags | whole,
        run_config={"ops": {provider.table.name.replace("/", "__"): {"config": config}}},
    )


def _names(releases: Iterable[Release], catalog: Catalog) -> str:
    return ", ".join(sorted({catalog.releases[rid].name for rid, _ in releases}))


SENSORS_OF_RELEASES = [release_sensor(provider) for provider in PROVIDERS if provider.releases]
