"""What FRED shows on a day: visibility, clipping, paging, limits, error texts."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import orjson
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.sandbox import Archive
from macro_assets.sandbox.clock import Clock
from macro_assets.sandbox.fred import FredApi
from macro_assets.sandbox.fred_parameters import API_KEY
from macro_assets.sandbox.fred_store import FredStore
from macro_assets.sandbox.wire import Request
from macro_assets_tests.sandbox.small_archive import REBASE_DAY, small_archive

ARCHIVE = small_archive()
STORE = FredStore(ARCHIVE)
ALL = {"realtime_start": "1776-07-04", "realtime_end": "9999-12-31"}
DAYS = st.dates(date(2004, 6, 1), date(2014, 12, 31))
RECENT = st.sampled_from(["PAYEMS", "GDPC1"])


def ask(today: date, path: str, **query: str) -> tuple[int, dict[str, Any]]:
    parameters = {"api_key": API_KEY, "file_type": "json"} | query
    response = FredApi(STORE, Clock(today)).answer(Request("GET", path, parameters))
    return response.status, orjson.loads(response.body)


def observations(today: date, series_id: str, **query: str) -> list[dict[str, str]]:
    status, body = ask(today, "/series/observations", series_id=series_id, **query)
    assert status == 200, body
    rows: list[dict[str, str]] = body["observations"]
    return rows


def truth(archive: Archive, series_id: str, day: date) -> dict[str, float | None]:
    """Observation -> value as published on `day`, straight from the archive."""
    table = archive.observations
    rows = table.filter(
        pc.and_(pc.equal(table["series_id"], series_id),
                pc.and_(pc.less_equal(table["realtime_start"], day), pc.greater_equal(table["realtime_end"], day)))
    )  # fmt: skip
    return {str(row["date"]): row["value"] for row in rows.to_pylist()}


def numbers(rows: list[dict[str, str]]) -> dict[str, float | None]:
    return {row["date"]: None if row["value"] == "." else float(row["value"]) for row in rows}


@given(today=DAYS, back=st.integers(0, 1500), series_id=RECENT)
def test_any_past_day_is_served_as_it_was_then(today: date, back: int, series_id: str) -> None:
    asked = max(today - timedelta(days=back), date(2004, 6, 1))
    rows = observations(today, series_id, realtime_start=str(asked), realtime_end=str(asked))
    assert numbers(rows) == truth(ARCHIVE, series_id, asked)
    assert {(row["realtime_start"], row["realtime_end"]) for row in rows} == {(str(asked), str(asked))}


@given(today=DAYS, series_id=RECENT)
def test_nothing_later_than_today_leaks_and_current_rows_are_open(today: date, series_id: str) -> None:
    rows = observations(today, series_id, **ALL)
    assert all(row["realtime_start"] <= str(today) for row in rows)
    assert all(row["realtime_end"] < str(today) or row["realtime_end"] == "9999-12-31" for row in rows)
    current = [row for row in rows if row["realtime_end"] == "9999-12-31"]
    assert numbers(current) == truth(ARCHIVE, series_id, today)
    for path in ("/series/vintagedates", "/releases/dates"):
        extra = (
            {"series_id": series_id} if path.startswith("/series") else {"include_release_dates_with_no_data": "true"}
        )
        body = ask(today, path, **ALL, **extra)[1]
        days = body.get("vintage_dates") or [row["date"] for row in body["release_dates"]]
        assert max(days) <= str(today)


@given(today=DAYS, length=st.integers(0, 900), series_id=RECENT)
def test_dates_are_clipped_to_the_period_asked_for(today: date, length: int, series_id: str) -> None:
    start = max(today - timedelta(days=length), date(2004, 6, 1))
    rows = observations(today, series_id, realtime_start=str(start), realtime_end=str(today))
    assert all(str(start) <= row["realtime_start"] <= row["realtime_end"] <= str(today) for row in rows)


def test_default_period_is_today() -> None:
    rows = observations(date(2008, 5, 5), "PAYEMS")
    assert rows[-1]["date"] == "2008-03-01"
    assert {row["realtime_end"] for row in rows} == {"2008-05-05"}


def test_rebased_series_loses_its_withdrawn_past() -> None:
    before, after = REBASE_DAY - timedelta(days=1), REBASE_DAY
    rows = observations(REBASE_DAY, "GDPC1", realtime_start=str(before), realtime_end=str(after))
    ended = [row for row in rows if row["realtime_end"] == str(before)]
    assert {row["date"] for row in ended if row["date"] < "2006"} == {
        f"{y}-{m:02}-01" for y in (2004, 2005) for m in (1, 4, 7, 10)
    }
    vintages = ask(REBASE_DAY, "/series/vintagedates", series_id="GDPC1")[1]["vintage_dates"]
    assert vintages[-1] == str(REBASE_DAY)


def test_holidays_are_dots_and_observation_range_is_kept() -> None:
    rows = observations(
        date(2014, 12, 31), "DGS10", observation_start="2008-12-24", observation_end="2008-12-26", sort_order="desc"
    )
    assert [row["date"] for row in rows] == ["2008-12-26", "2008-12-25", "2008-12-24"]
    assert rows[1]["value"] == "."


def test_pages_join_to_the_whole() -> None:
    whole = observations(date(2014, 12, 31), "PAYEMS", **ALL)
    pages = [observations(date(2014, 12, 31), "PAYEMS", **ALL, limit="100", offset=str(k)) for k in (0, 100, 200, 300)]
    assert [row for page in pages for row in page] == whole


def test_more_than_2000_vintages_are_refused_and_windows_of_2000_pass() -> None:
    today = date(2014, 12, 31)
    status, body = ask(today, "/series/observations", series_id="DGS10", **ALL)
    assert status == 400
    assert "exceeds the maximum number of vintage dates allowed for this file type (2000)" in body["error_message"]
    days = ask(today, "/series/vintagedates", series_id="DGS10")[1]["vintage_dates"]
    rows = [
        row
        for k in range(0, len(days), 2000)
        for row in observations(today, "DGS10", realtime_start=days[k], realtime_end=days[k : k + 2000][-1])
        if row["realtime_start"] > days[k] or k == 0
    ]
    first = {row["date"] for row in rows}
    assert len(days) > 2000
    assert len(first) >= 2860


def test_vintage_dates_choose_single_vintages() -> None:
    rows = observations(
        date(2014, 12, 31), "PAYEMS", vintage_dates="2008-03-31,2008-05-31", observation_start="2008-01-01"
    )
    spans = [(row["date"], row["realtime_start"], row["realtime_end"]) for row in rows]
    assert spans == [
        ("2008-01-01", "2008-03-31", "2008-05-31"),
        ("2008-02-01", "2008-03-31", "2008-04-04"),
        ("2008-02-01", "2008-04-05", "2008-05-31"),
        ("2008-03-01", "2008-05-05", "2008-05-31"),
        ("2008-04-01", "2008-05-06", "2008-05-31"),
    ]


def test_initial_release_is_the_first_value_printed() -> None:
    rows = observations(date(2014, 12, 31), "PAYEMS", **ALL, output_type="4")
    assert len(rows) == 131
    assert all(row["realtime_start"][-2:] == "06" for row in rows)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"series_id": "NOPE"}, "The series does not exist."),
        ({"series_id": "UNRATE"}, "The series does not exist."),
        ({}, "Variable series_id is not set."),
        ({"series_id": "PAYEMS", "api_key": ""}, "Variable api_key is not set."),
        ({"series_id": "PAYEMS", "api_key": "SHORT"}, "not a 32 character alpha-numeric lower-case string"),
        ({"series_id": "PAYEMS", "realtime_start": "1/1/2008"}, "realtime_start is not a YYYY-MM-DD formatted date"),
        ({"series_id": "PAYEMS", "realtime_start": "2009-01-02"}, "can not be after today's date (2009-01-01)"),
        ({"series_id": "PAYEMS", "realtime_end": "2009-01-02"}, "Variable realtime_end can not be after today's date"),
        ({"series_id": "PAYEMS", "limit": "100001"}, "Variable limit is not an integer between 1 and 100000."),
        (
            {"series_id": "PAYEMS", "realtime_start": "2003-01-01", "realtime_end": "2003-02-01"},
            "The series does not exist in ALFRED but may exist in FRED.",
        ),
    ],
)
def test_complaints_are_those_of_fred(query: dict[str, str], text: str) -> None:
    status, body = ask(date(2009, 1, 1), "/series/observations", **query)
    assert (status, body["error_code"]) == (400, 400)
    assert body["error_message"].startswith("Bad Request.  ")
    assert text in body["error_message"]


def test_errors_are_xml_by_default() -> None:
    response = FredApi(STORE, Clock(date(2009, 1, 1))).answer(
        Request("GET", "/series", {"api_key": API_KEY, "series_id": "X"})
    )
    assert b'<error code="400" message="Bad Request.  The series does not exist." />' in response.body


def test_series_describes_what_is_visible() -> None:
    info = ask(date(2009, 1, 1), "/series", series_id="PAYEMS")[1]["seriess"][0]
    assert (info["observation_start"], info["observation_end"]) == ("2004-01-01", "2008-11-01")
    assert (info["frequency"], info["seasonal_adjustment"], info["last_updated"][:10]) == (
        "Monthly", "Seasonally Adjusted", "2008-12-06",
    )  # fmt: skip


def test_releases_and_their_dates() -> None:
    today = date(2009, 1, 1)
    release = ask(today, "/series/release", series_id="PAYEMS")[1]["releases"][0]
    assert (release["id"], release["name"]) == (50, "Employment Situation")
    rows = ask(today, "/releases/dates", realtime_start="2008-12-01", sort_order="asc")[1]["release_dates"]
    employment = [row["date"] for row in rows if row["release_id"] == 50]
    assert employment == ["2008-12-05", "2008-12-06"]
    assert ask(today, "/release/dates", release_id="50")[1]["count"] > 100
    assert [row["id"] for row in ask(today, "/release/series", release_id="50")[1]["seriess"]] == ["PAYEMS"]


def test_revision_is_a_new_vintage_from_today_on() -> None:
    store, clock = FredStore(ARCHIVE), Clock(date(2010, 6, 1))
    api = FredApi(store, clock)
    day = store.revise("PAYEMS", None, 123.0, clock.today)

    def values(asked: str) -> dict[str, float | None]:
        query = {"api_key": API_KEY, "file_type": "json", "series_id": "PAYEMS"}
        query |= {"realtime_start": asked, "realtime_end": asked}
        return numbers(orjson.loads(api.answer(Request("GET", "/series/observations", query)).body)["observations"])

    assert values("2010-05-31") == truth(ARCHIVE, "PAYEMS", date(2010, 5, 31))
    assert values("2010-06-01") == truth(ARCHIVE, "PAYEMS", date(2010, 6, 1)) | {str(day): 123.0}
    assert store.revise("PAYEMS", day, 124.0, clock.today) == day
    assert values("2010-06-01")[str(day)] == 124.0
    today = (clock.today - date(1970, 1, 1)).days
    ids, days = store.release_calendar
    assert ((days == today) & (ids == 50)).sum() == 1


def test_a_series_without_recorded_vintages_is_one_compilation_of_the_last_day() -> None:
    series = ARCHIVE.series.copy()
    series.loc[series["series_id"] == "ICSA", "vintage_kind"] = "lag_rule"
    compiled = FredApi(FredStore(replace(ARCHIVE, series=series)), Clock(ARCHIVE.last_day))

    def answer(path: str, **query: str) -> dict[str, Any]:
        parameters = {"api_key": API_KEY, "file_type": "json", "series_id": "ICSA"} | query
        body: dict[str, Any] = orjson.loads(compiled.answer(Request("GET", path, parameters)).body)
        return body

    assert answer("/series/vintagedates")["vintage_dates"] == [str(ARCHIVE.last_day)]
    assert {row["realtime_start"] for row in answer("/series/observations")["observations"]} == {str(ARCHIVE.last_day)}
    earlier = answer("/series/observations", realtime_start="2012-01-05", realtime_end="2012-01-05")
    assert "does not exist in ALFRED" in earlier["error_message"]
