"""The unmodified clients of the providers against the sandbox."""

import os
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import numpy as np
import pandas as pd
import pytest
import requests
from fredapi import Fred

from macro_assets.sandbox import SandboxServer
from macro_assets_tests.sandbox.small_archive import SPLIT_DAY


@pytest.fixture
def fred(sandbox: SandboxServer) -> Fred:
    client = Fred(api_key=sandbox.urls["MACRO_FRED_API_KEY"])
    client.root_url = sandbox.urls["MACRO_FRED_URL"]
    return client


@pytest.fixture
def yahoo(sandbox: SandboxServer, tmp_path: Path) -> Iterator[Any]:
    """Stock yfinance whose session sends every host to the sandbox."""
    os.environ["YF_DISABLE_CURL_CFFI"] = "1"
    import yfinance
    from yfinance.data import SingletonMeta, YfData

    class Redirect(requests.Session):
        def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
            parts = urlsplit(str(url))
            base = f"{sandbox.urls['MACRO_YAHOO_URL']}/{parts.netloc}{parts.path}"
            return super().request(method, base + (f"?{parts.query}" if parts.query else ""), *args, **kwargs)

    yfinance.set_tz_cache_location(str(tmp_path))
    SingletonMeta._instances.clear()
    YfData.cache_get.cache_clear()
    hidden, yfinance.config.debug.hide_exceptions = yfinance.config.debug.hide_exceptions, False
    session = Redirect()
    session.trust_env = False

    def history(symbol: str, start: str, end: str) -> pd.DataFrame:
        YfData.cache_get.cache_clear()
        return yfinance.Ticker(symbol, session=session).history(start=start, end=end, auto_adjust=False)

    yield history
    yfinance.config.debug.hide_exceptions = hidden
    SingletonMeta._instances.clear()


