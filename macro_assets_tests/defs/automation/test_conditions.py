"""When what is derived rebuilds itself, tick by tick on real instances: bronze moves, silver and below follow once."""

import dataclasses
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData
from dagster._core.definitions.asset_daemon_cursor import AssetDaemonCursor

from macro_assets.defs.automation.jobs import DERIVED
from macro_assets.lake import Lake, LoadReport
from macro_assets_tests.defs.house import World, checks, house, names, world

FRED, PAST, SILVER = "bronze/fred_vintages", "bronze/fred_history", "silver/observations"
BANK = "bronze/world_bank_indicators"
BELOW = ("gold/monthly_cube", "gold/quarterly_cube", "gold/asset_returns", "features/causal_features",
         "treatments/macro_shocks", "targets/recession_targets")  # fmt: skip
ONE = {"bronze__fred_vintages": {"config": {"series": ["PAYEMS"]}},
       "bronze__fred_history": {"config": {"series": ["PAYEMS", "UNRATE"]}}}  # fmt: skip


class Ticks:
    """The automation sensor's evaluations, one after the other."""

    def __init__(self, loaded: World) -> None:
        self.made = loaded
        self.cursor: AssetDaemonCursor | None = None

    def next(self) -> set[str]:
        """The assets that the next tick asks for."""
        result = dg.evaluate_automation_conditions(
            defs=house(), instance=self.made.instance, asset_selection=DERIVED, cursor=self.cursor
        )
        self.cursor = result.cursor
        wanted = house().resolve_asset_graph().get_all_asset_keys()
        return names({key for key in wanted if result.get_num_requested(key)})


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, date(2012, 6, 29)) as loaded:
        yield loaded


def load(loaded: World, asset: str, day: str | None = None, *, checked: bool = True) -> dg.ExecuteInProcessResult:
    return loaded.run(asset, days=day, config=ONE, checks=checked)


def load_losing_a_row(loaded: World) -> dg.ExecuteInProcessResult:
    """A load after which the lake tells of one row less than it was given."""
    load_of_lake = Lake.load

    def losing(self: Lake, name: str, table: pa.Table, **more: Any) -> LoadReport:
        report = load_of_lake(self, name, table, **more)
        return dataclasses.replace(report, new=report.new - 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lake, "load", losing)
        return load(loaded, FRED, "2012-06-06")


def test_an_old_day_is_backfilled_and_what_follows_is_asked_for_once(quiet: World) -> None:
    ticks = Ticks(quiet)
    assert ticks.next() == set(), "nothing was ever loaded"
    assert load(quiet, FRED, "2010-03-05").success
    assert ticks.next() == {SILVER}, "cubes wait for prices, targets too"
    assert ticks.next() == set()
    assert load(quiet, SILVER).success
    assert ticks.next() == set()
    assert load(quiet, FRED, "2009-09-04").success
    assert ticks.next() == {SILVER}
    assert ticks.next() == set()


def test_everything_below_is_asked_for_in_one_tick_when_all_is_there(quiet: World) -> None:
    report = quiet.instance.report_runless_asset_event
    for name in ("silver/prices", "bronze/policy_surprises", "bronze/yahoo_history"):
        report(dg.AssetMaterialization(name.split("/")))
        report_checks(quiet, name)
    ticks = Ticks(quiet)
    ticks.next()
    assert load(quiet, PAST).success
    assert ticks.next() >= {SILVER, *BELOW}
    assert ticks.next() == set()


def report_checks(loaded: World, name: str) -> None:
    """All blocking checks of an asset passed in an earlier life."""
    graph = house().resolve_asset_graph()
    for key in graph.get(dg.AssetKey(name.split("/"))).check_keys:
        loaded.instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(asset_key=key.asset_key, check_name=key.name, passed=True, metadata={})
        )


def test_the_past_alone_is_enough_to_be_trusted(quiet: World) -> None:
    ticks = Ticks(quiet)
    ticks.next()
    assert load(quiet, PAST).success
    assert ticks.next() == {SILVER}, "no daily partition exists, so none must have passed a check"


def test_a_failing_blocking_check_asks_for_nothing_until_it_passes(quiet: World) -> None:
    ticks = Ticks(quiet)
    ticks.next()
    assert not checks(load_losing_a_row(quiet))[FRED, "rows_accounted"]
    assert ticks.next() == set()
    assert ticks.next() == set()


