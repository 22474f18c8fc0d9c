"""World Bank development indicators by economy and year, through wbgapi.

Belongs here: the requests and wbgapi's global state. Does not belong here: from which day a value counts (facts.py),
keeping the last good rows (a failure raises, so nothing stored is touched).
"""

import datetime as dt
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import requests
import wbgapi as wb

from macro_assets.errors import EmptyDataError, MacroAssetsError, TransientSourceError, UnknownSeriesError
from macro_assets.settings import Settings
from macro_assets.sources.batch import SourceBatch, check_window
from macro_assets.sources.wire.http import refusal, unreadable
from macro_assets.sources.wire.redaction import redact
from macro_assets.sources.wire.retry import SYSTEM_CLOCK, Clock, RetryPolicy, shared_bucket
from macro_assets.sources.world_bank.facts import Row, indicator_facts

__all__ = ["WorldBankSource"]

DAY = dt.timedelta(days=1)
FIRST_DAY = dt.date(1900, 1, 1)
DATABASE = 2  # World Development Indicators
PER_PAGE = 1_000

_ONE_AT_A_TIME = threading.RLock()  # wbgapi's settings and caches are module globals


class WorldBankSource:
    """Values of World Development Indicators with the day from which each counts.

    Parameters
    ----------
    settings : address, time-out, retries and today.
    clock : how to wait.
    """

    def __init__(self, settings: Settings, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._settings = settings
        self._retry = RetryPolicy(settings.http_retries, clock=clock)
        self._bucket = shared_bucket(settings.world_bank_url, settings.world_bank_requests_per_minute, clock)
        self._requests = 0
        self._stated_rows = 0

    def __repr__(self) -> str:
        return f"WorldBankSource({redact(self._settings.world_bank_url)})"

    def window(
        self, indicator: str, economies: Sequence[str], start: dt.date, end: dt.date, stored: pa.Table | None = None
    ) -> SourceBatch:
        """Facts that began in [start, end].

        Parameters
        ----------
        economies : ISO 3166 alpha-3 codes, at most 20.
        stored : facts already kept; with them, values that changed, ceased or came late begin on `end`, if that is
            today or yesterday.

        Raises
        ------
        UnknownSeriesError : no such indicator or economy.
        EmptyDataError : not one value.
        TransientSourceError : time-out, 429, 5xx, an unreadable answer, after the last retry.
        """
        end = check_window(start, end, self._settings.current_day())
        before = self._requests
        rows = self._retry.call(lambda: self._rows(indicator, economies))
        live = end >= self._settings.current_day() - DAY
        facts, clipped = indicator_facts(rows, indicator, start, end, stored=stored, live=live)
        return SourceBatch(facts, self._stated_rows, clipped, self._requests - before)

    def history(
        self, indicator: str, economies: Sequence[str], through: dt.date, stored: pa.Table | None = None
    ) -> SourceBatch:
        """Every fact up to `through`; parameters and errors as `window`."""
        return self.window(indicator, economies, FIRST_DAY, through, stored)

    def _rows(self, indicator: str, economies: Sequence[str]) -> list[Row]:
        """(economy, year, value or None) as the World Bank states them now; counts the rows it says it has."""
        with _ONE_AT_A_TIME:
            _configure(self._settings, self._requested)
            self._stated_rows = 0
            try:
                answer = list(wb.data.fetch(indicator, list(economies), "all", numericTimeKeys=True, db=DATABASE))
            except MacroAssetsError:
                _forget_lists()
                raise
            except requests.exceptions.Timeout:
                _forget_lists()
                waited = f"{self._settings.http_timeout_seconds:g} s"
                raise TransientSourceError(f"The World Bank gave no answer on {indicator} in {waited}.") from None
            except requests.exceptions.RequestException as error:
                _forget_lists()
                reason = type(error).__name__
                raise TransientSourceError(f"The World Bank broke off at {indicator}: {reason}.") from None
            except wb.APIError as error:
                _forget_lists()
                raise _refusal(indicator, error) from None
            except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
                _forget_lists()
                raise unreadable(f"The World Bank's answer on {indicator}", repr(error)) from None
        return _read_rows(answer, indicator)

    def _requested(self, response: requests.Response, **_: Any) -> None:
        """Called by requests for every answer: count it, and type the refusals that wbgapi strips of Retry-After."""
        self._requests += 1
        self._bucket.acquire()  # before the next one
        if response.status_code >= 400:
            path = urlsplit(response.url).path
            asked_wait = response.headers.get("retry-after")
            raise refusal("The World Bank", f"GET {path}", response.status_code, response.text, asked_wait)
        if "/series/" in response.url:
            self._stated_rows += _stated_rows(response)


def _configure(settings: Settings, hook: Any) -> None:
    """Point wbgapi's globals at the settings; it has no session and, by default, no time-out."""
    wb.endpoint = settings.world_bank_url
    wb.db, wb.per_page, wb.lang = DATABASE, PER_PAGE, "en"
    wb.get_options = {"timeout": settings.http_timeout_seconds, "hooks": {"response": hook}}


def _forget_lists() -> None:
    """wbgapi marks its lists of economies as read before they are complete, so a failure would be kept for ever."""
    wb.economy._localized_metadata.clear()
    wb.economy._class_data = None
    wb.source._concepts.clear()
    wb.time._time_values.clear()


def _refusal(indicator: str, error: wb.APIError) -> MacroAssetsError:
    reason = redact(str(error.msg))
    if isinstance(error, wb.APIResponseError):
        return TransientSourceError(f"The World Bank answered something other than JSON on {indicator}.")
    if "Invalid value" in reason or "not found" in reason:
        return UnknownSeriesError(
            f"The World Bank does not know {indicator} for these economies: {reason}.",
            remedy="Edit catalog/indicators.yaml.",
        )
    return TransientSourceError(f"The World Bank refused {indicator}: {reason}.")


def _stated_rows(response: requests.Response) -> int:
    """Rows of the whole query as stated on its first page; 0 on later pages and where wbgapi will refuse the answer."""
    try:
        page = response.json()
        return int(page["total"]) if int(page["page"]) == 1 else 0
    except (ValueError, KeyError, TypeError):
        return 0


def _read_rows(answer: list[dict[str, Any]], indicator: str) -> list[Row]:
    try:
        rows = [
            (str(row["economy"]), int(str(row["time"]).removeprefix("YR")),
             None if row["value"] is None else float(row["value"]))
            for row in answer
        ]  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise unreadable(f"The World Bank's answer on {indicator}", repr(error)) from None
    if all(value is None for _, _, value in rows):
        raise EmptyDataError(f"The World Bank states not one value of {indicator}.", remedy="Try again later.")
    return rows
