"""Volatility of every outcome at month ends: an exponentially weighted mean of squared daily changes known then.

Belongs here: daily changes of an outcome, their weighted scale. Does not belong here: monthly returns (signals/outcomes.py),
intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from macro_assets.vintage.columns import days, floats
from macro_assets.vintage.validity import of_series

if TYPE_CHECKING:
    from macro_assets.catalog.models import Outcome
    from macro_assets.vintage.calendars import Days

Array = NDArray[np.float64]
DECAY, WINDOW, TRADING_DAYS = 0.94, 250, 21
STALE = np.timedelta64(14, "D")

__all__ = ["DECAY", "DailyChanges", "daily_changes", "ewma_volatility"]


@dataclass(frozen=True)
class DailyChanges:
    """Daily changes of one outcome in its own unit, in date order, and the day from which each and all before are known."""

    known_from: Days
    value: Array


def daily_changes(prices: pa.Table, observations: pa.Table, outcome: Outcome) -> DailyChanges:
    """Daily total returns or changes of a ticker, or of a daily series as first published.

    Parameters
    ----------
    prices, observations : rows of silver/prices and silver/observations.
    """
    if outcome.source == "asset":
        rows = prices.filter(pc.equal(prices["symbol"], outcome.id)).sort_by("date")
        known_from, level = days(rows["known_from"]), floats(rows["close"])
        returns = floats(rows["total_return"]) if outcome.kind == "return" else None
    else:
        facts = of_series(observations, outcome.id)
        facts = facts.take(facts.published)
        first = np.append([True], facts.date[1:] != facts.date[:-1])[: len(facts.date)]
        known_from, level, returns = facts.known_from[first], facts.value[first], None
    if returns is None:
        moved = level[1:] / level[:-1] - 1.0 if outcome.kind == "return" else np.diff(level) * outcome.scale
        returns = np.append(np.full(min(1, len(level)), np.nan), moved)
    there = np.isfinite(returns)
    return DailyChanges(np.maximum.accumulate(known_from)[there], returns[there])


def ewma_volatility(changes: DailyChanges, origins: Days) -> Array:
    """Standard deviation of a month's change as the last 250 daily changes known on each origin weigh it.

    Weights fall by 0.94 a day. Missing where fewer are known, or where the last is two weeks old.

    Source: J.P. Morgan and Reuters (1996), RiskMetrics Technical Document, chapter 5.
    """
    weights = DECAY ** np.arange(WINDOW)[::-1]
    out = np.full(len(origins), np.nan)
    for row, end in enumerate(changes.known_from.searchsorted(origins, side="right")):
        if end >= WINDOW and origins[row] - changes.known_from[end - 1] <= STALE:
            squares = changes.value[end - WINDOW : end] ** 2
            out[row] = np.sqrt(TRADING_DAYS * (weights * squares).sum() / weights.sum())
    return np.where(out > 0.0, out, np.nan)
