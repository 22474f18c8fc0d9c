"""`fredapi.Fred` on our HTTP layer, with every published vintage.

Belongs here: the requests FRED understands and what its refusals mean. Does not belong here: which days to ask for
(source.py), what rows mean (facts.py), HTTP itself (wire/http.py).
"""

import datetime as dt
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl

import pyarrow as pa
from fredapi import Fred

from macro_assets.errors import (
    CredentialError,
    MacroAssetsError,
    PermanentSourceError,
    TransientSourceError,
    UnknownSeriesError,
)
from macro_assets.settings import Settings
from macro_assets.sources.fred.answers import check_request, read_observations
from macro_assets.sources.fred.facts import (
    CURRENT,
    DAY,
    EARLIEST,
    MAX_ROWS,
    facts_begun,
    vintage_windows,
    with_realtime_end,
)
from macro_assets.sources.fred.records import (
    SeriesInfo,
    list_reader,
    read_first_vintage,
    read_info,
    read_release,
    release_day,
)
from macro_assets.sources.wire.body import excerpt, unreadable
from macro_assets.sources.wire.http import HttpClient, Limits
from macro_assets.sources.wire.redaction import redact
from macro_assets.sources.wire.retry import SYSTEM_CLOCK, Clock, RetryPolicy, shared_bucket

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PointInTimeFred", "TooManyVintagesError", "read_refusal"]

T = TypeVar("T")
PAGE_OF_DATES = 10_000
PAGE_OF_RELEASES = 1_000


class TooManyVintagesError(PermanentSourceError):
    """FRED answers at most 2,000 vintage dates a request."""


def read_refusal(status: int, text: str) -> MacroAssetsError | None:
    """FRED's own words for a refused request; None leaves it to the general reading of the status."""
    if status != 400:
        return None
    reason = excerpt(_error_message(text), 300)
    if "api_key" in reason:
        return CredentialError(
            f"FRED refused the API key: {reason}",
            remedy="Set MACRO_FRED_API_KEY to your key (free at fred.stlouisfed.org/docs/api/api_key.html).",
        )
    if "vintage" in reason.lower():
        return TooManyVintagesError(
            f"FRED answers at most 2,000 vintage dates a request: {reason}", remedy="Ask for a shorter range of days."
        )
    if re.search(r"series does not exist", reason, re.IGNORECASE):
        return UnknownSeriesError(reason, remedy="Edit catalog/series.yaml.")
    if re.search(r"release does not exist", reason, re.IGNORECASE):
        return UnknownSeriesError(reason, remedy="Edit catalog/releases.yaml.")
    return PermanentSourceError(f"FRED refused the request: {reason}")