def test_materialised_without_its_checks_waits_for_them(quiet: World) -> None:
    ticks = Ticks(quiet)
    ticks.next()
    assert load(quiet, FRED, "2012-06-06", checked=False).success
    assert ticks.next() == set(), "nobody looked whether the rows are plausible"
    assert ticks.next() == set()
    assert load(quiet, FRED, "2012-06-06").success
    assert ticks.next() == {SILVER}


def test_a_history_run_that_fails_stops_nothing_below(quiet: World) -> None:
    ticks = Ticks(quiet)
    ticks.next()
    quiet.sandbox.faults.inject("500", path="*/series/observations", times=None)
    assert not load(quiet, PAST).success
    quiet.sandbox.faults.clear()
    assert load(quiet, FRED, "2010-03-05").success
    assert ticks.next() == {SILVER}, "nothing came of the failed run, so nothing of it must have passed a check"
    assert load(quiet, SILVER).success
    assert ticks.next() == set()
    quiet.sandbox.faults.inject("500", path="*/series/observations", times=None)
    assert not load(quiet, FRED, "2012-06-28").success
    quiet.sandbox.faults.clear()
    assert load(quiet, PAST).success
    assert ticks.next() == {SILVER}, "a daily load that fails stops nothing either"


def test_automation_that_starts_after_a_failed_history_run_is_not_stopped_by_it(quiet: World) -> None:
    assert load(quiet, PAST).success
    quiet.sandbox.faults.inject("500", path="*/series/observations", times=None)
    assert not load(quiet, PAST).success
    quiet.sandbox.faults.clear()
    ticks = Ticks(quiet)
    ticks.next()
    assert load(quiet, FRED, "2012-06-29").success
    assert ticks.next() == {SILVER}


def test_a_check_that_failed_still_stands_after_a_run_that_loaded_nothing(quiet: World) -> None:
    ticks = Ticks(quiet)
    ticks.next()
    assert not checks(load_losing_a_row(quiet))[FRED, "rows_accounted"]
    quiet.sandbox.faults.inject("500", path="*/series/observations", times=None)
    assert not load(quiet, FRED, "2012-06-28").success
    assert ticks.next() == set()
    assert ticks.next() == set(), "the row is still lost"
    anew = Ticks(quiet)
    anew.next()
    assert quiet.run(BANK, days="2012-06-28").success
    assert anew.next() == set(), "nor does a sensor that begins now forget it"


def test_a_check_that_fails_when_it_is_run_alone_stops_what_follows(quiet: World) -> None:
    ticks = Ticks(quiet)
    ticks.next()
    assert load(quiet, FRED, "2012-06-06").success
    assert ticks.next() == {SILVER}
    assert load(quiet, SILVER).success
    ticks.next()
    key = dg.AssetKey(FRED.split("/"))
    (loaded,) = quiet.instance.fetch_materializations(key, limit=1).records
    about = AssetCheckEvaluationTargetMaterializationData(
        storage_id=loaded.storage_id, run_id=loaded.run_id, timestamp=loaded.timestamp
    )
    quiet.instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(
            asset_key=key, check_name="rows_accounted", passed=False, metadata={}, target_materialization_data=about
        )
    )
    ticks.next()
    assert quiet.run(BANK, days="2012-06-28").success
    assert ticks.next() == set()


def test_the_first_build_waits_for_history_and_then_comes_by_itself(quiet: World) -> None:
    ticks = Ticks(quiet)
    ticks.next()
    assert load(quiet, FRED, "2010-03-05").success
    assert quiet.run("bronze/yahoo_bars", days="2012-06-29").success
    for name in ("bronze/world_bank_indicators", "bronze/policy_surprises"):
        quiet.instance.report_runless_asset_event(dg.AssetMaterialization(name.split("/"), partition=None))
        report_checks(quiet, name)
    assert ticks.next() == {SILVER, "silver/prices"}
    assert load(quiet, SILVER).success
    assert quiet.run("silver/prices").success
    assert ticks.next() == set(), "a few days are too few for features and targets"
    assert quiet.run(job="history_job").success
    assert ticks.next() >= {SILVER, "silver/prices", *BELOW}
    assert ticks.next() == set()


def test_what_was_built_once_by_hand_needs_no_history_run(quiet: World) -> None:
    for name in ("silver/prices", "bronze/policy_surprises", *BELOW):
        quiet.instance.report_runless_asset_event(dg.AssetMaterialization(name.split("/")))
        report_checks(quiet, name)
    ticks = Ticks(quiet)
    ticks.next()
    assert load(quiet, FRED, "2012-06-29").success
    assert ticks.next() >= {SILVER, "gold/monthly_cube"}, "the past came as daily partitions"
