"""The sandbox of a home: the one that runs, or one started here; and the passing of its days.

Belongs here: finding, starting and moving the sandbox of a home. Does not belong here: the home's folder (home.py), serving
(macro_assets/sandbox).
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from macro_assets.clock import move_sandbox
from macro_assets.commands.home import (
    DAY_FILE,
    Origin,
    prepare_home,
    read_origin,
    record_origin,
    require_home,
    require_same_source,
)
from macro_assets.errors import InvalidInputError, MacroAssetsError

if TYPE_CHECKING:
    from macro_assets.sandbox import RemoteSandbox

HOST = "127.0.0.1"
PORTS = range(8090, 8190)  # of sandboxes: below those that the system gives to outgoing connections


@contextmanager
def sandbox_home(
    home: Path, archive: Path | None, seed: int, today: date | None
) -> Iterator[tuple[date, dict[str, Any] | None]]:
    """Use a home with its sandbox; yields its today, and its ground truth if simulated.

    Everything in this process and its children reads the day from the sandbox, so that a home lives on when it moves.

    Raises
    ------
    InvalidInputError : the home was loaded from another archive or seed, or its day lies after `today`.
    """
    from macro_assets.sandbox import NO_LIMITS

    origin = Origin(None if archive is None else str(archive.resolve()), seed, None)
    before = dict(os.environ)
    with sandbox_of(home, origin, today) as sandbox:
        prepare_home(home)
        os.environ |= sandbox.urls | NO_LIMITS | {"MACRO_SANDBOX_URL": sandbox.base_url, "MACRO_TODAY": ""}
        try:
            yield sandbox.today, None if archive else sandbox.truth()
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def open_home(home: Path) -> Iterator[Origin | None]:
    """Use a home with the source of its data: its sandbox when it has one, the providers otherwise."""
    origin = read_origin(home)
    if origin is None:
        prepare_home(home)
        yield None
        return
    archive = Path(origin.archive) if origin.archive else None
    with sandbox_home(home, archive, origin.seed, None):
        yield read_origin(home)


@contextmanager
def sandbox_of(home: Path, origin: Origin, today: date | None) -> Iterator[RemoteSandbox]:
    """The sandbox of a home: the one that another command runs, or one that ends with the block.

    Its port is kept in the home, so that its address stays the same; taken by another program, it moves.
    """
    from macro_assets.sandbox import SandboxProcess

    require_same_source(home, origin)
    home.mkdir(parents=True, exist_ok=True)
    recorded = read_origin(home) or origin
    day_file = home.absolute() / DAY_FILE
    found = _running(recorded.port, day_file)
    if found is not None:
        _move(found, today)
        yield found
        return
    archive = Path(origin.archive) if origin.archive else None
    first = None if day_file.exists() else today or (date.fromisoformat(recorded.today) if recorded.today else None)
    port = next((one for one in (recorded.port, *PORTS) if one and _is_free(one)), 0)
    with SandboxProcess(archive, seed=origin.seed, today=first, port=port, day_file=day_file) as started:
        _move(started, today)
        record_origin(
            home, replace(origin, today=started.today.isoformat(), port=int(started.base_url.rsplit(":", 1)[1]))
        )
        yield started


def next_day(home: Path, to: date | None) -> tuple[date, list[dict[str, str]]]:
    """Move the day of a home's sandbox, by default to the next one.

    Returns
    -------
    The new day, and what was published since the one before: date and release.

    Raises
    ------
    InvalidInputError : no home, a home without sandbox, or a day that lies in the past or beyond the data.
    """
    require_home(home)
    origin = read_origin(home)
    if origin is None:
        raise InvalidInputError(
            f"Home {home} has no sandbox.", remedy="Its data come from the providers, where time passes by itself."
        )
    with sandbox_of(home, origin, None) as sandbox:
        before = sandbox.today
        today = move_sandbox(sandbox.base_url, to)
        published = sandbox.releases(before + timedelta(days=1), today) if today > before else []
        return today, [{"date": each["date"], "release": each["release_name"]} for each in published]


def _move(sandbox: RemoteSandbox, today: date | None) -> None:
    if today is not None and today != sandbox.today:
        move_sandbox(sandbox.base_url, today)


def _running(port: int | None, day_file: Path) -> RemoteSandbox | None:
    """The sandbox of a home, if one listens on its port; what else listens there is somebody else's."""
    from macro_assets.sandbox import RemoteSandbox

    if port is None or _is_free(port):
        return None
    sandbox = RemoteSandbox(f"http://{HOST}:{port}")
    with suppress(MacroAssetsError, ValueError, OSError, KeyError):
        if sandbox.day_file == str(day_file):
            return sandbox
    return None


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
