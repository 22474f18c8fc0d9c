"""Which days each series is asked for: those of the run, or back to its watermark.

Belongs here: the field `ask` of a run and the window it gives each id, and what a morning has left to ask. Does not
belong here: watermarks themselves (vintage/coverage.py), fetching (provider.py), when a run starts (defs/automation).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from macro_assets.sources.provider import Provider

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.vintage.coverage import Coverage

__all__ = ["Ask", "Window", "watermark", "windows"]

DAY = dt.timedelta(days=1)
MORNING_DAYS = 7
WEEKLY_DAYS = 400

Window = tuple[dt.date, dt.date]


class Ask(Enum):
    """How far back a run asks; the values are what the Launchpad shows."""

    days = "days"
    morning = "morning"
    missing = "missing"
    weekly = "weekly"


@dataclass(frozen=True)
class _Reach:
    """days : at least so many before the end. ended : ended series too. complete : also those that lack no day."""

    days: int
    ended: bool
    complete: bool


_REACHES = {
    Ask.morning: _Reach(MORNING_DAYS, ended=False, complete=True),
    Ask.missing: _Reach(1, ended=False, complete=False),
    Ask.weekly: _Reach(WEEKLY_DAYS, ended=True, complete=True),
}


def windows(
    ask: Ask, provider: Provider[Any], catalog: Catalog, starts: Mapping[str, dt.date], days: Window, coverage: Coverage
) -> dict[str, Window]:
    """The window of each id; one that is not to be asked is left out.

    Parameters
    ----------
    starts : first day of each id. days : first and last vintage day of the run.

    Returns
    -------
    By id, in the order of `starts`: the days of the run, or from the day after its watermark, or as many days back as
    `ask` says, whichever is earlier. An ended id is asked weekly, an
    ended file always. An id that was never answered is asked from its first day.
    """
    if ask is Ask.days:
        return dict.fromkeys(starts, days)
    reach, last = _REACHES[ask], days[1]
    found: dict[str, Window] = {}
    for name, start in starts.items():
        ids = provider.covers(catalog, name)
        if not (reach.ended or provider.is_local) and all((provider.name, one) in coverage.ended for one in ids):
            continue
        mark = watermark(provider, ids, coverage)
        if not reach.complete and mark is not None and mark >= last:
            continue
        since = start if mark is None else mark + DAY
        found[name] = (min(last, max(start, min(since, _back(last, reach.days)))), last)
    return found


def watermark(provider: Provider[Any], ids: Iterable[str], coverage: Coverage) -> dt.date | None:
    """The lowest watermark of ids that have not ended; None when one of them was never answered."""
    alive = [one for one in ids if (provider.name, one) not in coverage.ended]
    marks = [coverage.watermark(provider.name, one) for one in alive]
    return min((mark for mark in marks if mark is not None), default=None) if None not in marks else None


def _back(last: dt.date, days: int) -> dt.date:
    return last - (days - 1) * DAY
