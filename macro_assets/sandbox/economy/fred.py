"""Facts of every catalogue series that the economy can simulate.

Belongs here: which series comes from which model, with its observation dates and publication. Does not belong here:
the models (levels.py, rates.py), the rules of revision (releases.py).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from macro_assets.catalog import Catalog, Series
from macro_assets.sandbox.economy.daily import DailyPaths
from macro_assets.sandbox.economy.levels import GROWTH, State, growth_path, quarterly_output, range_series
from macro_assets.sandbox.economy.noise import stream
from macro_assets.sandbox.economy.rates import FinancialSeries
from macro_assets.sandbox.economy.releases import LATE_SERIES, REVISED, first_prints, revised_facts
from macro_assets.sandbox.economy.vintages import Facts, collapse_before, publish

__all__ = ["macro_facts", "market_facts", "release_dates", "series_table"]

_FULL_HISTORY = {"core", "causal", "recession", "regime"}
_DECIMALS = {"WALCL": 0, "DEXUSEU": 4, "DEXCHUS": 4, "DCOILWTICO": 2, "NASDAQCOM": 2}
_WEEKDAY = {"ICSA": 5, "TOTBKCR": 2, "WALCL": 2, "MORTGAGE30US": 3}


def macro_facts(catalog: Catalog, state: State, closed: np.ndarray, seed: int) -> list[Facts]:
    """Facts of all monthly, quarterly and weekly macro series with their revisions."""
    start = state.months[0]
    paths = {name: growth_path(name, spec, state, seed) for name, spec in GROWTH.items()}
    paths["M2REAL"] = paths["M2SL"] - paths["CPIAUCSL"] + np.log(100.0)
    ranged = range_series(state, seed)
    first_prints_of = {
        name: np.log(path) if REVISED[name].logarithmic else path for name, path in ranged.items() if name in REVISED
    }
    observed = dict.fromkeys(paths | first_prints_of, state.months)
    quarters = state.months[state.months.astype("datetime64[M]").astype(np.int64) % 3 == 0]
    for name, path in quarterly_output(state, seed).items():
        first_prints_of[name], observed[name] = path, quarters[: len(path)]
    first_prints_of |= {name: path for name, path in paths.items() if name in REVISED}
    for name, path in (("ICSA", _claims(state)), ("TOTBKCR", paths["TOTBKCR"])):
        observed[name], first_prints_of[name] = _weekly(name, path, state.months, seed)
    facts = []
    for series in _listed(catalog, first_prints_of):
        drawn = revised_facts(
            series, REVISED[series.id], observed[series.id], first_prints_of[series.id], closed, seed, start
        )
        facts.append(_since(drawn, _first_day(series, start)))
    facts = [_late(item, catalog, closed, start) if item.series_id == LATE_SERIES else item for item in facts]
    if "WALCL" in catalog.series:
        days, log_level = _weekly("WALCL", paths["WALCL"], state.months, seed)
        facts.append(_market(catalog.series["WALCL"], days, np.exp(log_level), closed, start))
    return facts


def market_facts(catalog: Catalog, financial: FinancialSeries, daily: DailyPaths, months: np.ndarray) -> list[Facts]:
    """Facts of market quantities: never revised, known on the day after (monthly averages after the month)."""
    days, closed, start = daily.calendar.days, daily.calendar.closed, months[0]
    facts = [
        _with_holidays(_market(series, days, financial.business[series.id], closed, start), days)
        for series in _listed(catalog, financial.business)
    ]
    for series in _listed(catalog, financial.calendar):
        facts.append(_market(series, financial.calendar_days, financial.calendar[series.id], closed, start))
    for series in _listed(catalog, financial.monthly):
        published = _month_end(months) + series.publication_lag_days
        drawn = publish(series.id, months, published, financial.monthly[series.id], 2)
        facts.append(_since(drawn, _first_day(series, start)))
    if "MORTGAGE30US" in catalog.series:
        thursdays = _weekdays(months, _WEEKDAY["MORTGAGE30US"])
        position = np.maximum(np.searchsorted(days, thursdays, side="right") - 1, 0)
        rate = financial.mortgage[position]
        facts.append(_market(catalog.series["MORTGAGE30US"], thursdays, rate, closed, start))
    return facts


def series_table(catalog: Catalog, facts: Iterable[Facts]) -> pd.DataFrame:
    """Description of the simulated series, from the catalogue."""
    names = {item.series_id for item in facts}
    rows = [
        {
            "series_id": series.id,
            "title": series.title,
            "units": series.unit,
            "frequency": series.frequency,
            "seasonal_adjustment": "SA" if series.revised else "NSA",
            "release_id": 9000 + position if series.release_id is None else series.release_id,
            "release_name": catalog.releases[series.release_id].name if series.release_id else series.title,
            "vintage_kind": "recorded" if series.revised else "unrevised",
            "publication_lag_days": series.publication_lag_days,
            "notes": "simulated",
        }
        for position, series in enumerate(catalog.series.values())
        if series.id in names
    ]
    return pd.DataFrame(rows)


def release_dates(series: pd.DataFrame, facts: Iterable[Facts], end: np.datetime64) -> pd.DataFrame:
    """Days until `end` on which some series of each release gained or changed an observation."""
    release_of = dict(zip(series["series_id"], series["release_id"], strict=True))
    days: dict[int, list[np.ndarray]] = {}
    for item in facts:
        days.setdefault(int(release_of[item.series_id]), []).append(np.unique(item.realtime_start))
    tables = []
    for release, parts in sorted(days.items()):
        all_days = np.unique(np.concatenate(parts))
        all_days = all_days[all_days <= end]
        tables.append(pd.DataFrame({"release_id": release, "date": pd.to_datetime(all_days)}))
    return pd.concat(tables, ignore_index=True)


def _listed(catalog: Catalog, available: Iterable[str]) -> list[Series]:
    return [catalog.series[name] for name in sorted(available) if name in catalog.series]


def _first_day(series: Series, start: np.datetime64) -> np.datetime64:
    if _FULL_HISTORY & set(series.groups):
        return start
    return max(start, np.datetime64(series.start, "D"))


def _since(facts: Facts, first: np.datetime64) -> Facts:
    shown = facts.observed >= first
    return Facts(facts.series_id, facts.observed[shown], facts.realtime_start[shown], facts.value[shown])


def _late(facts: Facts, catalog: Catalog, closed: np.ndarray, start: np.datetime64) -> Facts:
    """Vintages recorded from the middle of the 20th year on."""
    days = first_prints(catalog.series[facts.series_id], np.unique(facts.observed), closed)
    due = (start.astype("datetime64[M]") + 19 * 12 + 6).astype("datetime64[D]")
    later = days[days >= due]
    return collapse_before(facts, later[0] if len(later) else due)


def _market(series: Series, days: np.ndarray, values: np.ndarray, closed: np.ndarray, start: np.datetime64) -> Facts:
    published = days + series.publication_lag_days
    drawn = publish(series.id, days, published, values, _DECIMALS.get(series.id, 2))
    return _since(drawn, _first_day(series, start))


def _with_holidays(facts: Facts, business: np.ndarray) -> Facts:
    """Add a missing value for each closed weekday, visible with the next value."""
    if not len(facts.observed):
        return facts
    weekdays = np.arange(facts.observed[0], facts.observed[-1])
    weekdays = weekdays[np.is_busday(weekdays)]
    closed = np.setdiff1d(weekdays, business)
    published = business[np.searchsorted(business, closed)] + 1
    return Facts(
        facts.series_id,
        np.append(facts.observed, closed),
        np.append(facts.realtime_start, published),
        np.append(facts.value, np.full(len(closed), np.nan)),
    )


def _claims(state: State) -> np.ndarray:
    """Log initial claims of each month, persons: up when employment falls, a little before it."""
    cycle, jobless = state.factors["cycle"], state.unemployment_pct
    growth = 0.0006 * np.arange(len(cycle))
    claims: np.ndarray = np.log(265_000.0) + growth - 1.15 * cycle + 0.045 * (jobless - 5.7) - 0.22 * state.lead
    return claims


def _weekly(name: str, monthly_log: np.ndarray, months: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Weekly observation days and log levels that follow the month they are in, smoothly and without looking ahead."""
    days = _weekdays(months, _WEEKDAY[name])
    month = (days.astype("datetime64[M]") - months[0].astype("datetime64[M]")).astype(np.int64)
    sd = {"ICSA": 0.035}.get(name, 0.0012)
    noise = sd * stream(seed, f"weekly_{name}").standard_normal(len(days))
    smooth = np.empty(len(days))
    level = monthly_log[0]
    for week, target in enumerate(monthly_log[month]):
        level += 0.4 * (target - level)
        smooth[week] = level
    return days, smooth + noise


def _weekdays(months: np.ndarray, weekday: int) -> np.ndarray:
    end = _month_end(months[-1:])[0]
    days = np.arange(months[0], end + 1)
    chosen: np.ndarray = days[(days.astype(np.int64) + 3) % 7 == weekday]
    return chosen


def _month_end(months: np.ndarray) -> np.ndarray:
    return (months.astype("datetime64[M]") + 1).astype("datetime64[D]") - 1