@pytest.fixture
def bank(sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Any:
    import wbgapi

    monkeypatch.setattr(wbgapi, "endpoint", sandbox.urls["MACRO_WORLD_BANK_URL"])
    monkeypatch.setattr(wbgapi.economy, "_localized_metadata", {})
    monkeypatch.setattr(wbgapi.economy, "_class_data", None)
    monkeypatch.setattr(wbgapi.source, "_concepts", {})
    monkeypatch.setattr(wbgapi.time, "_time_values", {})
    return wbgapi


def test_stock_fredapi_reads_series_and_vintages(fred: Fred) -> None:
    latest = fred.get_series("PAYEMS")
    assert latest.index[-1] == pd.Timestamp("2012-02-01")
    assert latest.notna().all()
    releases = fred.get_series_all_releases("PAYEMS")
    assert list(releases.columns) == ["realtime_start", "date", "value"]
    assert releases.groupby("date").size().max() == 2
    assert fred.get_series_vintage_dates("GDPC1")[-1] == pd.Timestamp("2012-01-30")
    assert fred.get_series_info("GDPC1")["units"] == "Billions of Chained Dollars"
    assert np.isnan(fred.get_series("DGS10").loc["2011-07-04"])


def test_stock_fredapi_gets_readable_errors(fred: Fred) -> None:
    with pytest.raises(ValueError, match="The series does not exist"):
        fred.get_series("NOPE")
    with pytest.raises(ValueError, match="maximum number of vintage dates"):
        fred.get_series_all_releases("DGS10")


def test_release_happens_between_two_calls(fred: Fred, sandbox: SandboxServer) -> None:
    sandbox.advance_to(date(2012, 4, 5))
    before = fred.get_series("PAYEMS")
    sandbox.advance_to(date(2012, 4, 6))
    after = fred.get_series("PAYEMS")
    assert list(after.index.difference(before.index)) == [pd.Timestamp("2012-03-01")]


def test_yfinance_reads_bars_as_of_today(yahoo: Any) -> None:
    frame = yahoo("^GSPC", "2012-03-01", "2012-06-01")
    assert frame.index[0].date() == date(2012, 3, 1)
    assert frame.index[-1].date() == date(2012, 3, 15)
    assert (frame["Dividends"] == 0).all()


def test_dividends_are_implied_by_adjusted_closes(yahoo: Any) -> None:
    frame = yahoo("TLT", "2011-03-16", "2012-03-16")
    paid = frame.loc[frame["Dividends"] > 0, "Dividends"]
    assert len(paid) == 12
    np.testing.assert_allclose(paid, 0.3, atol=1e-4)
    total = frame["Close"].add(frame["Dividends"]).div(frame["Close"].shift()).iloc[1:]
    adjusted = frame["Adj Close"].div(frame["Adj Close"].shift()).iloc[1:]
    np.testing.assert_allclose(total, adjusted, atol=3e-5)
    assert frame["Adj Close"].iloc[-1] == frame["Close"].iloc[-1]


def test_split_restates_the_past_from_its_day_on(yahoo: Any, sandbox: SandboxServer) -> None:
    before = yahoo("SPY", "2012-03-01", "2012-03-16")
    sandbox.advance_to(SPLIT_DAY)
    after = yahoo("SPY", "2012-03-01", "2012-06-12")
    assert after.loc[after["Stock Splits"] > 0, "Stock Splits"].to_dict() == {after.index[-1]: 2.0}
    same = after.loc[before.index]
    for column in ("Open", "High", "Low", "Close", "Dividends"):
        np.testing.assert_allclose(before[column], 2 * same[column], rtol=1e-9)
    np.testing.assert_allclose(before["Volume"], same["Volume"] / 2, atol=1)


def test_unknown_symbol_and_empty_period_raise_with_yahoos_reason(yahoo: Any) -> None:
    from yfinance.exceptions import YFException

    with pytest.raises(requests.HTTPError, match="404"):
        yahoo("NOPE", "2012-03-01", "2012-03-16")
    with pytest.raises(YFException, match="Data doesn't exist for startDate"):
        yahoo("TLT", "1999-03-01", "1999-03-16")


def test_wbgapi_reads_values_known_today(bank: Any, sandbox: SandboxServer) -> None:
    def table() -> dict[tuple[str, str], float | None]:
        rows = bank.data.fetch("FP.CPI.TOTL.ZG", ["USA", "CHN"], range(2007, 2013))
        return {(row["economy"], row["time"]): row["value"] for row in rows}

    first = table()
    assert sandbox.requests.count(provider="world_bank") == 7
    assert first["USA", "YR2010"] is not None
    assert first["USA", "YR2011"] is None
    assert first["CHN", "YR2008"] is None
    sandbox.advance_to(date(2012, 7, 1))
    assert table()["USA", "YR2011"] is not None


def test_wbgapi_follows_pages_and_names_bad_indicators(bank: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(bank.data.fetch("NY.GDP.MKTP.KD.ZG", "all", range(2004, 2011)))
    monkeypatch.setattr(bank, "per_page", 4)
    assert list(bank.data.fetch("NY.GDP.MKTP.KD.ZG", "all", range(2004, 2011))) == whole
    with pytest.raises(bank.APIError, match="Invalid value"):
        list(bank.data.fetch("NO.SUCH.THING", "USA", range(2004, 2011)))


def test_surprises_are_files_with_an_index(sandbox: SandboxServer) -> None:
    base = sandbox.urls["MACRO_SURPRISES_URL"]
    with httpx2.Client(trust_env=False) as client:
        index, meetings = (
            pd.read_csv(StringIO(client.get(f"{base}/{name}.csv").text)) for name in ("index", "meetings")
        )
        assert client.get(f"{base}/nothing.csv").status_code == 404
    assert index.to_dict("list") == {
        "file": ["meetings.csv", "monthly.csv"], "column": ["mp1", "shock"], "unit": ["percentage points"] * 2,
    }  # fmt: skip
    assert meetings["date"].max() <= "2012-03-15"
    assert meetings["description"].str.contains("projections").any()
