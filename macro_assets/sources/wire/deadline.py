"""How long a request, and all requests of a load together, may take.

Belongs here: the end of waiting for bytes. Does not belong here: when to ask again (retry.py), HTTP (http.py).

A client's own time-out counts between two bytes, so a provider that sends one byte each half second is never late. Here
a request runs in a thread of its own and its caller waits for it: the wait ends at the deadline whatever the provider
does, and at a signal whose handler raises.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from macro_assets.errors import MacroAssetsError, TransientSourceError

__all__ = ["load_deadline", "seconds_left", "within"]

T = TypeVar("T")
_ends: ContextVar[tuple[float, Callable[[], float]] | None] = ContextVar("ends", default=None)


@contextmanager
def load_deadline(seconds: float, monotonic: Callable[[], float]) -> Iterator[None]:
    """Everything that is fetched inside ends `seconds` from now; of two deadlines the earlier one holds.

    Parameters
    ----------
    monotonic : the clock of the source, in seconds.
    """
    end = monotonic() + min(seconds, seconds_left())
    token = _ends.set((end, monotonic))
    try:
        yield
    finally:
        _ends.reset(token)


def seconds_left() -> float:
    """Seconds until the deadline of the load; infinity outside of one, never negative."""
    ends = _ends.get()
    return max(0.0, ends[0] - ends[1]()) if ends else float("inf")


def within(seconds: float, call: Callable[[], T], late: MacroAssetsError) -> T:
    """The result of `call`, or its error; `late` when it takes longer.

    A call that is late goes on in its thread until its own time-outs end it; its result is dropped.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again where the caller waits
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True, name="macro-assets-request")
    thread.start()
    thread.join(max(0.0, seconds))
    if errors:
        raise errors[0]
    if not results:
        raise late
    return results[0]


def too_late(provider: str, what: str, seconds: float) -> TransientSourceError:
    """The error of a request that is not complete in time."""
    return TransientSourceError(f"{provider} did not complete {what} within {seconds:g} s.")
