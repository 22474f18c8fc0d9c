"""Missing vintage days for features and shocks: read from the record of answers, and named.

Belongs here: the reading and the words. Does not belong here: what a missing day hides (signals/holes.py, signals/release_news.py).
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from macro_assets.defs.bronze.answers import read_coverage
from macro_assets.defs.metadata import listing
from macro_assets.defs.resources import ClockResource, LakeResource

if TYPE_CHECKING:
    from macro_assets.vintage.calendars import Days


def missing_days(lake: LakeResource, clock: ClockResource) -> "dict[str, Days]":
    """Vintage days up to yesterday that the lake does not know, by series."""
    return read_coverage(lake.get()).missing(clock.today() - timedelta(days=1))


def named(missing: "Mapping[str, Days]", series: Iterable[str]) -> str:
    """Missing days of some series in words: `CPIAUCSL: 2010-06-14`, of a longer hole its first and last day and number."""
    return listing([f"{name}: {_span(missing[name])}" for name in series if name in missing])


def _span(days: "Days") -> str:
    return str(days[0]) if len(days) == 1 else f"{days[0]} to {days[-1]} ({len(days)} days)"
