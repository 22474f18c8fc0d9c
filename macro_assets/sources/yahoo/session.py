"""The transport yfinance uses: Yahoo itself or a stand-in, with time-outs kept, failures typed and nothing cached.

Belongs here: everything about yfinance's insides and Yahoo's refusals. Does not belong here: what bars mean (bars.py)
and which days to ask for (source.py).
"""

import atexit
import datetime as dt
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

import numpy as np
import yfinance as yf
from curl_cffi.requests import Response, Session
from curl_cffi.requests.exceptions import RequestException
from yfinance.data import SingletonMeta, YfData

from macro_assets.errors import (
    EmptyDataError,
    MacroAssetsError,
    PermanentSourceError,
    TransientSourceError,
    UnknownSeriesError,
)
from macro_assets.settings import MARKET_TIME_ZONE
from macro_assets.sources.wire.http import parse_json, refusal, transient_statuses
from macro_assets.sources.wire.redaction import protect, redact
from macro_assets.sources.wire.retry import TokenBucket

__all__ = ["Chart", "YahooSession", "prepare_yfinance", "read_chart"]

CHART = "/v8/finance/chart/"
COOKIE_HOST = "fc.yahoo.com"


@dataclass(frozen=True)
class Chart:
    """What a raw answer of the chart holds, read apart from yfinance: the account of rows starts here.

    Parameters
    ----------
    last_day, session_over : newest trading day Yahoo states, and whether its session is over.
    day : (n,) day numbers with a bar, ascending, each once.
    priced : (n,) whether the bar has a close.
    """

    last_day: dt.date
    session_over: bool
    day: np.ndarray
    priced: np.ndarray


@lru_cache
def _prepared(process: int) -> str:
    """yfinance's settings for this process; returns the folder of its caches."""
    # By default time zones and cookies go to a sqlite file under the user's home that parallel processes lock
    # (ranaroussi/yfinance#1274), and errors turn into empty frames.
    folder = tempfile.mkdtemp(prefix="macro-assets-yfinance-")
    yf.set_tz_cache_location(folder)
    yf.config.debug.hide_exceptions = False
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    protect()
    return folder


def prepare_yfinance() -> str:
    """Set yfinance up once a process: its own cache folder, exceptions on."""
    return _prepared(os.getpid())


class YahooSession(Session[Response]):
    """A browser-like session that goes to a stand-in when one is given.

    Parameters
    ----------
    base_url : stand-in for all of Yahoo's hosts, which become the first part of the path; None = Yahoo itself.
    timeout_seconds : for each request, whatever yfinance asks for.
    bucket : how fast to ask.
    """

    def __init__(self, base_url: str | None, *, timeout_seconds: float, bucket: TokenBucket | None = None) -> None:
        super().__init__(impersonate="chrome")
        self._base_url_of_stand_in = base_url
        self._timeout_seconds = timeout_seconds
        self._bucket = bucket
        self.requests = 0
        self.charts: dict[str, Chart] = {}
        self._cookie_answer: Response | None = None

    def __repr__(self) -> str:
        return f"YahooSession({self._base_url_of_stand_in or 'Yahoo'})"

    def forget_failures(self) -> None:
        """Before another try: yfinance caches answers of past ranges, failures included, and its cookie strategy."""
        YfData.cache_get.cache_clear()
        SingletonMeta._instances.pop(YfData, None)
        self._cookie_answer = None

    def request(self, method: Any, url: str, *args: Any, **kwargs: Any) -> Response:
        """One request; answers of the chart are checked here, before yfinance can mistake or cache them.

        Raises
        ------
        TransientSourceError, UnknownSeriesError, EmptyDataError, PermanentSourceError : of a chart request.
        """
        parts = urlsplit(url)
        is_chart, is_cookie = parts.path.startswith(CHART), parts.netloc == COOKIE_HOST
        if is_cookie and self._cookie_answer is not None:
            return self._cookie_answer  # else yfinance asks before every chart when no cookie came
        if self._base_url_of_stand_in:
            query = f"?{parts.query}" if parts.query else ""
            url = f"{self._base_url_of_stand_in}/{parts.netloc}{parts.path}{query}"
        if self._bucket:
            self._bucket.acquire()
        self.requests += 1
        kwargs["timeout"] = self._timeout_seconds
        try:
            response: Response = super().request(method, url, *args, **kwargs)
        except RequestException as error:
            if not is_chart:
                raise  # cookie and crumb are not needed for charts: yfinance goes on without them
            reason = redact(str(error).split(". See ")[0])
            raise TransientSourceError(f"Yahoo gave no answer to GET {parts.path}: {reason}.") from None
        if is_cookie:
            self._cookie_answer = response
        if is_chart:
            self._check_chart(unquote(parts.path.removeprefix(CHART)), response)
        return response

    def _check_chart(self, symbol: str, response: Response) -> None:
        text, status = response.text, response.status_code
        if status in transient_statuses or status >= 500:
            raise refusal("Yahoo", f"GET {CHART}{symbol}", status, text, response.headers.get("retry-after"))
        if status in (401, 403):  # a stale crumb: the next try asks for a new one
            raise TransientSourceError(f"Yahoo refused cookie or crumb for {symbol} ({status}).")
        payload = parse_json("Yahoo", text)
        chart = payload.get("chart") if isinstance(payload, dict) else None
        if not isinstance(chart, dict):
            raise refusal("Yahoo", f"GET {CHART}{symbol}", max(status, 400), text)
        if chart.get("error") or status >= 400:
            raise _chart_refusal(symbol, status, chart.get("error") or {})
        self.charts[symbol] = read_chart(symbol, chart)


