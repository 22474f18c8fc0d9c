"""One registry database a module: making one takes seconds."""

import datetime as dt
from pathlib import Path

import pytest

from macro_assets.registry import Provenance, Registry


@pytest.fixture(scope="session")
def registry(tmp_path_factory) -> Registry:
    home: Path = tmp_path_factory.mktemp("registry")
    return Registry(f"sqlite:///{home / 'mlflow.db'}", str(home / "artifacts"))


@pytest.fixture
def provenance() -> Provenance:
    return Provenance(dt.date(2015, 12, 31), "abc123")
