"""What every source promises, whatever the provider does: the same tests for all of them."""

import datetime as dt
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pytest
import wbgapi as wb

from macro_assets.errors import (
    EmptyDataError,
    InvalidInputError,
    MalformedAnswerError,
    SourceError,
    TransientSourceError,
)
from macro_assets.sandbox import Archive, SandboxServer
from macro_assets.sources.batch import SourceBatch
from macro_assets.sources.fred import client as fred_client
from macro_assets.sources.fred import source as fred
from macro_assets.sources.fred.answers import read_observations
from macro_assets.sources.fred.source import FredSource
from macro_assets.sources.policy_surprises import source as surprises
from macro_assets.sources.policy_surprises.source import SurprisesSource
from macro_assets.sources.world_bank import source as world_bank
from macro_assets.sources.world_bank.source import WorldBankSource
from macro_assets.sources.yahoo import source as yahoo
from macro_assets.sources.yahoo.source import YahooSource
from macro_assets.tables import bronze as tables
from macro_assets.tables.spec import TableSpec
from macro_assets_tests.sources.conftest import KEY, FakeTime, day, settings_for

ECONOMIES = ("USA", "DEU", "CHN")
START, END = day("2012-06-01"), day("2012-08-31")


@dataclass(frozen=True)
class Case:
    """One way to fetch: how to make the source, what to ask, and which requests carry the data."""

    make: Callable[..., Any]
    fetch: Callable[[Any], SourceBatch]
    spec: TableSpec
    path: str


CASES = {
    "fred window": Case(
        FredSource, lambda s: s.window("PAYEMS", START, END), tables.FRED_VINTAGES, "/fred/series/observations"
    ),
    "fred history": Case(
        FredSource, lambda s: s.history("DGS10", END), tables.FRED_VINTAGES, "/fred/series/observations"
    ),
    "yahoo window": Case(YahooSource, lambda s: s.window("SPY", START, END), tables.YAHOO_BARS, "*/chart/SPY"),
    "yahoo history": Case(YahooSource, lambda s: s.history("TLT", END), tables.YAHOO_BARS, "*/chart/TLT"),
    "world bank window": Case(
        WorldBankSource,
        lambda s: s.window("NY.GDP.MKTP.KD.ZG", ECONOMIES, START, END),
        tables.WORLD_BANK_INDICATORS,
        "/v2/en/sources/2/series/*",
    ),
    "world bank history": Case(
        WorldBankSource,
        lambda s: s.history("FP.CPI.TOTL.ZG", ECONOMIES, END),
        tables.WORLD_BANK_INDICATORS,
        "/v2/en/sources/2/series/*",
    ),
    "surprises": Case(SurprisesSource, lambda s: s.fetch(), tables.POLICY_SURPRISES, "/surprises/m*.csv"),
}
TRANSFORMS = {
    "fred": (fred, "facts_begun"),
    "yahoo": (yahoo, "facts_between"),
    "world bank": (world_bank, "indicator_facts"),
    "surprises": (surprises, "read_surprises"),
}
FAULTED = ("fred window", "yahoo history", "world bank history", "surprises")
PASSING_FAULTS = ("429", "500", "timeout", "reset", "truncated", "garbage", "html", "blank")


def _id(name: str) -> str:
    return name.replace(" ", "-")


