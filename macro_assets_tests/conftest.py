"""Fixtures every room shares: the archive folder, a hypothesis profile, one thread per library."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MPLBACKEND", "Agg")

import pytest
from hypothesis import HealthCheck, settings

from macro_assets_tests.world.fixtures import models_world  # noqa: F401

settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    max_examples=30,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("suite")

REPOSITORY = Path(__file__).resolve().parent.parent


def find_archive() -> Path | None:
    """The folder of recorded data: `MACRO_TEST_ARCHIVE`, or `shared/archive` beside the checkout."""
    named = os.environ.get("MACRO_TEST_ARCHIVE")
    candidates = [Path(named)] if named else [REPOSITORY.parent / "shared" / "archive"]
    return next((path for path in candidates if (path / "fred" / "observations.parquet").is_file()), None)


@pytest.fixture(scope="session")
def archive_dir() -> Path:
    found = find_archive()
    if found is None:
        pytest.skip("no folder of recorded data: set MACRO_TEST_ARCHIVE to one")
    return found


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own environment never changes what a test sees."""
    for name in [key for key in os.environ if key.startswith("MACRO_") and key != "MACRO_TEST_ARCHIVE"]:
        monkeypatch.delenv(name)


def let_go(processes: Sequence[subprocess.Popen[str]]) -> None:
    """Processes that print `ready` and wait: all go on at once."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
