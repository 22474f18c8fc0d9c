"""Control endpoints: move the day, inject faults, read the log from another process.

Belongs here: `/control/*` as JSON. Does not belong here: providers' own paths.

    GET    /control/health              {"status": "ok", "today": ..., "hour": ..., "last_day": ..., "day_file": ...}
    GET    /control/state               day, contents, waiting faults, counters, settings
    POST   /control/advance_to          {"today": "2015-12-31", "hour": "07:30"}; noon without an hour
    GET | POST | DELETE /control/faults list, inject (fields of `Fault`), clear
    POST   /control/revise              {"series": ..., "day" | "economy", "year": ..., "value": ...}
    GET | DELETE /control/requests      ?last=100
    GET    /control/truth               true effects of a simulated economy; 404 for a recorded archive
"""

from collections.abc import Callable
from datetime import time
from typing import Any

import orjson

from macro_assets.sandbox.providers import Providers, service_urls
from macro_assets.sandbox.wire import Request, Response, json_response, parse_day


class ControlApi:
    """Answers control requests.

    Parameters
    ----------
    providers : what is controlled.
    truth : plain values for `/control/truth`; None for a recorded archive.
    """

    def __init__(self, providers: Providers, truth: dict[str, Any] | None = None) -> None:
        self.providers = providers
        self.truth = truth
        self.base_url = ""
        self._routes: dict[tuple[str, str], Callable[[dict[str, Any]], Any]] = {
            ("GET", "health"): lambda _: self._health(),
            ("GET", "state"): lambda _: self._state(),
            ("POST", "advance_to"): self._advance,
            ("GET", "faults"): lambda _: self.providers.faults.describe(),
            ("POST", "faults"): self._inject,
            ("DELETE", "faults"): self._clear_faults,
            ("POST", "revise"): self._revise,
            ("GET", "requests"): self._requests,
            ("DELETE", "requests"): self._clear_requests,
        }

    def answer(self, request: Request) -> Response:
        """The response to one control request; 400 with the reason for a bad one."""
        name = request.path.removeprefix("/control").strip("/")
        if (request.method, name) == ("GET", "truth") and self.truth is not None:
            return json_response(self.truth)
        route = self._routes.get((request.method, name))
        if route is None:
            return json_response({"error": f"no control {request.method} {request.path}"}, 404)
        try:
            content = orjson.loads(request.body) if request.body else {}
            return json_response(route({**request.query, **content}))
        except (ValueError, KeyError, TypeError) as error:
            return json_response({"error": str(error.args[0]) if error.args else repr(error)}, 400)

    def _today(self) -> str:
        return str(self.providers.clock.today)

    def _health(self) -> dict[str, str | None]:
        clock = self.providers.clock
        return {
            "status": "ok",
            "today": self._today(),
            "hour": str(clock.hour),
            "last_day": str(clock.last) if clock.last else None,
            "day_file": str(clock.file) if clock.file else None,
        }

    def _state(self) -> dict[str, Any]:
        archive = self.providers.archive
        return {
            "today": self._today(),
            "last_day": str(archive.last_day),
            "contents": {
                "series": len(archive.series), "observations": archive.observations.num_rows,
                "symbols": sorted(archive.bars), "indicators": sorted(archive.indicators),
                "surprises": sorted(archive.surprises),
            },
            "faults": self.providers.faults.describe(),
            "requests": self.providers.log.summary(),
            "settings": service_urls(self.base_url),
        }  # fmt: skip

    def _advance(self, content: dict[str, Any]) -> dict[str, str]:
        hour = time.fromisoformat(content["hour"]) if content.get("hour") else None
        return {"today": str(self.providers.clock.advance_to(parse_day(str(content["today"])), hour))}

    def _clear_faults(self, content: dict[str, Any]) -> list[dict[str, Any]]:
        self.providers.faults.clear()
        return []

    def _clear_requests(self, content: dict[str, Any]) -> dict[str, Any]:
        self.providers.log.clear()
        return {}

    def _inject(self, content: dict[str, Any]) -> list[dict[str, Any]]:
        if content.get("kind") == "revised":
            self._revise({name: value for name, value in content.items() if name != "kind"})
            return self.providers.faults.describe()
        self.providers.faults.inject(**content)
        return self.providers.faults.describe()

    def _revise(self, content: dict[str, Any]) -> dict[str, Any]:
        if content.get("day") is not None:
            content = {**content, "day": parse_day(content["day"])}
        return self.providers.revise(**content)

    def _requests(self, content: dict[str, Any]) -> dict[str, Any]:
        return {**self.providers.log.summary(), "last": self.providers.log.entries(int(content.get("last", 100)))}
