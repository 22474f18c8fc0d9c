"""Macro shocks: each with a definition, a unit, an identification tier and the day it became known.

Belongs here: which inputs make which shock, and the table of all of them. Does not belong here: real-time forecasts
(release_news.py), FOMC events (policy_news.py), what can be said about the shocks (shock_diagnostics.py), effects.

A shock stands in the month in which it became known (release or meeting), so its outcome starts at the end of the month
before. Market rates stand in their own month, like the outcomes. Definitions, units, signs and tiers are the
catalogue's (shocks.yaml). Published surprises were estimated by their authors on full samples: an instrument for study,
dated by event, not data known on the day.

No value depends on what follows it: a month that could not be computed has no row and is never filled from later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.signals.outcomes import month_ends
from macro_assets.signals.policy_news import NEWS_SERIES, Events, event_sum, news_before, orthogonal_surprise
from macro_assets.signals.release_news import Autoregression, News, innovations, releases, trend_gap
from macro_assets.signals.shock_diagnostics import diagnostics
from macro_assets.signals.substitution import inputs as splice_inputs
from macro_assets.signals.substitution import splice
from macro_assets.tables.registry import TABLES
from macro_assets.vintage.calendars import Days, month_number, period_last_day
from macro_assets.vintage.columns import days, floats
from macro_assets.vintage.dense import dense

if TYPE_CHECKING:
    import xarray as xr

    from macro_assets.catalog import Catalog
    from macro_assets.catalog.models import Shock

__all__ = ["JOBS_AR", "OUTPUT_AR", "PRICES_AR", "absent", "build", "diagnostics"]

SCHEMA = TABLES["treatments/macro_shocks"].schema
PRICES_AR = Autoregression(lags=12, window=120, minimum=60)
JOBS_AR = Autoregression(lags=3, window=120, minimum=60)
OUTPUT_AR = Autoregression(lags=2, window=80, minimum=30)


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

    def published(self) -> tuple[Days, npt.NDArray[np.float64]]:
        """Dates and values of the first published file of the definition that is there, in order of time."""
        for entry in self.shock.inputs:
            source, _, measure = entry.partition(":")
            table = self.surprises
            rows = table.filter(pc.and_(pc.equal(table["source"], source), pc.equal(table["measure"], measure)))
            rows = rows.filter(pc.is_finite(rows["value"]))
            if measure and rows.num_rows:
                rows = rows.sort_by([("date", "ascending"), ("event", "ascending")])
                return days(rows["date"]), floats(rows["value"])
        return np.empty(0, dtype="datetime64[D]"), np.empty(0)

    def cells(self, series: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], Days]:
        """Values, completeness and days of knowledge of one series of the cube, [as_of, lag]."""
        at = self.cube.coords["series"].values.tolist().index(series)
        known_at = self.cube.coords["known_at"].values[:, :, at].astype("datetime64[D]")
        return self.cube.values[:, :, at], self.cube.coords["complete"].values[:, :, at], known_at


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
    its inputs gives no rows (see `absent`), and so does a month for which it could not be computed.
    """
    if not monthly_cube.num_rows:
        return SCHEMA.empty_table()
    names = tuple(dict.fromkeys((*splice_inputs(catalog), *NEWS_SERIES)))
    cube = splice(dense(monthly_cube, series=names, frequency="M"), catalog)
    months = cube.coords["as_of"].values.astype("datetime64[D]")
    parts = [
        _rows(_MAKERS[name](_Inputs(observations, cube, policy_surprises, prices, months, catalog, shock)), shock)
        for name, shock in catalog.shocks.items()
        if name in _MAKERS
    ]
    return pa.concat_tables(parts) if parts else SCHEMA.empty_table()


def absent(table: pa.Table, catalog: Catalog) -> dict[str, str]:
    """Shocks of the catalogue without a row, and what each would be made from."""
    present = set(table["shock"].unique().to_pylist())
    return {name: ", ".join(shock.inputs) for name, shock in catalog.shocks.items() if name not in present}


