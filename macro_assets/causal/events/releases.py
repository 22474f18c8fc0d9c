"""Releases as events: real-time forecast errors on the recorded days of publication.

Belongs here: which day belongs to which period, releases that would carry a whole sample. Does not belong here: published
surprises and closes (inputs.py), the forecasts themselves (signals/release_news.py), estimation (effects.py).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog.events import ReleaseEvents
from macro_assets.catalog.makers import Innovation
from macro_assets.causal.events.effects import EventShock
from macro_assets.causal.events.inputs import sized_shock
from macro_assets.signals.release_news import Autoregression, release_errors, releases, usual_bounds
from macro_assets.vintage.calendars import month_number
from macro_assets.vintage.columns import days

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.catalog.events import Event

__all__ = ["release_shocks"]


def release_shocks(release_days: pa.Table, observations: pa.Table, catalog: Catalog) -> list[EventShock]:
    """Forecast errors by day of publication, of every release of the catalogue that is an event and has recorded days.

    Parameters
    ----------
    release_days, observations : rows of `bronze/release_days` and `silver/observations`.
    """
    found = (
        _released(release_days, observations, event, catalog)
        for event in catalog.events.values()
        if isinstance(event.source, ReleaseEvents)
    )
    return [shock for shock in found if shock is not None]


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
    return replace(sized_shock(event, catalog, day, value), note=_outliers(left_out))


def _outliers(left_out: list[np.datetime64]) -> str:
    if not left_out:
        return ""
    first, last = str(left_out[0])[:7], str(left_out[-1])[:7]
    return (
        f"Left out: {len(left_out)} releases between {first} and {last} whose errors are ten interquartile ranges or more "
        "from the median; one of them would carry the whole sample."
    )
