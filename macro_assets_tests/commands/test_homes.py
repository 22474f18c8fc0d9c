"""A home bears any path, can be moved and copied, and its first use by several processes leaves it whole."""

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import dagster as dg
import numpy as np
import pytest
from filelock import FileLock, Timeout
from sklearn.linear_model import LogisticRegression

from macro_assets.commands import home
from macro_assets.registry import Provenance, Registry
from macro_assets.registry.relocation import relocate
from macro_assets.settings import get_settings
from macro_assets_tests.conftest import REPOSITORY, let_go

X = np.arange(20.0).reshape(-1, 1)
PROVENANCE = Provenance(dt.date(2015, 12, 31), "abc123")
MODEL = LogisticRegression().fit(X, X[:, 0] > 9)
SET_BY_HOMES = ("MACRO_HOME", "DAGSTER_HOME", "MLFLOW_DISABLE_TELEMETRY", "DAGSTER_DISABLE_TELEMETRY", "MPLBACKEND")
FIRST_USE = """
import sys, pathlib, dagster
from macro_assets.commands.home import prepare_home
print("ready", flush=True)
sys.stdin.readline()
prepare_home(pathlib.Path(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Homes set variables, which end with the test; links of odd paths lie in its folder."""
    for name in SET_BY_HOMES:
        monkeypatch.setenv(name, "")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def _register(folder: Path) -> None:
    home.prepare_home(folder)
    Registry.from_settings(get_settings()).log_model(
        "probe", MODEL, "sklearn", PROVENANCE, input_example=X[:2], output_example=MODEL.predict(X[:2]),
        pip_requirements=["scikit-learn"],
    )  # fmt: skip


def _agrees(folder: Path) -> bool:
    """Whether the model of a home answers as the one that was registered."""
    home.prepare_home(folder)
    loaded = Registry.from_settings(get_settings()).load("probe", "challenger")
    return bool((loaded.model.predict(X) == MODEL.predict(X)).all())


def _addresses(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "mlflow.db")) as connection:
        rows = connection.execute("SELECT artifact_location FROM experiments UNION SELECT artifact_uri FROM runs "
                                  "UNION SELECT artifact_location FROM logged_models").fetchall()  # fmt: skip
    return " ".join(str(row[0]) for row in rows)


def test_a_home_of_any_path_moves_and_is_copied(tmp_path: Path) -> None:
    """The path holds every character that addresses give a meaning to."""
    first, copy, moved = tmp_path / "ein Übel?x=1 #2 %20", tmp_path / "copy", tmp_path / "moved_%41?"
    _register(first)
    with home.instance() as opened:
        assert opened.get_runs_count() == 0
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("macro_assets_")) == [first.name]
    assert {"mlflow.db", "mlflow_artifacts", "dagster"} <= {path.name for path in first.iterdir()}
    assert (first / "dagster" / "schedules").is_dir()
    assert _agrees(first)

    shutil.copytree(first, copy)
    assert _agrees(copy)
    assert str(copy) in _addresses(copy)
    shutil.rmtree(copy / "mlflow_artifacts" / "models")
    assert _agrees(first), "a copy that is damaged leaves the first home whole"

    first.rename(moved)
    assert _agrees(moved)
    _register(moved)
    assert not first.exists(), "nothing is written to the former place"


def test_a_new_folder_of_artifacts_leaves_those_of_the_old_one_where_they_are(tmp_path: Path) -> None:
    _register(tmp_path / "one")
    before = _addresses(tmp_path / "one")
    (tmp_path / "elsewhere" / "mlflow_artifacts").mkdir(parents=True)
    assert relocate(tmp_path / "one" / "mlflow.db", tmp_path / "elsewhere" / "mlflow_artifacts") == 0
    assert _addresses(tmp_path / "one") == before


@pytest.mark.parametrize("character", "?#%")
def test_no_character_of_a_path_puts_a_database_elsewhere(tmp_path: Path, character: str) -> None:
    folder = tmp_path / f"a{character}41b"
    try:
        home.prepare_home(folder)
        with home.instance() as opened:
            found: object = opened.get_runs_count()
    except Exception as error:  # noqa: BLE001 - whatever a database says of a path it misread
        found = error
    assert found == 0
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("macro_assets_")] == [folder.name]


def test_first_use_by_several_processes_leaves_one_version_in_every_database(tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    command = [sys.executable, "-c", FIRST_USE, str(folder)]
    started = [
        subprocess.Popen(
            command, cwd=REPOSITORY, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    let_go(started)
    for process in started:
        _, complaint = process.communicate(timeout=120)
        assert process.returncode == 0, complaint
    databases = sorted((folder / "dagster").rglob("*.db"))
    assert len(databases) >= 3
    for database in databases:
        with closing(sqlite3.connect(database)) as connection:
            assert len(connection.execute("SELECT version_num FROM alembic_version").fetchall()) == 1, database
    os.environ["DAGSTER_HOME"] = str(folder / "dagster")
    with dg.DagsterInstance.get() as opened:
        assert opened.get_runs_count() == 0


def test_databases_are_made_by_one_process_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = []

    def meanwhile(opened: dg.DagsterInstance) -> None:
        try:
            FileLock(tmp_path / ".dagster.lock").acquire(timeout=0)
        except Timeout:
            refused.append("waits")

    monkeypatch.setattr(home, "_make_databases", meanwhile)
    home.prepare_home(tmp_path)
    assert refused == ["waits"]
