"""Worlds for the tests of the shell: small, quick, and never waiting."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from macro_assets.defs import failures
from macro_assets_tests.defs.house import DERIVED, World, world
from macro_assets_tests.sandbox.small_archive import LAST


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that runs would have waited before they tried again; nothing waits."""
    waited: list[float] = []
    monkeypatch.setattr(failures, "pause", waited.append)
    return waited


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything the archive holds, loaded and derived once; tests leave it as it is."""
    with world(tmp_path_factory.mktemp("full"), LAST) as loaded:
        assert loaded.run(job="history_job").success
        assert loaded.run("bronze/world_bank_indicators", days="2014-12-31").success
        assert loaded.run(*DERIVED).success
        yield loaded


@pytest.fixture
def small_world(tmp_path: Path) -> Iterator[World]:
    """A sandbox in the summer of 2012, just after a split, and an empty lake."""
    with world(tmp_path, date(2012, 6, 29)) as loaded:
        yield loaded