def _policy_rate_change(inputs: _Inputs) -> News:
    """Change of the monthly mean rate from the month before, both inside the slice of the month end.

    Means of the daily rate where both months have one; else the newest monthly averages, in the month in which they
    became known. Never a difference between the two.
    """
    entry = inputs.catalog.splices["policy_rate"]
    daily, whole, _ = inputs.cells(entry.daily)
    monthly, _, known_at = inputs.cells(entry.monthly)
    rows, start = np.arange(len(inputs.months)), inputs.months.astype("datetime64[M]").astype("datetime64[D]")
    newest = np.minimum(np.argmax(np.isfinite(monthly), axis=1), monthly.shape[1] - 2)
    fresh = known_at[rows, newest] >= start
    value = np.where(fresh, monthly[rows, newest] - monthly[rows, newest + 1], np.nan)
    value = np.where(whole[:, 1] & np.isfinite(daily[:, 0]), daily[:, 0] - daily[:, 1], value)
    return News(inputs.months, value, inputs.months.copy())


def _term_spread_change(inputs: _Inputs) -> News:
    """Change of the daily spread between last days of months. Monthly averages have no month ends."""
    series = inputs.catalog.splices["term_spread"].daily
    ends = month_ends(inputs.observations.filter(pc.equal(inputs.observations["series_id"], series)))
    return News(period_last_day(ends.month, "M"), ends.new - ends.old, ends.known_at)


def _events(inputs: _Inputs) -> Events:
    return event_sum(*inputs.published(), inputs.months)


def _surprise(inputs: _Inputs) -> News:
    return _events(inputs).news


def _orthogonal_surprise(inputs: _Inputs) -> News:
    return orthogonal_surprise(_events(inputs), news_before(inputs.months, inputs.cube, inputs.prices))


def _monthly_series(inputs: _Inputs) -> News:
    """A published monthly series as it stands, for months that have ended."""
    dates, values = inputs.published()
    ended = month_number(dates) <= month_number(inputs.months[-1])
    months = period_last_day(month_number(dates[ended]), "M")
    return News(months, values[ended], months.copy())


def _innovation(series: str, model: Autoregression, *, every: int = 1) -> Callable[[_Inputs], News]:
    return lambda inputs: innovations(releases(inputs.observations, series, every=every), inputs.months, model)


def _gap(series: str, span: int, *, every: int = 1) -> Callable[[_Inputs], News]:
    return lambda inputs: trend_gap(releases(inputs.observations, series, every=every), inputs.months, span=span)


_MAKERS: dict[str, Callable[[_Inputs], News]] = {
    "fed_rate_change": _policy_rate_change,
    "fed_surprise": _surprise,
    "fed_surprise_orthogonal": _orthogonal_surprise,
    "cpi_trend_gap": _gap("CPIAUCSL", 12),
    "cpi_innovation": _innovation("CPIAUCSL", PRICES_AR),
    "gdp_trend_gap": _gap("GDPC1", 8, every=3),
    "gdp_innovation": _innovation("GDPC1", OUTPUT_AR, every=3),
    "payrolls_innovation": _innovation("PAYEMS", JOBS_AR),
    "oil_supply_news": _monthly_series,
    "term_spread_change": _term_spread_change,
}


def _rows(news: News, shock: Shock) -> pa.Table:
    kept = np.isfinite(news.value)
    n = int(kept.sum())
    columns = {
        "month": pa.array(news.as_of[kept].astype("datetime64[D]"), pa.date32()),
        "shock": pa.repeat(shock.name, n),
        "value": pa.array(news.value[kept], pa.float64()),
        "unit": pa.repeat(shock.unit, n),
        "tier": pa.repeat(str(shock.tier), n),
        "known_at": pa.array(news.known_at[kept].astype("datetime64[D]"), pa.date32()),
    }
    return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)
