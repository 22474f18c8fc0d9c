"""A small home, loaded once, and the command line called as a person calls it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from macro_assets.cli import app
from macro_assets_tests.defs.house import World, world
from macro_assets_tests.sandbox.small_archive import LAST

Call = Callable[..., Result]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything the small archive holds, in silver; tests add nothing that is not there already."""
    with world(tmp_path_factory.mktemp("small") / "home", LAST) as loaded:
        assert loaded.run(job="history_job").success
        assert loaded.run("silver/observations").success
        yield loaded


@pytest.fixture
def call(small: World) -> Iterator[Call]:
    """Call a command with the providers of the small world; commands may set variables, which end with the test."""

    def call(*arguments: str, home: Path | None = None) -> Result:
        at_home = [] if home is None else ["--home", str(home)]
        return CliRunner().invoke(app, [*arguments, *at_home])

    before = dict(os.environ)
    os.environ.update(small.environment)
    try:
        yield call
    finally:
        os.environ.clear()
        os.environ.update(before)
