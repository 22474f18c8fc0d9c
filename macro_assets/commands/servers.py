"""Server processes: started, watched and ended together, even when the process that started them is killed.

Belongs here: processes, probes and logs. Does not belong here: which servers a command starts (ui.py).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from macro_assets.errors import InvalidInputError, MacroAssetsError

HOST = "127.0.0.1"
START_SECONDS = 120.0
STOP_SECONDS = 15.0
LOG_TAIL = 1500
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NO_JOB_QUEUE = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # MLflow's job queues are processes nobody uses here
# Ends the process groups written to it, one a line, once its input closes: with the parent's end, however that came.
WATCHDOG = """
import os, signal, sys
for line in sys.stdin.read().split():
    try:
        os.killpg(int(line), signal.SIGKILL)
    except ProcessLookupError:
        pass
"""


class ServerEndedError(MacroAssetsError):
    """A server stopped, or did not answer."""


@dataclass(frozen=True)
class Server:
    """One server: its command, its log, and where it answers once it is up.

    port : of its page; none for a server without one. probe : path asked for. file : a file that it makes instead.
    """

    name: str
    command: list[str]
    log: Path
    port: int | None = None
    probe: str = "/"
    file: Path | None = None

    @property
    def url(self) -> str:
        """Address of the page."""
        return f"http://{HOST}:{self.port}"

    def answers(self) -> bool:
        """Whether it is up; a server with neither page nor file counts as up once it is started."""
        if self.file is not None:
            return self.file.exists()
        if self.port is None:
            return True
        with suppress(OSError), urllib.request.urlopen(self.url + self.probe, timeout=2):
            return True
        return False


@contextmanager
def watchdog() -> Iterator[subprocess.Popen[str]]:
    """A process that outlives this one just long enough to end what this one started; see `running`."""
    command = [sys.executable, "-c", WATCHDOG]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True) as process:
        yield process


@contextmanager
def running(server: Server, guardian: subprocess.Popen[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a session of its own, ended with its own children when the block or this process ends."""
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            server.command, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, env=os.environ | NO_JOB_QUEUE
        )
    assert guardian.stdin is not None
    guardian.stdin.write(f"{process.pid}\n")
    guardian.stdin.flush()
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # whoever of its group is still there
        process.wait()


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


def until_it_answers(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server is up.

    Raises
    ------
    ServerEndedError : it stopped, or took too long.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        require_running(server, process)
        if server.answers():
            return
        time.sleep(0.25)
    raise ServerEndedError(f"{server.name} did not answer within {START_SECONDS:.0f} s.", remedy=_log_tail(server))


def require_running(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Refuse to go on without a server.

    Raises
    ------
    ServerEndedError : it stopped; the text has the end of its log.
    """
    if process.poll() is not None:
        raise ServerEndedError(f"{server.name} stopped with exit code {process.returncode}.", remedy=_log_tail(server))


def require_free(port: int) -> None:
    """Refuse a taken port at once: a second server on it fails late, while the first one goes on answering.

    Raises
    ------
    InvalidInputError : something listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise InvalidInputError(
                f"Port {port} is in use ({error.strerror}).",
                remedy="Choose other ports with --dagster-port and --mlflow-port.",
            ) from None


def _log_tail(server: Server) -> str:
    return f"Its log {server.log} ends with:\n{server.log.read_text(errors='replace')[-LOG_TAIL:].strip()}"
