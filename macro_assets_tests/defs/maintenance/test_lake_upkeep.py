"""Upkeep merges small files, deletes what no recent version needs, and changes no row."""

from datetime import date
from pathlib import Path

from macro_assets_tests.defs.house import house, metadata, world

FRED, UPKEEP = "bronze/fred_vintages", "maintenance/lake_upkeep"


def test_small_files_are_merged_and_rows_stay(tmp_path: Path) -> None:
    with world(tmp_path, date(2012, 6, 29)) as made:
        for day in ("2012-06-05", "2012-06-06", "2012-06-07"):
            assert made.run(FRED, days=day, checks=False).success
        before = made.lake.read(FRED)
        result = made.run(UPKEEP, config={"maintenance__lake_upkeep": {"config": {"retention_hours": 0.0}}})
        told = metadata(result, UPKEEP)
        assert told["tables"] == 1
        assert (told["files_before"], told["files_after"]) == (3, 1)
        assert told["deleted"] >= 3
        assert FRED in told["per_table"]
        assert made.lake.read(FRED).equals(before)


def test_an_empty_lake_needs_no_upkeep(tmp_path: Path) -> None:
    with world(tmp_path, date(2012, 6, 29)) as made:
        assert metadata(made.run(UPKEEP), UPKEEP)["tables"] == 0


def test_it_runs_every_week() -> None:
    schedule = house().resolve_schedule_def("lake_upkeep_schedule")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 4 * * 0", "America/New_York")
    assert schedule.job_name == "lake_upkeep_job"
    selected = house().resolve_job_def("lake_upkeep_job").asset_layer.executable_asset_keys
    assert {key.to_user_string() for key in selected} == {UPKEEP}
