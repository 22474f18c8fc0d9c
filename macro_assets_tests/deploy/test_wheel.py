"""The wheel: an installed package has everything that a checkout has, and prepares a home with it."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from macro_assets_tests.conftest import REPOSITORY

BUILD = "import setuptools.build_meta as backend, sys; print(backend.build_wheel(sys.argv[1]))"
PREPARE = (
    "import sys, pathlib; from macro_assets.commands.home import prepare_home; prepare_home(pathlib.Path(sys.argv[1]))"
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the wheel, unpacked as an installation would."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(REPOSITORY / name, source)
    shutil.copytree(REPOSITORY / "macro_assets", source / "macro_assets", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([sys.executable, "-c", BUILD, str(built)], cwd=source, check=True, capture_output=True)
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        files.extractall(built / "site")
    return built / "site"


def test_the_wheel_carries_every_file_of_the_package(installed: Path) -> None:
    def files(root: Path) -> set[str]:
        found = (path.relative_to(root) for path in (root / "macro_assets").rglob("*") if path.is_file())
        return {path.as_posix() for path in found if "__pycache__" not in path.parts}

    assert files(installed) == files(REPOSITORY)


def test_an_installed_package_prepares_a_home_with_its_dagster_settings(installed: Path, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(installed)}
    subprocess.run([sys.executable, "-c", PREPARE, str(tmp_path)], cwd=tmp_path, env=environment, check=True)
    assert (tmp_path / "dagster" / "dagster.yaml").read_text() == (REPOSITORY / "macro_assets/dagster.yaml").read_text()
