"""The same facts whatever the order and size of the loads; a year of days is one run."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from macro_assets_tests.defs.house import CHOSEN, SERIES, SYMBOLS, World, house, metadata, stated

FRED, FRED_PAST = "bronze/fred_vintages", "bronze/fred_history"
YAHOO, YAHOO_PAST = "bronze/yahoo_bars", "bronze/yahoo_history"


@pytest.mark.parametrize(
    ("daily", "history", "days"),
    [(FRED, FRED_PAST, ("2009-07-20", "2009-08-10")), (YAHOO, YAHOO_PAST, ("2012-06-04", "2012-06-29"))],
    ids=["fred, with a new base", "yahoo, with a split"],
)
def test_history_then_daily_equals_daily_then_history(
    small_world: World, tmp_path: Path, daily: str, history: str, days: tuple[str, str]
) -> None:
    other = small_world.elsewhere(tmp_path / "other")
    assert small_world.run(history, checks=False).success
    again = small_world.run(daily, days=days, checks=False)
    assert metadata(again, daily)["rows_new"] == 0
    first = other.run(daily, days=days, checks=False)
    assert metadata(first, daily)["rows_new"] > 0
    past = metadata(other.run(history, checks=False), history)
    assert 0 < past["rows_already_stored"] < past["rows_already_stored"] + past["rows_new"]
    rows = stated(small_world.lake, daily)
    assert rows.num_rows > 1000
    assert stated(other.lake, daily).equals(rows)


@pytest.mark.parametrize(("daily", "history"), [(FRED, FRED_PAST), (YAHOO, YAHOO_PAST)])
def test_a_history_stops_at_the_day_asked_for(small_world: World, daily: str, history: str) -> None:
    node = history.replace("/", "__")
    config = {node: {"config": CHOSEN[node]["config"] | {"through": "2010-03-31"}}}
    assert small_world.run(history, config=config, checks=False).success
    begun = small_world.lake.read(daily)["realtime_start"].to_pylist()
    assert date(2010, 3, 1) < max(begun) <= date(2010, 3, 31)


def test_a_year_of_days_is_one_run_of_three_requests_a_series_at_most(small_world: World) -> None:
    graph = house().resolve_asset_graph()
    for name in (FRED, YAHOO):
        policy = next(node for node in graph.asset_nodes if node.key.to_user_string() == name).backfill_policy
        assert policy is not None
        assert policy.max_partitions_per_run == 366
    result = small_world.run(FRED, YAHOO, days=("2011-06-01", "2012-05-31"), checks=False)
    assert result.success
    asked = Counter(entry.subject or entry.path for entry in small_world.sandbox.requests)
    assert set(asked) >= {*SERIES, *SYMBOLS}
    assert max(asked.values()) <= 3
    for name in (FRED, YAHOO):
        node = name.replace("/", "__")
        assert len(result.asset_materializations_for_node(node)) == 366, "every day is green"
        assert len([e for e in result.all_events if e.is_step_success and e.step_key == node]) == 1
    accounted = [c for c in result.get_asset_check_evaluations() if c.check_name == "rows_accounted"]
    assert [c.passed for c in accounted] == [True, True], "one result at the end of the range"
