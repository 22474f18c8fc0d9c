"""wbgapi on our HTTP layer, and what its answers must look like.

Belongs here: wbgapi's global state, the World Bank's refusals, the grid of rows. Does not belong here: from which day a
value counts (facts.py), which windows to ask for (source.py), HTTP itself (wire/http.py).
"""

import datetime as dt
import math
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

import wbgapi as wb

from macro_assets.errors import EmptyDataError, MacroAssetsError, TransientSourceError, UnknownSeriesError
from macro_assets.settings import Settings
from macro_assets.sources.wire.body import excerpt, reading, unreadable
from macro_assets.sources.wire.http import HttpClient, Limits
from macro_assets.sources.wire.retry import Clock, RetryPolicy, shared_bucket
from macro_assets.sources.world_bank.facts import Row

__all__ = ["WorldBankClient", "read_rows"]

DATABASE = 2  # World Development Indicators
PER_PAGE = 1_000
MOST_ROWS = 1_000_000
FIRST_YEAR = 1900

_ONE_AT_A_TIME = threading.RLock()  # wbgapi's settings and caches are module globals


class WorldBankClient:
    """`wbgapi.data.fetch` with deadlines, caps and typed errors.

    Parameters
    ----------
    settings : address, limits and today.
    clock : how to wait for the rate limit.

    Attributes
    ----------
    updated_on : day of the last update that the newest answer states; None where it states none.
    """

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self.http = HttpClient(
            settings.world_bank_url,
            provider="The World Bank",
            limits=Limits.of(settings),
            retry=RetryPolicy(0, clock=clock),  # wbgapi keeps half of its lists, so the source asks for all of it
            bucket=shared_bucket(settings.world_bank_url, settings.world_bank_requests_per_minute, clock),
        )
        self._stated = 0
        self.updated_on: dt.date | None = None

    def rows(self, indicator: str, economies: Sequence[str]) -> tuple[list[Row], int]:
        """(economy, year, value or None) as the World Bank states them now, and how many it says there are.

        Raises
        ------
        UnknownSeriesError : no such indicator or economy. EmptyDataError : not one value.
        TransientSourceError, MalformedAnswerError : time-out, 429, 5xx, an answer that is not the grid asked for.
        """
        what = f"The World Bank's answer on {indicator}"
        with _ONE_AT_A_TIME, _wbgapi_asks(self._query, self._settings.world_bank_url):
            self._stated, self.updated_on = 0, None
            try:
                answer = reading(what, lambda ids: list(_fetch(indicator, ids)), list(economies))
            except MacroAssetsError as error:
                _forget_lists()
                raise _about(indicator, error) from None
            rows = read_rows(answer, indicator, economies, last_year=self._settings.current_day().year + 1)
            if len(rows) != self._stated:
                raise unreadable(what, f"{len(rows)} rows came of {self._stated}")
            return rows, self._stated

    def _query(self, url: str) -> tuple[Any, Any]:
        """wbgapi's one door to the network: it has no session, no deadline, and loses Retry-After."""
        path, _, query = url.removeprefix(f"{self._settings.world_bank_url}/").partition("?")
        params = dict(parse_qsl(query, keep_blank_values=True))
        result = self.http.get_json(path, params, read=_read_page)
        header = wb._responseHeader(url, result)
        page, total, size = (int(header[name]) for name in ("page", "total", "per_page"))
        if page != int(params["page"]) or not 0 <= total <= MOST_ROWS or size < 1:
            raise unreadable("The World Bank's answer", f"page {page} with {size} of {total} rows")
        if page == 1 and "/series/" in path:
            self._stated += total
            self.updated_on = _day(header.get("lastupdated"))
        return header, result


def _day(text: Any) -> dt.date | None:
    """Day of the database's last update as a page states it; None where it does not."""
    try:
        return dt.date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _fetch(indicator: str, economies: list[str]) -> Any:
    return wb.data.fetch(indicator, economies, "all", numericTimeKeys=True, db=DATABASE)


@contextmanager
def _wbgapi_asks(query: Callable[[str], tuple[Any, Any]], address: str) -> Iterator[None]:
    """wbgapi with another door to the network, and its own again afterwards."""
    own = wb._queryAPI
    wb.endpoint, wb._queryAPI = address, query
    wb.db, wb.per_page, wb.lang = DATABASE, PER_PAGE, "en"
    try:
        yield
    finally:
        wb._queryAPI = own


def _forget_lists() -> None:
    """wbgapi marks its lists of economies as read before they are complete, so a failure would be kept for ever."""
    wb.economy._localized_metadata.clear()
    wb.economy._class_data = None
    wb.source._concepts.clear()
    wb.time._time_values.clear()


def _read_page(result: Any) -> Any:
    """The answer itself, unless it is one of the World Bank's refusals, which come with status 200."""
    header = result[0] if isinstance(result, list) and result else result
    if isinstance(header, dict) and header.get("message"):
        first = header["message"][0]
        reason = excerpt(f"{first['key']}: {first['value']}")
        if "Invalid value" in reason or "not found" in reason:
            raise UnknownSeriesError(reason)
        raise TransientSourceError(f"The World Bank refused the request: {reason}.")
    return result


def _about(indicator: str, error: MacroAssetsError) -> MacroAssetsError:
    if isinstance(error, UnknownSeriesError):
        return UnknownSeriesError(
            f"The World Bank does not know {indicator} for these economies: {error.message}.",
            remedy="Edit catalog/indicators.yaml.",
        )
    return error


def read_rows(answer: list[dict[str, Any]], indicator: str, economies: Sequence[str], *, last_year: int) -> list[Row]:
    """Rows of wbgapi as (economy, year, value or None): one for every economy asked for and every year of one range.

    Raises
    ------
    MalformedAnswerError : another series or economy, a year twice or missing, or something that is not a number.
    EmptyDataError : not one value.
    """
    what = f"The World Bank's answer on {indicator}"
    rows = [_row(row, what) for row in answer]
    if any(str(row.get("series", indicator)) != indicator for row in answer):
        raise unreadable(what, "rows of another indicator")
    years = sorted({year for _, year, _ in rows})
    grid = {(economy, year) for economy in economies for year in years}
    if years and not FIRST_YEAR <= years[0] <= years[-1] <= last_year:
        raise unreadable(what, f"years from {years[0]} to {years[-1]}")
    if len(rows) != len(grid) or {row[:2] for row in rows} != grid:
        raise unreadable(what, f"{len(rows)} rows for {len(economies)} economies and {len(years)} years")
    if years and years[-1] - years[0] >= len(years):
        raise unreadable(what, f"{len(years)} years between {years[0]} and {years[-1]}")
    if all(value is None for _, _, value in rows):
        raise EmptyDataError(f"The World Bank states not one value of {indicator}.", remedy="Try again later.")
    return rows


def _row(row: dict[str, Any], what: str) -> Row:
    economy, year, value = row.get("economy"), str(row.get("time", "")).removeprefix("YR"), row.get("value")
    if not isinstance(economy, str) or not (year.isascii() and year.isdigit() and len(year) == 4):
        raise unreadable(what, f"no economy or year in {row}")
    if value is None:
        return economy, int(year), None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise unreadable(what, f"{value!r} is not a number")
    return economy, int(year), float(value)
