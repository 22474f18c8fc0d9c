"""The transport yfinance uses: Yahoo itself or a stand-in, with time-outs kept, failures typed and nothing cached.

Belongs here: everything about yfinance's insides. Does not belong here: what a chart must look like (chart.py), what
bars mean (bars.py), which days to ask for (source.py).
"""

import atexit
import os
import shutil
import tempfile
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

import yfinance as yf
from curl_cffi.requests import Response, Session
from curl_cffi.requests.exceptions import RequestException
from yfinance.data import SingletonMeta, YfData

from macro_assets.errors import TransientSourceError
from macro_assets.sources.wire.body import excerpt, parse_json, reading, too_large, unreadable
from macro_assets.sources.wire.deadline import seconds_left
from macro_assets.sources.wire.http import Limits, refusal, transient_statuses
from macro_assets.sources.wire.redaction import protect
from macro_assets.sources.wire.retry import TokenBucket
from macro_assets.sources.yahoo.chart import Chart, chart_refusal, read_chart

__all__ = ["YahooSession", "prepare_yfinance"]

CHART = "/v8/finance/chart/"
COOKIE_HOST = "fc.yahoo.com"


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
    limits : of each request, whatever yfinance asks for; curl counts from its first byte to its last.
    bucket : how fast to ask.
    """

    def __init__(self, base_url: str | None, *, limits: Limits, bucket: TokenBucket | None = None) -> None:
        super().__init__(impersonate="chrome")
        self._base_url_of_stand_in = base_url
        self._limits = limits
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
        response = self._received(method, url, parts.path, is_chart, *args, **kwargs)
        if is_cookie:
            self._cookie_answer = response
        if is_chart:
            self._check_chart(unquote(parts.path.removeprefix(CHART)), response)
        return response

    def _received(self, method: Any, url: str, path: str, is_chart: bool, *args: Any, **kwargs: Any) -> Response:
        """The answer of one request, bounded in time and size."""
        seconds = min(self._limits.silence_seconds, self._limits.request_seconds, seconds_left())
        if not seconds:
            raise TransientSourceError(f"Yahoo did not complete GET {path} in the time of the load.")
        self.requests += 1
        body = bytearray()

        def receive(chunk: bytes) -> int:
            body.extend(chunk)
            return len(chunk) if len(body) <= self._limits.largest_bytes else 0  # curl ends what is not taken

        kwargs |= {"timeout": seconds, "content_callback": receive}
        try:
            response: Response = super().request(method, url, *args, **kwargs)
        except RequestException as error:
            if len(body) > self._limits.largest_bytes:
                raise too_large("Yahoo", self._limits.largest_bytes) from None
            if not is_chart:
                raise  # cookie and crumb are not needed for charts: yfinance goes on without them
            reason = excerpt(str(error).split(". See ")[0])
            raise TransientSourceError(f"Yahoo gave no answer to GET {path}: {reason}.") from None
        response.content = bytes(body)
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
            if status < 400:
                raise unreadable(f"Yahoo's answer on {symbol}", text)
            raise refusal("Yahoo", f"GET {CHART}{symbol}", status, text)
        if chart.get("error") or status >= 400:
            raise chart_refusal(symbol, status, chart.get("error"))
        self.charts[symbol] = reading(f"Yahoo's chart of {symbol}", lambda raw: read_chart(symbol, raw), chart)
