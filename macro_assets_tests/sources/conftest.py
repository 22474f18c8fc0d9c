"""A sandbox, settings that point at it, and a clock that never sleeps."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from macro_assets.sandbox import Archive, SandboxServer
from macro_assets.settings import Settings
from macro_assets.sources.wire.retry import Clock
from macro_assets_tests.sandbox.small_archive import LAST, small_archive

KEY = "5ecre7000000000000000000000000ab"
SettingsFor = Callable[..., Settings]


class FakeTime:
    """Time that passes only by being slept through."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, self.sleep)


@pytest.fixture(scope="session")
def archive() -> Archive:
    return small_archive()


@pytest.fixture(scope="session")
def _whole_archive(archive: Archive) -> Iterator[SandboxServer]:
    with SandboxServer(archive, today=LAST) as running:
        yield running


@pytest.fixture
def sandbox(_whole_archive: SandboxServer) -> Iterator[SandboxServer]:
    """All of the small archive is known; shared, so a test neither moves the day nor revises."""
    yield _whole_archive
    _whole_archive.faults.clear()


@pytest.fixture
def moving_sandbox(archive: Archive) -> Iterator[SandboxServer]:
    """A sandbox of its own for tests that let time pass or publish something."""
    with SandboxServer(archive, today=dt.date(2009, 7, 27)) as running:
        yield running


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


def plain_settings(**values: Any) -> Settings:
    """Settings of these values alone: no `.env` of the folder the tests run in."""
    return Settings(**{"_env_file": None, **values})


def settings_for(sandbox: SandboxServer, **changes: Any) -> Settings:
    """Settings of a user of the sandbox on the sandbox's day."""
    urls = {name.removeprefix("MACRO_").lower(): value for name, value in sandbox.urls.items()}
    defaults: dict[str, Any] = {
        "fred_api_key": KEY, "today": sandbox.today, "http_retries": 2, "http_timeout_seconds": 10.0,
        "fred_requests_per_minute": 60_000, "world_bank_requests_per_minute": 60_000,
    }  # fmt: skip
    return plain_settings(**(urls | defaults | changes))


@pytest.fixture
def settings(sandbox: SandboxServer) -> Settings:
    return settings_for(sandbox)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
