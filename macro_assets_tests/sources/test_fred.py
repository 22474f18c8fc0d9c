"""FRED: facts by the day they began, in any cut of the days; parity with the stock client."""

import datetime as dt
import itertools
from typing import Any

import fredapi
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.errors import (
    CredentialError,
    PermanentSourceError,
    SchemaError,
    TransientSourceError,
    UnknownSeriesError,
)
from macro_assets.sandbox import Archive, SandboxServer
from macro_assets.settings import Settings
from macro_assets.sources.fred import client as fred_client
from macro_assets.sources.fred.answers import read_observations
from macro_assets.sources.fred.client import PointInTimeFred
from macro_assets.sources.fred.facts import facts_begun
from macro_assets.sources.fred.source import FredSource
from macro_assets_tests.sandbox.small_archive import FIRST, LAST, REBASE_DAY
from macro_assets_tests.sources.conftest import KEY, FakeTime, day, settings_for

DAY = dt.timedelta(days=1)


@pytest.fixture
def fred(settings: Settings, time: FakeTime) -> FredSource:
    return FredSource(settings, clock=time.clock)


def archived(archive: Archive, series_id: str) -> list[tuple[dt.date, dt.date, float | None]]:
    rows = archive.observations.filter(pc.equal(archive.observations["series_id"], series_id))
    return sorted(zip(*(rows[name].to_pylist() for name in ("date", "realtime_start", "value")), strict=True))


def result(table: pa.Table) -> list[tuple[dt.date, dt.date, float | None]]:
    rows = table.filter(pc.not_equal(table["status"], "withdrawn"))
    return sorted(
        zip(*(rows[name].to_pylist() for name in ("observation_date", "realtime_start", "value")), strict=True)
    )


@pytest.mark.parametrize("series_id", ["PAYEMS", "GDPC1", "DGS10", "UNRATE", "ICSA"])
def test_history_is_every_recorded_vintage(fred: FredSource, archive: Archive, series_id: str) -> None:
    assert result(fred.history(series_id, LAST).table) == archived(archive, series_id)


