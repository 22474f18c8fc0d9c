"""Macro shocks: each with a definition, a unit, an identification tier and the day it became known.

Belongs here: a function for each recipe of the catalogue, and the table of all shocks. Does not belong here: parameters
of recipes (catalog/makers.py, shocks.yaml), real-time forecasts (release_news.py), FOMC events (policy_news.py), what
can be said about the shocks (shock_diagnostics.py), effects.

A shock stands in the month in which it became known (release or meeting), so its outcome starts at the end of the month
before. Market rates stand in their own month, like the outcomes. Definitions, units, signs and tiers are the
catalogue's (shocks.yaml). Published surprises were estimated by their authors on full samples: an instrument for study,
dated by event, not data known on the day.

No value depends on what follows it: a month that could not be computed has no row and is never filled from later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.signals.outcomes import month_ends
from macro_assets.signals.own_news import stated_news
from macro_assets.signals.policy_news import NEWS_SERIES, event_sum, news_before, orthogonal_surprise
from macro_assets.signals.release_news import NO_DAYS, Autoregression, News, Releases, innovations, releases, trend_gap
from macro_assets.signals.shock_diagnostics import diagnostics
from macro_assets.signals.substitution import series_of, splice
from macro_assets.tables.registry import TABLES
from macro_assets.vintage.calendars import Days, month_number, period_first_day, period_last_day
from macro_assets.vintage.columns import days, floats
from macro_assets.vintage.dense import dense
from macro_assets.vintage.latest import cells

if TYPE_CHECKING:
    import xarray as xr

    from macro_assets.catalog import Catalog
    from macro_assets.catalog.makers import (
        EventSum,
        Gap,
        Innovation,
        MonthlySeries,
        OrthogonalSurprise,
        RateChange,
        SpreadChange,
        StatedSeries,
    )
    from macro_assets.catalog.models import Shock

__all__ = ["MAKERS", "absent", "build", "diagnostics", "series_read", "without_months"]

SCHEMA = TABLES["treatments/macro_shocks"].schema
MONTHS_PER_PERIOD = {"M": 1, "Q": 3}


@dataclass(frozen=True)
class _Inputs:
    """What the definition of one shock may read; `months` are the month ends that may carry it."""

    observations: pa.Table
    cube: xr.DataArray
    surprises: pa.Table
    prices: pa.Table
    months: Days
    catalog: Catalog
    shock: Shock
    missing: Mapping[str, Days]

    def published(self) -> tuple[Days, npt.NDArray[np.float64]]:
        """Dates and values of the first published file of the definition that is there, in order of time."""
        for source, measure in self.shock.published_inputs:
            table = self.surprises
            rows = table.filter(pc.and_(pc.equal(table["source"], source), pc.equal(table["measure"], measure)))
            rows = rows.filter(pc.is_finite(rows["value"]))
            if rows.num_rows:
                rows = rows.sort_by([("date", "ascending"), ("event", "ascending")])
                return days(rows["date"]), floats(rows["value"])
        return np.empty(0, dtype="datetime64[D]"), np.empty(0)

    def releases(self, series: str) -> Releases:
        """Releases of one monthly or quarterly series."""
        every = MONTHS_PER_PERIOD[self.catalog.series[series].frequency]
        return releases(self.observations, series, every=every, missing=self.missing.get(series, NO_DAYS))


def build(
    observations: pa.Table,
    monthly_cube: pa.Table,
    policy_surprises: pa.Table,
    prices: pa.Table,
    catalog: Catalog,
    missing: Mapping[str, Days] = MappingProxyType({}),
) -> pa.Table:
    """All shocks in long form.

    Parameters
    ----------
    observations : rows of `silver/observations`.
    monthly_cube : rows of `gold/monthly_cube`; its as-of dates are the months that can carry a shock.
    policy_surprises : rows of `bronze/policy_surprises`.
    prices : rows of `silver/prices` (equity news before FOMC meetings).
    catalog : definitions, units and tiers.
    missing : vintage days that the lake does not know, by series (`vintage.coverage.Coverage.missing`).

    Returns
    -------
    Table in the schema of `treatments/macro_shocks`, by shock in the catalogue's order, then month. A shock without
    its inputs gives no rows (see `absent`), and so does a month for which it could not be computed.
    """
    if not monthly_cube.num_rows:
        return SCHEMA.empty_table()
    cube = splice(dense(monthly_cube, series=series_of(NEWS_SERIES, catalog), frequency="M"), catalog)
    months = cube.coords["as_of"].values.astype("datetime64[D]")
    parts = [
        _rows(_news(_Inputs(observations, cube, policy_surprises, prices, months, catalog, shock, missing)), shock)
        for shock in catalog.shocks.values()
    ]
    return pa.concat_tables(parts) if parts else SCHEMA.empty_table()


def without_months(table: pa.Table, span: tuple[dt.date, dt.date] | None) -> pa.Table:
    """The shocks outside a span of months: its months are missing, as if no shock could be computed for them.

    Parameters
    ----------
    table : rows of `treatments/macro_shocks`.
    span : first days of the first and last month left out; None = nothing is.
    """
    if span is None:
        return table
    numbers = month_number(days(table["month"]))
    first, last = month_number(np.array(span, dtype="datetime64[D]")).tolist()
    return table.filter(pa.array((numbers < first) | (numbers > last)))


def series_read(catalog: Catalog) -> tuple[str, ...]:
    """Ids of the series whose entries of the catalogue the recipes of its shocks read, alphabetically."""
    named = {getattr(shock.maker, "series", None) for shock in catalog.shocks.values()}
    return tuple(sorted(name for name in named if name is not None))


def absent(table: pa.Table, catalog: Catalog) -> dict[str, str]:
    """Shocks of the catalogue without a row, and what each would be made from."""
    present = set(table["shock"].unique().to_pylist())
    return {name: ", ".join(shock.inputs) for name, shock in catalog.shocks.items() if name not in present}


def _news(inputs: _Inputs) -> News:
    """The news of one shock by the recipe of its entry."""
    recipe = inputs.shock.maker
    return MAKERS[recipe.name](inputs, recipe)


def _rate_change(inputs: _Inputs, recipe: RateChange) -> News:
    """Change of the monthly mean rate from the month before, both inside the slice of the month end.

    Means of the daily rate where both months have one; else the newest monthly averages, in the month in which they
    became known. Never a difference between the two.
    """
    entry = inputs.catalog.splices[recipe.splice]
    daily, monthly = cells(inputs.cube, entry.daily), cells(inputs.cube, entry.monthly)
    rows, start = np.arange(len(inputs.months)), period_first_day(month_number(inputs.months), "M")
    newest = np.minimum(np.argmax(np.isfinite(monthly.value), axis=1), monthly.value.shape[1] - 2)
    fresh = monthly.known_at[rows, newest] >= start
    value = np.where(fresh, monthly.value[rows, newest] - monthly.value[rows, newest + 1], np.nan)
    whole = daily.complete[:, 1] & np.isfinite(daily.value[:, 0])
    value = np.where(whole, daily.value[:, 0] - daily.value[:, 1], value)
    return News(inputs.months, value, inputs.months.copy())


def _spread_change(inputs: _Inputs, recipe: SpreadChange) -> News:
    """Change of the daily spread between last days of months. Monthly averages have no month ends."""
    ends = month_ends(inputs.observations, inputs.catalog.splices[recipe.splice].daily)
    return News(period_last_day(ends.month, "M"), ends.new - ends.old, ends.known_at)


def _event_sum(inputs: _Inputs, recipe: EventSum) -> News:
    return event_sum(*inputs.published(), inputs.months).news


def _orthogonal_surprise(inputs: _Inputs, recipe: OrthogonalSurprise) -> News:
    events = event_sum(*inputs.published(), inputs.months)
    return orthogonal_surprise(events, news_before(inputs.months, inputs.cube, inputs.prices))


def _monthly_series(inputs: _Inputs, recipe: MonthlySeries) -> News:
    """A published monthly series as it stands, for months that have ended."""
    dates, values = inputs.published()
    ended = month_number(dates) <= month_number(inputs.months[-1])
    months = period_last_day(month_number(dates[ended]), "M")
    return News(months, values[ended], months.copy())


def _innovation(inputs: _Inputs, recipe: Innovation) -> News:
    model = Autoregression(recipe.lags, recipe.window, recipe.minimum)
    return innovations(inputs.releases(recipe.series), inputs.months, model)


def _gap(inputs: _Inputs, recipe: Gap) -> News:
    return trend_gap(inputs.releases(recipe.series), inputs.months, span=recipe.span)


def _stated_series(inputs: _Inputs, recipe: StatedSeries) -> News:
    """A series as its publisher or its user states it: by event, or by the day on which each value became known."""
    frequency = inputs.catalog.series[recipe.series].frequency
    return stated_news(
        inputs.observations, recipe.series, frequency, inputs.months, by_event=recipe.dated == "event",
        zero_between=recipe.between == "zero",
    )  # fmt: skip


MAKERS: dict[str, Callable[[_Inputs, Any], News]] = {
    "event_sum": _event_sum,
    "gap": _gap,
    "innovation": _innovation,
    "monthly_series": _monthly_series,
    "orthogonal_surprise": _orthogonal_surprise,
    "rate_change": _rate_change,
    "spread_change": _spread_change,
    "stated_series": _stated_series,
}
"""A function for every recipe of `catalog/makers.py`, by its name."""


def _rows(news: News, shock: Shock) -> pa.Table:
    kept = np.isfinite(news.value)
    n = int(kept.sum())
    columns = {
        "month": pa.array(news.as_of[kept]),
        "shock": pa.repeat(shock.name, n),
        "value": pa.array(news.value[kept]),
        "unit": pa.repeat(shock.unit, n),
        "tier": pa.repeat(str(shock.tier), n),
        "tier_stated_by": pa.repeat(str(shock.stated_by), n),
        "known_at": pa.array(news.known_at[kept]),
    }
    return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)
