"""Yahoo through the real client: windows, splits, holidays, unfinished bars, and yfinance's own traps."""

import datetime as dt
import os
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import yfinance as yf

from macro_assets.errors import EmptyDataError, SchemaError, TransientSourceError, UnknownSeriesError
from macro_assets.sandbox import Archive, SandboxServer
from macro_assets.settings import Settings
from macro_assets.sources.yahoo import session
from macro_assets.sources.yahoo.chart import read_chart
from macro_assets.sources.yahoo.session import prepare_yfinance
from macro_assets.sources.yahoo.source import YahooSource
from macro_assets_tests.sandbox.small_archive import LAST, SPLIT_DAY
from macro_assets_tests.sources.conftest import FakeTime, day, settings_for

DAY = dt.timedelta(days=1)
ORDER = [("date", "ascending"), ("realtime_start", "ascending")]


@pytest.fixture
def yahoo(settings: Settings, time: FakeTime) -> YahooSource:
    return YahooSource(settings, clock=time.clock)


@pytest.mark.parametrize("symbol", ["SPY", "TLT", "^GSPC"])
def test_history_is_every_bar_as_traded(yahoo: YahooSource, archive: Archive, symbol: str) -> None:
    table = yahoo.history(symbol, LAST).table
    first = table.filter(pc.equal(table["date"], table["realtime_start"])).to_pandas()
    frame = archive.bars[symbol]
    shares = [2.0 if symbol == "SPY" and moment.date() < SPLIT_DAY else 1.0 for moment in frame["Date"]]
    assert list(first["date"]) == [moment.date() for moment in frame["Date"]]
    assert first["close"].tolist() == (frame["Close"] * shares).round(4).tolist()
    assert first["volume"].tolist() == (frame["Volume"] / shares).round().tolist()
    if "Dividends" in frame:
        assert first["dividend"].tolist() == (frame["Dividends"] * shares).round(6).tolist()


@pytest.mark.parametrize(
    "cuts", [["2005-03-01", "2012-06-11", "2013-01-01"], ["2012-06-09", "2012-06-12"], ["2012-06-10"]]
)
def test_windows_in_any_cut_give_the_history(yahoo: YahooSource, cuts: list[str]) -> None:
    begins = [day("2004-01-01"), *map(day, cuts)]
    ends = [begin - DAY for begin in begins[1:]] + [LAST]
    batches = [yahoo.window("SPY", begin, end) for begin, end in zip(begins, ends, strict=True)]
    together = pa.concat_tables([batch.table for batch in batches]).sort_by(ORDER)
    assert together.equals(yahoo.history("SPY", LAST).table)
    assert max(batch.requests for batch in batches[1:]) <= 3


def test_days_loaded_as_they_pass_equal_the_sweep_afterwards(archive: Archive, time: FakeTime) -> None:
    first, last = SPLIT_DAY - 4 * DAY, SPLIT_DAY + 3 * DAY
    with SandboxServer(archive, today=first) as sandbox:
        parts = []
        for _ in range((last - first).days + 1):
            today = sandbox.today
            parts.append(YahooSource(settings_for(sandbox), clock=time.clock).window("SPY", today, today).table)
            sandbox.advance_to(today + DAY)
        sweep = YahooSource(settings_for(sandbox), clock=time.clock).history("SPY", last).table
    assert [part.num_rows > 0 for part in parts] == [True, True, False, False, True, True, True, True]
    sweep = sweep.filter(pc.greater_equal(sweep["realtime_start"], first))
    assert pa.concat_tables(parts).sort_by(ORDER).equals(sweep)


def test_a_weekend_has_no_bars_and_is_no_failure(yahoo: YahooSource) -> None:
    batch = yahoo.window("TLT", day("2014-11-29"), day("2014-11-30"))
    assert batch.table.num_rows == 0
    assert batch.offered == batch.clipped > 0


