"""A home that lives: its sandbox goes on where it stopped, a release flows to the features, and a kill leaves no process."""

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest
from rich.progress import Progress
from typer.testing import CliRunner

from macro_assets.cli import app
from macro_assets.commands.home import DAY_FILE, instance, prepare_home, read_origin
from macro_assets.commands.living import open_home, sandbox_home
from macro_assets.commands.runs import Work, run
from macro_assets.errors import InvalidInputError
from macro_assets.lake import Lake
from macro_assets.settings import get_settings
from macro_assets_tests.commands.printed import lines_until, marked
from macro_assets_tests.conftest import REPOSITORY
from macro_assets_tests.defs.house import CHOSEN, archive
from macro_assets_tests.deploy.postgres import free_port

THURSDAY, FRIDAY = dt.date(2012, 7, 5), dt.date(2012, 7, 6)  # on Friday the jobs of June are published
TWO_MINUTES = 120.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return archive().write(tmp_path / "archive")


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    """Homes set variables, which end with the test."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def until(true: Callable[[], object], seconds: float) -> float:
    """Seconds until something holds; fails when it takes longer."""
    began, pause = time.monotonic(), Event()
    while not true():
        assert time.monotonic() - began < seconds, "it took too long"
        pause.wait(0.25)
    return time.monotonic() - began


@contextmanager
def started(command: list[str], mark: str) -> Iterator[subprocess.Popen[str]]:
    """A command whose processes carry a mark in their environment; killed at the end, however the test ends."""
    environment = os.environ | {"LIVING_TEST_MARK": mark}
    process = subprocess.Popen(command, env=environment, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_home_goes_on_where_its_sandbox_stopped(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "home"
    with sandbox_home(home, folder, 7, THURSDAY) as (today, truth):
        assert (today, truth, get_settings().current_day()) == (THURSDAY, None, THURSDAY)
        address = get_settings().sandbox_url
        result = CliRunner().invoke(app, ["next-day", "--home", str(home)])
        assert result.exit_code == 0, result.output
        assert "It is 2012-07-06." in result.output
        assert "Employment Situation" in result.output
        assert get_settings().current_day() == FRIDAY, "the command moved the sandbox that runs"
    with open_home(home):
        assert get_settings().current_day() == FRIDAY
        assert get_settings().sandbox_url == address, "the port is kept in the home"
    origin = read_origin(home)
    assert origin is not None
    assert origin.today == "2012-07-06"
    refused = CliRunner().invoke(app, ["next-day", "--home", str(home), "--to", "2012-07-01"])
    assert refused.exit_code == 1
    assert "cannot go back" in refused.output
    assert (home / DAY_FILE).read_text().strip() == "2012-07-06"
    with pytest.raises(InvalidInputError, match="holds data of"), sandbox_home(home, None, 7, None):
        pass


def test_the_doctor_asks_no_key_of_a_home_with_a_sandbox(tmp_path: Path, folder: Path) -> None:
    with sandbox_home(tmp_path / "home", folder, 7, THURSDAY):
        pass
    report = CliRunner().invoke(app, ["doctor", "--json", "--home", str(tmp_path / "home")])
    found = {row["subject"]: row for row in json.loads(report.stdout)}
    assert found["sandbox"]["ok"] is True
    assert "today is 2012-07-05" in found["sandbox"]["found"]
    assert not {"FRED", "FRED key", "DAGSTER_HOME"} & set(found), "nothing that it does not need"
    shutil.rmtree(folder)
    report = CliRunner().invoke(app, ["doctor", "--json", "--home", str(tmp_path / "home")])
    assert {row["subject"]: row["ok"] for row in json.loads(report.stdout)}["sandbox"] is False


def test_two_homes_never_share_a_sandbox(tmp_path: Path, folder: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    with sandbox_home(one, folder, 7, THURSDAY):
        first = get_settings().sandbox_url
        (two).mkdir()
        (two / "origin.json").write_bytes((one / "origin.json").read_bytes())
        with open_home(two):
            assert get_settings().sandbox_url != first, "a copy of a home has the port of the original"
            assert get_settings().current_day() == THURSDAY


def test_a_home_without_sandbox_has_no_day_to_move(tmp_path: Path) -> None:
    prepare_home(tmp_path / "home")
    result = CliRunner().invoke(app, ["next-day", "--home", str(tmp_path / "home")])
    assert result.exit_code == 1
    assert "has no sandbox" in result.output


def _loaded(home: Path, folder: Path) -> None:
    """A home with the whole past up to Thursday in bronze; nothing derived from it."""
    ops = {name: {"config": given["config"] | {"through": str(THURSDAY)}} for name, given in CHOSEN.items()
           if name.endswith("_history")}  # fmt: skip
    pasts = ("bronze/fred_history", "bronze/yahoo_history")
    with sandbox_home(home, folder, 7, THURSDAY), instance() as opened:
        run(Work("history_job", "past", None, {"ops": ops}, pasts), opened, Progress(disable=True))


def _features_know_friday(home: Path) -> bool:
    lake = Lake(home / "lake")
    if "features/causal_features" not in {table.name for table in lake.tables()}:
        return False
    known = lake.read("silver/observations").to_pylist()
    return any(row["series_id"] == "PAYEMS" and row["realtime_start"] == FRIDAY for row in known)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc to find processes")
def test_a_release_flows_to_the_features_within_two_minutes_and_a_kill_leaves_no_process(
    tmp_path: Path, folder: Path
) -> None:
    """The real web server, daemon and code server: a person moves the day, and does nothing else."""
    home, mark = tmp_path / "home", uuid4().hex
    _loaded(home, folder)
    command = [sys.executable, "-m", "macro_assets.cli", "ui", "--home", str(home)]
    command += ["--dagster-port", str(free_port()), "--mlflow-port", str(free_port())]
    with started(command, mark) as process:
        text = "".join(lines_until(process, "Stop with"))
        assert f"today is {THURSDAY}" in text
        result = CliRunner().invoke(app, ["next-day", "--home", str(home)])
        assert result.exit_code == 0, result.output
        began, crowd = time.monotonic(), [1.0]

        def arrived() -> bool:
            crowd.append(os.getloadavg()[0] / (os.cpu_count() or 1))  # others at work on this machine
            return _features_know_friday(home)

        until(arrived, 5 * TWO_MINUTES)
        assert time.monotonic() - began < TWO_MINUTES * max(crowd)
        assert len(marked(mark)) > 4
        process.send_signal(signal.SIGKILL)
        until(lambda: not marked(mark), 60.0)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc to find processes")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_demo_leaves_no_process(tmp_path: Path, folder: Path, number: signal.Signals) -> None:
    mark = uuid4().hex
    command = [
        sys.executable,
        "-m",
        "macro_assets.cli",
        "demo",
        "--home",
        str(tmp_path / "home"),
        "--archive",
        str(folder),
    ]
    with started(command, mark) as process:
        until(lambda: sum("spawn_main" in each for each in marked(mark)) >= 2, 120.0)
        process.send_signal(number)
        until(lambda: not marked(mark), 60.0)
        assert process.wait(10) != 0, "it was killed, not done"
    assert marked(mark) == []
