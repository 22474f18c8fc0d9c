"""A home: the folder that holds a lake, a registry and a Dagster instance, and records where its data come from.

Belongs here: preparing a home, its environment, the sandbox its data came from. Does not belong here: runs in it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from macro_assets.errors import InvalidInputError
from macro_assets.sources.providers import PROVIDERS

if TYPE_CHECKING:
    import dagster as dg

ORIGIN_FILE = "origin.json"
DEFAULT_POOL_SIZE = 1  # pools.default_limit of dagster.yaml
INSTANCE_FILE = Path(__file__).resolve().parents[1] / "dagster.yaml"


@dataclass(frozen=True)
class Origin:
    """Where a home's data come from: a recorded archive or a simulated economy, and its simulated today."""

    archive: str | None
    seed: int
    today: str | None


def read_origin(home: Path) -> Origin | None:
    """Where the data of a home come from; None when no sandbox filled it."""
    path = home / ORIGIN_FILE
    return Origin(**json.loads(path.read_text())) if path.is_file() else None


def record_origin(home: Path, origin: Origin) -> None:
    """Record where the data of a home come from, or refuse a home that holds data of another source.

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
    home.mkdir(parents=True, exist_ok=True)
    (home / ORIGIN_FILE).write_text(json.dumps(asdict(origin), indent=1))


def use_home(home: Path) -> None:
    """Read from a home; nothing is written to it."""
    os.environ["MACRO_HOME"] = str(home.absolute())


def prepare_home(home: Path) -> None:
    """Create the Dagster instance of a home and point this process and its children at it."""
    home = home.absolute()
    instance = home / "dagster"
    instance.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(INSTANCE_FILE, instance / "dagster.yaml")
    os.environ |= {
        "MACRO_HOME": str(home),
        "DAGSTER_HOME": str(instance),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DAGSTER_DISABLE_TELEMETRY": "true",
        "MPLBACKEND": "Agg",
    }
    _set_pool_sizes()


def _set_pool_sizes() -> None:
    """Tell the instance the pools that allow more than one run; Dagster keeps limits in its storage, not in code."""
    sizes = {provider.pool: provider.pool_size for provider in PROVIDERS if provider.pool_size != DEFAULT_POOL_SIZE}
    if sizes:
        with instance() as opened:
            for pool, size in sizes.items():
                opened.event_log_storage.set_concurrency_slots(pool, size)


@contextmanager
def sandbox_home(
    home: Path, archive: Path | None, seed: int, today: date | None
) -> Iterator[tuple[date, dict[str, Any] | None]]:
    """Start a sandbox for a home and point the environment at it; yields its today, and its ground truth if simulated."""
    from macro_assets.sandbox import NO_LIMITS, SandboxProcess

    before = dict(os.environ)
    with SandboxProcess(archive=archive, seed=seed, today=today) as sandbox:
        record_origin(
            home, Origin(None if archive is None else str(archive.resolve()), seed, sandbox.today.isoformat())
        )
        prepare_home(home)
        os.environ |= sandbox.urls | NO_LIMITS | {"MACRO_TODAY": sandbox.today.isoformat()}
        try:
            yield sandbox.today, None if archive else sandbox.truth()
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def instance() -> Iterator[dg.DagsterInstance]:
    """The Dagster instance of the home in use."""
    import dagster as dg

    with dg.DagsterInstance.get() as opened:
        yield opened


@contextmanager
def open_home(home: Path) -> Iterator[None]:
    """Use a home with the source of its data: its sandbox when it has one, the providers otherwise."""
    origin = read_origin(home)
    if origin is None:
        prepare_home(home)
        yield
        return
    archive = Path(origin.archive) if origin.archive else None
    today = date.fromisoformat(origin.today) if origin.today else None
    with sandbox_home(home, archive, origin.seed, today):
        yield