def _error_message(text: str) -> str:
    try:
        return str(json.loads(text)["error_message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        found = re.search(r'message="([^"]*)"', text)  # stock fredapi asks for XML
        return found.group(1) if found else text


def _read_xml(text: str) -> ET.Element:
    try:
        return ET.fromstring(text)
    except ET.ParseError:
        raise TransientSourceError("FRED answered cut-off XML or something else.") from None


class PointInTimeFred(Fred):  # type: ignore[misc]  # fredapi has no annotations
    """`fredapi.Fred` with time-outs, retries, typed errors and vintages; all methods of the base class work.

    Parameters
    ----------
    http : client of the FRED API root; it alone holds the key.
    """

    def __init__(self, http: HttpClient) -> None:
        super().__init__(api_key="held by the HTTP layer")
        self.root_url = http.base_url
        self.http = http

    @classmethod
    def from_settings(cls, settings: Settings, *, clock: Clock = SYSTEM_CLOCK) -> "PointInTimeFred":
        """Client of `MACRO_FRED_URL` with its rate limit and retries."""
        key = settings.fred_api_key
        return cls(
            HttpClient(
                settings.fred_url,
                provider="FRED",
                limits=Limits.of(settings),
                retry=RetryPolicy(settings.http_retries, clock=clock),
                bucket=shared_bucket(settings.fred_url, settings.fred_requests_per_minute, clock),
                secret_params={"api_key": key} if key else None,
                judge=read_refusal,
            )
        )

    def __repr__(self) -> str:
        return f"PointInTimeFred({redact(self.root_url)})"

    def _Fred__fetch_data(self, url: str) -> ET.Element:
        # fredapi's one door to the network (name-mangled): no time-out, no status, the key in the URL and in errors
        # (mortada/fredapi#25); can go when fredapi takes a session.
        path, _, query = url.removeprefix(f"{self.root_url}/").partition("?")
        return self.http.get(path, dict(parse_qsl(query, keep_blank_values=True)), read=_read_xml)

    def realtime_rows(self, series_id: str, start: dt.date, end: dt.date) -> tuple[pa.Table, int]:
        """All rows FRED shows for the realtime days [start, end], clipped to them; pages of 100,000.

        Returns
        -------
        Table in the schema `ROWS`, and the number of rows FRED itself states for the query.

        Raises
        ------
        UnknownSeriesError, TooManyVintagesError, CredentialError, TransientSourceError, SchemaError
        """
        params = {"series_id": series_id, "realtime_start": str(start), "realtime_end": str(end), "limit": MAX_ROWS}
        pages: list[pa.Table] = []
        got, total = 0, -1

        def read(payload: Any) -> tuple[pa.Table, int]:
            rows, count = read_observations(payload)
            check_request(rows, count, start, end)
            return rows, count

        while got < total or total < 0:
            page, stated = self._json("series/observations", params | {"offset": got}, read)
            if pages and (stated != total or not page.num_rows):
                raise TransientSourceError(f"FRED changed its answer on {series_id} between two pages.")
            pages.append(page)
            got, total = got + page.num_rows, stated
        return pa.concat_tables(pages), total

    def vintage_dates(self, series_id: str, start: dt.date = EARLIEST, end: dt.date = CURRENT) -> list[dt.date]:
        """Days in [start, end] on which values of the series were published, ascending; pages of 10,000."""
        params = {"series_id": series_id, "realtime_start": str(start), "realtime_end": str(end)}
        return self._pages("series/vintagedates", params, "vintage_dates", PAGE_OF_DATES, dt.date.fromisoformat)

    def first_vintage(self, series_id: str) -> tuple[dt.date | None, int]:
        """First day on which a value of the series was recorded, and the number of its vintage days; one request."""
        params = {"series_id": series_id, "realtime_start": str(EARLIEST), "realtime_end": str(CURRENT),
                  "sort_order": "asc", "limit": 1}  # fmt: skip
        return self._json("series/vintagedates", params, read_first_vintage)

    def vintages(self, series_id: str, through: dt.date = CURRENT) -> "pd.DataFrame":
        """Every published value and the days on which it was the published one, up to `through`.

        Returns
        -------
        date, realtime_start, realtime_end, value (NaN where FRED prints a dot); a row per value and its validity.
        """
        windows = vintage_windows(self.vintage_dates(series_id, end=through), EARLIEST, through)
        tables = [
            facts_begun(self.realtime_rows(series_id, max(first - DAY, EARLIEST), last)[0], series_id, first, last)[0]
            for first, last in windows
        ]
        frame = with_realtime_end(pa.concat_tables(tables), through).to_pandas(date_as_object=True)
        return frame.astype(dict.fromkeys(("date", "realtime_start", "realtime_end"), "datetime64[s]"))

    def release_dates(self, start: dt.date, end: dt.date) -> list[tuple[int, dt.date]]:
        """(release id, day) of every release in [start, end], ascending by day."""
        params = {
            "realtime_start": str(start),
            "realtime_end": str(end),
            "order_by": "release_date",
            "sort_order": "asc",
            "include_release_dates_with_no_data": "false",
        }
        return self._pages("releases/dates", params, "release_dates", PAGE_OF_RELEASES, release_day)

    def days_of_release(self, release_id: int, through: dt.date = CURRENT) -> list[dt.date]:
        """Days on which one release was published, up to a day, ascending."""
        params = {
            "release_id": release_id,
            "realtime_start": str(EARLIEST),
            "realtime_end": str(through),
            "sort_order": "asc",
        }
        listed = self._pages("release/dates", params, "release_dates", PAGE_OF_DATES, release_day)
        return [day for _, day in listed]

    def series_info(self, series_id: str) -> SeriesInfo:
        """Title, unit, frequency and range of a series."""
        return self._json("series", {"series_id": series_id}, read_info)

    def series_release(self, series_id: str) -> tuple[int, str]:
        """Id and name of the release a series belongs to."""
        return self._json("series/release", {"series_id": series_id}, read_release)

    def _json(self, path: str, params: dict[str, Any], read: Callable[[Any], T]) -> T:
        return self.http.get_json(path, params | {"file_type": "json"}, read=read)

    def _pages(
        self, path: str, params: dict[str, Any], name: str, size: int, convert: Callable[[Any], Any]
    ) -> list[Any]:
        found: list[Any] = []
        total = 1
        while len(found) < total:
            page, total = self._json(path, params | {"limit": size, "offset": len(found)}, list_reader(path, name))
            if not page:
                break
            found += page
        try:
            return [convert(entry) for entry in found]
        except (KeyError, TypeError, ValueError) as error:
            raise unreadable(f"FRED's answer to {path}", repr(error)) from None
