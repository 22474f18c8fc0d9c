"""The recorded archive, served: as it stands on its days, every series and file listed."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.sandbox import Archive
from macro_assets.sandbox.fred_parameters import API_KEY
from macro_assets.sandbox.providers import Providers
from macro_assets.sandbox.wire import Request, day_number

pytestmark = pytest.mark.archive


@pytest.fixture(scope="module")
def recorded(archive_dir: Path) -> Archive:
    return Archive.read(archive_dir)


@pytest.fixture(scope="module")
def providers(recorded: Archive) -> Providers:
    return Providers(recorded)


def fetch(providers: Providers, path: str, **query: str) -> dict[str, Any]:
    request = Request("GET", path, {"api_key": API_KEY, "file_type": "json"} | query)
    response = providers.answer(request).response
    assert response.status == 200, response.body
    answer: dict[str, Any] = orjson.loads(response.body)
    return answer


@pytest.mark.parametrize("day", [date(1985, 6, 14), date(2001, 11, 26), date(2008, 10, 31), date(2015, 12, 31)])
def test_every_series_is_served_as_recorded(recorded: Archive, providers: Providers, day: date) -> None:
    table = recorded.observations
    valid = pc.and_(pc.less_equal(table["realtime_start"], day), pc.greater_equal(table["realtime_end"], day))
    described = recorded.series[recorded.series["vintage_kind"] != "lag_rule"]
    expected = table.filter(pc.and_(valid, pc.is_in(table["series_id"], pa.array(described["series_id"], pa.string()))))
    names = pc.unique(expected["series_id"]).to_pylist()
    served = []
    for series_id in names:
        query = {"series_id": series_id, "realtime_start": str(day), "realtime_end": str(day)}
        served += fetch(providers, "/fred/series/observations", **query)["observations"]
    dates = expected["date"].cast(pa.string()).to_pylist()
    assert [row["date"] for row in served] == dates
    values = [np.nan if row["value"] == "." else float(row["value"]) for row in served]
    np.testing.assert_array_equal(values, expected["value"].fill_null(np.nan))
    assert len(names) > 60


def test_a_series_without_recorded_vintages_is_one_compilation_of_the_last_day(
    recorded: Archive, providers: Providers
) -> None:
    """As FRED would show it: one vintage, all of the past in it, and nothing of it in ALFRED before."""
    compiled = recorded.series.loc[recorded.series["vintage_kind"] == "lag_rule", "series_id"].tolist()
    assert {"GDP", "ICSA", "PCE"} <= set(compiled)
    last = str(recorded.last_day)
    for series_id in compiled:
        stated = fetch(providers, "/fred/series/vintagedates", series_id=series_id)
        assert stated["vintage_dates"] == [last], series_id
    rows = fetch(providers, "/fred/series/observations", series_id="GDP")["observations"]
    held = recorded.observations.filter(pc.equal(recorded.observations["series_id"], "GDP"))
    assert [row["date"] for row in rows] == held["date"].cast(pa.string()).to_pylist()
    query = {"series_id": "GDP", "realtime_start": "2008-11-15", "realtime_end": "2008-11-15"}
    request = Request("GET", "/fred/series/observations", {"api_key": API_KEY, "file_type": "json"} | query)
    assert b"does not exist in ALFRED" in providers.answer(request).response.body


def test_a_release_with_true_days_serves_these_alone_and_the_calendar_those_of_the_archive(
    providers: Providers,
) -> None:
    body = fetch(providers, "/fred/release/dates", release_id="10", limit="10000")
    days = [row["date"] for row in body["release_dates"]]
    assert (days[0], days[-1], len(days), body["count"]) == ("1999-01-14", "2018-12-12", 233, 233)
    query = {"realtime_start": "2005-03-01", "realtime_end": "2005-03-31", "limit": "1000"}
    calendar = fetch(providers, "/fred/releases/dates", **query)["release_dates"]
    assert len([row for row in calendar if row["release_id"] == 10]) > 1, "days on which values changed, by rule"


def test_windows_of_vintages_rebuild_the_recorded_rows(recorded: Archive, providers: Providers) -> None:
    for series_id in ("GDPC1", "PAYEMS", "USREC", "DGS10", "BUSLOANS"):
        days = [
            day
            for offset in ("0", "10000")
            for day in fetch(providers, "/fred/series/vintagedates", series_id=series_id, offset=offset)[
                "vintage_dates"
            ]
        ]
        facts = set()
        for k in range(0, len(days), 1999):
            window = days[k : k + 2000]
            last = "9999-12-31" if k + 2000 >= len(days) else window[-1]
            body = fetch(
                providers, "/fred/series/observations", series_id=series_id, realtime_start=window[0], realtime_end=last
            )
            facts |= {
                (row["date"], row["realtime_start"], row["value"])
                for row in body["observations"]
                if k == 0 or row["realtime_start"] > window[0]
            }
        rows = recorded.observations.filter(pc.equal(recorded.observations["series_id"], series_id)).to_pylist()
        assert {(d, s, None if v == "." else float(v)) for d, s, v in facts} == {
            (str(row["date"]), str(row["realtime_start"]), row["value"]) for row in rows
        }


def test_every_series_symbol_and_indicator_is_listed(recorded: Archive, providers: Providers) -> None:
    for series_id in recorded.series["series_id"]:
        assert fetch(providers, "/fred/series", series_id=series_id)["seriess"][0]["id"] == series_id
    for symbol, frame in recorded.bars.items():
        chart = fetch(providers, f"/yahoo/query2.finance.yahoo.com/v8/finance/chart/{symbol}", range="max")
        closes = chart["chart"]["result"][0]["indicators"]["quote"][0]["close"]
        np.testing.assert_array_equal(closes, frame["Close"])
    index = providers.answer(Request("GET", "/surprises/index.csv", {})).response.body.decode()
    assert {line.split(",")[0].removesuffix(".csv") for line in index.splitlines()[1:]} == set(recorded.surprises)


def test_dividends_of_funds_are_plausible(providers: Providers) -> None:
    for symbol, per_year in (("SPY", 4), ("TLT", 12)):
        bars = providers.yahoo._bars[symbol]
        in_2014 = (bars.day >= day_number(date(2014, 1, 1))) & (bars.day < day_number(date(2015, 1, 1)))
        paid = bars.dividend[in_2014 & (bars.dividend > 0)]
        assert len(paid) == per_year
        assert 0.015 < paid.sum() / bars.prices["close"][in_2014].mean() < 0.035
