"""How a typed error of the floors below ends a run: retried when it may pass, failed at once when it will not.

Belongs here: the mapping from error type to Dagster's retry or failure. Does not belong here: catching anything else.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from macro_assets.errors import MacroAssetsError, TransientSourceError

MAX_RETRIES = 3
FIRST_WAIT_SECONDS = 15.0


@contextmanager
def typed_failures(context: dg.AssetExecutionContext) -> Iterator[None]:
    """Turn errors of the project into Dagster outcomes.

    A `TransientSourceError` asks for another try after the provider's own Retry-After (or doubling waits); every
    other typed error fails at once, because a retry cannot mend a wrong key or a changed format.
    """
    try:
        yield
    except TransientSourceError as error:
        if context.retry_number >= MAX_RETRIES:
            raise dg.Failure(description=str(error), metadata=_facts(error), allow_retries=False) from None
        wait = error.retry_after if error.retry_after is not None else FIRST_WAIT_SECONDS * 2**context.retry_number
        context.log.warning(f"{error} Trying again in {wait:.0f} s ({context.retry_number + 1} of {MAX_RETRIES}).")
        raise dg.RetryRequested(max_retries=MAX_RETRIES, seconds_to_wait=wait) from None
    except MacroAssetsError as error:
        raise dg.Failure(description=str(error), metadata=_facts(error), allow_retries=False) from None


def _facts(error: MacroAssetsError) -> dict[str, str]:
    return {"error_type": type(error).__name__, "what_to_do": str(error)}
