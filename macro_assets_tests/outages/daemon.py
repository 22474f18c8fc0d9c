"""Dagster's daemon, whose scheduler reads the clock of the sandbox: `python -m macro_assets_tests.outages.daemon run ...`.

Belongs here: the clock of the scheduler. Does not belong here: everything else of the daemon, which is Dagster's own and
keeps its heartbeats by the wall clock.
"""

import os
from datetime import UTC, datetime

from dagster._daemon.cli import main
from dagster._scheduler import scheduler

from macro_assets.clock import sandbox_instant


def now(tz: str = "UTC") -> datetime:
    """The instant of the sandbox."""
    return sandbox_instant(os.environ["MACRO_SANDBOX_URL"]).astimezone(UTC)


if __name__ == "__main__":
    vars(scheduler).update(get_current_datetime=now, get_current_timestamp=lambda: now().timestamp())
    main()