@pytest.mark.parametrize(("series_id", "seed"), [("PAYEMS", 1), ("GDPC1", 2), ("DGS10", 3), ("UNRATE", 4)])
def test_windows_in_any_cut_give_the_history(fred: FredSource, series_id: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    begins = sorted({FIRST, *(FIRST + dt.timedelta(days=int(n)) for n in rng.integers(1, 4000, 6))})
    ends = [begin - DAY for begin in begins[1:]] + [LAST]
    parts = [fred.window(series_id, begin, end).table for begin, end in zip(begins, ends, strict=True)]
    whole = fred.history(series_id, LAST).table
    order = [("observation_date", "ascending"), ("realtime_start", "ascending")]
    assert pa.concat_tables(parts).sort_by(order).equals(whole)


def test_days_loaded_as_they_pass_equal_the_sweep_afterwards(moving_sandbox: SandboxServer, time: FakeTime) -> None:
    first, parts = moving_sandbox.today, []
    while moving_sandbox.today < REBASE_DAY + 3 * DAY:
        today = moving_sandbox.today
        parts.append(FredSource(settings_for(moving_sandbox), clock=time.clock).window("GDPC1", today, today).table)
        moving_sandbox.advance_to(today + DAY)
    sweep = FredSource(settings_for(moving_sandbox), clock=time.clock).history("GDPC1", today).table
    sweep = sweep.filter(pc.greater_equal(sweep["realtime_start"], first))
    daily = pa.concat_tables(parts).sort_by([("observation_date", "ascending"), ("realtime_start", "ascending")])
    assert daily.equals(sweep)
    assert daily.num_rows > 10


def test_a_value_that_ceases_without_successor_is_withdrawn(fred: FredSource) -> None:
    batch = fred.window("GDPC1", REBASE_DAY, REBASE_DAY)
    gone = batch.table.filter(pc.equal(batch.table["status"], "withdrawn"))
    assert gone["observation_date"].to_pylist() == [
        dt.date(year, month, 1) for year in (2004, 2005) for month in (1, 4, 7, 10)
    ]
    assert set(gone["realtime_start"].to_pylist()) == {REBASE_DAY}
    assert gone["value"].null_count == gone.num_rows == batch.derived == 8


def test_a_printed_dot_is_a_fact_without_value(fred: FredSource) -> None:
    table = fred.window("DGS10", day("2013-07-01"), day("2013-07-31")).table
    dots = table.filter(pc.equal(table["status"], "missing"))
    assert dots["observation_date"].to_pylist() == [day("2013-07-04")]
    assert dots["value"].to_pylist() == [None]


def test_a_year_takes_one_request_and_a_long_past_one_per_2000_vintages(fred: FredSource) -> None:
    assert fred.window("DGS10", day("2013-01-01"), day("2013-12-31")).requests == 1
    assert fred.history("PAYEMS", LAST).requests == 3  # rows, list of vintages, record
    assert fred.history("PAYEMS", day("2013-12-31")).requests == 1  # of a past day there is no record
    assert fred.history("DGS10", LAST).requests == 5  # refused once, list of vintages, two chunks, record
    assert fred.window("DGS10", day("2005-01-01"), LAST).requests == 3


def test_pages_are_joined(fred: FredSource, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fred.history("PAYEMS", LAST).table
    monkeypatch.setattr(fred_client, "MAX_ROWS", 100)
    batch = fred.history("PAYEMS", LAST)
    assert batch.table.equals(whole)
    assert batch.requests == 5
    monkeypatch.setattr(fred_client, "PAGE_OF_DATES", 50)
    assert fred.client.vintage_dates("PAYEMS") == sorted(set(whole["realtime_start"].to_pylist()))


def test_before_the_first_vintage_a_window_and_a_history_are_empty(fred: FredSource) -> None:
    batch = fred.window("UNRATE", day("2009-01-01"), day("2009-01-31"))
    assert (batch.table.num_rows, batch.offered) == (0, 0)
    assert fred.history("UNRATE", day("2009-01-31")).table.num_rows == 0


def test_an_unknown_series_names_the_likely_one(settings: Settings) -> None:
    fred = FredSource(settings, suggest=lambda name: [name[:-1]])
    for ask in (fred.info, lambda name: fred.history(name, LAST), lambda name: fred.window(name, FIRST, FIRST)):
        with pytest.raises(UnknownSeriesError, match=r"no series 'PAYEMSX'. Did you mean PAYEMS\? Edit catalog"):
            ask("PAYEMSX")


@pytest.mark.parametrize("key", [None, "too-short-for-a-key"])
def test_a_missing_or_bad_key_is_a_credential_error_with_its_remedy(sandbox: SandboxServer, key: str | None) -> None:
    with pytest.raises(CredentialError, match="MACRO_FRED_API_KEY") as caught:
        FredSource(settings_for(sandbox, fred_api_key=key)).window("PAYEMS", LAST, LAST)
    assert "too-short" not in str(caught.value)


def test_a_wrong_address_is_not_tried_again(sandbox: SandboxServer, time: FakeTime) -> None:
    for url in ("htp://127.0.0.1/fred", sandbox.urls["MACRO_FRED_URL"] + "/elsewhere"):
        with pytest.raises(PermanentSourceError):
            FredSource(settings_for(sandbox, fred_url=url), clock=time.clock).window("PAYEMS", LAST, LAST)
    assert time.slept == []


def test_release_dates_info_and_release(fred: FredSource) -> None:
    assert fred.release_dates(day("2014-02-01"), day("2014-02-28"))[0] == (18, day("2014-02-01"))
    assert (50, day("2014-02-06")) in fred.release_dates(day("2014-02-01"), day("2014-02-28"))
    info = fred.info("PAYEMS")
    assert (info.id, info.frequency, info.units, info.observation_start) == (
        "PAYEMS", "M", "Thousands of Persons", FIRST,
    )  # fmt: skip
    assert fred.release("PAYEMS") == (50, "Employment Situation")


def test_the_stock_client_and_ours_agree(sandbox: SandboxServer, settings: Settings) -> None:
    stock = fredapi.Fred(api_key=KEY)
    stock.root_url = settings.fred_url
    ours = PointInTimeFred.from_settings(settings)
    for ask in (
        lambda f: f.get_series("DGS10"),
        lambda f: f.get_series("PAYEMS", "2010-01-01", "2011-01-01", realtime_start="2012-01-01",
                               realtime_end="2012-01-01"),
        lambda f: f.get_series_first_release("PAYEMS"),
        lambda f: f.get_series_info("GDPC1"),
    ):  # fmt: skip
        assert ask(stock).equals(ask(ours))
    assert stock.get_series_vintage_dates("GDPC1") == ours.get_series_vintage_dates("GDPC1")
    releases, vintages = stock.get_series_all_releases("GDPC1"), ours.vintages("GDPC1")
    assert list(releases["date"]) == list(vintages["date"])
    assert list(releases["realtime_start"]) == list(vintages["realtime_start"])
    assert list(releases["value"].astype(float)) == list(vintages["value"])


def test_vintages_keep_the_end_of_each_value(fred: FredSource, archive: Archive) -> None:
    for series_id in ("GDPC1", "DGS10"):
        frame = fred.client.vintages(series_id)
        rows = archive.observations.filter(pc.equal(archive.observations["series_id"], series_id))
        assert list(frame["realtime_end"].dt.date) == rows["realtime_end"].to_pylist()


def clipped(rows: list[tuple[int, int, int]], start: int, end: int) -> pa.Table:
    """What FRED shows of (observation, begin, end) rows for the days [start, end]; the value is the begin."""
    shown = [(d, max(b, start), min(e, end), float(b)) for d, b, e in rows if b <= end and e >= start]
    columns = list(zip(*shown, strict=True)) if shown else [(), (), (), ()]
    arrays = [pa.array(column, pa.int32()).cast(pa.date32()) for column in columns[:3]]
    return pa.table(
        [*arrays, pa.array(columns[3], pa.float64())], names=["date", "realtime_start", "realtime_end", "value"]
    )


@st.composite
def lives(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """Rows of a few observations: values that follow each other, some after a gap, the last perhaps ceasing."""
    rows = []
    for observation in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(1, 40))
        for _ in range(draw(st.integers(1, 4))):
            length = draw(st.integers(0, 15))
            rows.append((observation, begin, begin + length))
            begin += length + 1 + draw(st.sampled_from([0, 0, 3]))
    return rows


@given(rows=lives(), cuts=st.sets(st.integers(2, 99), max_size=6))
def test_the_union_of_windows_is_the_one_big_window(rows: list[tuple[int, int, int]], cuts: set[int]) -> None:
    def facts(first: int, last: int) -> pa.Table:
        table, dropped, ceased = facts_begun(clipped(rows, first - 1, last), "X", as_day(first), as_day(last))
        assert table.num_rows == clipped(rows, first - 1, last).num_rows - dropped + ceased
        return table

    borders = [1, *sorted(cuts), 100]
    parts = [facts(first, last - 1) for first, last in itertools.pairwise(borders)]
    order = [("observation_date", "ascending"), ("realtime_start", "ascending")]
    assert pa.concat_tables(parts).sort_by(order).equals(facts(1, 99))


def as_day(number: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=number)


def observed(value: str | None) -> dict[str, str | None]:
    days = dict.fromkeys(("date", "realtime_start", "realtime_end"), "2020-01-01")
    return {**days, "value": value}


@pytest.mark.parametrize(
    ("payload", "error"),
    [
        ({}, SchemaError),
        ([], SchemaError),
        ({"observations": [{"date": "2020-01-01"}]}, SchemaError),
        ({"observations": [observed("N/A")]}, SchemaError),
        ({"observations": [observed(None)]}, TransientSourceError),
        ({"observations": [observed(".")] * 12}, TransientSourceError),
    ],
)
def test_malformed_answers_are_typed(payload: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_observations(payload)


def test_two_values_on_one_day_are_refused() -> None:
    with pytest.raises(SchemaError, match="X does not have the expected form: two values"):
        facts_begun(clipped([(0, 1, 5), (0, 4, 9)], 0, 20), "X", as_day(1), as_day(20))
