"""`macro-assets ui`: Dagster and MLflow on a home, with the sandbox its data came from.

Belongs here: which servers a home needs. Does not belong here: starting, watching and ending processes (servers.py).
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from macro_assets.clock import sandbox_day
from macro_assets.commands.home import only_pages, require_home
from macro_assets.commands.living import open_home
from macro_assets.commands.servers import (
    HOST,
    Server,
    ServerEndedError,
    interrupted_once,
    require_free,
    require_running,
    running,
    until_it_answers,
    watchdog,
)
from macro_assets.registry.database import SQLITE
from macro_assets.registry.relocation import relocate
from macro_assets.settings import Settings, get_settings

PRINT = partial(print, flush=True)  # lines appear at once, also in a file or a pipe
LOCATION = "macro_assets.definitions"
RELOAD = "mutation Reload($name: String!) { reloadRepositoryLocation(repositoryLocationName: $name) { __typename } }"
RELOAD_SECONDS = 120.0
WORKSPACE = """load_from:
  - grpc_server: {{socket: {socket}, host: localhost, location_name: {name}}}
"""


def serve(
    home: Path, dagster_port: int, mlflow_port: int, report: Callable[[str], Any] = PRINT, *, new: bool = False
) -> None:
    """Run the servers until interrupted (Ctrl-C, SIGTERM or a closed terminal); all that was started here ends here.

    Raises
    ------
    InvalidInputError : a `ui` runs on the home already, a port is in use, or there is no such home and `new` is not set.
    ServerEndedError : a server stopped by itself; the text has the end of its log.
    """
    if not new:
        require_home(home)
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        stack.enter_context(only_pages(home, f"http://{HOST}:{dagster_port}"))
        for port in (dagster_port, mlflow_port):
            require_free(port)
        stack.enter_context(interrupted_once())
        stack.enter_context(open_home(home))
        living = _living()
        logs = home.absolute() / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        servers = [*_dagster(stack.enter_context(_sockets()), logs, dagster_port), *_mlflow(logs, mlflow_port)]
        report(f"Starting {' and '.join(server.name for server in servers if server.port)} on {home} ...")
        processes = _started(servers, stack, report)
        if living:
            report(
                f"Sandbox  {living.url}, today is {living.day}. Let time pass with `macro-assets next-day --home {home}`."
            )
        report(f"Logs are in {logs}. Stop with Ctrl-C.")
        while True:
            for server in servers:
                require_running(server, processes[server.name])
            if living and living.moved():
                reload_definitions(dagster_port)
                report(f"It is {living.day}.")
            time.sleep(0.5)


def _started(
    servers: list[Server], stack: ExitStack, report: Callable[[str], Any]
) -> dict[str, subprocess.Popen[bytes]]:
    """Processes by name, once everything answers; they end with the stack, all at the same time."""
    guardian = stack.enter_context(watchdog())
    processes = {}
    for server in servers:
        processes[server.name] = stack.enter_context(running(server, guardian))
        if not server.port:
            until_it_answers(server, processes[server.name])
    stack.callback(_terminate, processes.values())
    for page in servers:
        if page.port:
            until_it_answers(page, processes[page.name])
            report(f"{page.name:8} {page.url}")
    return processes


def _terminate(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()


class LivingDay:
    """The day of a sandbox, followed: Dagster's partitions end with the day on which their code was loaded.

    Parameters
    ----------
    url : address of the sandbox. day : the day of the code as it is loaded.
    """

    def __init__(self, url: str, day: date) -> None:
        self.url, self.day = url, day

    def moved(self) -> bool:
        """Whether a new day has come since the last look."""
        before, self.day = self.day, sandbox_day(self.url)
        return self.day != before


def reload_definitions(port: int) -> None:
    """Let Dagster load the code location again.

    Raises
    ------
    ServerEndedError : it could not.
    """
    connection = http.client.HTTPConnection(HOST, port, timeout=RELOAD_SECONDS)
    try:
        content = {"query": RELOAD, "variables": {"name": LOCATION}}
        connection.request("POST", "/graphql", json.dumps(content), {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    kind = answer["data"]["reloadRepositoryLocation"]["__typename"]
    if kind != "WorkspaceLocationEntry":
        raise ServerEndedError(f"Dagster could not load its definitions for the new day ({kind}).", remedy=str(answer))


def _living() -> LivingDay | None:
    """The day of the sandbox, before any code is loaded; none where time passes by itself.

    In a sandbox the day passes only when somebody moves it, so what follows from it need not be switched on as well.
    """
    url = get_settings().sandbox_url
    if url is None:
        return None
    os.environ.setdefault("DAGSTER_AUTOMATION", "on")
    return LivingDay(url, sandbox_day(url))


@contextmanager
def _sockets() -> Iterator[Path]:
    """A folder that only this user can read: whoever reaches the code server can run code."""
    with tempfile.TemporaryDirectory(prefix="macro_assets_") as folder:
        yield Path(folder)


def _dagster(folder: Path, logs: Path, port: int) -> list[Server]:
    """Code server, web server and daemon: what `dagster dev` starts, with the guard in the web server."""
    socket, workspace = folder / "code", folder / "workspace.yaml"
    workspace.write_text(WORKSPACE.format(socket=socket, name=LOCATION))
    python, shared = [sys.executable, "-m"], ["--workspace", str(workspace)]
    code = [
        *python,
        "dagster",
        "code-server",
        "start",
        "-m",
        LOCATION,
        "--socket",
        str(socket),
        "--location-name",
        LOCATION,
    ]
    pages = [*python, "macro_assets.commands.webserver", *shared, "--host", HOST, "--port", str(port)]
    return [
        Server("Code", code, logs / "code.log", file=socket),
        Server("Daemon", [*python, "dagster._daemon", "run", *shared], logs / "daemon.log"),
        Server("Dagster", pages, logs / "dagster.log", port, "/server_info"),
    ]


def _mlflow(logs: Path, port: int) -> list[Server]:
    """MLflow on the registry of the home; none where it runs elsewhere already."""
    settings = get_settings()
    if settings.mlflow_tracking_uri.startswith(("http://", "https://")):
        return []
    _follow_moves(settings)
    command = [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", settings.mlflow_tracking_uri,
               "--artifacts-destination", settings.mlflow_artifact_root, "-h", HOST, "-p", str(port),
               "--workers", "1"]  # fmt: skip
    return [Server("MLflow", command, logs / "mlflow.log", port, "/health")]


def _follow_moves(settings: Settings) -> None:
    if settings.mlflow_tracking_uri.startswith(SQLITE) and "://" not in settings.mlflow_artifact_root:
        relocate(Path(settings.mlflow_tracking_uri.removeprefix(SQLITE)), Path(settings.mlflow_artifact_root))
