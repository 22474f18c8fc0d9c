"""The day and hour of a sandbox: asked and moved by address, so that everything on a simulated home reads one clock.

Belongs here: the two requests. Does not belong here: the clock itself (sandbox/clock.py), who reads it (settings.py).
"""

import datetime as dt
import http.client
import json
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from macro_assets.errors import InvalidInputError, TransientSourceError

__all__ = ["NEW_YORK", "move_sandbox", "sandbox_day", "sandbox_instant"]

ANSWER_SECONDS = 10.0
NEW_YORK = ZoneInfo("America/New_York")


def sandbox_day(url: str) -> dt.date:
    """The simulated today.

    Parameters
    ----------
    url : address of the sandbox, e.g. `http://127.0.0.1:8090`.

    Raises
    ------
    TransientSourceError : nothing answers there.
    """
    return dt.date.fromisoformat(_call(url, "GET", "health")["today"])


def sandbox_instant(url: str) -> dt.datetime:
    """The simulated now, in New York.

    Raises
    ------
    TransientSourceError : nothing answers there.
    """
    health = _call(url, "GET", "health")
    day, hour = dt.date.fromisoformat(health["today"]), dt.time.fromisoformat(health["hour"])
    return dt.datetime.combine(day, hour, NEW_YORK)


def move_sandbox(url: str, day: dt.date | None = None) -> dt.date:
    """Let time pass until a day, by default the next one, and return it.

    Raises
    ------
    InvalidInputError : the day lies in the past, or beyond the last day of the data.
    TransientSourceError : nothing answers there.
    """
    day = day or sandbox_day(url) + dt.timedelta(days=1)
    return dt.date.fromisoformat(_call(url, "POST", "advance_to", {"today": day.isoformat()})["today"])


def _call(url: str, method: str, name: str, content: dict[str, str] | None = None) -> dict[str, Any]:
    """The answer of a control endpoint. Without a proxy, whatever the environment says: a sandbox is local."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=ANSWER_SECONDS)
    try:
        connection.request(method, f"/control/{name}", json.dumps(content) if content else None)
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise TransientSourceError(
            f"The sandbox at {url} does not answer ({error}).",
            remedy="Start it: `macro-assets ui` on its home, or `macro-assets sandbox`; or unset MACRO_SANDBOX_URL.",
        ) from None
    finally:
        connection.close()
    if response.status != 200:
        raise InvalidInputError(str(answer.get("error", answer)))
    return answer
