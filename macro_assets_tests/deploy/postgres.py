"""A throwaway PostgreSQL server from the system's own packages, on a free loopback port."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def find_binaries() -> Path | None:
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
    on_path = shutil.which("initdb")
    candidates = [*reversed(packaged), *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _owner() -> str | None:
    """PostgreSQL refuses to run as root; its package brings a user for it."""
    if os.geteuid() != 0:
        return None
    return "postgres" if any(entry.pw_name == "postgres" for entry in pwd.getpwall()) else "nobody"


@contextmanager
def server(*, user: str, password: str) -> Iterator[int]:
    """Runs a server whose superuser is `user`, in a folder of its own that another system user can reach."""
    with (
        tempfile.TemporaryDirectory(prefix="macro_assets_pg_") as place,
        _server(Path(place), user=user, password=password) as port,
    ):
        yield port


@contextmanager
def _server(folder: Path, *, user: str, password: str) -> Iterator[int]:
    binaries, owner, port = find_binaries(), _owner(), free_port()
    assert binaries is not None
    data, secret = folder / "data", folder / "password"
    secret.write_text(password)
    if owner is not None:
        shutil.chown(folder, owner)
        shutil.chown(secret, owner)

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=owner, capture_output=True, cwd=folder)

    run(str(binaries / "initdb"), "-D", str(data), "-U", user, "--pwfile", str(secret), "-A", "scram-sha-256", "-N")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    log = folder / "log"
    run(str(binaries / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(log), "-w", "start")
    try:
        yield port
    finally:
        run(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
