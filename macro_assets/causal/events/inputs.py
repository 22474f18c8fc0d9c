"""From tables to event days: surprises of each announcement of the catalogue, daily closes of each outcome.

Belongs here: which rows are events, several of a day summed, which were announced beforehand, total returns of funds.
Does not belong here: estimation (effects.py), what exists (catalog/events.yaml), monthly shocks (signals/shocks.py).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from macro_assets.catalog.events import PublishedEvents, ReleaseEvents
from macro_assets.catalog.makers import Innovation
from macro_assets.causal.events.effects import EventShock
from macro_assets.causal.events.windows import Closes
from macro_assets.signals.release_news import Autoregression, release_errors, releases, usual_bounds
from macro_assets.vintage.calendars import month_number
from macro_assets.vintage.columns import days, floats
from macro_assets.vintage.validity import NEVER, of_series

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.catalog.events import Event
    from macro_assets.catalog.models import Outcome

__all__ = ["daily_closes", "daily_levels", "event_shocks", "published_days"]

Array = NDArray[np.float64]
Days = NDArray[np.datetime64]
UNSCHEDULED = "unscheduled"


def event_shocks(
    policy_surprises: pa.Table,
    catalog: Catalog,
    *,
    release_days: pa.Table | None = None,
    observations: pa.Table | None = None,
) -> list[EventShock]:
    """Surprises by event day, of every announcement of the catalogue that has a published file or recorded days.

    Parameters
    ----------
    policy_surprises : rows of `bronze/policy_surprises`.
    catalog : announcements, and the shocks whose tier and sign they have.
    release_days, observations : rows of `bronze/release_days` and `silver/observations`; without them releases are no events.

    Returns
    -------
    In the order of the catalogue; an announcement without its file or its days is left out.
    """
    found: list[EventShock | None] = []
    for event in catalog.events.values():
        if isinstance(event.source, PublishedEvents):
            found.append(_published(policy_surprises, event, catalog))
        elif release_days is not None and observations is not None:
            found.append(_released(release_days, observations, event, catalog))
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
            return _shock(event, catalog, day, value, scheduled)
    return None


def _released(release_days: pa.Table, observations: pa.Table, event: Event, catalog: Catalog) -> EventShock | None:
    """Real-time forecast errors of a monthly series, each on the first recorded day of the month after its period."""
    recipe = catalog.shocks[event.shock].maker
    assert isinstance(event.source, ReleaseEvents)
    assert isinstance(recipe, Innovation)
    listed = np.sort(days(release_days.filter(pc.equal(release_days["release_id"], str(event.source.release)))["date"]))
    if not len(listed):
        return None
    series = releases(observations, recipe.series)
    period, error = release_errors(series, Autoregression(recipe.lags, recipe.window, recipe.minimum))
    month = month_number(listed)
    first = np.flatnonzero(np.diff(month, prepend=month[0] - 1))
    of_period = dict(zip((month[first] - 1).tolist(), listed[first], strict=True))
    low, high = usual_bounds(error[np.isfinite(error)])
    pairs = [
        (of_period[p], e)
        for p, e in zip(period.tolist(), error.tolist(), strict=True)
        if p in of_period and np.isfinite(e)
    ]
    kept = [(day, value) for day, value in pairs if low <= value <= high]
    if not kept:
        return None
    day, value = np.array([one for one, _ in kept], dtype="datetime64[D]"), np.array([one for _, one in kept])
    left_out = sorted(day for day, value in pairs if not low <= value <= high)
    return replace(_shock(event, catalog, day, value), note=_outliers(left_out))


def _outliers(left_out: list[np.datetime64]) -> str:
    if not left_out:
        return ""
    first, last = str(left_out[0])[:7], str(left_out[-1])[:7]
    return (
        f"Left out: {len(left_out)} releases between {first} and {last} whose errors are ten interquartile ranges or more "
        "from the median; one of them would carry the whole sample."
    )


def _shock(
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
