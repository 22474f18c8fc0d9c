"""The first load: history, derived tables, models, in this order, and nothing twice."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
from rich.progress import Progress

from macro_assets.commands import first_load
from macro_assets.commands.first_load import Stage
from macro_assets.errors import InvalidInputError
from macro_assets_tests.defs.house import World, house, world

ORDER = ["history_job", "world_bank_job", "own_data_job", "derived_job", "weekly_training_job"]


@pytest.fixture(autouse=True)
def _loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_load, "definitions", house)


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, date(2012, 6, 29)) as loaded:
        yield loaded


def jobs(loaded: World, through: Stage = Stage.MODELS) -> list[str]:
    return [work.job for work in first_load.pending(loaded.instance, through)]


def report(loaded: World, job: str, *, but: str = "") -> None:
    """The assets of a job, materialised in an earlier life."""
    for key in house().resolve_job_def(job).asset_layer.executable_asset_keys:
        if key.to_user_string() != but:
            loaded.instance.report_runless_asset_event(dg.AssetMaterialization(key))


def test_a_fresh_home_needs_everything_in_order_and_a_loaded_one_nothing(quiet: World) -> None:
    assert jobs(quiet) == ORDER
    assert jobs(quiet, Stage.DERIVED) == ORDER[:4]
    for job in ORDER[:4]:
        report(quiet, job)
    report(quiet, ORDER[4], but="models/recession_impacts")
    assert jobs(quiet) == ORDER[4:], "killed in the middle of training: training again"
    report(quiet, ORDER[4])
    assert jobs(quiet) == []


def test_what_follows_a_missing_step_is_done_again(quiet: World) -> None:
    for job in ORDER[1:]:
        report(quiet, job)
    assert jobs(quiet) == ORDER


def test_history_is_loaded_from_the_providers_and_not_twice(quiet: World) -> None:
    works = [work for work in first_load.works(Stage.HISTORY) if work.job == "history_job"]
    assert len(works) == 1
    report(quiet, "world_bank_job")
    with quiet.entered(), Progress(disable=True) as bar:
        (outcome,) = first_load.load(quiet.instance, bar, Stage.HISTORY)[:1]
        asked = len(quiet.sandbox.requests)
        assert "bronze/fred_history" in outcome.assets
        assert quiet.lake.read("bronze/fred_vintages").num_rows > 1000
        assert jobs(quiet, Stage.HISTORY) == []
        assert first_load.load(quiet.instance, bar, Stage.HISTORY) == []
        assert len(quiet.sandbox.requests) == asked


def test_a_stage_has_a_name() -> None:
    assert first_load.stage("derived") is Stage.DERIVED
    with pytest.raises(InvalidInputError, match=r"Unknown stage 'everything'\. Available: history, derived, models"):
        first_load.stage("everything")
