"""One run at a time asks a provider; where a declaration allows more, the instance knows it."""

from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest
import yaml

import macro_assets
from macro_assets.commands import home
from macro_assets.sources.providers import PROVIDERS

ROOT = Path(macro_assets.__file__).parent


@pytest.mark.parametrize("file", [ROOT / "dagster.yaml", ROOT.parent / "deploy" / "dagster.yaml"], ids=str)
def test_instances_run_one_at_a_time_unless_declared_otherwise(file: Path) -> None:
    assert yaml.safe_load(file.read_text())["concurrency"]["pools"]["default_limit"] == home.DEFAULT_POOL_SIZE


def test_a_declared_size_is_the_limit_in_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MACRO_HOME", "DAGSTER_HOME", "MLFLOW_DISABLE_TELEMETRY", "DAGSTER_DISABLE_TELEMETRY", "MPLBACKEND"):
        monkeypatch.setenv(name, "")  # restored afterwards: preparing a home sets them
    wider = replace(PROVIDERS[0], pool="own_api", pool_size=3)
    monkeypatch.setattr(home, "PROVIDERS", (wider, *PROVIDERS[1:]))
    home.prepare_home(tmp_path)
    with home.instance() as opened:
        assert isinstance(opened, dg.DagsterInstance)
        assert {limit.name: limit.limit for limit in opened.event_log_storage.get_pool_limits()} == {"own_api": 3}