def test_a_weekend_of_an_answer_without_bars_or_prices_is_a_failure(yahoo: YahooSource, sandbox: SandboxServer) -> None:
    for kind, error in (("empty", EmptyDataError), ("nulls", TransientSourceError)):
        sandbox.faults.inject(kind, times=None, path="*/chart/*")
        with pytest.raises(error):
            yahoo.window("TLT", day("2014-11-29"), day("2014-11-30"))
        sandbox.faults.clear()


def stated(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Let Yahoo state another newest day, or another state of its session."""
    read = read_chart
    monkeypatch.setattr(session, "read_chart", lambda symbol, chart: replace(read(symbol, chart), **changes))


def test_the_unfinished_bar_of_today_is_left_out(yahoo: YahooSource, monkeypatch: pytest.MonkeyPatch) -> None:
    yesterday = yahoo.history("SPY", LAST - DAY).table
    stated(monkeypatch, last_day=LAST, session_over=False)
    assert yahoo.history("SPY", LAST).table.equals(yesterday)
    batch = yahoo.window("SPY", LAST, LAST)
    assert (batch.table.num_rows, batch.offered - batch.clipped) == (0, 0)


@pytest.mark.parametrize(("moment", "over"), [(10, False), (0, False), (20, True), (-5, True)])
def test_a_session_is_over_by_the_providers_own_clock(moment: int, over: bool) -> None:
    noon = 1_420_045_200  # 2014-12-31 12:00 in New York
    meta = {
        "symbol": "SPY",
        "regularMarketTime": noon + moment,
        "currentTradingPeriod": {"regular": {"start": noon, "end": noon + 20}},
    }
    chart = read_chart("SPY", {"result": [{"meta": meta, "indicators": {"quote": [{}]}}]})
    assert (chart.last_day, chart.session_over) == (LAST, over)
    with pytest.raises(TransientSourceError, match="meta data"):
        read_chart("SPY", {"result": [{}]})


@pytest.mark.parametrize(
    ("zone", "moments", "closes", "days"),
    [
        # the unfinished bar of a day comes after its first statement: one day, the later statement counts
        ("America/New_York", ["2014-12-30 09:30", "2014-12-31 09:30", "2014-12-31 12:00"], [1.0, 2.0, None],
         {"2014-12-30": True, "2014-12-31": False}),
        ("Etc/UTC", ["2014-12-30 00:00", "2014-12-31 00:00", "2014-12-31 23:10"], [1.0, 2.0, 3.0],
         {"2014-12-30": True, "2014-12-31": True}),
        ("America/Sao_Paulo", ["2014-12-30 23:00"], [1.0], {"2014-12-31": True}),
    ],
)  # fmt: skip
def test_days_with_a_bar_are_counted_in_the_raw_answer(
    zone: str, moments: list[str], closes: list[float | None], days: dict[str, bool]
) -> None:
    stamps = [int(dt.datetime.fromisoformat(m).replace(tzinfo=ZoneInfo(zone)).timestamp()) for m in moments]
    meta = {"symbol": "X", "regularMarketTime": 0, "currentTradingPeriod": {"regular": {"start": 0, "end": 0}}}
    result = {
        "meta": meta | {"exchangeTimezoneName": zone},
        "timestamp": stamps,
        "indicators": {"quote": [{"close": closes}]},
    }
    chart = read_chart("X", {"result": [result]})
    named = [str(day) for day in chart.day.astype("datetime64[D]")]
    assert dict(zip(named, chart.priced.tolist(), strict=True)) == days


def test_a_finished_session_without_its_bar_is_not_a_holiday(
    yahoo: YahooSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    stated(monkeypatch, last_day=LAST + DAY, session_over=True)
    late = yahoo._settings.model_copy(update={"today": LAST + DAY})
    source = YahooSource(late.model_copy(update={"http_retries": 0}))
    with pytest.raises(TransientSourceError, match="not yet published the bar of SPY on 2015-01-01"):
        source.window("SPY", LAST + DAY, LAST + DAY)


def test_unknown_symbols_are_named(yahoo: YahooSource) -> None:
    with pytest.raises(UnknownSeriesError, match=r"no symbol 'NOPE'.*catalog/assets.yaml"):
        yahoo.history("NOPE", LAST)


@pytest.mark.parametrize("kind", ["429", "500", "html", "garbage", "blank", "reset"])
@pytest.mark.parametrize("path", ["*fc.yahoo.com*", "*getcrumb*"])
def test_charts_come_without_cookie_and_crumb(yahoo: YahooSource, sandbox: SandboxServer, kind: str, path: str) -> None:
    yahoo._session.forget_failures()
    sandbox.faults.inject(kind, times=1, path=path, seconds=1)
    assert yahoo.window("TLT", LAST, LAST).table.num_rows == 1


def test_a_failed_answer_is_not_kept(yahoo: YahooSource, sandbox: SandboxServer, settings: Settings) -> None:
    impatient = YahooSource(settings.model_copy(update={"http_retries": 0}))
    sandbox.faults.inject("500", times=1, path="*/chart/TLT")
    with pytest.raises(TransientSourceError):
        impatient.history("TLT", day("2010-01-05"))
    before = len(sandbox.requests.entries(10_000))
    assert impatient.history("TLT", day("2010-01-05")).table.num_rows > 0
    assert len(sandbox.requests.entries(10_000)) > before


def test_caches_stay_out_of_the_home_folder_and_exceptions_are_on() -> None:
    folder = prepare_yfinance()
    assert os.path.expanduser("~") not in folder
    assert prepare_yfinance() == folder
    assert yf.config.debug.hide_exceptions is False


def test_what_yfinance_cannot_read_is_a_schema_error(yahoo: YahooSource, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("timestamp")

    monkeypatch.setattr(yf.Ticker, "history", broken)
    with pytest.raises(SchemaError, match="timestamp"):
        yahoo.history("SPY", LAST)


def test_a_correction_is_dated_by_the_morning_that_saw_it_never_by_the_day_it_completes(
    archive: Archive, time: FakeTime
) -> None:
    with SandboxServer(archive, today=LAST) as sandbox:
        source = YahooSource(settings_for(sandbox), clock=time.clock)
        stored = source.history("SPY", LAST - DAY).table
        sandbox.revise("SPY", day=day("2014-12-19"), value=1.25)
        batch = source.window("SPY", LAST - DAY, LAST - DAY, stored=stored)
    keys = ["date", "realtime_start"]
    (fact,) = batch.table.join(stored.select(keys), keys, join_type="left anti").to_pylist()
    assert (fact["date"], fact["realtime_start"], fact["close"]) == (day("2014-12-19"), LAST, 1.25)
    assert batch.unaccounted == 0


def test_a_corrected_bar_is_a_new_fact(archive: Archive, time: FakeTime) -> None:
    with SandboxServer(archive, today=LAST) as sandbox:
        source = YahooSource(settings_for(sandbox), clock=time.clock)
        stored = source.history("SPY", LAST - DAY).table
        sandbox.revise("SPY", day=day("2014-12-19"), value=1.25)
        batches = source.history("SPY", LAST, stored=stored), source.window("SPY", LAST, LAST, stored=stored)
    assert [batch.unaccounted for batch in batches] == [0, 0]
    again, daily = (batch.table for batch in batches)
    keys = ["date", "realtime_start"]
    added = again.join(stored.select(keys), keys, join_type="left anti").sort_by(ORDER).to_pylist()
    assert (added[0]["date"], added[0]["realtime_start"], added[0]["close"]) == (
        day("2014-12-19"), LAST, 1.25,
    )  # fmt: skip
    assert len(added) == 2  # and the bar of the last day
    assert daily.to_pylist() == added
