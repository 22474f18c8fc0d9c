"""Running Dagster jobs with a progress bar that counts finished steps: one after another, or chains side by side.

Belongs here: execution and progress. Does not belong here: which jobs a command runs, and in what order.
"""

from __future__ import annotations

import os
import threading
import uuid
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import connection, get_context, parent_process
from typing import TYPE_CHECKING, Any

from rich.progress import Progress

from macro_assets.errors import MacroAssetsError
from macro_assets.settings import get_settings

if TYPE_CHECKING:
    import dagster as dg

START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
POLL_SECONDS = 0.5
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}  # the log is in the UI; here is a bar


class RunFailedError(MacroAssetsError):
    """A run failed; the text names the step and its reason."""


@dataclass(frozen=True)
class Work:
    """One run: a job, what the bar calls it, first and last partition key of a range, config, assets to select."""

    job: str
    title: str
    keys: tuple[str, str] | None = None
    config: dict[str, Any] = field(default_factory=dict)
    selection: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What one run left behind.

    assets : keys materialised. checks : asset, check, passed, severity and description of every check evaluated.
    """

    run_id: str
    assets: list[str]
    checks: list[dict[str, Any]] = field(default_factory=list)


def definitions() -> dg.Definitions:
    """The code location, loaded after the environment was set (partitions depend on today)."""
    import dagster as dg

    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    warnings.filterwarnings("ignore", category=dg.PreviewWarning)
    from macro_assets.definitions import defs

    return defs()


def run(work: Work, instance: dg.DagsterInstance, progress: Progress) -> Outcome:
    """Execute one job in this process.

    Raises
    ------
    RunFailedError : a step failed.
    """
    run_id = str(uuid.uuid4())
    with _watched([(work, run_id)], instance, progress):
        return _execute(work, run_id, instance)


@contextmanager
def processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """Processes for chains of jobs, which load the code location while other work goes on."""
    with ProcessPoolExecutor(count, get_context("spawn"), initializer=_load) as pool:
        for _ in range(count):
            pool.submit(os.getpid)  # a process starts with the first work it is given
        yield pool


def _load() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    definitions()


def _end_with_parent() -> None:
    """A process of a pool outlives a parent that was killed, and waits for work for ever: end at once instead."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def run_chains(
    chains: Sequence[Sequence[Work]], pool: ProcessPoolExecutor, instance: dg.DagsterInstance, progress: Progress
) -> list[Outcome]:
    """Execute chains of jobs side by side, each in a process of the pool.

    Raises
    ------
    RunFailedError : a step failed; the other chains still come to their end.
    """
    named = [[(work, str(uuid.uuid4())) for work in chain] for chain in chains]
    flat = [pair for chain in named for pair in chain]
    with _watched(flat, instance, progress):
        futures = [pool.submit(_chain, chain) for chain in named]
        results = [future.result() for future in futures]
    failed = [text for result in results for text in result if isinstance(text, str)]
    if failed:
        raise RunFailedError(failed[0], remedy="`macro-assets ui` shows the run and its log.")
    return [outcome for result in results for outcome in result if isinstance(outcome, Outcome)]


def _chain(chain: list[tuple[Work, str]]) -> list[Outcome | str]:
    """Body of a chain's process: its outcomes, ending with the reason of the first failure."""
    import dagster as dg

    with (get_settings().home / "runs.log").open("a") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    done: list[Outcome | str] = []
    with dg.DagsterInstance.get() as instance:
        for work, run_id in chain:
            try:
                done.append(_execute(work, run_id, instance))
            except RunFailedError as error:
                return [*done, str(error)]
    return done


def _execute(work: Work, run_id: str, instance: dg.DagsterInstance) -> Outcome:
    import dagster as dg

    result = (
        definitions()
        .resolve_job_def(work.job)
        .execute_in_process(
            instance=instance,
            run_id=run_id,
            tags={START: work.keys[0], END: work.keys[1]} if work.keys else {},
            raise_on_error=False,
            asset_selection=[dg.AssetKey(key.split("/")) for key in work.selection] or None,
            run_config={**QUIET, **work.config},
        )
    )
    if not result.success:
        raise RunFailedError(_reason(result), remedy="`macro-assets ui` shows the run and its log.")
    return _outcome(result)


@contextmanager
def _watched(work: list[tuple[Work, str]], instance: dg.DagsterInstance, progress: Progress) -> Iterator[None]:
    """A bar per run, moved by the steps that its event log counts as done."""
    steps = {run_id: _steps(one) for one, run_id in work}
    bars = {run_id: progress.add_task(one.title, total=len(steps[run_id])) for one, run_id in work}
    stop = threading.Event()
    watcher = threading.Thread(target=_watch, args=(instance, bars, steps, progress, stop), daemon=True)
    watcher.start()
    try:
        yield
        for run_id, bar in bars.items():
            progress.update(bar, completed=len(steps[run_id]))
    finally:
        stop.set()
        watcher.join()


def _steps(work: Work) -> set[str]:
    """Step keys of the run's assets; its checks are steps too, which nobody waits for."""
    import dagster as dg

    layer, graph = definitions().resolve_job_def(work.job).asset_layer, definitions().resolve_asset_graph()
    keys = [dg.AssetKey(key.split("/")) for key in work.selection] or list(layer.executable_asset_keys)
    return {graph.get(key).assets_def.node_def.name for key in keys}  # one step may make several assets


def _watch(
    instance: dg.DagsterInstance,
    bars: dict[str, Any],
    steps: dict[str, set[str]],
    progress: Progress,
    stop: threading.Event,
) -> None:
    from dagster import DagsterEventType

    while not stop.wait(POLL_SECONDS):
        for run_id, task in bars.items():
            records = instance.get_records_for_run(run_id, of_type=DagsterEventType.STEP_SUCCESS).records
            done = {record.event_log_entry.step_key for record in records} & steps[run_id]
            progress.update(task, completed=len(done))


def _outcome(result: dg.ExecuteInProcessResult) -> Outcome:
    assets = sorted(
        {event.asset_key.to_user_string() for event in result.get_asset_materialization_events() if event.asset_key}
    )
    checks = [
        {
            "asset": check.asset_key.to_user_string(),
            "check": check.check_name,
            "passed": check.passed,
            "severity": check.severity.value,
            "description": check.description or "",
        }
        for check in result.get_asset_check_evaluations()
    ]
    return Outcome(result.run_id, assets, checks)


def _reason(result: dg.ExecuteInProcessResult) -> str:
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            description = data.user_failure_data.description if data.user_failure_data else None
            cause = data.error.cause or data.error if data.error else None
            reason = description or (cause.message.strip() if cause else "no reason given")
            return "\n".join([f"Step {event.step_key} failed: {reason}", *_refused(result)])
    return f"Run {result.run_id} failed."


def _refused(result: dg.ExecuteInProcessResult) -> list[str]:
    """Descriptions of the blocking checks of a failed run, with the rows they refused."""
    checks = [check for check in result.get_asset_check_evaluations() if not check.passed and check.blocking]
    return [
        f"{check.asset_key.to_user_string()} {check.check_name}: {check.description}\n"
        f"{getattr(check.metadata.get('failing_rows'), 'value', '')}".rstrip()
        for check in checks
    ]
