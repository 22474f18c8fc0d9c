"""All providers behind one door: routing, faults, the log and the controls.

Belongs here: which provider answers a path and what a fault does to the answer. Does not belong here: sockets
(server.py) and wire formats (one module per provider).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from macro_assets.sandbox.archive import Archive
from macro_assets.sandbox.clock import Clock
from macro_assets.sandbox.faults import DISTORTIONS, Fault, Faults, RateLimit, replaced_response, too_many_requests
from macro_assets.sandbox.fred import FredApi
from macro_assets.sandbox.fred_parameters import API_KEY
from macro_assets.sandbox.fred_store import FredStore
from macro_assets.sandbox.request_log import LoggedRequest, RequestLog, masked
from macro_assets.sandbox.spoiled import SPOILED, spoiled
from macro_assets.sandbox.surprises import SurprisesApi
from macro_assets.sandbox.wire import Request, Response, json_response
from macro_assets.sandbox.world_bank import WorldBankApi
from macro_assets.sandbox.yahoo import YahooApi

PREFIXES = {"fred": "/fred", "yahoo": "/yahoo", "world_bank": "/v2", "surprises": "/surprises"}
SETTINGS = {
    "fred": "MACRO_FRED_URL",
    "yahoo": "MACRO_YAHOO_URL",
    "world_bank": "MACRO_WORLD_BANK_URL",
    "surprises": "MACRO_SURPRISES_URL",
}


@dataclass(frozen=True)
class Answer:
    """What goes to the wire: the response, and what a fault does to the connection."""

    response: Response
    fault: Fault | None = None


def service_urls(base: str) -> dict[str, str]:
    """The settings that point the real clients at a sandbox whose address is `base`."""
    urls = {SETTINGS[name]: base + prefix for name, prefix in PREFIXES.items()}
    return {**urls, "MACRO_FRED_API_KEY": API_KEY}


def revision_target(store: FredStore, yahoo: YahooApi, bank: WorldBankApi, series: str) -> str:
    """Which provider publishes `series`.

    Raises
    ------
    KeyError : none does.
    """
    homes = {"fred": store.series, "yahoo": yahoo.symbols(), "world_bank": bank.indicators}
    found = [name for name, ids in homes.items() if series in ids]
    if not found:
        raise KeyError(f"Unknown series, symbol or indicator '{series}'.")
    return found[0]


class Providers:
    """An archive, a clock and faults, answering any provider's requests.

    Parameters
    ----------
    archive : what there is to serve.
    today : first day; default the archive's last one.
    requests_per_minute : FRED's rate limit; None = none.
    day_file : where the day is kept when it is to outlive this process.
    """

    def __init__(self, archive: Archive, today: date | None = None, requests_per_minute: int | None = None,
                 day_file: Path | None = None) -> None:  # fmt: skip
        self.archive = archive
        self.clock = Clock(today or archive.last_day, archive.last_day, day_file)
        self.faults = Faults()
        self.log = RequestLog()
        self.limit = RateLimit(requests_per_minute)
        self.store = FredStore(archive)
        self.yahoo = YahooApi(archive, self.clock)
        self.bank = WorldBankApi(archive, self.clock)
        self._answer: dict[str, Callable[[Request], Response]] = {
            "fred": FredApi(self.store, self.clock).answer,
            "yahoo": self.yahoo.answer,
            "world_bank": self.bank.answer,
            "surprises": SurprisesApi(archive, self.clock).answer,
        }

    def answer(self, request: Request) -> Answer:
        """The answer to a request whose path still has the provider's prefix."""
        started = perf_counter()
        provider, inner = _route(request)
        if provider is None:
            return Answer(json_response({"error": f"no provider serves {request.path}"}, 404))
        subject = _subject(provider, inner)
        fault = self.faults.take(request.path, subject)
        response = self._respond(provider, inner, fault)
        status = 0 if fault and fault.kind in ("reset", "truncated") else response.status
        entry = LoggedRequest(
            provider=provider,
            path=request.path,
            query=masked(request.query),
            subject=subject,
            status=status,
            size=len(response.body),
            seconds=perf_counter() - started,
            fault=fault.kind if fault else None,
        )
        self.log.add(entry)
        return Answer(response, fault)

    def _respond(self, provider: str, request: Request, fault: Fault | None) -> Response:
        if fault is not None:
            replaced = replaced_response(fault, request)
            if replaced is not None:
                return replaced
            if fault.kind in DISTORTIONS:
                request = replace(request, distortion=fault.kind)
        wait = self.limit.wait() if provider == "fred" else None
        if wait is not None:
            return too_many_requests(request, max(1.0, round(wait)))
        response = self._answer[provider](request)
        if fault is not None and fault.kind in SPOILED and response.status == 200:
            return replace(response, body=spoiled(fault.kind, provider, response.body, request.query))
        return response

    def revise(self, series: str, *, day: date | None = None, value: float | None = None,
               economy: str | None = None, year: int | None = None) -> dict[str, Any]:  # fmt: skip
        """Publish, today, a new value of something old: a vintage of a FRED series, a bar or an indicator's year.

        Parameters
        ----------
        series : FRED id, Yahoo symbol or World Bank indicator.
        day : observation or bar; default the thirteenth newest. economy, year : of an indicator; default the newest.
        value : the new value; default a little above the old one.

        Returns
        -------
        What was revised: provider, series and the day or the economy and year.

        Raises
        ------
        KeyError : nothing of that name or day is visible today.
        """
        provider = revision_target(self.store, self.yahoo, self.bank, series)
        if provider == "fred":
            return {
                "provider": provider,
                "series": series,
                "day": self.store.revise(series, day, value, self.clock.today),
            }
        if provider == "yahoo":
            return {"provider": provider, "series": series, "day": self.yahoo.revise(series, day, value)}
        where = self.bank.revise(series, economy, year, value)
        return {"provider": provider, "series": series, "economy": where[0], "year": where[1]}


def _route(request: Request) -> tuple[str | None, Request]:
    for provider, prefix in PREFIXES.items():
        if request.path == prefix or request.path.startswith(prefix + "/"):
            return provider, replace(request, path=request.path[len(prefix) :] or "/")
    if ".yahoo.com" in request.path.split("/")[1]:
        return "yahoo", request
    return None, request


def _subject(provider: str, request: Request) -> str | None:
    if provider == "fred":
        return request.query.get("series_id")
    last = request.path.rstrip("/").split("/")[-1]
    if provider == "yahoo":
        return last if "/chart/" in request.path else None
    if provider == "surprises":
        return last.removesuffix(".csv")
    parts = request.path.split("/")
    return parts[parts.index("series") + 1] if "series" in parts[:-1] else None
