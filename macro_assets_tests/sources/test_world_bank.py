"""World Bank: known by rule, new facts when values change, and wbgapi's own traps."""

import datetime as dt
from typing import Any

import pyarrow as pa
import pytest

from macro_assets.errors import EmptyDataError, MalformedAnswerError, TransientSourceError, UnknownSeriesError
from macro_assets.sandbox import Archive, SandboxServer
from macro_assets.settings import Settings
from macro_assets.sources.world_bank.client import read_rows
from macro_assets.sources.world_bank.facts import indicator_facts
from macro_assets.sources.world_bank.source import WorldBankSource
from macro_assets_tests.sandbox.small_archive import LAST
from macro_assets_tests.sources.conftest import FakeTime, day, settings_for

GDP, CPI = "NY.GDP.MKTP.KD.ZG", "FP.CPI.TOTL.ZG"
ECONOMIES = ("USA", "DEU", "CHN")
DAY = dt.timedelta(days=1)


@pytest.fixture
def bank(settings: Settings, time: FakeTime) -> WorldBankSource:
    return WorldBankSource(settings, clock=time.clock)


@pytest.mark.parametrize("indicator", [GDP, CPI])
def test_every_value_counts_from_1_july_of_the_next_year(
    bank: WorldBankSource, archive: Archive, indicator: str
) -> None:
    table = bank.history(indicator, ECONOMIES, LAST).table
    frame = archive.indicators[indicator].sort_values(["iso3", "year"])
    assert table["economy"].to_pylist() == frame["iso3"].tolist()
    assert table["year"].to_pylist() == frame["year"].tolist()
    assert table["value"].to_pylist() == frame["value"].tolist()
    assert table["realtime_start"].to_pylist() == [dt.date(year + 1, 7, 1) for year in frame["year"]]


def test_windows_give_the_history(bank: WorldBankSource) -> None:
    borders = [day("1990-01-01"), day("2008-07-01"), day("2008-07-02"), day("2013-01-01")]
    ends = [begin - dt.timedelta(days=1) for begin in borders[1:]] + [LAST]
    parts = [bank.window(GDP, ECONOMIES, begin, end).table for begin, end in zip(borders, ends, strict=True)]
    order = [(name, "ascending") for name in ("economy", "year", "realtime_start")]
    assert pa.concat_tables(parts).sort_by(order).equals(bank.history(GDP, ECONOMIES, LAST).table)
    assert [part.num_rows for part in parts] == [12, 3, 12, 6]


def test_a_changed_value_is_a_new_fact_once(archive: Archive, time: FakeTime) -> None:
    with SandboxServer(archive, today=LAST) as sandbox:
        bank = WorldBankSource(settings_for(sandbox), clock=time.clock)
        stored = bank.history(GDP, ECONOMIES, LAST).table
        assert bank.window(GDP, ECONOMIES, LAST, LAST, stored=stored).table.num_rows == 0
        sandbox.revise(GDP, economy="DEU", year=2010, value=9.75)
        (fact,) = bank.window(GDP, ECONOMIES, LAST, LAST, stored=stored).table.to_pylist()
        assert (fact["economy"], fact["year"], fact["realtime_start"], fact["value"], fact["status"]) == (
            "DEU", 2010, LAST, 9.75, "published",
        )  # fmt: skip
        both = pa.concat_tables([stored, pa.Table.from_pylist([fact], schema=stored.schema)])
        assert bank.window(GDP, ECONOMIES, LAST, LAST, stored=both).table.num_rows == 0
        old_window = bank.window(GDP, ECONOMIES, day("2012-01-01"), day("2012-12-31"), stored=stored)
        assert old_window.table.num_rows == 0  # what is seen today says nothing of 2012


SEEN = day("2013-03-06")


def facts(
    value: float | None, stored: pa.Table | None, *, seen_on: dt.date | None = SEEN
) -> list[tuple[int, dt.date, object, str]]:
    table, clipped = indicator_facts(
        [("USA", 2010, value), ("USA", 2011, 5.0)],
        GDP,
        day("2013-03-01"),
        day("2013-03-05"),
        stored=stored,
        seen_on=seen_on,
    )
    assert clipped + table.num_rows == 2
    return [(row["year"], row["realtime_start"], row["value"], row["status"]) for row in table.to_pylist()]


