"""Macro shocks: each with a definition, a unit, an identification tier and the day it became known.

Belongs here: which inputs make which shock, and the table of all of them. Does not belong here: real-time forecasts
(release_news.py), what can be said about the shocks (shock_diagnostics.py), effects.

A shock stands in the month in which it became known (release or meeting), so its outcome starts at the end of the month
before. Definitions, units, signs and tiers are the catalogue's (shocks.yaml). Published surprises were estimated by
their authors on full samples: an instrument for study, dated by event, not data known on the day.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.lake.tables import TABLES
from macro_assets.panels.calendars import Days, as_of_dates, month_number, period_last_day
from macro_assets.panels.columns import days, floats
from macro_assets.panels.dense import dense
from macro_assets.panels.policy_news import orthogonal_surprise
from macro_assets.panels.release_news import News, innovations, trend_gap, views
from macro_assets.panels.shock_diagnostics import diagnostics
from macro_assets.panels.substitution import inputs as splice_inputs
from macro_assets.panels.substitution import splice

if TYPE_CHECKING:
    import xarray as xr

    from macro_assets.catalog import Catalog
    from macro_assets.catalog.models import Shock

__all__ = ["build", "diagnostics"]

SCHEMA = TABLES["treatments/macro_shocks"].schema
MONTHLY_AR = {"lags": 12, "minimum": 60, "window": 240}
QUARTERLY_AR = {"lags": 2, "minimum": 36, "window": 120}


def build(
    observations: pa.Table,
    monthly_cube: pa.Table,
    policy_surprises: pa.Table,
    prices: pa.Table,
    catalog: Catalog,
) -> pa.Table:
    """All shocks in long form.

    Parameters
    ----------
    observations : rows of `silver/observations`.
    monthly_cube : rows of `gold/monthly_cube`; its as-of dates are the months that can carry a shock.
    policy_surprises : rows of `bronze/policy_surprises`.
    prices : rows of `silver/prices` (equity news before FOMC meetings).
    catalog : definitions, units and tiers.

    Returns
    -------
    Table in the schema of `treatments/macro_shocks`, by shock in the catalogue's order, then month. A shock without
    its inputs gives no rows; inside its sample no month is missing.
    """
    if not monthly_cube.num_rows:
        return SCHEMA.empty_table()
    cube = splice(dense(monthly_cube, series=_cube_series(monthly_cube, catalog)), catalog)
    months = cube.coords["as_of"].values.astype("datetime64[D]")
    made: dict[str, News] = {}
    parts = []
    for name, shock in catalog.shocks.items():
        maker = _MAKERS.get(name)
        if maker is None:
            continue
        made[name] = _without_edges(maker(_Inputs(observations, cube, policy_surprises, prices, months, shock, made)))
        parts.append(_rows(made[name], shock))
    return pa.concat_tables(parts) if parts else SCHEMA.empty_table()


class _Inputs:
    """What the definition of one shock may read."""

    def __init__(
        self,
        observations: pa.Table,
        cube: xr.DataArray,
        surprises: pa.Table,
        prices: pa.Table,
        months: Days,
        shock: Shock,
        made: dict[str, News],
    ) -> None:
        self.observations, self.cube, self.surprises, self.prices = observations, cube, surprises, prices
        self.months, self.shock, self.made = months, shock, made

    def published(self) -> tuple[Days, npt.NDArray[np.float64]]:
        """Dates and values of the first published file of the definition that is there, in order of time."""
        for entry in self.shock.inputs:
            source, _, measure = entry.partition(":")
            table = self.surprises
            rows = table.filter(pc.and_(pc.equal(table["source"], source), pc.equal(table["measure"], measure)))
            if measure and rows.num_rows:
                rows = rows.sort_by([("date", "ascending"), ("event", "ascending")])
                return days(rows["date"]), floats(rows["value"])
        return np.empty(0, dtype="datetime64[D]"), np.empty(0)


def _cube_series(monthly_cube: pa.Table, catalog: Catalog) -> list[str]:
    present = set(monthly_cube["series_id"].unique().to_pylist())
    return [name for name in (*splice_inputs(catalog), "DCOILWTICO") if name in present]


def _spliced_change(inputs: _Inputs, name: str) -> News:
    """Change of a spliced market rate from the month before, both inside the slice of the month end."""
    at = inputs.cube.coords["series"].values.tolist().index(name)
    values = inputs.cube.values[:, :, at]
    change = values[:, 0] - values[:, 1]
    return News(inputs.months, change, inputs.months.copy())


def _policy_rate_change(inputs: _Inputs) -> News:
    return _spliced_change(inputs, "policy_rate")


def _term_spread_change(inputs: _Inputs) -> News:
    return _spliced_change(inputs, "term_spread")


def _event_sum(inputs: _Inputs) -> News:
    """Sum of the surprises of a month; zero in months without an event, from the first event to the last."""
    dates, values = inputs.published()
    present = ~np.isnan(values)
    dates, values = dates[present], values[present]
    if not len(dates):
        return _nothing()
    months = as_of_dates(dates[0].item(), period_last_day(month_number(dates[-1:]), "M")[0].item(), "M")
    row = month_number(dates) - month_number(months[:1])
    total, known = np.zeros(len(months)), months.astype("datetime64[D]").copy()
    for event, at in enumerate(row):
        total[at] += values[event]
        known[at] = dates[event]
    return News(months, total, known)


def _monthly_series(inputs: _Inputs) -> News:
    """A published monthly series, as it stands."""
    dates, values = inputs.published()
    months = period_last_day(month_number(dates), "M") if len(dates) else dates
    return News(months, values, months.copy())


def _orthogonal(inputs: _Inputs) -> News:
    surprise = inputs.made.get("fed_surprise") or _event_sum(inputs)
    return orthogonal_surprise(surprise, inputs.made.get("payrolls_innovation"), inputs.prices, inputs.cube)


def _monthly_innovation(series: str) -> Callable[[_Inputs], News]:
    return lambda inputs: innovations(views(inputs.observations, series, inputs.months), **MONTHLY_AR)


def _quarterly_innovation(series: str) -> Callable[[_Inputs], News]:
    return lambda inputs: innovations(views(inputs.observations, series, inputs.months, months=3), **QUARTERLY_AR)


def _gap(series: str, span: int, months: int) -> Callable[[_Inputs], News]:
    return lambda inputs: trend_gap(views(inputs.observations, series, inputs.months, months=months), span=span)


_MAKERS: dict[str, Callable[[_Inputs], News]] = {
    "fed_rate_change": _policy_rate_change,
    "fed_surprise": _event_sum,
    "fed_surprise_orthogonal": _orthogonal,
    "cpi_trend_gap": _gap("CPIAUCSL", 12, 1),
    "cpi_innovation": _monthly_innovation("CPIAUCSL"),
    "gdp_trend_gap": _gap("GDPC1", 8, 3),
    "gdp_innovation": _quarterly_innovation("GDPC1"),
    "payrolls_innovation": _monthly_innovation("PAYEMS"),
    "oil_supply_news": _monthly_series,
    "term_spread_change": _term_spread_change,
}


def _nothing() -> News:
    none = np.empty(0, dtype="datetime64[D]")
    return News(none, np.empty(0), none)


def _without_edges(news: News) -> News:
    """From the month after the last gap on: a shock's sample has no month missing inside."""
    present = np.flatnonzero(np.isfinite(news.value))
    if not len(present):
        return _nothing()
    stop = present[-1] + 1
    missing = np.flatnonzero(~np.isfinite(news.value[:stop]))
    start = missing[-1] + 1 if len(missing) else 0
    return News(news.as_of[start:stop], news.value[start:stop], news.known_at[start:stop])


def _rows(news: News, shock: Shock) -> pa.Table:
    n = len(news.value)
    columns = {
        "month": pa.array(news.as_of.astype("datetime64[D]"), pa.date32()),
        "shock": pa.array([shock.name] * n, pa.string()),
        "value": pa.array(news.value, pa.float64()),
        "unit": pa.array([shock.unit] * n, pa.string()),
        "tier": pa.array([shock.tier] * n, pa.string()),
        "known_at": pa.array(news.known_at.astype("datetime64[D]"), pa.date32()),
    }
    return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)
