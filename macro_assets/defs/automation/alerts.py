"""Alerts: one sensor a channel, which tells of every failed run, failed blocking check and hole once.

Belongs here: what is new since a channel's last message, and its cursor. Does not belong here: delivery (monitoring/alerts.py),
what counts as broken (monitoring/state.py).

Not Dagster's run failure sensor: that moves its cursor even when the message could not be delivered. Here a channel's cursor
moves after delivery, so an hour without a mail server loses nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg

from macro_assets.defs.automation.switch import SENSORS
from macro_assets.defs.monitoring.runs import failed_run
from macro_assets.defs.monitoring.state import broken
from macro_assets.errors import AlertError
from macro_assets.monitoring import alerts
from macro_assets.monitoring.incidents import Incident
from macro_assets.settings import get_settings

if TYPE_CHECKING:
    from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph as AssetGraph

SECONDS_BETWEEN_TICKS = 60
OVERLAP = timedelta(minutes=5)  # a run's record is stamped by the process that ended it, not in order
ALERTING = ("failed check", "hole")


@dataclass
class Cursor:
    """What a channel has reported.

    Parameters
    ----------
    since : of the last message. runs : ids of failed runs reported within the overlap. open : keys of incidents that last.
    new : the channel has reported nothing yet; it begins with what is broken now, not with runs of the past.
    """

    since: datetime
    runs: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    new: bool = False

    @classmethod
    def read(cls, text: str | None, now: datetime) -> Cursor:
        """The stored cursor, or that of a new channel."""
        if not text:
            return cls(now, new=True)
        stored = json.loads(text)
        return cls(datetime.fromisoformat(stored["since"]), stored["runs"], stored["open"])

    def write(self) -> str:
        """The cursor that `read` reads."""
        return json.dumps({"since": self.since.isoformat(), "runs": self.runs, "open": self.open})


def news(
    instance: dg.DagsterInstance, graph: AssetGraph[Any], cursor: Cursor, now: datetime
) -> tuple[list[Incident], Cursor]:
    """What a channel has not reported yet, and its cursor once it has."""
    window = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE], updated_after=cursor.since - OVERLAP)
    records = instance.get_run_records(window)
    fresh = [] if cursor.new else [record for record in records if record.dagster_run.run_id not in cursor.runs]
    standing = [one for one in broken(instance, graph) if one.kind in ALERTING]
    found = [failed_run(instance, record) for record in fresh] + [one for one in standing if one.key not in cursor.open]
    reported = Cursor(now, [record.dagster_run.run_id for record in records], [one.key for one in standing])
    return sorted(found, key=lambda one: one.since), reported


def alert_sensor(channel: str) -> dg.SensorDefinition:
    """The sensor of one channel."""

    @dg.sensor(
        name=f"alerts_{channel}",
        minimum_interval_seconds=SECONDS_BETWEEN_TICKS,
        default_status=SENSORS,
        description=f"Tells of failed runs, failed blocking checks and holes, each once, by {channel.replace('_', ' ')}; "
        f"idle until {alerts.needed(channel)} is set.",
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        settings, now = get_settings(), datetime.now(UTC)
        if not alerts.configured(channel, settings):
            return dg.SkipReason(f"No alerts by {channel.replace('_', ' ')}: {alerts.needed(channel)} is not set.")
        assert context.repository_def is not None, "a sensor is evaluated in its code location"
        cursor = Cursor.read(context.cursor, now)
        found, reported = news(context.instance, context.repository_def.asset_graph, cursor, now)
        if found:
            try:
                alerts.CHANNELS[channel](settings, found)
            except AlertError as error:
                return dg.SkipReason(f"{len(found)} alerts wait for the next tick: {error}")
        text = f"Told of {', '.join(one.subject for one in found)}." if found else "Nothing new is broken."
        return dg.SensorResult(cursor=reported.write(), skip_reason=dg.SkipReason(text))

    return sensor


SENSORS_OF_ALERTS = [alert_sensor(channel) for channel in alerts.CHANNELS]
