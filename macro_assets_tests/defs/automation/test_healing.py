"""Bad days heal by themselves: what an outage, an empty answer or a sleeping machine took is asked for by later ticks."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.defs.bronze.answers import read_coverage
from macro_assets_tests.defs.automation.mornings import DAILY, FRED, YAHOO, carry_out, days_of, lasting, morning, tick
from macro_assets_tests.defs.house import World

DAY = timedelta(days=1)
MONDAY, FRIDAY, WEEK_LATER = date(2012, 6, 4), date(2012, 6, 8), date(2012, 6, 12)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """History on Monday, and the first morning, which learns what the provider does not have."""
    with lasting(tmp_path_factory.mktemp("monday"), MONDAY) as built:
        assert built.run(job="history_job", checks=False).success
        assert morning(built, MONDAY)
        yield built


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything published up to the last day of these tests, loaded at once."""
    with lasting(tmp_path_factory.mktemp("reference"), WEEK_LATER) as built:
        assert built.run(job="history_job", checks=False).success
        yield built


@pytest.fixture
def monday(loaded: World, tmp_path: Path) -> Iterator[World]:
    shutil.copytree(loaded.home / "lake", tmp_path / "lake")
    with lasting(tmp_path, MONDAY) as built:
        yield built


@dataclass(frozen=True)
class Tick:
    """A tick at a time of a day, the fault that FRED has then, and whether its run succeeds."""

    day: date
    at: str
    fault: str = ""

    @property
    def heals(self) -> bool:
        return not self.fault


FIVE_HOURS = [Tick(MONDAY + DAY, "07:30", "500"), Tick(MONDAY + DAY, "08:30", "reset"), Tick(MONDAY + DAY, "13:30")]
THREE_DAYS = [*(Tick(MONDAY + n * DAY, "07:30", "429") for n in (1, 2, 3)), Tick(FRIDAY, "07:30")]
EMPTY = [Tick(MONDAY + DAY, "07:30", "empty"), Tick(MONDAY + DAY, "08:30")]
ASLEEP = [Tick(WEEK_LATER, "07:30")]


@pytest.mark.parametrize(
    "ticks", [FIVE_HOURS, THREE_DAYS, EMPTY, ASLEEP], ids=["five hours", "three days", "empty answer", "asleep"]
)
def test_a_bad_day_heals_without_a_hand(monday: World, undisturbed: World, ticks: list[Tick]) -> None:
    for each in ticks:
        if each.fault:
            monday.sandbox.faults.inject(each.fault, path="/fred/series/observations", times=None, seconds=0.01)
        assert morning(monday, each.day, each.at) is each.heals
        monday.sandbox.faults.clear()
    last = ticks[-1].day - DAY
    coverage = read_coverage(monday.lake)
    assert not [hole for name in ("fred", "yahoo") for hole in coverage.holes(name, last)]
    for table in (FRED, YAHOO):
        assert published(monday, table, last).equals(published(undisturbed, table, last)), table
    green = monday.instance.get_materialized_partitions(dg.AssetKey(FRED.split("/")))
    assert green == {str(MONDAY + n * DAY) for n in range((last - MONDAY).days + 1)}, "every missed day is green"
    assert morning(monday, ticks[-1].day, "17:30") is None, "and nothing is left to ask"


def published(built: World, table: str, last: date) -> pa.Table:
    """What began by a day, without when it was received."""
    rows = built.lake.read(table)
    rows = rows.filter(pc.less_equal(rows["realtime_start"], pa.scalar(last)))
    return rows.drop_columns([name for name in ("loaded_at",) if name in rows.column_names])


def test_a_day_that_is_missing_is_named_until_it_has_healed(monday: World) -> None:
    monday.sandbox.faults.inject("500", path="/fred/*", times=None)
    assert morning(monday, MONDAY + DAY) is False
    holes = read_coverage(monday.lake).holes("fred", MONDAY)
    assert {(hole.first, hole.last) for hole in holes} == {(MONDAY, MONDAY)}
    assert "PAYEMS" in {hole.id for hole in holes}
    assert not read_coverage(monday.lake).holes("yahoo", MONDAY), "the other provider's day is complete"
    monday.sandbox.faults.clear()
    requests, _ = tick(monday, DAILY, MONDAY + DAY, "08:30")
    assert [key.to_user_string() for key in requests[0].asset_selection or ()] == [FRED, "silver/observations"]
    monday.sandbox.requests.clear()
    assert carry_out(monday, DAILY, requests[0]).success
    assert not monday.sandbox.requests.count(path="chart/SPY")


def test_what_a_morning_asks_for_is_what_is_missing(monday: World) -> None:
    monday.sandbox.advance_to(WEEK_LATER)
    requests, _ = tick(monday, DAILY, WEEK_LATER)
    assert [days_of(request) for request in requests] == [("2012-06-04", "2012-06-11")]
    assert requests[0].asset_selection is None, "silver is part of a morning"
    late, _ = tick(monday, DAILY, MONDAY + 2 * DAY)
    assert [days_of(request) for request in late] == [("2012-06-04", "2012-06-05")], "a late tick is about its own day"


def test_one_run_at_a_time_and_none_waits_for_a_process_that_is_gone(
    monday: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from macro_assets.defs.automation import ingestion

    run = dg.DagsterRun("daily_refresh_job", status=dg.DagsterRunStatus.STARTED)
    monday.instance.add_run(run)
    monday.sandbox.advance_to(MONDAY + DAY)
    requests, reason = tick(monday, DAILY, MONDAY + DAY)
    assert (requests, "under way" in reason) == ([], True)
    monkeypatch.setattr(ingestion, "PATIENCE", timedelta(0))
    assert tick(monday, DAILY, MONDAY + DAY)[0]


def test_before_anything_was_loaded_nothing_is_asked_for(tmp_path: Path) -> None:
    with lasting(tmp_path, MONDAY) as built:
        requests, reason = tick(built, DAILY, MONDAY)
        assert (requests, reason.split(".")[1]) == (
            [],
            " Run history_job first; from then on the days follow by themselves",
        )
        assert tick(built, "world_bank_schedule", MONDAY, "08:00")[0], "it has no history of its own to wait for"


def test_the_weekly_comparison_asks_for_ended_series_too(monday: World) -> None:
    sunday = date(2012, 6, 10)
    monday.sandbox.advance_to(sunday)
    requests, _ = tick(monday, "weekly_comparison_schedule", sunday, "05:00")
    assert [days_of(request) for request in requests] == [("2012-06-09", "2012-06-09")]
    assert {op["config"]["ask"] for op in requests[0].run_config["ops"].values()} == {"weekly"}
    tags = {"as_of": "2012-06-09", "ask": "weekly"}
    for status, again in ((dg.DagsterRunStatus.FAILURE, True), (dg.DagsterRunStatus.SUCCESS, False)):
        monday.instance.add_run(dg.DagsterRun("daily_refresh_job", status=status, tags=tags))
        requests, reason = tick(monday, "weekly_comparison_schedule", sunday, "09:00")
        assert bool(requests) is again, "a comparison that failed is asked for again, one that succeeded is not"
    assert reason == "What is stored was compared through 2012-06-09."
