"""How a typed error of the floors below ends a run: retried when it may pass, failed at once when it will not.

Belongs here: the mapping from error type to Dagster's retry or failure. Does not belong here: catching anything else.
"""

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import dagster as dg

from macro_assets.errors import LockTimeoutError, MacroAssetsError, TransientSourceError

MAX_RETRIES = 3
FIRST_WAIT_SECONDS = 15.0
LONGEST_WAIT_SECONDS = 900.0
"""A run holds the pool of its provider while it waits; who asks for more is asked again by the next run."""

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def typed_failures(context: dg.AssetExecutionContext) -> Iterator[None]:
    """Turn errors of the project into Dagster outcomes, for assets that fetch or load.

    A `TransientSourceError` or a table that stays locked asks for another try, after the provider's own Retry-After or
    doubling waits; every other typed error fails at once, because a retry cannot correct a wrong key. A wait of more than
    `LONGEST_WAIT_SECONDS` is not waited for.
    """
    with readable_failures():
        try:
            yield
        except (TransientSourceError, LockTimeoutError) as error:
            wait = _wait(error, context.retry_number)
            if context.retry_number >= MAX_RETRIES or wait > LONGEST_WAIT_SECONDS:
                raise
            context.log.warning(f"{error} Trying again in {wait:.0f} s ({context.retry_number + 1} of {MAX_RETRIES}).")
            pause(wait)
            raise dg.RetryRequested(max_retries=MAX_RETRIES) from None


@contextmanager
def readable_failures() -> Iterator[None]:
    """A typed error as a failure that says what happened and what to do, without a stack and without a retry."""
    try:
        yield
    except MacroAssetsError as error:
        raise dg.Failure(description=str(error), metadata=_facts(error), allow_retries=False) from None


def in_words(compute: Callable[P, R]) -> Callable[P, R]:
    """Decorator form of `readable_failures`, for assets that only derive."""

    @functools.wraps(compute)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        with readable_failures():
            return compute(*args, **kwargs)

    return guarded


def pause(seconds: float) -> None:
    """Wait here, in the asset, where a signal to end the run is heard; Dagster's own wait before a retry is deaf to it."""
    time.sleep(seconds)


def _wait(error: MacroAssetsError, retry_number: int) -> float:
    asked = error.retry_after if isinstance(error, TransientSourceError) else None
    return asked if asked is not None else FIRST_WAIT_SECONDS * 2.0**retry_number


def _facts(error: MacroAssetsError) -> dict[str, str]:
    facts = {"error_type": type(error).__name__}
    return facts | {"what_to_do": error.remedy} if error.remedy else facts
