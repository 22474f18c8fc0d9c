"""A home: the folder that holds a lake, a registry and a Dagster instance, and records where its data come from.

Belongs here: preparing a home and its environment. Does not belong here: its sandbox (living.py), runs in it (runs.py).
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from macro_assets.errors import InvalidInputError
from macro_assets.settings import addressable
from macro_assets.sources.providers import PROVIDERS

if TYPE_CHECKING:
    import dagster as dg

ORIGIN_FILE = "origin.json"
DAY_FILE = "sandbox_day"  # kept by the sandbox: the day on which it goes on when it is started again
PAGES_LOCK, PAGES_FILE = ".ui.lock", ".ui"  # held, and written, by the `ui` that runs on a home
PARTS = (ORIGIN_FILE, "lake", "dagster", "mlflow.db")
DEFAULT_POOL_SIZE = 1  # pools.default_limit of dagster.yaml
INSTANCE_FILE = Path(__file__).resolve().parents[1] / "dagster.yaml"


@dataclass(frozen=True)
class Origin:
    """Where a home's data come from: a recorded archive or a simulated economy, its simulated today, its sandbox's port."""

    archive: str | None
    seed: int
    today: str | None
    port: int | None = None


def read_origin(home: Path) -> Origin | None:
    """Where the data of a home come from, and its simulated today; None when no sandbox filled it."""
    path, day = home / ORIGIN_FILE, home / DAY_FILE
    if not path.is_file():
        return None
    origin = Origin(**json.loads(path.read_text()))
    return replace(origin, today=day.read_text().split()[0]) if day.is_file() else origin


def require_same_source(home: Path, origin: Origin) -> None:
    """Refuse a home that holds data of another source.

    Raises
    ------
    InvalidInputError : the home was loaded from another archive or seed; their facts would contradict each other.
    """
    before = read_origin(home)
    if before is not None and (before.archive, before.seed) != (origin.archive, origin.seed):
        raise InvalidInputError(
            f"Home {home} holds data of {before.archive or f'the simulated economy, seed {before.seed}'}.",
            remedy="Choose another folder with --home, or delete this one.",
        )


def record_origin(home: Path, origin: Origin) -> None:
    """Record where the data of a home come from."""
    (home / ORIGIN_FILE).write_text(json.dumps(asdict(origin), indent=1))


def require_home(home: Path) -> None:
    """Refuse a folder that is not a home: a mistyped path would quietly become a new one.

    Raises
    ------
    InvalidInputError : nothing of a home is there.
    """
    if not any((home / part).exists() for part in PARTS):
        state = "holds no home" if home.is_dir() else "is a file" if home.exists() else "does not exist"
        raise InvalidInputError(
            f"Home {home} {state}.",
            remedy="Correct --home, or make one: `macro-assets demo --home ...`, or `macro-assets ui --new --home ...`.",
        )


@contextmanager
def only_pages(home: Path, address: str) -> Iterator[None]:
    """Be the only `ui` on a home: two would each evaluate every schedule and sensor on one database.

    The system gives the lock back when the process ends, however it ends.

    Parameters
    ----------
    address : of the page, for the one that is refused.

    Raises
    ------
    InvalidInputError : another one runs on it.
    """
    from filelock import FileLock, Timeout

    home.mkdir(parents=True, exist_ok=True)
    lock, page = FileLock(home / PAGES_LOCK, blocking=False), home / PAGES_FILE
    try:
        lock.acquire()
    except Timeout:
        where = page.read_text() if page.is_file() else "its page"
        raise InvalidInputError(
            f"`macro-assets ui` runs on home {home} already.", remedy=f"Open {where}, or end it there with Ctrl-C."
        ) from None
    try:
        page.write_text(address)
        yield
    finally:
        page.unlink(missing_ok=True)
        lock.release()


def use_home(home: Path) -> None:
    """Read from a home; nothing is written to it."""
    os.environ["MACRO_HOME"] = str(home.absolute())


def prepare_home(home: Path) -> None:
    """Create the Dagster instance of a home and point this process and its children at it.

    One process at a time: Dagster makes its SQLite files on first use without telling others to wait, and two that
    begin together leave a database with two versions, which no later command can open.
    """
    from filelock import FileLock

    home = home.absolute()
    folder = home / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "MACRO_HOME": str(home),
        "DAGSTER_HOME": str(addressable(home) / "dagster"),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DAGSTER_DISABLE_TELEMETRY": "true",
        "MPLBACKEND": "Agg",
    }
    with FileLock(home / ".dagster.lock"):
        shutil.copyfile(INSTANCE_FILE, folder / "dagster.yaml")
        with instance() as opened:
            _make_databases(opened)
            _set_pool_sizes(opened)


def _make_databases(opened: dg.DagsterInstance) -> None:
    """Make the tables of runs, events and schedules, each of which Dagster makes when it is first asked for."""
    opened.get_runs_count()
    opened.event_log_storage.get_pool_limits()
    opened.all_instigator_state()


def _set_pool_sizes(opened: dg.DagsterInstance) -> None:
    """Tell the instance the pools that allow more than one run; Dagster keeps limits in its storage, not in code."""
    for provider in PROVIDERS:
        if provider.pool_size != DEFAULT_POOL_SIZE:
            opened.event_log_storage.set_concurrency_slots(provider.pool, provider.pool_size)


@contextmanager
def instance() -> Iterator[dg.DagsterInstance]:
    """The Dagster instance of the home in use."""
    import dagster as dg

    with dg.DagsterInstance.get() as opened:
        yield opened
