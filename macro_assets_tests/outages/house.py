"""A home with its sandbox, code server and daemon: what `macro-assets ui` runs, without the pages.

Belongs here: starting, moving the clock, waiting until everything that follows has happened. Does not belong here: which
days come (timeline.py), what is compared (compare.py).
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import dagster as dg
from dagster._core.scheduler.instigation import InstigatorState
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster._grpc.client import DagsterGrpcClient
from dagster._utils.schedules import reverse_cron_string_iterator

from macro_assets.clock import NEW_YORK, sandbox_instant
from macro_assets.commands.home import instance
from macro_assets.commands.servers import Server, running, until_it_answers, watchdog
from macro_assets.commands.ui import LOCATION, WORKSPACE
from macro_assets.defs.automation.ingestion import OPEN
from macro_assets.sandbox import NO_LIMITS, RemoteSandbox, SandboxProcess

SCHEDULES = {
    "daily_refresh_schedule": "30 7,8,10,13,17,22 * * *", "world_bank_schedule": "0 8,9,11,14,18,23 * * *",
    "weekly_comparison_schedule": "0 5,9,14,20 * * 0", "world_bank_comparison_schedule": "15 5,9,14,20 * * 0",
}  # fmt: skip
"""What loads, and when; models, upkeep and alerts rest."""
SENSOR = "fred_release_sensor"
PATIENCE_SECONDS = 900.0
RELOAD_SECONDS = 180


class House:
    """A home that lives by the clock of its sandbox.

    Parameters
    ----------
    home : prepared and loaded.
    archive, seed : what the sandbox serves: a folder, or the simulated economy of a seed.
    today : first day.
    report : receives lines of text.
    """

    def __init__(
        self, home: Path, archive: Path | None, seed: int, today: date, report: Callable[[str], object]
    ) -> None:
        self.home, self.report = home, report
        self._archive, self._seed, self._today = archive, seed, today
        self._lasting, self._servers = ExitStack(), ExitStack()
        self._client: DagsterGrpcClient | None = None
        self._loaded_for: date | None = None
        self.sandbox: RemoteSandbox = RemoteSandbox()

    def __enter__(self) -> "House":
        self.sandbox = self._lasting.enter_context(SandboxProcess(self._archive, seed=self._seed, today=self._today))
        self._lasting.callback(_restore, dict(os.environ))
        os.environ |= self.sandbox.urls | NO_LIMITS | {
            "MACRO_SANDBOX_URL": self.sandbox.base_url, "MACRO_TODAY": "", "MACRO_HOME": str(self.home),
            "DAGSTER_HOME": str(self.home / "dagster"), "DAGSTER_AUTOMATION": "on", "MACRO_HTTP_RETRIES": "1",
        }  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self.sleep()
        self._lasting.close()

    @property
    def awake(self) -> bool:
        """Whether its daemon runs."""
        return self._client is not None

    def sleep(self) -> None:
        """End daemon and code server, as a machine does that is switched off."""
        self._servers.close()
        self._servers, self._client = ExitStack(), None

    def wake(self) -> None:
        """Start code server and daemon; schedules and sensors that do not load are switched off before they act."""
        folder = Path(self._servers.enter_context(tempfile.TemporaryDirectory(prefix="outages_")))
        socket, workspace, logs = folder / "code", folder / "workspace.yaml", self.home / "logs"
        logs.mkdir(exist_ok=True)
        workspace.write_text(WORKSPACE.format(socket=socket, name=LOCATION))
        code = ["dagster", "code-server", "start", "-m", LOCATION, "--socket", str(socket), "--location-name", LOCATION]
        daemon = ["macro_assets_tests.outages.daemon", "run", "--workspace", str(workspace)]
        guardian = self._servers.enter_context(watchdog())
        server = Server("Code", [sys.executable, "-m", *code], logs / "code.log", file=socket)
        until_it_answers(server, self._servers.enter_context(running(server, guardian)))
        self._client = DagsterGrpcClient(socket=str(socket), host="localhost")
        self._until(self._code_answers, "The code server")
        self._loaded_for = self.sandbox.today
        self._only_loads(workspace)
        self._servers.enter_context(
            running(Server("Daemon", [sys.executable, "-m", *daemon], logs / "daemon.log"), guardian)
        )
        with instance() as opened:  # a schedule begins at the hour at which the scheduler first sees it
            self._until(lambda: set(SCHEDULES) <= _seen(opened), "The scheduler")

    def settle(self) -> None:
        """Wait until every schedule has had its tick, the sensor has looked, and no run is open."""
        assert self._client is not None, "it sleeps"
        began, today = time.time(), self.sandbox.today
        if today != self._loaded_for:
            self._client.reload_code(timeout=RELOAD_SECONDS)
            self._until(self._code_answers, "The code server")
            self._loaded_for, began = today, time.time()
        with instance() as opened:
            self._until(lambda: self._acted(opened, began), "The tick of a schedule")
            self._until(lambda: not _open_runs(opened), "The end of a run")

    def failed_runs(self, since: float) -> int:
        """Runs that failed since an instant of the wall clock."""
        with instance() as opened:
            runs = opened.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]))
        return sum(record.create_timestamp.timestamp() >= since for record in runs)

    def _code_answers(self) -> bool:
        assert self._client is not None
        try:
            return "ListRepositoriesResponse" in self._client.list_repositories()
        except Exception:  # noqa: BLE001 - while it starts, any of grpc's errors
            return False

    def _only_loads(self, workspace: Path) -> None:
        with (
            instance() as opened,
            WorkspaceProcessContext(opened, WorkspaceFileTarget([str(workspace)])) as process,
        ):
            stopped = {state.instigator_name for state in opened.all_instigator_state() if not state.is_running}
            for location in process.create_request_context().code_locations:
                for repository in location.get_repositories().values():
                    for schedule in repository.get_schedules():
                        if schedule.name not in {*SCHEDULES, *stopped}:
                            opened.stop_schedule(schedule.get_remote_origin_id(), schedule.selector_id, schedule)
                    for sensor in repository.get_sensors():
                        if sensor.name not in {SENSOR, *stopped}:
                            opened.stop_sensor(sensor.get_remote_origin_id(), sensor.selector_id, sensor)

    def _acted(self, opened: dg.DagsterInstance, began: float) -> bool:
        """Whether each schedule has had the last tick of its cron, and the sensor a tick since the hour came."""
        states = {state.instigator_name: state for state in opened.all_instigator_state()}
        if SENSOR not in states:
            return False
        now = sandbox_instant(self.sandbox.base_url).timestamp()
        for name, cron in SCHEDULES.items():
            due = next(reverse_cron_string_iterator(now, cron, str(NEW_YORK))).timestamp()
            state = states[name]
            started = getattr(state.instigator_data, "start_timestamp", None) or 0.0
            if due > started and not _ticked(opened, state, due):
                return False
        return _ticked(opened, states[SENSOR], began)

    def _until(self, true: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not true():
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"{what} did not come within {PATIENCE_SECONDS:.0f} s; logs are in {self.home / 'logs'}."
                )
            time.sleep(0.5)


def _restore(environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)


def _seen(opened: dg.DagsterInstance) -> set[str]:
    return {state.instigator_name for state in opened.all_instigator_state()}


def _ticked(opened: dg.DagsterInstance, state: InstigatorState, due: float) -> bool:
    ticks = opened.get_ticks(state.instigator_origin_id, state.selector_id, limit=1)
    return bool(ticks) and ticks[0].timestamp >= due and ticks[0].status.value != "STARTED"


def _open_runs(opened: dg.DagsterInstance) -> bool:
    return bool(opened.get_runs(dg.RunsFilter(statuses=OPEN), limit=1))


def prepared(home: Path, archive: Path | None, seed: int, today: date) -> None:
    """A home with the whole past up to a day, and one morning that learns what the provider does not have."""
    with SandboxProcess(archive, seed=seed, today=today) as sandbox:
        given = sandbox.urls | NO_LIMITS | {"MACRO_SANDBOX_URL": sandbox.base_url, "MACRO_TODAY": ""}
        command = [sys.executable, "-m", "macro_assets.cli", "first-load", "--home", str(home), "--through", "history"]
        subprocess.run(command, env={k: v for k, v in os.environ.items() if k != "DAGSTER_HOME"} | given, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
