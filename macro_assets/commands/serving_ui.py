"""`macro-assets ui`: Dagster and MLflow on a home, and the sandbox it was fed from.

Belongs here: starting and stopping the processes together. Does not belong here: their configuration.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from macro_assets.commands.home import inhabited
from macro_assets.settings import get_settings

STOP_SECONDS = 15.0


def serve(home: Path, dagster_port: int, mlflow_port: int) -> None:
    """Run until interrupted; every process started here is ended here."""
    with ExitStack() as stack:
        stack.enter_context(inhabited(home))
        settings = get_settings()
        commands = {
            "Dagster": [sys.executable, "-m", "dagster", "dev", "-m", "macro_assets.definitions", "-h", "127.0.0.1",
                        "-p", str(dagster_port)],
            "MLflow": [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", settings.mlflow_tracking_uri,
                       "--artifacts-destination", settings.mlflow_artifact_root, "-h", "127.0.0.1",
                       "-p", str(mlflow_port), "--workers", "1"],
        }
        processes = [stack.enter_context(_running(command)) for command in commands.values()]
        print(f"Dagster  http://127.0.0.1:{dagster_port}\nMLflow   http://127.0.0.1:{mlflow_port}\nStop with Ctrl-C.")
        _wait(processes)


class _running:
    """A child that is ended with its own children when the block ends."""

    def __init__(self, command: list[str]) -> None:
        # SIGINT ignored by a parent shell would be inherited, and dagster would then ignore SIGTERM too.
        self.process = subprocess.Popen(
            command, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None
        )

    def __enter__(self) -> subprocess.Popen[bytes]:
        return self.process

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()


def _wait(processes: list[subprocess.Popen[bytes]]) -> None:
    stopped = signal.getsignal(signal.SIGTERM)
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, stopped)
