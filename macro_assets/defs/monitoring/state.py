"""What is broken, read from Dagster's own records.

Belongs here: failed checks, holes and stale assets of an instance, and all that is broken together. Does not belong here:
failed runs (runs.py), the table (broken_now.py), alerts (automation/alerts.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster._core.definitions.freshness import FreshnessState
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,
    AssetCheckExecutionRecordStatus,
)

from macro_assets.defs.monitoring.runs import failed_assets, moment
from macro_assets.monitoring.incidents import Incident

if TYPE_CHECKING:
    from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph as AssetGraph

__all__ = ["broken", "first_failure"]

HOLES = frozenset({"vintage_days_complete"})
"""Checks whose failure means that facts are missing; they alert though they block nothing."""
COMPLETED = {AssetCheckExecutionRecordStatus.FAILED, AssetCheckExecutionRecordStatus.SUCCEEDED}
LOOK_BACK = 100


def broken(instance: dg.DagsterInstance, graph: AssetGraph[Any]) -> list[Incident]:
    """Everything that is broken now, oldest first."""
    found = [*failed_checks(instance, graph.asset_check_keys), *failed_assets(instance, graph), *stale(instance, graph)]
    return sorted(found, key=lambda incident: (incident.since, incident.subject))


def failed_checks(instance: dg.DagsterInstance, keys: Iterable[dg.AssetCheckKey]) -> Iterator[Incident]:
    """Checks whose last evaluation failed as an error, and holes whatever their severity."""
    storage = instance.event_log_storage
    for key, summary in storage.get_asset_check_summary_records(list(keys)).items():
        last = summary.last_completed_check_execution_record
        if last is None or last.evaluation is None or last.evaluation.passed:
            continue
        hole = key.name in HOLES
        if not hole and not (last.evaluation.blocking or last.evaluation.severity is dg.AssetCheckSeverity.ERROR):
            continue
        subject = f"{key.asset_key.to_user_string()}: {key.name}"
        what = last.evaluation.description or "The check failed."
        remedy = (
            "Load the missing days: `macro-assets backfill`, or wait for tomorrow's load."
            if hole
            else "Open the check in Dagster: it shows the offending rows. What follows stays at its last good state."
        )
        yield Incident("hole" if hole else "failed check", subject, first_failure(instance, key), what, remedy)


def first_failure(instance: dg.DagsterInstance, key: dg.AssetCheckKey) -> dt.datetime:
    """When the check began to fail: the oldest evaluation since it last passed."""
    history = instance.event_log_storage.get_asset_check_execution_history(key, LOOK_BACK, status=COMPLETED)
    failing: list[AssetCheckExecutionRecord] = []
    for one in history:
        if one.status is AssetCheckExecutionRecordStatus.SUCCEEDED:
            break
        failing.append(one)
    return moment(min(one.create_timestamp for one in failing))


def stale(instance: dg.DagsterInstance, graph: AssetGraph[Any]) -> Iterator[Incident]:
    """Assets past the deadline of their freshness policy, as the daemon judged them last."""
    keys = [key for key in graph.materializable_asset_keys if graph.get(key).freshness_policy is not None]
    for key, record in instance.get_freshness_state_records(keys).items():
        if record.freshness_state is FreshnessState.FAIL:
            yield Incident(
                "stale",
                key.to_user_string(),
                record.updated_at,
                "No new result by the deadline of its freshness policy.",
                "See Automation in Dagster: is its schedule or sensor on, and did its last run fail?",
            )
