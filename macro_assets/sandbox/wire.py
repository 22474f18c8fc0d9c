"""What every provider's wire format shares: a request, a response and how a day travels.

Belongs here: plain values. Does not belong here: sockets (server.py) and any provider's own shapes.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import orjson

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Request:
    """One request as the providers see it.

    Parameters
    ----------
    method : GET, POST or DELETE.
    path : path inside the provider, decoded, beginning with a slash.
    query : last value of each parameter.
    body : raw body, empty for GET.
    distortion : "empty" or "nulls" when a fault asks the provider for a well-formed answer without content.
    """

    method: str
    path: str
    query: dict[str, str]
    body: bytes = b""
    distortion: str | None = None


@dataclass(frozen=True)
class Response:
    """One answer: status, body and headers beyond Content-Length."""

    status: int
    body: bytes
    content_type: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)


def json_response(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """`content` as JSON; numpy arrays are written as lists, NaN as null."""
    body = orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)
    return Response(status, body, headers=headers or {})


def day_number(day: date) -> int:
    """Days since 1970-01-01, as Arrow's date32 counts."""
    return (day - EPOCH).days


def day_of(number: int | np.integer) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(number))


def parse_day(text: str) -> date:
    """The date of an ISO text of ten characters.

    Raises
    ------
    ValueError : anything else, also the short forms that `date.fromisoformat` takes.
    """
    if len(text) != 10:
        raise ValueError(f"'{text}' is not a YYYY-MM-DD formatted date")
    return date.fromisoformat(text)