def test_values_that_cease_come_late_or_come_back() -> None:
    begun, _ = indicator_facts([("USA", 2010, 1.0), ("USA", 2011, 5.0)], GDP, day("1900-01-01"), day("2013-01-01"))
    assert facts(1.0, begun) == []
    assert facts(None, begun) == [(2010, SEEN, None, "withdrawn")]
    assert facts(None, begun, seen_on=None) == []
    late = begun.slice(1)
    assert facts(1.0, late) == [(2010, SEEN, 1.0, "published")]
    assert facts(1.0, late, seen_on=None) == facts(1.0, None) == []
    gone, _ = indicator_facts(
        [("USA", 2010, None)], GDP, day("2013-02-01"), day("2013-02-01"), stored=begun, seen_on=day("2013-02-01")
    )
    assert facts(1.0, pa.concat_tables([begun, gone])) == [(2010, SEEN, 1.0, "published")]


def test_a_restatement_is_dated_by_the_morning_that_saw_it_never_by_the_day_it_completes(
    archive: Archive, time: FakeTime
) -> None:
    """Yesterday's partition is loaded this morning: what the answer of today shows was not known yesterday."""
    with SandboxServer(archive, today=LAST - DAY) as sandbox:
        bank = WorldBankSource(settings_for(sandbox), clock=time.clock)
        stored = bank.history(GDP, ECONOMIES, LAST - DAY).table
        sandbox.advance_to(LAST)
        sandbox.revise(GDP, economy="DEU", year=2010, value=9.75)
        bank = WorldBankSource(settings_for(sandbox), clock=time.clock)
        (fact,) = bank.window(GDP, ECONOMIES, LAST - DAY, LAST - DAY, stored=stored).table.to_pylist()
    assert (fact["realtime_start"], fact["value"]) == (LAST, 9.75)


@pytest.mark.parametrize(("indicator", "economies"), [("NO.SUCH.THING", ["USA"]), (GDP, ["XXX"])])
def test_unknown_indicators_and_economies_are_named(
    bank: WorldBankSource, indicator: str, economies: list[str]
) -> None:
    with pytest.raises(UnknownSeriesError, match=rf"does not know {indicator}.*catalog/indicators.yaml"):
        bank.history(indicator, economies, LAST)


@pytest.mark.parametrize("kind", ["500", "reset", "truncated", "html"])
@pytest.mark.parametrize("path", ["/v2/en/region", "/v2/en/country/all", "/v2/en/sources/2/concepts"])
def test_lists_read_halfway_are_read_again(
    settings: Settings, sandbox: SandboxServer, time: FakeTime, kind: str, path: str
) -> None:
    from macro_assets.sources.world_bank.client import _forget_lists

    _forget_lists()
    bank = WorldBankSource(settings.model_copy(update={"http_retries": 0}), clock=time.clock)
    sandbox.faults.inject(kind, times=1, path=path)
    with pytest.raises(TransientSourceError):
        bank.history(GDP, ECONOMIES, LAST)
    assert bank.history(GDP, ECONOMIES, LAST).table.num_rows == 33


def row(economy: str, year: int, value: Any = 1.0, **more: object) -> dict[str, object]:
    return {"series": GDP, "economy": economy, "time": year, "value": value} | more


GRID = [row(economy, year) for economy in ("USA", "DEU") for year in (2009, 2010, 2011)]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (GRID[:3], "3 rows for 2 economies"),
        (GRID[::2], "3 rows for 2 economies"),
        ([one for one in GRID if one["time"] != 2010], "2 years between 2009 and 2011"),
        ([*GRID, GRID[0]], "7 rows"),
        ([*GRID[1:], row("FRA", 2009)], "6 rows"),
        ([*GRID[1:], row("USA", 2990)], "years from 2009 to 2990"),
        ([*GRID[1:], row("USA", 2009, "1.0")], "'1.0' is not a number"),
        ([*GRID[1:], row("USA", 2009, value=True)], "True is not a number"),
        ([*GRID[1:], row("USA", 2009, series=CPI)], "another indicator"),
        ([*GRID[1:], row("USA", 2009, time="soon")], "no economy or year"),
    ],
)
def test_an_answer_that_is_not_the_grid_asked_for_is_refused(answer: list[dict[str, object]], why: str) -> None:
    assert len(read_rows(GRID, GDP, ("USA", "DEU"), last_year=2014)) == 6
    with pytest.raises(MalformedAnswerError, match=why):
        read_rows(answer, GDP, ("USA", "DEU"), last_year=2014)


def test_an_answer_without_values_is_a_fault() -> None:
    with pytest.raises(EmptyDataError, match="not one value"):
        read_rows([row("USA", 2010, None)], GDP, ("USA",), last_year=2014)
