"""When the clock alone starts a run, and which partition it gets, across the changes of daylight saving."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from macro_assets_tests.defs.automation.mornings import DAILY, days_of, lasting, tick
from macro_assets_tests.defs.house import World, house, names

NEW_YORK = ZoneInfo("America/New_York")
PAYEMS = {
    "bronze__fred_vintages": {"config": {"series": ["PAYEMS"]}},
    "bronze__yahoo_bars": {"config": {"symbols": ["SPY"]}},
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A lake that knows one day of one series."""
    with lasting(tmp_path_factory.mktemp("clock"), date(2014, 12, 30)) as world:
        assert world.run("bronze/fred_vintages", days=("2013-12-01", "2013-12-30"), config=PAYEMS, checks=False).success
        yield world


@pytest.mark.parametrize(
    ("morning", "utc_hour", "partition"),
    [
        (datetime(2014, 3, 9, 7, 30, tzinfo=NEW_YORK), 11, "2014-03-08"),
        (datetime(2014, 11, 2, 7, 30, tzinfo=NEW_YORK), 12, "2014-11-01"),
        (datetime(2014, 7, 1, 7, 30, tzinfo=NEW_YORK), 11, "2014-06-30"),
        (datetime(2014, 1, 1, 7, 30, tzinfo=NEW_YORK), 12, "2013-12-31"),
    ],
    ids=["clocks forward", "clocks back", "summer", "new year"],
)
def test_half_past_seven_in_new_york_completes_yesterday(
    built: World, morning: datetime, utc_hour: int, partition: str
) -> None:
    schedule = house().resolve_schedule_def(DAILY)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 7,8,10,13,17,22 * * *", "America/New_York")
    ticks = schedule_execution_time_iterator(
        morning.timestamp() - 3600, schedule.cron_schedule, schedule.execution_timezone
    )
    fired = next(ticks)
    assert fired.timestamp() == morning.timestamp()
    assert fired.astimezone(ZoneInfo("UTC")).hour == utc_hour
    requests, reason = tick(built, DAILY, morning.date())
    assert [days_of(request) for request in requests] == [("2013-12-31", partition)], reason


def test_a_day_outside_the_partitions_is_skipped_with_its_reason(built: World) -> None:
    requests, reason = tick(built, DAILY, date(1975, 5, 2))
    assert not requests
    assert "1975-05-01 is not a vintage day here" in reason


def test_a_run_shows_at_most_a_year_of_days_however_long_the_lake_slept(built: World) -> None:
    (request,) = tick(built, DAILY, date(2014, 12, 30))[0]
    first, last = (date.fromisoformat(day) for day in days_of(request))
    assert (last - first).days == 363
    built.changes["MACRO_TODAY"] = "2016-01-05"
    (request,) = tick(built, DAILY, date(2016, 1, 5))[0]
    first, last = (date.fromisoformat(day) for day in days_of(request))
    del built.changes["MACRO_TODAY"]
    assert ((last - first).days, last) == (365, date(2016, 1, 4)), "older days are asked for, but are no partitions"


def test_the_daily_job_loads_fred_and_yahoo_and_rebuilds_silver() -> None:
    job = house().resolve_job_def("daily_refresh_job")
    assert names(job.asset_layer.executable_asset_keys) == {
        "bronze/fred_vintages", "bronze/yahoo_bars", "bronze/series_facts", "silver/observations", "silver/prices",
        "bronze/quarantine", "bronze/quarantine_decisions", "bronze/release_days",
    }  # fmt: skip
    assert job.asset_layer.get(dg.AssetKey(["bronze", "yahoo_bars"])).backfill_policy == dg.BackfillPolicy.multi_run(
        366
    )


