"""`macro-assets ui`: Dagster and MLflow on a home, with the sandbox its data came from.

Belongs here: starting, watching and ending the servers together. Does not belong here: their configuration.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from macro_assets.commands.home import open_home
from macro_assets.errors import InvalidInputError, MacroAssetsError
from macro_assets.registry.database import SQLITE
from macro_assets.registry.relocation import relocate
from macro_assets.settings import get_settings

HOST = "127.0.0.1"
START_SECONDS = 120.0
STOP_SECONDS = 15.0
LOG_TAIL = 1500
PRINT = partial(print, flush=True)  # lines appear at once, also in a file or a pipe
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NO_JOB_QUEUE = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # MLflow's job queues are processes nobody uses here


class ServerEndedError(MacroAssetsError):
    """A server stopped, or did not answer."""


@dataclass(frozen=True)
class Server:
    """One server: its command, port, path that answers once it is up, and log."""

    name: str
    command: list[str]
    port: int
    probe: str
    log: Path

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


def serve(
    home: Path, dagster_port: int, mlflow_port: int, report: Callable[[str], Any] = PRINT, *, new: bool = False
) -> None:
    """Run both servers until interrupted (Ctrl-C, SIGTERM or a closed terminal); all that was started here ends here.

    Raises
    ------
    InvalidInputError : a port is in use, or there is no such home and `new` is not set.
    ServerEndedError : a server stopped by itself; the text has the end of its log.
    """
    for port in (dagster_port, mlflow_port):
        _require_free(port)
    with suppress(KeyboardInterrupt), interrupted_once(), open_home(home, new=new), ExitStack() as stack:
        servers = _servers(home.absolute() / "logs", dagster_port, mlflow_port)
        report(f"Starting {' and '.join(server.name for server in servers)} on {home} ...")
        running = {server.name: stack.enter_context(_running(server)) for server in servers}
        for server in servers:
            _until_it_answers(server, running[server.name])
            report(f"{server.name:8} {server.url}")
        report(f"Logs are in {servers[0].log.parent}. Stop with Ctrl-C.")
        while True:
            for server in servers:
                _require_running(server, running[server.name])
            time.sleep(0.5)


def _servers(logs: Path, dagster_port: int, mlflow_port: int) -> list[Server]:
    settings = get_settings()
    logs.mkdir(parents=True, exist_ok=True)
    if (
        file := Path(settings.mlflow_tracking_uri.removeprefix(SQLITE))
    ).is_file() and "://" not in settings.mlflow_artifact_root:
        relocate(file, Path(settings.mlflow_artifact_root))
    python = [sys.executable, "-m"]
    dagster = [*python, "dagster", "dev", "-m", "macro_assets.definitions", "-h", HOST, "-p", str(dagster_port)]
    mlflow = [*python, "mlflow", "server", "--backend-store-uri", settings.mlflow_tracking_uri,
              "--artifacts-destination", settings.mlflow_artifact_root, "-h", HOST, "-p", str(mlflow_port),
              "--workers", "1"]  # fmt: skip
    servers = [Server("Dagster", dagster, dagster_port, "/server_info", logs / "dagster.log")]
    if not settings.mlflow_tracking_uri.startswith(("http://", "https://")):  # else it runs elsewhere already
        servers.append(Server("MLflow", mlflow, mlflow_port, "/health", logs / "mlflow.log"))
    return servers


@contextmanager
def interrupted_once() -> Iterator[None]:
    """The first stop signal becomes a KeyboardInterrupt, the following ones wait until everything has ended.

    Handlers are set for SIGINT too: a shell in the background ignores it, children would inherit that, and Dagster then
    ignores SIGTERM as well. What is handled here is back at its default in the children.
    """

    def stop(number: int, frame: Any) -> None:
        for one in STOP_SIGNALS:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {one: signal.signal(one, stop) for one in STOP_SIGNALS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def _running(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a session of its own, ended with its own children when the block ends."""
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            server.command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, env=os.environ | NO_JOB_QUEUE
        )
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # whoever of its group is still there
        process.wait()


def _until_it_answers(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        _require_running(server, process)
        with suppress(OSError), urllib.request.urlopen(server.url + server.probe, timeout=2):
            return
        time.sleep(0.25)
    raise ServerEndedError(f"{server.name} did not answer within {START_SECONDS:.0f} s.", remedy=_log_tail(server))


def _require_running(server: Server, process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        raise ServerEndedError(f"{server.name} stopped with exit code {process.returncode}.", remedy=_log_tail(server))


def _log_tail(server: Server) -> str:
    return f"Its log {server.log} ends with:\n{server.log.read_text(errors='replace')[-LOG_TAIL:].strip()}"


def _require_free(port: int) -> None:
    """A second server on a taken port fails late, while the first one goes on answering: refuse at once."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise InvalidInputError(
                f"Port {port} is in use ({error.strerror}).",
                remedy="Choose other ports with --dagster-port and --mlflow-port.",
            ) from None
