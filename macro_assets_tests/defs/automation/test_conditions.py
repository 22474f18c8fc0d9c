"""When what is derived rebuilds itself, tick by tick on real instances: bronze moves, silver and below follow once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.asset_daemon_cursor import AssetDaemonCursor

from macro_assets.defs.automation.jobs import DERIVED
from macro_assets_tests.defs.house import World, checks, house, names, world

FRED, PAST, SILVER = "bronze/fred_vintages", "bronze/fred_history", "silver/observations"
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
    below = {"gold/monthly_cube", "gold/quarterly_cube", "gold/asset_returns", "features/causal_features",
             "treatments/macro_shocks", "targets/recession_targets"}  # fmt: skip
    for name in ("silver/prices", "bronze/policy_surprises"):
        report(dg.AssetMaterialization(name.split("/")))
        report_checks(quiet, name)
    ticks = Ticks(quiet)
    ticks.next()
    assert load(quiet, PAST).success
    assert ticks.next() >= {SILVER, *below}
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
    quiet.sandbox.revise("PAYEMS", day=date(2012, 3, 1), value=-5.0)
    result = load(quiet, FRED, "2012-06-29")
    assert not checks(result)[FRED, "plausible_bounds"]
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
