"""When to ask again and how fast: clock, rate limit, jittered back-off that honours Retry-After.

Belongs here: waiting. Does not belong here: what counts as transient (each client raises typed errors), the end of a
request (deadline.py). Every wait is bounded, whatever a provider asks for.
"""

import datetime as dt
import logging
import math
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import NoReturn, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_any
from tenacity.stop import stop_base

from macro_assets.errors import TransientSourceError
from macro_assets.sources.wire.deadline import seconds_left

__all__ = ["Clock", "RetryPolicy", "SYSTEM_CLOCK", "TokenBucket", "retry_after_seconds", "shared_bucket"]

LOG = logging.getLogger(__name__)
T = TypeVar("T")
LONGEST_RETRY_AFTER = 86_400.0
"""Seconds; whoever asks for more, or for something that is not a time, is asked again after a day."""


@dataclass(frozen=True)
class Clock:
    """Time as the sources see it, in seconds; tests give one that never sleeps."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


SYSTEM_CLOCK = Clock()


class TokenBucket:
    """At most `per_minute` requests in any minute on average, with bursts up to `burst`.

    Parameters
    ----------
    per_minute : tokens that flow in each minute.
    burst : tokens the full bucket holds; default half a minute's worth, so no minute sees more than 1.5 times the rate.
    """

    def __init__(self, per_minute: float, *, burst: float | None = None, clock: Clock = SYSTEM_CLOCK) -> None:
        self._rate = per_minute / 60.0
        self._burst = max(1.0, per_minute / 2 if burst is None else burst)
        self._clock = clock
        self._tokens = self._burst
        self._filled_at = clock.monotonic()
        self._lock = threading.Lock()

    def acquire(self) -> float:
        """Take one token, sleeping until there is one; the seconds slept."""
        with self._lock:
            now = self._clock.monotonic()
            self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
            self._filled_at = now
            self._tokens -= 1.0
            wait = max(0.0, -self._tokens / self._rate)
        if wait:
            self._clock.sleep(wait)
        return wait


_buckets: dict[tuple[str, float], TokenBucket] = {}


def shared_bucket(provider_url: str, per_minute: float, clock: Clock = SYSTEM_CLOCK) -> TokenBucket:
    """The bucket of a provider: its limit holds for the process, not for one client of it."""
    if clock is not SYSTEM_CLOCK:
        return TokenBucket(per_minute, clock=clock)
    return _buckets.setdefault((provider_url, per_minute), TokenBucket(per_minute))


@dataclass(frozen=True)
class RetryPolicy:
    """How often a transient failure is tried again.

    Parameters
    ----------
    retries : further attempts after the first.
    longest_wait : seconds; a provider that asks for more fails at once, and the orchestrator comes back later.
    first_wait, slowest_wait : seconds; the wait is uniform between zero and first_wait * 2^attempt, capped.
    """

    retries: int = 5
    longest_wait: float = 120.0
    first_wait: float = 1.0
    slowest_wait: float = 60.0
    clock: Clock = SYSTEM_CLOCK
    rng: random.Random = field(default_factory=random.Random, repr=False)

    def call(self, attempt: Callable[[], T]) -> T:
        """The result of `attempt`, tried again after each TransientSourceError that is not exhausted.

        Raises
        ------
        TransientSourceError : still failing after the last attempt, or the next wait would pass the deadline of the
            load; its text says how many attempts there were.
        """
        retrying = Retrying(
            retry=retry_if_exception(self._worth_another_try),
            stop=stop_any(stop_after_attempt(self.retries + 1), _NoTimeLeft()),
            wait=self._wait,
            sleep=self.clock.sleep,
            before_sleep=self._report,
            retry_error_callback=_give_up,
        )
        return retrying(attempt)

    def _worth_another_try(self, error: BaseException) -> bool:
        if not isinstance(error, TransientSourceError) or error.exhausted:
            return False
        return (error.retry_after or 0.0) <= self.longest_wait

    def _wait(self, state: RetryCallState) -> float:
        error = _error_of(state)
        if isinstance(error, TransientSourceError) and error.retry_after is not None:
            return error.retry_after + self.rng.uniform(0.0, 1.0)
        return self.rng.uniform(0.0, min(self.slowest_wait, self.first_wait * 2.0**state.attempt_number))

    def _report(self, state: RetryCallState) -> None:
        wait = state.next_action.sleep if state.next_action else 0.0
        LOG.info("%s Trying again in %.1f s.", _error_of(state), wait)


class _NoTimeLeft(stop_base):
    """The next wait would pass the deadline of the load."""

    def __call__(self, retry_state: RetryCallState) -> bool:
        return retry_state.upcoming_sleep >= seconds_left()


def _error_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _give_up(state: RetryCallState) -> NoReturn:
    error = _error_of(state)
    assert isinstance(error, TransientSourceError)
    given_up = f" Gave up after {state.attempt_number} tries." if state.attempt_number > 1 else ""
    final = type(error)(f"{error.message}{given_up}", retry_after=error.retry_after, remedy=error.remedy)
    final.exhausted = state.attempt_number > 1
    raise final from None


def retry_after_seconds(header: str | None, now: dt.datetime | None = None) -> float | None:
    """Seconds a Retry-After header asks for, given as seconds or as an HTTP date, at most a day.

    None when there is none to read.
    """
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = _seconds_until(header, now or dt.datetime.now(dt.UTC))
    return None if math.isnan(seconds) else min(max(0.0, seconds), LONGEST_RETRY_AFTER)


def _seconds_until(date: str, now: dt.datetime) -> float:
    """Seconds from `now` to an HTTP date; NaN when it is not one."""
    try:
        return (parsedate_to_datetime(date).astimezone(dt.UTC) - now).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return math.nan
