"""Running Dagster jobs in this process, with a progress bar that counts materialised assets.

Belongs here: execution and progress. Does not belong here: which jobs a command runs, and in what order.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.progress import Progress

from macro_assets.errors import MacroAssetsError

if TYPE_CHECKING:
    import dagster as dg

START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
POLL_SECONDS = 0.5


class RunFailedError(MacroAssetsError):
    """A run ended in failure; the text names the step and its reason."""


@dataclass(frozen=True)
class Outcome:
    """What one run left behind.

    assets : keys materialised. checks : (asset, check, passed, severity, words) of every check evaluated.
    """

    run_id: str
    assets: list[str]
    checks: list[dict[str, Any]] = field(default_factory=list)


def definitions() -> dg.Definitions:
    """The code location, loaded after the environment was set (partitions depend on today)."""
    from macro_assets.definitions import defs

    return defs()


def run_job(
    name: str, instance: dg.DagsterInstance, progress: Progress, title: str, *,
    keys: tuple[str, str] | None = None, config: Mapping[str, Any] | None = None,
    selection: list[str] | None = None,
) -> Outcome:
    """Execute one job; `keys` is the first and last partition key of a range run.

    Raises
    ------
    RunFailedError : a step failed.
    """
    import dagster as dg

    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    job = definitions().resolve_job_def(name)
    chosen = [dg.AssetKey(key.split("/")) for key in selection] if selection else None
    total = len(chosen or job.asset_layer.executable_asset_keys)
    run_id, tags = str(uuid.uuid4()), ({START: keys[0], END: keys[1]} if keys else {})
    task = progress.add_task(title, total=total)
    stop = threading.Event()
    watcher = threading.Thread(target=_watch, args=(instance, run_id, progress, task, stop), daemon=True)
    watcher.start()
    try:
        result = job.execute_in_process(
            instance=instance, run_id=run_id, tags=tags, raise_on_error=False, asset_selection=chosen,
            run_config=dict(config or {}),
        )
    finally:
        stop.set()
        watcher.join()
    if not result.success:
        raise RunFailedError(_reason(result), remedy="`macro-assets ui` shows the run and its log.")
    progress.update(task, completed=total)
    return _outcome(result)


def _watch(instance: dg.DagsterInstance, run_id: str, progress: Progress, task: Any, stop: threading.Event) -> None:
    from dagster import DagsterEventType

    while not stop.wait(POLL_SECONDS):
        steps = instance.get_records_for_run(run_id, of_type=DagsterEventType.STEP_SUCCESS).records
        progress.update(task, completed=len(steps))


def _outcome(result: dg.ExecuteInProcessResult) -> Outcome:
    assets = sorted({event.asset_key.to_user_string() for event in result.get_asset_materialization_events()
                     if event.asset_key})
    checks = [
        {
            "asset": check.asset_key.to_user_string(), "check": check.check_name, "passed": check.passed,
            "severity": check.severity.value, "words": check.description or "",
        }
        for check in result.get_asset_check_evaluations()
    ]
    return Outcome(result.run_id, assets, checks)


def _reason(result: dg.ExecuteInProcessResult) -> str:
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            said = data.user_failure_data.description if data.user_failure_data else None
            cause = data.error.cause or data.error if data.error else None
            return f"Step {event.step_key} failed: {said or (cause.message.strip() if cause else 'no reason given')}"
    return f"Run {result.run_id} failed."
