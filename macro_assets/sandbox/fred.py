"""The FRED web service under `/fred`: which path answers what.

Belongs here: routes, paging, defaults of each path. Does not belong here: which rows are visible (fred_store.py),
the checks of parameters (fred_parameters.py), the text of answers (fred_wire.py).
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np

from macro_assets.sandbox.archive import FOREVER
from macro_assets.sandbox.clock import Clock
from macro_assets.sandbox.fred_parameters import (
    EARLIEST,
    FredError,
    Parameters,
    check_key,
    check_vintages,
    vintage_list,
)
from macro_assets.sandbox.fred_store import FredStore, Selection, SeriesRows
from macro_assets.sandbox.fred_wire import (
    attributes,
    error_response,
    json_body,
    observation_page,
    paged,
    records_body,
    xml_body,
)
from macro_assets.sandbox.wire import Request, Response, day_number, day_of

MAX_ROWS = 100_000
_FREQUENCIES = {"D": "Daily", "W": "Weekly", "M": "Monthly", "Q": "Quarterly", "A": "Annual"}
_ADJUSTMENTS = {
    "SA": "Seasonally Adjusted",
    "NSA": "Not Seasonally Adjusted",
    "SAAR": "Seasonally Adjusted Annual Rate",
}


class FredApi:
    """Answers the part of FRED that the real clients use.

    Parameters
    ----------
    store : what there is to serve.
    clock : decides what is visible; `today` is the default real-time period, as at FRED.
    """

    def __init__(self, store: FredStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self._routes: dict[str, Callable[[Parameters, Request], Response]] = {
            "/series": self._series,
            "/series/observations": self._observations,
            "/series/vintagedates": self._vintage_dates,
            "/series/release": self._series_release,
            "/release": self._release,
            "/release/series": self._release_series,
            "/release/dates": self._release_dates,
            "/releases": self._all_releases,
            "/releases/dates": self._release_dates,
        }

    def answer(self, request: Request) -> Response:
        """The response to one request; errors become FRED's own error bodies."""
        as_json = request.query.get("file_type") == "json"
        try:
            route = self._routes.get(request.path)
            if route is None:
                raise FredError("", status=404)
            check_key(request.query.get("api_key"))
            parameters = Parameters(request.query, self.clock.today)
            parameters.choice("file_type", "xml", ("xml", "json"))
            return route(parameters, request)
        except FredError as error:
            return error_response(error.status, str(error), as_json=as_json)

    def _rows(self, parameters: Parameters) -> tuple[str, SeriesRows]:
        series_id = parameters.text("series_id")
        if not re.fullmatch(r"[A-Za-z0-9_]{1,40}", series_id):
            raise FredError("The value for variable series_id is not valid.")
        rows = self.store.rows(series_id.upper(), day_number(parameters.today)) or self.store.rows(
            series_id, day_number(parameters.today)
        )
        if rows is None:
            raise FredError("The series does not exist.")
        return series_id, rows

    def _observations(self, parameters: Parameters, request: Request) -> Response:
        _, rows = self._rows(parameters)
        today, now = parameters.today, day_number(parameters.today)
        listed = vintage_list(parameters)
        start, end = (listed[0], listed[-1]) if listed else parameters.realtime(today, today)
        first = parameters.day("observation_start", EARLIEST)
        last = parameters.day("observation_end", FOREVER)
        output_type = parameters.choice("output_type", "1", ("1", "4"))
        parameters.choice("units", "lin", ("lin",))
        order = parameters.choice("sort_order", "asc", ("asc", "desc"))
        limit, offset = parameters.number("limit", MAX_ROWS, 1, MAX_ROWS), parameters.number("offset", 0, 0)
        low, high = day_number(start), day_number(end)
        if rows.vintages[0] > min(high, now):
            raise FredError("The series does not exist in ALFRED but may exist in FRED.")
        if not listed:
            check_vintages(len(rows.vintages_between(low, high, now)), start, end)
        chosen = rows.visible(low, high, now, day_number(first), day_number(last))
        if listed:
            chosen = _valid_on(chosen, listed)
        if output_type == "4":
            chosen = _initial_release(rows, chosen)
        if order == "desc":
            chosen = chosen.take(slice(None, None, -1))
        count = 0 if request.distortion == "empty" else len(chosen)
        page = chosen.take(slice(offset, min(offset + limit, count)))
        envelope = {
            "realtime_start": str(start), "realtime_end": str(end),
            "observation_start": str(first), "observation_end": str(last),
            "units": "lin", "output_type": int(output_type), "file_type": parameters.query.get("file_type", "xml"),
            "order_by": "observation_date", "sort_order": order, "count": count, "offset": offset, "limit": limit,
        }  # fmt: skip
        return observation_page(envelope, page, nulls=request.distortion == "nulls")

    def _vintage_dates(self, parameters: Parameters, request: Request) -> Response:
        _, rows = self._rows(parameters)
        start, end = parameters.realtime(EARLIEST, FOREVER)
        order = parameters.choice("sort_order", "asc", ("asc", "desc"))
        limit, offset = parameters.number("limit", 10_000, 1, 10_000), parameters.number("offset", 0, 0)
        days = rows.vintages_between(day_number(start), day_number(end), day_number(parameters.today))
        days = days[:0] if request.distortion == "empty" else days[::-1] if order == "desc" else days
        page = [str(day_of(day)) for day in days[offset : offset + limit]]
        envelope = paged(start, end, "vintage_date", order, len(days), offset, limit)
        if parameters.as_json:
            return json_body(envelope | {"vintage_dates": page})
        inner = "".join(f"<vintage_date>{day}</vintage_date>" for day in page)
        return xml_body(f"<vintage_dates{attributes(envelope)}>{inner}</vintage_dates>")

    def _series(self, parameters: Parameters, request: Request) -> Response:
        series_id, _ = self._rows(parameters)
        start, end = parameters.realtime(parameters.today, parameters.today)
        return records_body(
            start, end, "seriess", "series", [self._describe(series_id, start, end)], as_json=parameters.as_json
        )

    def _describe(self, series_id: str, start: date, end: date) -> dict[str, Any]:
        now = day_number(self.clock.today)
        key = series_id if self.store.rows(series_id, now) else series_id.upper()
        row, rows = self.store.series[key], self.store.rows(key, now)
        assert rows is not None
        dates = rows.visible(day_number(start), day_number(end), now, -(2**31), 2**31 - 1).date
        updated = day_of(rows.vintages_between(-(2**31), now, now)[-1])
        adjustment = str(row["seasonal_adjustment"])
        return {
            "id": key, "realtime_start": str(start), "realtime_end": str(end), "title": row["title"],
            "observation_start": str(day_of(dates[0])) if len(dates) else "",
            "observation_end": str(day_of(dates[-1])) if len(dates) else "",
            "frequency": _FREQUENCIES.get(str(row["frequency"]), str(row["frequency"])),
            "frequency_short": row["frequency"], "units": row["units"], "units_short": row["units"],
            "seasonal_adjustment": _ADJUSTMENTS.get(adjustment, adjustment),
            "seasonal_adjustment_short": adjustment, "last_updated": f"{updated} 08:30:00-05",
            "popularity": 50, "notes": str(row["notes"]),
        }  # fmt: skip

    def _series_release(self, parameters: Parameters, request: Request) -> Response:
        series_id, _ = self._rows(parameters)
        series = self.store.series.get(series_id) or self.store.series[series_id.upper()]
        return self._release_records(parameters, [int(str(series["release_id"]))])

    def _release(self, parameters: Parameters, request: Request) -> Response:
        return self._release_records(parameters, [self._release_id(parameters)])

    def _all_releases(self, parameters: Parameters, request: Request) -> Response:
        return self._release_records(parameters, sorted(self.store.releases))

    def _release_id(self, parameters: Parameters) -> int:
        text = parameters.text("release_id")
        if not text.isdigit() or int(text) not in self.store.releases:
            raise FredError("The release does not exist.")
        return int(text)

    def _release_records(self, parameters: Parameters, ids: list[int]) -> Response:
        start, end = parameters.realtime(parameters.today, parameters.today)
        records = [
            {"id": number, "realtime_start": str(start), "realtime_end": str(end), "name": self.store.releases[number],
             "press_release": True if parameters.as_json else "true"}
            for number in ids
        ]  # fmt: skip
        return records_body(start, end, "releases", "release", records, as_json=parameters.as_json)

    def _release_series(self, parameters: Parameters, request: Request) -> Response:
        release, now = self._release_id(parameters), day_number(parameters.today)
        start, end = parameters.realtime(parameters.today, parameters.today)
        names = [
            name
            for name, row in self.store.series.items()
            if int(str(row["release_id"])) == release and self.store.rows(name, now)
        ]
        described = [self._describe(name, start, end) for name in names]
        return records_body(start, end, "seriess", "series", described, as_json=parameters.as_json)

    def _release_dates(self, parameters: Parameters, request: Request) -> Response:
        one = request.path == "/release/dates"
        today = parameters.today
        start, end = parameters.realtime(EARLIEST if one else today.replace(month=1, day=1), FOREVER, future_end=True)
        order = parameters.choice("sort_order", "asc" if one else "desc", ("asc", "desc"))
        most = 10_000 if one else 1_000
        limit, offset = parameters.number("limit", most, 1, most), parameters.number("offset", 0, 0)
        parameters.choice("include_release_dates_with_no_data", "false", ("true", "false"))
        ids, days = self.store.release_calendar
        if one:
            number = self._release_id(parameters)
            days = self.store.release_days.get(number, days[ids == number])
            ids = np.full(len(days), number)
        chosen = (days >= day_number(start)) & (days <= min(day_number(end), day_number(today)))
        rows = np.flatnonzero(chosen)[:: -1 if order == "desc" else 1]
        rows = rows[:0] if request.distortion == "empty" else rows
        page = [
            {"release_id": int(ids[row]), "release_name": self.store.releases.get(int(ids[row]), ""),
             "date": str(day_of(days[row]))}
            for row in rows[offset : offset + limit]
        ]  # fmt: skip
        envelope = paged(start, end, "release_date", order, len(rows), offset, limit)
        if parameters.as_json:
            return json_body(envelope | {"release_dates": page})
        inner = "".join(
            f"<release_date{attributes({k: v for k, v in row.items() if k != 'date'})}>{row['date']}</release_date>"
            for row in page
        )
        return xml_body(f"<release_dates{attributes(envelope)}>{inner}</release_dates>")


def _valid_on(chosen: Selection, days: list[date]) -> Selection:
    listed = np.array([day_number(day) for day in days])
    at = np.searchsorted(listed, chosen.start)
    return chosen.take((at < len(listed)) & (listed[np.minimum(at, len(listed) - 1)] <= chosen.end))


def _initial_release(rows: SeriesRows, chosen: Selection) -> Selection:
    """Of each observation only the first value ever published, if the period holds its day."""
    first = np.r_[True, rows.date[1:] != rows.date[:-1]]
    return chosen.take(first[chosen.rows] & (rows.start[chosen.rows] == chosen.start))
