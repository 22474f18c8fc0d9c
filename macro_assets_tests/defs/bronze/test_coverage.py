"""What each load records of its answers, which days a run asks for, and that one bad series holds up no other."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from macro_assets.defs.bronze.answers import read_coverage
from macro_assets.lake import Lake, LoadReport
from macro_assets.vintage.coverage import Coverage
from macro_assets_tests.defs.house import World, failure, metadata, world

FRED, YAHOO, BANK, COVERAGE = (
    "bronze/fred_vintages",
    "bronze/yahoo_bars",
    "bronze/world_bank_indicators",
    "bronze/coverage",
)
DAY, TODAY = timedelta(days=1), date(2012, 6, 29)


@pytest.fixture
def june(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, TODAY) as built:
        yield built


def fred(*series: str, ask: str = "days") -> dict[str, Any]:
    return {"bronze__fred_vintages": {"config": {"series": list(series), "ask": ask}}}


def complete(loaded: World) -> Coverage:
    return read_coverage(loaded.lake)


def asked(loaded: World) -> dict[str, str]:
    """First day (less one) that FRED was asked for, by series, since the log was cleared."""
    entries = [entry for entry in loaded.sandbox.requests if entry.path.endswith("series/observations")]
    return {str(entry.subject): entry.query["realtime_start"] for entry in entries}


def test_a_load_records_what_was_asked_and_through_which_day_it_is_complete(june: World) -> None:
    assert june.run(FRED, days=("2012-06-20", "2012-06-29"), config=fred("PAYEMS"), checks=False).success
    (row,) = june.lake.read(COVERAGE).to_pylist()
    assert (row["provider"], row["id"], row["answer"]) == ("fred", "PAYEMS", "answered")
    assert (row["first"], row["last"]) == (date(2012, 6, 20), TODAY)
    assert row["complete_through"] == TODAY - DAY, "today is not over"
    assert row["received_at"].date() == TODAY
    assert row["rows_offered"] == metadata_of(june)["rows_offered"] > 0


def metadata_of(loaded: World) -> dict[str, Any]:
    return metadata(loaded.run(FRED, days=("2012-06-20", "2012-06-29"), config=fred("PAYEMS"), checks=False), FRED)


def test_the_world_bank_covers_an_indicator_by_economy_and_all_the_past(june: World) -> None:
    config = {"bronze__world_bank_indicators": {"config": {"indicators": ["FP.CPI.TOTL.ZG"]}}}
    assert june.run(BANK, days="2012-06-28", config=config, checks=False).success
    marks = {name: complete(june).watermark(provider, name) for provider, name in complete(june).spans}
    assert set(marks) == {f"FP.CPI.TOTL.ZG.{economy}" for economy in ("USA", "CHN", "DEU", "JPN", "GBR")}
    assert set(marks.values()) == {TODAY - DAY}
    assert not complete(june).holes("world_bank", TODAY - DAY)
    assert {row["updated_on"] for row in june.lake.read(COVERAGE).to_pylist()} == {TODAY}


def test_coverage_is_written_after_the_facts_and_not_without_them(june: World, monkeypatch: pytest.MonkeyPatch) -> None:
    load = Lake.load

    def refusing(self: Lake, name: str, table: Any, **more: Any) -> LoadReport:
        if name == FRED:
            raise OSError("disk full")
        return load(self, name, table, **more)

    monkeypatch.setattr(Lake, "load", refusing)
    assert not june.run(FRED, days="2012-06-28", config=fred("PAYEMS"), checks=False).success
    assert not june.lake.exists(COVERAGE)


@pytest.mark.parametrize("bad", ["PAYEMS", "UNRATE", "ICSA"])
def test_one_bad_series_holds_up_no_other(june: World, bad: str) -> None:
    june.sandbox.faults.inject("500", path="/fred/*", series=bad, times=None)
    result = june.run(FRED, days="2012-06-28", config=fred("PAYEMS", "UNRATE", "ICSA"), checks=False)
    assert not result.success
    assert "FRED answered 500" in failure(result).description
    good = {"PAYEMS", "UNRATE", "ICSA"} - {bad}
    assert {name for _, name in complete(june).spans} == good, "the hole is that series' alone"


def test_a_provider_that_is_down_is_not_asked_for_every_series(june: World) -> None:
    june.sandbox.faults.inject("500", path="/fred/*", times=None)
    series = ("PAYEMS", "GDPC1", "DGS10", "UNRATE", "ICSA", "USREC")
    assert not june.run(FRED, days="2012-06-28", config=fred(*series), checks=False).success
    tries = 4  # three retries of the run
    assert june.sandbox.requests.count(path="series/observations") == 3 * tries


def test_a_morning_asks_seven_days_back_or_from_the_watermark(june: World) -> None:
    assert june.run(FRED, days=("2012-06-01", "2012-06-27"), config=fred("PAYEMS"), checks=False).success
    assert june.run(FRED, days=("2012-06-01", "2012-06-10"), config=fred("UNRATE"), checks=False).success
    june.sandbox.requests.clear()
    names = fred("PAYEMS", "UNRATE", "ICSA", ask="morning")
    assert june.run(FRED, days="2012-06-28", config=names, checks=False).success
    first = {name: date.fromisoformat(day) + DAY for name, day in asked(june).items()}
    assert (first["PAYEMS"], first["UNRATE"]) == (date(2012, 6, 22), date(2012, 6, 11))
    assert first["ICSA"] < date(1990, 1, 1), "never answered: from its first day"
    assert not complete(june).holes("fred", TODAY - DAY)
    june.sandbox.requests.clear()
    assert june.run(FRED, days="2012-06-28", config=fred("PAYEMS", "UNRATE", ask="missing"), checks=False).success
    assert asked(june) == {}, "nothing is missing"


def test_the_weekly_comparison_asks_for_four_hundred_days(june: World) -> None:
    assert june.run(FRED, days=("2012-06-01", "2012-06-28"), config=fred("PAYEMS"), checks=False).success
    june.sandbox.requests.clear()
    assert june.run(FRED, days="2012-06-28", config=fred("PAYEMS", ask="weekly"), checks=False).success
    assert asked(june) == {"PAYEMS": str(date(2012, 6, 28) - 400 * DAY)}, (
        "the day before the 400 tells the state before"
    )
    assert june.sandbox.requests.count(path="series/observations") == 1


def test_a_series_that_ended_is_asked_for_weekly_and_holds_up_nobody(june: World) -> None:
    known_to_fred, gone = "PAYEMS", "INDPRO"
    assert june.run(FRED, days="2012-06-20", config=fred(known_to_fred, gone), checks=False).success
    assert complete(june).ended == {("fred", gone)}
    june.sandbox.requests.clear()
    assert june.run(FRED, days="2012-06-28", config=fred(known_to_fred, gone, ask="morning"), checks=False).success
    assert gone not in {entry.subject for entry in june.sandbox.requests}
    assert june.run(FRED, days="2012-06-28", config=fred(known_to_fred, gone, ask="weekly"), checks=False).success
    assert gone in {entry.subject for entry in june.sandbox.requests}
    assert not complete(june).holes("fred", TODAY - DAY)
