"""World Bank development indicators by economy and year, through wbgapi.

Belongs here: the requests, wbgapi's global state, and from which day a value counts. Does not belong here: keeping the
last good rows (a failure raises, so nothing stored is touched).

The World Bank publishes no vintages. By rule a value counts from 1 July of the following year; a value found changed
later is a new fact on the day of the window that found it.
"""

import datetime as dt
import threading
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import requests
import wbgapi as wb

from macro_assets.errors import EmptyDataError, MacroAssetsError, SchemaError, TransientSourceError, UnknownSeriesError
from macro_assets.settings import Settings
from macro_assets.sources.batch import WORLD_BANK_INDICATORS, SourceBatch, check_window, years_of
from macro_assets.sources.wire.http import refusal
from macro_assets.sources.wire.redaction import redact
from macro_assets.sources.wire.retry import SYSTEM_CLOCK, Clock, RetryPolicy, shared_bucket

__all__ = ["WorldBankSource", "indicator_facts"]

DAY = dt.timedelta(days=1)
FIRST_DAY = dt.date(1900, 1, 1)
DATABASE = 2  # World Development Indicators
PER_PAGE = 1_000

_ONE_AT_A_TIME = threading.RLock()  # wbgapi's settings and caches are module globals

Known = dict[tuple[str, int], tuple[dt.date, float | None]]


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

    def __repr__(self) -> str:
        return f"WorldBankSource({redact(self._settings.world_bank_url)})"

    def window(
        self, indicator: str, economies: Sequence[str], start: dt.date, end: dt.date, known: pa.Table | None = None
    ) -> SourceBatch:
        """Facts that began in [start, end].

        Parameters
        ----------
        economies : ISO 3166 alpha-3 codes, at most 20.
        known : facts already stored; with them, values that changed, ceased or came late begin on `end`, if that is
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
        facts = indicator_facts(rows, indicator, start, end, known=known, live=live)
        return SourceBatch(facts, len(rows), len(rows) - facts.num_rows, self._requests - before)

    def history(
        self, indicator: str, economies: Sequence[str], through: dt.date, known: pa.Table | None = None
    ) -> SourceBatch:
        """Every fact up to `through`; parameters and errors as `window`."""
        return self.window(indicator, economies, FIRST_DAY, through, known)

    def _rows(self, indicator: str, economies: Sequence[str]) -> list[tuple[str, int, float | None]]:
        """(economy, year, value or None) as the World Bank states them now."""
        with _ONE_AT_A_TIME:
            _configure(self._settings, self._requested)
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
                raise SchemaError(f"The World Bank's answer on {indicator} cannot be read: {error!r}.") from None
        return _read_rows(answer, indicator)

    def _requested(self, response: requests.Response, **_: Any) -> None:
        """Called by requests for every answer: count, and type the refusals that wbgapi strips of Retry-After."""
        self._requests += 1
        self._bucket.acquire()  # before the next one
        if response.status_code >= 400:
            path = requests.utils.urlparse(response.url).path
            asked_wait = response.headers.get("retry-after")
            raise refusal("The World Bank", f"GET {path}", response.status_code, response.text, asked_wait)


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
    said = redact(str(error.msg))
    if isinstance(error, wb.APIResponseError):
        return TransientSourceError(f"The World Bank answered something other than JSON on {indicator}.")
    if "Invalid value" in said or "not found" in said:
        return UnknownSeriesError(
            f"The World Bank does not know {indicator} for these economies: {said}.",
            remedy="Edit catalog/indicators.yaml.",
        )
    return TransientSourceError(f"The World Bank refused {indicator}: {said}.")


def _read_rows(answer: list[dict[str, Any]], indicator: str) -> list[tuple[str, int, float | None]]:
    try:
        rows = [
            (str(row["economy"]), int(str(row["time"]).removeprefix("YR")),
             None if row["value"] is None else float(row["value"]))
            for row in answer
        ]  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise SchemaError(f"The World Bank's answer on {indicator} cannot be read: {error!r}.") from None
    if all(value is None for _, _, value in rows):
        raise EmptyDataError(f"The World Bank states not one value of {indicator}.", remedy="Try again later.")
    return rows


def indicator_facts(
    rows: Sequence[tuple[str, int, float | None]],
    indicator: str,
    start: dt.date,
    end: dt.date,
    *,
    known: pa.Table | None = None,
    live: bool = False,
) -> pa.Table:
    """Facts that began in [start, end], of the values stated now.

    Parameters
    ----------
    rows : (economy, year, value); None = no value.
    known : stored facts in the bronze schema, other indicators ignored; None = nothing is known to be stored.
    live : the rows were fetched at the end of the window, so what differs from `known` changed on `end`.

    Returns
    -------
    Table in the bronze schema, sorted by key. The first fact of a value begins on 1 July of the following year.
    """
    stored = _newest(known, indicator) if known is not None else {}
    facts: list[tuple[str, int, dt.date, float | None, str]] = []
    for economy, year, value in rows:
        by_rule = dt.date(year + 1, 7, 1)
        first, newest = stored.get((economy, year)), None
        if first is not None:
            _, newest = first
        late = first is None and bool(stored) and by_rule < start and value is not None
        changed = first is not None and newest != value and first[0] < end
        if live and (late or changed):
            facts.append((economy, year, max(end, by_rule), value, "published" if value is not None else "withdrawn"))
        elif first is None and value is not None and start <= by_rule <= end:
            facts.append((economy, year, by_rule, value, "published"))
    return _table(indicator, sorted(facts, key=lambda fact: fact[:3]))


def _newest(known: pa.Table, indicator: str) -> Known:
    """Newest stored value of each economy and year, with the day it began."""
    mine = known.filter(pc.equal(known["indicator"], indicator)).sort_by("realtime_start")
    columns = (mine[name].to_pylist() for name in ("economy", "year", "realtime_start", "value"))
    return {(economy, year): (begun, value) for economy, year, begun, value in zip(*columns)}


def _table(indicator: str, facts: list[tuple[str, int, dt.date, float | None, str]]) -> pa.Table:
    economy, year, begun, value, status = zip(*facts) if facts else ((), (), (), (), ())
    starts = pa.array(begun, pa.date32())
    return pa.table(
        [
            pa.array([indicator] * len(facts), pa.string()), pa.array(economy, pa.string()), pa.array(year, pa.int32()),
            starts, pa.array(value, pa.float64()), pa.array(status, pa.string()), years_of(starts),
        ],
        schema=WORLD_BANK_INDICATORS,
    )  # fmt: skip