def test_the_world_bank_has_its_own_job_so_that_its_outages_stop_nothing_else() -> None:
    schedule = house().resolve_schedule_def("world_bank_schedule")
    assert (schedule.cron_schedule, schedule.job_name) == ("0 8,9,11,14,18,23 * * *", "world_bank_job")
    keys = names(house().resolve_job_def("world_bank_job").asset_layer.executable_asset_keys)
    assert keys == {"bronze/world_bank_indicators"}


def test_models_are_refitted_once_a_week() -> None:
    schedule = house().resolve_schedule_def("weekly_training_schedule")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * 0", "America/New_York")
    assert schedule.job_name == "weekly_training_job"
    groups = {key.path[0] for key in house().resolve_job_def("weekly_training_job").asset_layer.executable_asset_keys}
    assert "models" in groups
    assert not groups & {"bronze", "silver", "gold"}


def test_nothing_starts_by_itself_unless_it_is_switched_on() -> None:
    schedules, sensors = house().get_repository_def().schedule_defs, house().get_repository_def().sensor_defs
    assert len(schedules) >= 4
    assert {schedule.default_status for schedule in schedules} == {dg.DefaultScheduleStatus.STOPPED}
    assert {sensor.default_status for sensor in sensors} == {dg.DefaultSensorStatus.STOPPED}


def test_the_weekly_job_completes_the_walk_forward_then_models_gate_and_stage_two() -> None:
    job = house().resolve_job_def("weekly_training_job")
    order = [node.name for node in job.nodes_in_topological_order]
    graph = house().resolve_asset_graph()

    def upstream(name: str) -> set[str]:
        found: set[dg.AssetKey] = set()
        open_keys = [dg.AssetKey(name.split("/"))]
        while open_keys:
            parents = graph.get(open_keys.pop()).parent_keys - found
            found |= parents
            open_keys += list(parents)
        return names(found)

    assert order.index("evaluation__missing_origins") < order.index("registry__champions")
    assert {"evaluation/missing_origins", "models/recession_classifier"} <= upstream("registry/champions")
    assert "registry/champions" in upstream("models/recession_impacts"), "stage 2 stands on the champion of this week"


def test_the_weekly_job_waits_for_history_and_says_so(tmp_path: Path) -> None:
    sunday = datetime(2014, 7, 6, 6, 0, tzinfo=NEW_YORK)
    schedule = house().resolve_schedule_def("weekly_training_schedule")
    reads = ("bronze/policy_surprises", "bronze/release_days", "features/causal_features", "features/recession_features",
             "features/recession_features_monthly",
             "features/recession_features_monthly_revised", "features/recession_features_revised", "gold/asset_returns",
             "gold/monthly_cube", "silver/observations", "silver/prices", "targets/recession_targets",
             "treatments/macro_shocks")  # fmt: skip
    repository = house().get_repository_def()
    with (
        dg.DagsterInstance.local_temp(str(tmp_path)) as instance,
        dg.build_schedule_context(instance, sunday, repository_def=repository) as context,
    ):
        reason = schedule.evaluate_tick(context).skip_message or ""
        assert reason.startswith("Waiting for history: bronze/policy_surprises, ")
        assert "Start history_job, then derived_job" in reason
        for name in reads[:-1]:
            instance.report_runless_asset_event(dg.AssetMaterialization(name.split("/")))
        reason = schedule.evaluate_tick(context).skip_message or ""
        assert reason.startswith("Waiting for history: treatments/macro_shocks not")
        instance.report_runless_asset_event(dg.AssetMaterialization(reads[-1].split("/")))
        assert len(schedule.evaluate_tick(context).run_requests or ()) == 1


def test_published_shock_files_are_loaded_every_week() -> None:
    schedule = house().resolve_schedule_def("policy_surprises_schedule")
    assert (schedule.cron_schedule, schedule.job_name) == ("0 8 * * 6", "policy_surprises_job")
    keys = names(house().resolve_job_def("policy_surprises_job").asset_layer.executable_asset_keys)
    assert keys == {"bronze/policy_surprises"}
