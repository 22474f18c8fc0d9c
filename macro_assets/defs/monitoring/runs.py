"""Failed runs: which asset they left broken, what they said, and what to do.

Belongs here: reading runs and their events. Does not belong here: checks and freshness (state.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg

from macro_assets.monitoring.incidents import Incident

if TYPE_CHECKING:
    from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph as AssetGraph

__all__ = ["failed_assets", "failed_run", "moment"]


def failed_assets(instance: dg.DagsterInstance, graph: AssetGraph[Any]) -> Iterator[Incident]:
    """Assets whose last run failed before it materialised them."""
    keys = list(graph.materializable_asset_keys)
    entries = {record.asset_entry.asset_key: record.asset_entry for record in instance.get_asset_records(keys)}
    ids = {key: entry.last_run_id for key, entry in entries.items() if entry.last_run_id}
    if not ids:
        return
    wanted = dg.RunsFilter(run_ids=sorted(set(ids.values())), statuses=[dg.DagsterRunStatus.FAILURE])
    failed = {record.dagster_run.run_id: record for record in instance.get_run_records(wanted)}
    for key, run_id in sorted(ids.items()):
        latest = entries[key].last_materialization
        if run_id not in failed or (latest is not None and latest.run_id == run_id):
            continue
        what, remedy = reason(instance, run_id, "__".join(key.path))
        since = failed[run_id].end_time or failed[run_id].update_timestamp.timestamp()
        yield Incident("failed run", key.to_user_string(), moment(since), what, remedy)


def failed_run(instance: dg.DagsterInstance, record: dg.RunRecord) -> Incident:
    """A failed run as an incident."""
    run = record.dagster_run
    what, remedy = reason(instance, run.run_id)
    part = run.tags.get("dagster/partition") or run.tags.get("as_of") or ""
    subject = " ".join(filter(None, (run.job_name, part, run.run_id[:8])))
    return Incident("failed run", subject, moment(record.end_time or record.update_timestamp.timestamp()), what, remedy)


def reason(instance: dg.DagsterInstance, run_id: str, step: str = "") -> tuple[str, str]:
    """What a failed run says of a step, by default of the first that failed, and what to do."""
    remedy = f"Open run {run_id[:8]} in Dagster: the failed step says what to do."
    events = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    chosen = next((event for event in events if event.step_key == step), events[0] if events else None)
    if chosen is None or chosen.dagster_event is None:
        return "The run ended before a step could say why.", remedy
    data = chosen.dagster_event.step_failure_data
    failure = data.user_failure_data
    if failure is not None and failure.description:
        stated = failure.metadata.get("what_to_do")
        return f"{chosen.step_key}: {failure.description}", str(stated.value) if stated else remedy
    cause = data.error.cause or data.error if data.error else None
    return f"{chosen.step_key}: {cause.message.strip() if cause else 'no reason given'}", remedy


def moment(timestamp: float) -> dt.datetime:
    """A time of Dagster's records."""
    return dt.datetime.fromtimestamp(timestamp, dt.UTC)
