"""Upkeep merges small files, deletes what no recent version needs, and changes no row."""

from datetime import date
from pathlib import Path

from macro_assets.tables.buckets import BRONZE_BUCKETS, bucket_of
from macro_assets_tests.defs.house import house, metadata, world

FRED, UPKEEP = "bronze/fred_vintages", "maintenance/lake_upkeep"


def test_small_files_are_merged_and_rows_stay(tmp_path: Path) -> None:
    with world(tmp_path, date(2012, 6, 29)) as loaded:
        for day in ("2012-06-05", "2012-06-06", "2012-06-07"):
            assert loaded.run(FRED, days=day, checks=False).success
        before = loaded.lake.read(FRED)
        result = loaded.run(UPKEEP, config={"maintenance__lake_upkeep": {"config": {"retention_hours": 0.0}}})
        outcome = metadata(result, UPKEEP)
        assert outcome["tables"] == 2, "the facts, and the record of answers"
        held = loaded.lake.read(FRED, columns=["series_id"])["series_id"].unique().to_pylist()
        buckets = {bucket_of(name, BRONZE_BUCKETS) for name in held}
        assert outcome["files_before"] > outcome["files_after"] == len(buckets) + 1
        assert outcome["deleted"] >= outcome["files_before"] - outcome["files_after"]
        assert FRED in outcome["per_table"]
        assert loaded.lake.read(FRED).equals(before)


def test_an_empty_lake_needs_no_upkeep(tmp_path: Path) -> None:
    with world(tmp_path, date(2012, 6, 29)) as loaded:
        assert metadata(loaded.run(UPKEEP), UPKEEP)["tables"] == 0


def test_it_runs_every_week() -> None:
    schedule = house().resolve_schedule_def("lake_upkeep_schedule")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 4 * * 0", "America/New_York")
    assert schedule.job_name == "lake_upkeep_job"
    selected = house().resolve_job_def("lake_upkeep_job").asset_layer.executable_asset_keys
    assert {key.to_user_string() for key in selected} == {UPKEEP}
