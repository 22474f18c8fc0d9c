"""Faults on demand: what a provider does on a bad day, for chosen requests and a chosen number of times.

Belongs here: which request is hit and what the answer becomes. Does not belong here: sockets (server.py tears the
connection), values revised for good (they are facts: `FredStore.revise`, `YahooApi.revise`, `WorldBankApi.revise`).
"""

import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatch
from functools import cache
from threading import Lock
from time import monotonic
from typing import Any

from macro_assets.sandbox.fred_wire import error_response
from macro_assets.sandbox.spoiled import SPOILED
from macro_assets.sandbox.wire import Request, Response

KINDS = {
    "429": "Too Many Requests, with Retry-After",
    "500": "Internal Server Error, an HTML page",
    "timeout": "no answer for `seconds`, then the true one",
    "reset": "the connection is torn down without an answer",
    "truncated": "half of the body announced by Content-Length, then the connection ends",
    "garbage": "status 200 and half a JSON document, properly framed",
    "html": "status 200 and a maintenance page",
    "blank": "status 200 and no body",
    "empty": "status 200, well formed, without rows",
    "nulls": "status 200, well formed, every value missing",
    "drip": "the true answer, one byte each `seconds`",
    "endless": "a body that never ends",
    "bomb": "a small gzip body of 200 MB",
    "body": "status 200 and the given `body`",
} | SPOILED
DISTORTIONS = ("empty", "nulls")
_PAGE = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Be back soon.</body></html>"


@dataclass(frozen=True)
class Fault:
    """One kind of failure for the next matching requests.

    Parameters
    ----------
    kind : one of `KINDS`.
    times : how many matching requests it hits; None = until cleared.
    path : shell pattern for the path behind the provider's prefix, e.g. `/fred/series/*`, `*/chart/TLT`.
    series : FRED series, Yahoo symbol or World Bank indicator it hits; None = all.
    after : matching requests let through first.
    seconds : delay of `timeout`, the Retry-After of `429` (whole seconds or fractions are sent as given), and the time
        from byte to byte of `drip`.
    body : what `body` sends.
    """

    kind: str
    times: int | None = 1
    path: str = "*"
    series: str | None = None
    after: int = 0
    seconds: float | None = None
    body: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"Unknown fault '{self.kind}'. Available: {', '.join(KINDS)}.")

    def hits(self, full_path: str, subject: str | None) -> bool:
        """Whether a request for `full_path` about `subject` is meant."""
        return fnmatch(full_path, self.path) and self.series in (None, subject)


class Faults:
    """The faults waiting for requests; safe for threads."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = Lock()

    def inject(self, kind: str, *, times: int | None = 1, path: str = "*", series: str | None = None,
               after: int = 0, seconds: float | None = None, body: str | None = None) -> Fault:  # fmt: skip
        """Let the next `times` matching requests fail; see `Fault` for the parameters.

        Raises
        ------
        ValueError : unknown kind.
        """
        fault = Fault(kind, times, path, series, after, seconds, body)
        with self._lock:
            self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all waiting faults."""
        with self._lock:
            self._waiting.clear()

    def take(self, full_path: str, subject: str | None) -> Fault | None:
        """The fault for this request, counted as used."""
        with self._lock:
            for at, fault in enumerate(self._waiting):
                if not fault.hits(full_path, subject):
                    continue
                if fault.after:
                    self._waiting[at] = replace(fault, after=fault.after - 1)
                    continue
                if fault.times is not None:
                    left = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                    self._waiting[at : at + 1] = left
                return fault
        return None

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._waiting))

    def __len__(self) -> int:
        return len(self._waiting)

    def describe(self) -> list[dict[str, Any]]:
        """The waiting faults as plain values."""
        return [asdict(fault) for fault in self]


class RateLimit:
    """FRED's sliding limit of requests per minute; None = no limit.

    Parameters
    ----------
    per_minute : requests allowed in any sixty seconds.
    """

    def __init__(self, per_minute: int | None) -> None:
        self.per_minute = per_minute
        self._times: deque[float] = deque()
        self._lock = Lock()

    def wait(self) -> float | None:
        """Seconds until the next request is allowed, or None when this one is."""
        if self.per_minute is None:
            return None
        now = monotonic()
        with self._lock:
            while self._times and self._times[0] <= now - 60:
                self._times.popleft()
            if len(self._times) >= self.per_minute:
                return self._times[0] + 60 - now
            self._times.append(now)
        return None


def too_many_requests(request: Request, seconds: float) -> Response:
    """Status 429 with Retry-After, in the words of FRED."""
    headers = {"Retry-After": f"{seconds:g}"}
    as_json = request.query.get("file_type") == "json"
    return error_response(429, "Exceeded Rate Limit", as_json=as_json, headers=headers)


@cache
def _bomb() -> bytes:
    """200 MB of zeros as gzip."""
    pack = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    return b"".join(pack.compress(b"0" * 1_000_000) for _ in range(200)) + pack.flush()


def replaced_response(fault: Fault, request: Request) -> Response | None:
    """What the fault answers instead of the provider; None when the provider still answers."""
    if fault.kind == "429":
        return too_many_requests(request, 1.0 if fault.seconds is None else fault.seconds)
    if fault.kind == "500":
        return Response(500, b"<html><body><h1>Internal Server Error</h1></body></html>", "text/html")
    if fault.kind == "html":
        return Response(200, _PAGE, "text/html; charset=UTF-8")
    if fault.kind == "blank":
        return Response(200, b"")
    if fault.kind == "body":
        return Response(200, (fault.body or "").encode(errors="surrogatepass"))
    if fault.kind == "bomb":
        return Response(200, _bomb(), headers={"Content-Encoding": "gzip"})
    if fault.kind == "garbage":
        return Response(200, b'{"observations":[{"realtime_start":"20')
    return None