@pytest.fixture(params=CASES, ids=_id)
def every(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture(params=FAULTED, ids=_id)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture
def sources(sandbox: SandboxServer, time: FakeTime) -> Callable[..., Any]:
    """Make a source on the sandbox; the time-out is short only where a fault waits for it."""

    def make(case: Case, kind: str = "", **changes: Any) -> Any:
        changes |= {"http_timeout_seconds": 0.3} if kind == "timeout" else {}
        return case.make(settings_for(sandbox, **changes), clock=time.clock)

    return make


def test_rows_have_the_bronze_schema_and_are_all_accounted_for(every: Case, sources: Callable[..., Any]) -> None:
    batch = every.fetch(sources(every))
    assert batch.table.schema.equals(every.spec.source_schema)
    assert batch.table.num_rows > 0
    assert batch.unaccounted == 0
    assert batch.offered > 0
    assert batch.requests > 0
    for field in batch.table.schema:
        assert field.nullable or batch.table[field.name].null_count == 0, field.name


def test_asking_twice_gives_the_same_rows_none_of_them_after_the_window(
    every: Case, sources: Callable[..., Any]
) -> None:
    source = sources(every)
    table = every.fetch(source).table
    assert every.fetch(source).table.equals(table)
    if "realtime_start" in table.schema.names:
        assert max(table["realtime_start"].to_pylist()) <= END


@pytest.mark.parametrize("kind", PASSING_FAULTS)
def test_a_fault_is_outlived_or_ends_typed_and_heals(
    case: Case, sources: Callable[..., Any], sandbox: SandboxServer, kind: str
) -> None:
    source = sources(case, kind)
    expected = case.fetch(source).table
    sandbox.faults.inject(kind, times=1, path=case.path, seconds=0.6)
    assert case.fetch(source).table.equals(expected)
    sandbox.faults.inject(kind, times=None, path=case.path, seconds=0.6)
    with pytest.raises(TransientSourceError, match="Gave up after 3 tries"):
        case.fetch(source)
    sandbox.faults.clear()
    assert case.fetch(source).table.equals(expected)


def test_retry_after_is_honoured(
    case: Case, sources: Callable[..., Any], sandbox: SandboxServer, time: FakeTime
) -> None:
    sandbox.faults.inject("429", times=2, path=case.path, seconds=7)
    case.fetch(sources(case))
    assert [7 <= wait <= 8 for wait in time.slept] == [True, True]


def test_a_wait_too_long_fails_at_once_and_says_how_long(
    case: Case, sources: Callable[..., Any], sandbox: SandboxServer, time: FakeTime
) -> None:
    sandbox.faults.inject("429", times=None, path=case.path, seconds=3600)
    with pytest.raises(TransientSourceError) as caught:
        case.fetch(sources(case))
    assert caught.value.retry_after == 3600
    assert time.slept == []


@pytest.mark.parametrize("kind", ["empty", "nulls"])
def test_nothing_is_a_failure_never_an_empty_table(
    every: Case, sources: Callable[..., Any], sandbox: SandboxServer, kind: str
) -> None:
    sandbox.faults.inject(kind, times=None)
    with pytest.raises((EmptyDataError, TransientSourceError)):
        every.fetch(sources(every))


def test_a_provider_that_is_down_fails_typed(case: Case, archive: Archive, time: FakeTime) -> None:
    with SandboxServer(archive) as gone:
        source = case.make(settings_for(gone), clock=time.clock)
    with pytest.raises(TransientSourceError):
        case.fetch(source)


SECRETIVE = [("fred window", kind) for kind in (*PASSING_FAULTS, "empty", "nulls")]
SECRETIVE += [(name, "500") for name in CASES if name != "fred window"]


@pytest.mark.parametrize(("name", "kind"), SECRETIVE)
def test_the_key_is_nowhere(
    name: str, kind: str, sources: Callable[..., Any], sandbox: SandboxServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        source = sources(CASES[name], kind, http_retries=1)
        sandbox.faults.inject(kind, times=None, seconds=0.6)
        with pytest.raises(SourceError) as caught:
            CASES[name].fetch(source)
    error = caught.value
    shown = "".join(traceback.format_exception(error)) + repr(error) + repr(error.__context__) + repr(error.args)
    shown += repr(source) + repr(vars(source))
    logged = "".join(record.getMessage() + repr(record.__dict__) for record in caplog.records)
    assert KEY not in shown
    assert KEY not in logged + caplog.text
    assert "GET" in logged or "Trying again" in logged  # the libraries did log


def test_a_window_in_the_future_or_upside_down_is_refused(sandbox: SandboxServer) -> None:
    late = sandbox.today + dt.timedelta(days=1)
    with pytest.raises(InvalidInputError, match="future"):
        FredSource(settings_for(sandbox)).window("PAYEMS", late, late)
    with pytest.raises(InvalidInputError, match="before it begins"):
        YahooSource(settings_for(sandbox)).window("SPY", END, START)


@pytest.mark.parametrize("name", CASES)
def test_a_fact_lost_on_the_way_is_unaccounted_for(
    name: str, sources: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each adapter's transform loses its last fact; the account, taken from the raw answer, shows it."""
    module, function = TRANSFORMS[name.rpartition(" ")[0] or name]
    transform = getattr(module, function)

    def losing(*args: Any, **kwargs: Any) -> Any:
        result = transform(*args, **kwargs)
        whole = result[0] if isinstance(result, tuple) else result
        shorter = whole.slice(0, whole.num_rows - 1) if isinstance(whole, pa.Table) else whole[:-1]
        return (shorter, *result[1:]) if isinstance(result, tuple) else shorter

    monkeypatch.setattr(module, function, losing)
    case = CASES[name]
    assert case.fetch(sources(case)).unaccounted >= 1


def test_a_bar_lost_inside_the_client_is_unaccounted_for(
    sources: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = YahooSource._ask

    def losing(self: YahooSource, symbol: str, since: dt.date, until: dt.date) -> Any:
        frame = ask(self, symbol, since, until)
        return frame.drop(index=frame.index[20])  # of the third week of the window

    monkeypatch.setattr(YahooSource, "_ask", losing)
    case = CASES["yahoo window"]
    assert case.fetch(sources(case)).unaccounted == 1


def test_half_of_the_world_banks_rows_are_refused(sources: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    fetch = wb.data.fetch
    monkeypatch.setattr(wb.data, "fetch", lambda *args, **kwargs: list(fetch(*args, **kwargs))[::2])
    case = CASES["world bank history"]
    with pytest.raises(MalformedAnswerError, match="rows for 3 economies"):
        case.fetch(sources(case))


def test_a_page_of_fred_that_is_cut_short_is_refused(
    sources: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = read_observations

    def shorter(payload: Any) -> tuple[pa.Table, int]:
        rows, total = read(payload)
        return rows.slice(0, rows.num_rows - 1), total

    monkeypatch.setattr(fred_client, "read_observations", shorter)
    case = CASES["fred history"]
    with pytest.raises(TransientSourceError, match="between two pages"):
        case.fetch(sources(case))
