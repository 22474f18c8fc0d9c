"""One small archive for the room, and a sandbox per test that may move and break it."""

from collections.abc import Iterator
from datetime import date

import pytest

from macro_assets.sandbox import Archive, SandboxServer
from macro_assets_tests.sandbox.small_archive import small_archive


@pytest.fixture(scope="session")
def archive() -> Archive:
    return small_archive()


@pytest.fixture
def sandbox(archive: Archive) -> Iterator[SandboxServer]:
    with SandboxServer(archive, today=date(2012, 3, 15)) as running:
        yield running
