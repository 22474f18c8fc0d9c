"""A home: the folder that holds a lake, a registry and a Dagster instance, and remembers where its data come from.

Belongs here: making a home, its environment, the sandbox it was fed from. Does not belong here: what runs in it.
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

if TYPE_CHECKING:
    import dagster as dg

ORIGIN_FILE = "origin.json"
INSTANCE_FILE = Path(__file__).resolve().parents[2] / "dagster.yaml"


@dataclass(frozen=True)
class Origin:
    """Where a home's data come from: a recorded archive or a simulated economy, and its simulated today."""

    archive: str | None
    seed: int
    today: str | None


def read_origin(home: Path) -> Origin | None:
    path = home / ORIGIN_FILE
    return Origin(**json.loads(path.read_text())) if path.is_file() else None


def claim(home: Path, origin: Origin) -> None:
    """Make the home, or refuse one that holds facts of another world.

    Raises
    ------
    InvalidInputError : the home was made from another archive or seed; mixing the two would contradict itself.
    """
    before = read_origin(home)
    if before is not None and (before.archive, before.seed) != (origin.archive, origin.seed):
        raise InvalidInputError(
            f"{home} holds data of {before.archive or f'the simulated economy, seed {before.seed}'}.",
            remedy="Name another folder with --home, or remove this one.",
        )
    home.mkdir(parents=True, exist_ok=True)
    (home / ORIGIN_FILE).write_text(json.dumps(asdict(origin), indent=1))


def point_at(home: Path) -> None:
    """Read from a home; nothing is made in it."""
    os.environ["MACRO_HOME"] = str(home.absolute())


def enter(home: Path) -> None:
    """Point this process and its children at the home, with a Dagster instance in it."""
    home = home.absolute()
    instance = home / "dagster"
    instance.mkdir(parents=True, exist_ok=True)
    if INSTANCE_FILE.is_file():
        shutil.copyfile(INSTANCE_FILE, instance / "dagster.yaml")
    os.environ |= {
        "MACRO_HOME": str(home),
        "DAGSTER_HOME": str(instance),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DAGSTER_DISABLE_TELEMETRY": "true",
        "MPLBACKEND": "Agg",
    }


@contextmanager
def world(
    home: Path, archive: Path | None, seed: int, today: date | None
) -> Iterator[tuple[date, dict[str, Any] | None]]:
    """A sandbox for the home, the environment pointing at it; gives the simulated today and the truth, if there is one."""
    from macro_assets.sandbox import NO_LIMITS, SandboxProcess

    before = dict(os.environ)
    with SandboxProcess(archive=archive, seed=seed, today=today) as sandbox:
        claim(home, Origin(None if archive is None else str(archive.resolve()), seed, sandbox.today.isoformat()))
        enter(home)
        os.environ |= sandbox.urls | NO_LIMITS | {"MACRO_TODAY": sandbox.today.isoformat()}
        try:
            yield sandbox.today, None if archive else sandbox.truth()
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def instance() -> Iterator[dg.DagsterInstance]:
    """The Dagster instance of the home that was entered."""
    import dagster as dg

    with dg.DagsterInstance.get() as opened:
        yield opened


@contextmanager
def inhabited(home: Path) -> Iterator[None]:
    """Enter a home with the world it was made from: its sandbox when it has one, the providers otherwise."""
    origin = read_origin(home)
    if origin is None:
        enter(home)
        yield
        return
    archive = Path(origin.archive) if origin.archive else None
    today = date.fromisoformat(origin.today) if origin.today else None
    with world(home, archive, origin.seed, today):
        yield
