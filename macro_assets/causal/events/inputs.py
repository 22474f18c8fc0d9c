"""From tables to event days: surprises of each announcement of the catalogue, daily closes of each outcome.

Belongs here: which rows are events, several of a day summed, which were announced beforehand, total returns of funds.
Does not belong here: estimation (effects.py), what exists (catalog/events.yaml), monthly shocks (signals/shocks.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from macro_assets.catalog.events import PublishedEvents
from macro_assets.causal.events.effects import EventShock
from macro_assets.causal.events.windows import Closes
from macro_assets.vintage.columns import days, floats
from macro_assets.vintage.validity import NEVER, of_series

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.catalog.events import Event
    from macro_assets.catalog.models import Outcome

__all__ = ["daily_closes", "daily_levels", "event_shocks", "published_days", "sized_shock"]

Array = NDArray[np.float64]
Days = NDArray[np.datetime64]
UNSCHEDULED = "unscheduled"


def event_shocks(policy_surprises: pa.Table, catalog: Catalog) -> list[EventShock]:
    """Surprises by event day, of every announcement of the catalogue that has a published file in the lake.

    Parameters
    ----------
    policy_surprises : rows of `bronze/policy_surprises`.
    catalog : announcements, and the shocks whose tier and sign they have.

    Returns
    -------
    In the order of the catalogue; an announcement without its file is left out, and so are releases (releases.py).
    """
    found = (
        _published(policy_surprises, event, catalog)
        for event in catalog.events.values()
        if isinstance(event.source, PublishedEvents)
    )
    return [shock for shock in found if shock is not None]


def published_days(policy_surprises: pa.Table, pair: str) -> tuple[Days, Array]:
    """Days and values of one published series `file:column`, several of a day summed; empty when it is not there."""
    source, _, measure = pair.partition(":")
    table = policy_surprises
    rows = table.filter(pc.and_(pc.equal(table["source"], source), pc.equal(table["measure"], measure)))
    date, value = days(rows["date"]), floats(rows["value"])
    day, at = np.unique(date[np.isfinite(value)], return_inverse=True)
    return day, np.bincount(at, weights=value[np.isfinite(value)], minlength=len(day)).astype(float)


def daily_closes(prices: pa.Table, observations: pa.Table, catalog: Catalog) -> dict[str, Closes]:
    """Daily closes of every outcome of the catalogue with data, by name.

    Parameters
    ----------
    prices : rows of `silver/prices`; a return is the total return, distributions and splits included.
    observations : rows of `silver/observations`, for outcomes made from a daily series (last published value a day).
    """
    found: dict[str, Closes] = {}
    for outcome in catalog.outcomes.values():
        day, value = _priced(prices, outcome) if outcome.source == "asset" else daily_levels(observations, outcome.id)
        if len(day) > 1:
            found[outcome.name] = Closes(outcome.name, outcome.unit, day, value, outcome.kind, outcome.scale)
    return found


def daily_levels(observations: pa.Table, series_id: str) -> tuple[Days, Array]:
    """Last published value of each day of a daily series, in the unit of the series."""
    facts = of_series(observations, series_id)
    facts = facts.take(facts.published & (facts.until == NEVER) & np.isfinite(facts.value))
    return facts.date, facts.value


def _priced(prices: pa.Table, outcome: Outcome) -> tuple[Days, Array]:
    """Closes of a level, or the index of total return of a price."""
    rows = prices.filter(pc.and_(pc.equal(prices["symbol"], outcome.id), pc.is_valid(prices["close"]))).sort_by("date")
    if outcome.kind == "change":
        return days(rows["date"]), floats(rows["close"])
    daily = floats(rows["total_return"])
    return days(rows["date"]), np.cumprod(1.0 + np.where(np.isnan(daily), 0.0, daily), dtype=np.float64)


def _published(policy_surprises: pa.Table, event: Event, catalog: Catalog) -> EventShock | None:
    assert isinstance(event.source, PublishedEvents)
    for pair in event.source.files:
        day, value = published_days(policy_surprises, pair)
        if len(day):
            scheduled = _scheduled(policy_surprises, event.source.described_in, day)
            return sized_shock(event, catalog, day, value, scheduled)
    return None


def sized_shock(
    event: Event, catalog: Catalog, day: Days, value: Array, scheduled: NDArray[np.bool_] | None = None
) -> EventShock:
    """Surprises with the size their effects are stated for: the catalogue's, or one sd of those that are not zero."""
    moved = value[np.isfinite(value) & (value != 0.0)]
    per = event.per or (float(moved.std(ddof=1)) if len(moved) > 1 else 1.0)
    words = event.per_unit or f"typical surprise ({per:.2g} {event.unit})"
    shock = catalog.shocks[event.shock]
    return EventShock(event.name, shock.tier, event.unit, shock.sign, day, value, per, words, scheduled)


def _scheduled(policy_surprises: pa.Table, file: str | None, day: Days) -> NDArray[np.bool_] | None:
    """(k,) whether each day held no event that the file calls unscheduled; None when it describes none."""
    if file is None:
        return None
    rows = policy_surprises.filter(
        pc.and_(pc.equal(policy_surprises["source"], file), pc.is_valid(policy_surprises["description"]))
    )
    if not rows.num_rows:
        return None
    unscheduled = pc.match_substring(rows["description"], UNSCHEDULED, ignore_case=True)
    return np.asarray(~np.isin(day, days(rows.filter(unscheduled)["date"])))
