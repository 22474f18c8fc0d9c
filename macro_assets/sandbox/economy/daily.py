"""Daily paths that end each month exactly where the monthly model says.

Belongs here: the bridge from monthly changes to business days, with the effect of each release on its day. Does not
belong here: bars and tickers (bars.py), FRED series made of these paths (rates.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from macro_assets.sandbox.economy.calendar import (
    FRIDAY,
    WEDNESDAY,
    business_days,
    first_weekday,
    holidays,
    month_ends,
    release_days,
)
from macro_assets.sandbox.economy.histories import Histories
from macro_assets.sandbox.economy.noise import stream
from macro_assets.sandbox.economy.parameters import SHOCKS, EconomyParameters

__all__ = ["DailyPaths", "EventCalendar", "simulate_daily"]


@dataclass(frozen=True)
class EventCalendar:
    """Business days of the history and the day of each event in each month.

    `days` (n,) trading days; `month` (n,) index of the month of each; `first` (months,) position of the first trading
    day of each month; `event_day` per shock (months,): the day it is known, or would be known, in that month.
    """

    days: np.ndarray
    closed: np.ndarray
    month: np.ndarray
    first: np.ndarray
    event_day: dict[str, np.ndarray]

    @classmethod
    def of(cls, months: np.ndarray, seed: int) -> EventCalendar:
        """Calendar of consecutive months given by their first days."""
        start, end = months[0].astype(date), month_ends(months[-1:])[0].astype(date)
        closed = holidays(start.year - 1, end.year + 2)
        days = business_days(start, end)
        month = (days.astype("datetime64[M]") - months[0].astype("datetime64[M]")).astype(np.int64)
        described = month_ends(months - 1)
        oil_day = months + (3 + stream(seed, "oil_day").random(len(months)) * 20).astype(np.int64)
        event_day = {
            "fed_surprise": np.busday_offset(first_weekday(months, WEDNESDAY), 0, roll="forward", holidays=closed),
            "cpi_innovation": release_days(described, 14, closed),
            "gdp_innovation": release_days(described, 28, closed),
            "payrolls_innovation": first_weekday(months, FRIDAY),
            "oil_supply_news": np.busday_offset(oil_day, 0, roll="forward", holidays=closed),
        }
        return cls(days, closed, month, np.searchsorted(month, np.arange(len(months))), event_day)

    def position(self, event_days: np.ndarray) -> np.ndarray:
        """Positions of the first trading days on or after each event, within its month."""
        last = np.append(self.first[1:], len(self.days)) - 1
        position: np.ndarray = np.minimum(np.searchsorted(self.days, event_days), last)
        return position


@dataclass(frozen=True)
class DailyPaths:
    """Daily levels at the close, each (n_days,): log total return indices, yields in percent, spreads in pp."""

    calendar: EventCalendar
    log_sp500: np.ndarray
    log_nasdaq: np.ndarray
    log_tlt_total: np.ndarray
    log_gld: np.ndarray
    log_uso: np.ndarray
    log_oil: np.ndarray
    log_eurusd: np.ndarray
    log_usdcny: np.ndarray
    ten_year_pct: np.ndarray
    three_month_pct: np.ndarray
    stress_pp: np.ndarray
    vix_points: np.ndarray


_DAILY_SD = {"ten_year_pct": 0.055, "three_month_pct": 0.025, "stress_pp": 0.022}


def simulate_daily(histories: Histories, seed: int, parameters: EconomyParameters) -> DailyPaths:
    """Daily paths of the first history in `histories`."""
    p, markets = parameters, histories.markets
    calendar = EventCalendar.of(histories.months, seed)
    regime = histories.macro.regime[:, 0]
    tick = 1.0 / np.sqrt(21.0)

    def returns(outcome: str, monthly_sd: np.ndarray, path: np.ndarray | None = None) -> np.ndarray:
        monthly = markets.outcomes[outcome][:, 0] if path is None else path[:, 0]
        noise = stream(seed, f"daily_{outcome}").standard_normal(len(calendar.days))
        return _bridge(np.log1p(monthly), tick * monthly_sd, noise, _event_effects(outcome, histories, p), calendar)

    def level(name: str, path: np.ndarray, daily_sd: np.ndarray, outcome: str | None) -> np.ndarray:
        noise = stream(seed, f"daily_{name}").standard_normal(len(calendar.days))
        events = _event_effects(outcome, histories, p) if outcome else {}
        change = np.diff(path[:, 0], prepend=path[:1, 0])
        level: np.ndarray = path[0, 0] + _bridge(change, daily_sd, noise, events, calendar)
        return level

    by_regime = {name: np.asarray(getattr(p, name))[regime] for name in _MONTHLY_SD}
    calm = np.ones(len(regime))
    equity = by_regime["equity_noise"]
    return DailyPaths(
        calendar=calendar,
        log_sp500=returns("sp500", equity),
        log_nasdaq=returns("nasdaq", p.nasdaq_beta * equity),
        log_tlt_total=returns("tlt", 0.03 * calm),
        log_gld=returns("gld", by_regime["gold_noise"]),
        log_uso=returns("uso", by_regime["oil_noise"]),
        log_oil=returns("uso", by_regime["oil_noise"], markets.oil_return),
        log_eurusd=returns("eurusd", by_regime["euro_noise"]),
        log_usdcny=returns("usdcny", p.yuan_noise * calm),
        ten_year_pct=level("ten_year_pct", markets.ten_year_pct, _DAILY_SD["ten_year_pct"] * calm, "us10y"),
        three_month_pct=level("three_month_pct", markets.three_month_pct, _DAILY_SD["three_month_pct"] * calm, None),
        stress_pp=level("stress_pp", histories.macro.stress_pp, _DAILY_SD["stress_pp"] * calm, None),
        vix_points=level("vix_points", markets.vix_points, 24.0 * tick * equity, "vix"),
    )


_MONTHLY_SD = ("equity_noise", "gold_noise", "oil_noise", "euro_noise")


def _event_effects(outcome: str, histories: Histories, p: EconomyParameters) -> dict[str, np.ndarray]:
    """What each shock does to the outcome on its day, (months,): the immediate part for the Fed, all for the rest.

    The ten-year yield moves with the policy rate too, and bonds with the yield, on the same day.
    """
    if outcome == "tlt":
        yields = _event_effects("us10y", histories, p)
        return {shock: -p.bond_duration * path / 100.0 for shock, path in yields.items()}
    if outcome not in p.build_up:
        return {}
    regime = histories.macro.regime[:, 0]
    effects = {shock: np.asarray(p.impact[shock][outcome])[regime] * histories.news[shock][:, 0] for shock in SHOCKS}
    if outcome == "us10y":
        effects = {shock: path / 100.0 for shock, path in effects.items()}
        effects["fed_surprise"] = effects["fed_surprise"] + p.long_rate_weight * histories.news["fed_surprise"][:, 0]
    effects["fed_surprise"] = p.immediate_share * effects["fed_surprise"]
    return effects


def _bridge(
    change: np.ndarray,
    daily_sd: np.ndarray,
    noise: np.ndarray,
    events: dict[str, np.ndarray],
    calendar: EventCalendar,
) -> np.ndarray:
    """(n_days,) cumulative path whose sum over each month is `change`: events on their days, the rest as a bridge."""
    days_in_month = np.diff(np.append(calendar.first, len(calendar.days)))
    planned = np.zeros(len(calendar.days))
    for shock, amount in events.items():
        np.add.at(planned, calendar.position(calendar.event_day[shock]), amount)
    wiggle = noise * daily_sd[calendar.month]
    rest = (change - np.add.reduceat(planned + wiggle, calendar.first)) / days_in_month
    return np.cumsum(planned + wiggle + rest[calendar.month])