def read_chart(symbol: str, chart: dict[str, Any]) -> Chart:
    """The days and the state of the session of a raw chart.

    Raises
    ------
    TransientSourceError : the meta data are missing.
    """
    try:
        result = chart["result"][0]
        regular = result["meta"]["currentTradingPeriod"]["regular"]
        moment = int(result["meta"]["regularMarketTime"])
        start, end = int(regular["start"]), int(regular["end"])
        zone = ZoneInfo(result["meta"].get("exchangeTimezoneName", MARKET_TIME_ZONE.key))
        stamps = [int(stamp) for stamp in result.get("timestamp") or ()]
        closes = (result["indicators"]["quote"][0] or {}).get("close") or [None] * len(stamps)
    except (KeyError, TypeError, IndexError, ValueError):
        raise TransientSourceError(f"Yahoo's chart of {symbol} lacks its meta data.") from None
    bars = {_trading_day(stamp, zone): close is not None for stamp, close in zip(stamps, closes, strict=False)}
    days = np.array(sorted(bars), dtype=np.int64)
    priced = np.array([bars[day] for day in sorted(bars)], dtype=bool)
    last_day = dt.datetime.fromtimestamp(moment, MARKET_TIME_ZONE).date()
    return Chart(last_day, not start <= moment < end, days, priced)


def _trading_day(stamp: int, zone: ZoneInfo) -> int:
    """Day number of a bar; a full hour just before midnight is midnight moved by daylight saving, as in yfinance."""
    moment = dt.datetime.fromtimestamp(stamp, zone)
    ahead = 24 - moment.hour if moment.minute == 0 and moment.hour >= 22 else 0
    return ((moment + dt.timedelta(hours=ahead)).date() - dt.date(1970, 1, 1)).days


def _chart_refusal(symbol: str, status: int, error: dict[str, Any]) -> MacroAssetsError:
    reason = redact(str(error.get("description") or error.get("code") or status))
    if status == 404 or "No data found" in reason:
        return UnknownSeriesError(f"Yahoo has no symbol {symbol!r}: {reason}.", remedy="Edit catalog/assets.yaml.")
    if "Data doesn't exist" in reason:
        return EmptyDataError(
            f"Yahoo has no bars of {symbol} in the days of the request: {reason}.",
            remedy="Correct the start of the symbol in catalog/assets.yaml, or try again later.",
        )
    return PermanentSourceError(f"Yahoo refused the chart of {symbol}: {reason}.")
