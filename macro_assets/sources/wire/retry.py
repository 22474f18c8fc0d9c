"""When to ask again and how fast: clock, rate limit, jittered back-off that honours Retry-After.

Belongs here: waiting. Does not belong here: what counts as transient (each client raises typed errors).
"""

import datetime as dt
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import NoReturn, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from macro_assets.errors import TransientSourceError

__all__ = ["Clock", "RetryPolicy", "SYSTEM_CLOCK", "TokenBucket", "retry_after_seconds", "shared_bucket"]

LOG = logging.getLogger(__name__)
T = TypeVar("T")


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
        """The result of `attempt`, tried again after each TransientSourceError.

        Raises
        ------
        TransientSourceError : still failing after the last attempt; its text says how many there were.
        """
        retrying = Retrying(
            retry=retry_if_exception(self._worth_another_try),
            stop=stop_after_attempt(self.retries + 1),
            wait=self._wait,
            sleep=self.clock.sleep,
            before_sleep=self._report,
            retry_error_callback=_give_up,
        )
        return retrying(attempt)

    def _worth_another_try(self, error: BaseException) -> bool:
        return isinstance(error, TransientSourceError) and (error.retry_after or 0.0) <= self.longest_wait

    def _wait(self, state: RetryCallState) -> float:
        error = _error_of(state)
        if isinstance(error, TransientSourceError) and error.retry_after is not None:
            return error.retry_after + self.rng.uniform(0.0, 1.0)
        return self.rng.uniform(0.0, min(self.slowest_wait, self.first_wait * 2.0**state.attempt_number))

    def _report(self, state: RetryCallState) -> None:
        wait = state.next_action.sleep if state.next_action else 0.0
        LOG.info("%s Trying again in %.1f s.", _error_of(state), wait)


def _error_of(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _give_up(state: RetryCallState) -> NoReturn:
    error = _error_of(state)
    assert isinstance(error, TransientSourceError)
    tries = state.attempt_number
    raise TransientSourceError(
        f"{error.message} Gave up after {tries} {'try' if tries == 1 else 'tries'}.",
        retry_after=error.retry_after,
        remedy=error.remedy,
    ) from None


def retry_after_seconds(header: str | None, now: dt.datetime | None = None) -> float | None:
    """Seconds a Retry-After header asks for, given as seconds or as an HTTP date; None when there is none to read."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass  # not seconds: a date, then
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (when - (now or dt.datetime.now(dt.UTC))).total_seconds())
