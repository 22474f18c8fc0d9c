"""What the clients asked: the last requests and counters, without keys.

Belongs here: memory of requests. Does not belong here: answering them.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from threading import Lock
from typing import Any

_KEPT = 20_000
SECRET = ("api_key", "crumb")


@dataclass(frozen=True)
class LoggedRequest:
    """One answered request.

    Parameters
    ----------
    provider : fred, yahoo, world_bank or surprises.
    path : full path, with the provider's prefix. query : parameters, keys masked.
    subject : series, symbol or indicator it was about. status : HTTP status, 0 when the connection was torn down.
    size : bytes of the body. seconds : time to build it. fault : kind of the fault that hit it.
    """

    provider: str
    path: str
    query: dict[str, str]
    subject: str | None
    status: int
    size: int
    seconds: float
    fault: str | None


class RequestLog:
    """The last 20,000 requests and counts of all; safe for threads."""

    def __init__(self) -> None:
        self._kept: deque[LoggedRequest] = deque(maxlen=_KEPT)
        self._lock = Lock()
        self._counts: Counter[tuple[str, int]] = Counter()
        self._seconds: dict[str, float] = defaultdict(float)
        self._bytes: dict[str, int] = defaultdict(int)

    def add(self, entry: LoggedRequest) -> None:
        with self._lock:
            self._kept.append(entry)
            self._counts[entry.provider, entry.status] += 1
            self._seconds[entry.provider] += entry.seconds
            self._bytes[entry.provider] += entry.size

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._counts.clear()
            self._seconds.clear()
            self._bytes.clear()

    def count(self, *, provider: str | None = None, subject: str | None = None, path: str | None = None) -> int:
        """How many kept requests match: provider and subject exactly, `path` as a part of the path."""
        return sum(
            provider in (None, entry.provider) and subject in (None, entry.subject) and (path or "") in entry.path
            for entry in self
        )

    def __iter__(self) -> Iterator[LoggedRequest]:
        return iter(list(self._kept))

    def __len__(self) -> int:
        return sum(self._counts.values())

    def summary(self) -> dict[str, Any]:
        """Requests by provider and status, seconds of work and bytes sent by provider."""
        by_provider: dict[str, dict[str, int]] = {}
        for (provider, status), number in sorted(self._counts.items()):
            by_provider.setdefault(provider, {})[str(status)] = number
        seconds = {name: round(value, 3) for name, value in self._seconds.items()}
        return {"total": len(self), "requests": by_provider, "seconds": seconds, "bytes": dict(self._bytes)}

    def entries(self, last: int) -> list[dict[str, Any]]:
        """The last requests as plain values, oldest first."""
        return [asdict(entry) for entry in list(self._kept)[-last:]]


def masked(query: dict[str, str]) -> dict[str, str]:
    """The query without secrets."""
    return {name: "***" if name in SECRET else value for name, value in query.items()}
