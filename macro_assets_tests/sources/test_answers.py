"""Answers that are well formed and wrong: rows outside of the request, another symbol, half of the rows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from macro_assets.errors import MalformedAnswerError
from macro_assets.settings import Settings
from macro_assets.sources.fred.answers import check_periods, check_request, read_observations
from macro_assets.sources.fred.facts import ROWS
from macro_assets.sources.world_bank.source import WorldBankSource
from macro_assets.sources.yahoo.chart import Chart, check_chart, read_chart
from macro_assets_tests.sandbox.small_archive import LAST
from macro_assets_tests.sources.conftest import FakeTime, day

START, END = day("2012-06-01"), day("2012-08-31")
ROW = {"date": "2012-05-01", "realtime_start": "2012-06-01", "realtime_end": "2012-08-31", "value": "1.5"}


def page(**changes: object) -> dict[str, object]:
    return {"count": 2, "observations": [ROW, ROW | {"date": "2012-06-01"} | changes]}


@pytest.mark.parametrize(
    "value",
    ["NaN", "nan", "inf", "-inf", "1e999", "1,234.5", "0x1F", " 1.0", "1.0%", "", "1 2", "--1", 1.5, 7, True, [1]],
)
def test_only_printed_numbers_and_dots_are_values_of_fred(value: object) -> None:
    with pytest.raises(MalformedAnswerError):
        read_observations(page(value=value))


@pytest.mark.parametrize(
    ("value", "number"), [("-0.25", -0.25), ("1.5e-05", 1.5e-05), (".5", 0.5), ("7", 7.0), (".", None)]
)
def test_printed_numbers_are_read(value: str, number: float | None) -> None:
    rows, total = read_observations(page(value=value))
    assert (rows["value"].to_pylist()[1], total) == (number, 2)
    check_request(rows, total, START, END)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"realtime_start": "2012-05-31"}, "outside of those asked for"),
        ({"realtime_start": "2999-01-01", "realtime_end": "2999-01-02"}, "outside of those asked for"),
        ({"realtime_end": "2012-09-01"}, "outside of those asked for"),
        ({"realtime_start": "2012-07-02", "realtime_end": "2012-07-01"}, "ends before it begins"),
        ({"date": "2990-01-01"}, "long after its vintage"),
        ({"date": "2100-01-01"}, "long after its vintage"),
        ({"date": "1600-01-01"}, "before 1776"),
    ],
)
def test_rows_of_fred_outside_of_the_request_are_refused(changes: dict[str, str], why: str) -> None:
    rows, total = read_observations(page(**changes))
    with pytest.raises(MalformedAnswerError, match=why):
        check_request(rows, total, START, END)


@pytest.mark.parametrize("date", ["0000-01-01", "2012-13-01", "2012-1-1", "20120101", "yesterday", ""])
def test_what_is_not_a_date_is_refused(date: str) -> None:
    with pytest.raises(MalformedAnswerError):
        check_request(*read_observations(page(date=date)), START, END)


def test_a_count_smaller_than_the_page_is_refused() -> None:
    rows, _ = read_observations(page())
    with pytest.raises(MalformedAnswerError, match="2 rows came of -5"):
        check_request(rows, -5, START, END)


PERIODS: dict[str, np.ndarray] = {
    "D": np.arange("2012-01-02", "2012-03-03", dtype="datetime64[D]"),
    "W": np.arange("2012-01-07", "2013-01-07", 7, dtype="datetime64[D]"),
    "M": np.arange("2010-01", "2012-01", dtype="datetime64[M]").astype("datetime64[D]"),
    "Q": np.arange("2000-01", "2012-01", 3, dtype="datetime64[M]").astype("datetime64[D]"),
    "A": np.arange("1980", "2012", dtype="datetime64[Y]").astype("datetime64[D]"),
}


@pytest.mark.parametrize("frequency", PERIODS)
def test_half_of_the_periods_are_noticed_and_a_whole_answer_is_not(frequency: str) -> None:
    days = PERIODS[frequency]
    days = days[np.is_busday(days)] if frequency == "D" else days

    def rows(chosen: np.ndarray) -> pa.Table:
        column = pa.array(chosen).cast(pa.date32())
        return pa.table([column, column, column, pa.array(np.ones(len(chosen)))], schema=ROWS)

    check_periods(rows(days), "X", frequency)
    check_periods(rows(days[[0]]), "X", frequency)
    check_periods(rows(days[::2]), "X", "other")
    with pytest.raises(MalformedAnswerError, match=rf"answer on X .* of {len(days)} periods"):
        check_periods(rows(days[[*range(0, len(days), 2), -1]]), "X", frequency)


def chart(**changes: Any) -> Chart:
    days = np.arange("2012-05-01", "2012-08-01", dtype="datetime64[D]")
    days = days[np.is_busday(days)].astype(np.int64)
    return replace(Chart("SPY", "USD", END, True, days, np.ones(len(days), bool)), **changes)  # noqa: FBT003


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda c: {"symbol": "TLT"}, "that of TLT"),
        (lambda c: {"currency": "GBp"}, "in GBp, not in USD"),
        (lambda c: {"day": c.day[::2], "priced": c.priced[::2]}, "bars on 33 of 66 weekdays|bars on 33 of 65 weekdays"),
        (lambda c: {"day": c.day + 400_000}, "outside of"),
        (lambda c: {"day": c.day - 60}, "outside of"),
    ],
)
def test_a_chart_that_does_not_answer_its_request_is_refused(
    change: Callable[[Chart], dict[str, Any]], why: str
) -> None:
    asked = ("SPY", "USD", day("2012-04-15"), day("2012-09-01"))
    check_chart(chart(), *asked)
    check_chart(chart(day=chart().day[:0]), *asked)
    with pytest.raises(MalformedAnswerError, match=why):
        check_chart(chart(**change(chart())), *asked)


@pytest.mark.parametrize("price", ["1.5", True, [1.0], 1e999])
def test_a_price_that_is_not_a_number_is_refused(price: object) -> None:
    meta = {"symbol": "X", "regularMarketTime": 0, "currentTradingPeriod": {"regular": {"start": 0, "end": 0}}}
    raw = {"meta": meta, "timestamp": [0], "indicators": {"quote": [{"close": [1.0], "open": [price]}]}}
    with pytest.raises(MalformedAnswerError, match="not a number"):
        read_chart("X", {"result": [raw]})


def test_bars_out_of_order_are_refused() -> None:
    meta = {"symbol": "X", "regularMarketTime": 0, "currentTradingPeriod": {"regular": {"start": 0, "end": 0}}}
    raw = {"meta": meta, "timestamp": [86_400, 0], "indicators": {"quote": [{"close": [1.0, 2.0]}]}}
    with pytest.raises(MalformedAnswerError, match="ascending order of time"):
        read_chart("X", {"result": [raw]})


def test_rows_that_the_world_bank_states_and_does_not_send_are_noticed(
    settings: Settings, time: FakeTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from macro_assets.sources.world_bank import client

    read = client._read_page

    def more(result: Any) -> Any:
        page = read(result)
        return page | {"total": page["total"] + 3} if isinstance(page, dict) and page.get("lastupdated") else page

    bank = WorldBankSource(settings, clock=time.clock)
    bank.history("NY.GDP.MKTP.KD.ZG", ("USA", "DEU"), LAST)
    monkeypatch.setattr(client, "_read_page", more)
    with pytest.raises(MalformedAnswerError, match=r"rows came of \d+"):
        bank.history("NY.GDP.MKTP.KD.ZG", ("USA", "DEU"), LAST)
