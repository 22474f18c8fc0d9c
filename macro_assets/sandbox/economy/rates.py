"""Daily, weekly and monthly financial series of FRED, made from the daily paths.

Belongs here: yields, spreads, exchange rates, oil, the policy rate, their monthly averages. Does not belong here:
bars of tickers (bars.py), macro series (levels.py).

A series holds its first day from the catalogue when it is neither core nor part of a model group, so that histories
are ragged as in life; the rest begins with the economy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from macro_assets.sandbox.economy.daily import DailyPaths
from macro_assets.sandbox.economy.histories import Histories
from macro_assets.sandbox.economy.noise import stream
from macro_assets.sandbox.economy.parameters import EconomyParameters

__all__ = ["FLOOR_PCT", "START", "FinancialSeries", "financial_series"]

FLOOR_PCT = {"policy": 0.06, "bill": 0.02, "long": 0.45}
"""Lowest published rates, percent; the model behind them has no floor."""
START = {"sp500": 92.0, "nasdaq": 100.0, "gld": 14.0, "uso": 45.0, "tlt": 95.0}
START |= {"oil": 13.0, "eurusd": 1.15, "usdcny": 7.0}
"""Prices before the first day."""
VIX_FLOOR = 8.6


@dataclass(frozen=True)
class FinancialSeries:
    """Values by series id: `business` on trading days, `calendar` on every day, `monthly` averages, `weekly` levels."""

    business: dict[str, np.ndarray]
    calendar_days: np.ndarray
    calendar: dict[str, np.ndarray]
    monthly: dict[str, np.ndarray]
    mortgage: np.ndarray


def financial_series(
    daily: DailyPaths, histories: Histories, trend_inflation: np.ndarray, seed: int, parameters: EconomyParameters
) -> FinancialSeries:
    """All market series; `trend_inflation` (months,) percent a year drives the breakeven."""
    days = daily.calendar.days

    def noise(name: str, sd: float) -> np.ndarray:
        return sd * stream(seed, f"daily_{name}").standard_normal(len(days))

    three_month = np.maximum(daily.three_month_pct, FLOOR_PCT["bill"])
    ten_year = np.maximum(daily.ten_year_pct, FLOOR_PCT["long"])
    curve = {"DGS3MO": three_month, "DGS10": ten_year}
    curve |= {"GS1": _between(three_month, ten_year, 0.22), "DGS2": _between(three_month, ten_year, 0.42)}
    curve |= {"GS5": _between(three_month, ten_year, 0.72) + 0.03, "DGS30": ten_year + 0.32 + noise("DGS30", 0.015)}
    published = {name: np.round(path, 2) for name, path in curve.items()}
    credit = np.round(np.maximum(parameters.credit_spread_normal + daily.stress_pp, 0.75), 2)
    breakeven = 1.1 + 0.42 * trend_inflation[daily.calendar.month] + noise("T10YIE", 0.02)
    business = {name: published[name] for name in ("DGS3MO", "DGS2", "DGS10", "DGS30")} | {
        "T10Y3M": published["DGS10"] - published["DGS3MO"],
        "T10Y2Y": published["DGS10"] - published["DGS2"],
        "BAA10Y": credit,
        "BAMLH0A0HYM2": np.maximum(4.4 + 2.7 * daily.stress_pp + noise("BAMLH0A0HYM2", 0.05), 1.8),
        "T10YIE": breakeven,
        "DFII10": published["DGS10"] - breakeven,
        "VIXCLS": np.maximum(daily.vix_points, VIX_FLOOR),
        "DCOILWTICO": START["oil"] * np.exp(daily.log_oil),
        "DEXUSEU": START["eurusd"] * np.exp(daily.log_eurusd),
        "DEXCHUS": START["usdcny"] * np.exp(daily.log_usdcny),
        "NASDAQCOM": START["nasdaq"] * np.exp(daily.log_nasdaq),
    }
    calendar_days, funds = _funds_rate(daily, histories, seed)
    monthly = _monthly_averages(daily, published, credit, calendar_days, funds)
    mortgage = ten_year + 1.55 + 0.25 * np.maximum(daily.stress_pp, 0.0)
    return FinancialSeries(business, calendar_days, {"DFF": funds}, monthly, mortgage)


def _between(short: np.ndarray, long: np.ndarray, weight: float) -> np.ndarray:
    return (1.0 - weight) * short + weight * long


def _funds_rate(daily: DailyPaths, histories: Histories, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Every calendar day and the effective rate: it moves on the day after the month's meeting day."""
    months = histories.months
    end = (months[-1].astype("datetime64[M]") + 1).astype("datetime64[D]")
    days = np.arange(months[0], end)
    month = (days.astype("datetime64[M]") - months[0].astype("datetime64[M]")).astype(np.int64)
    rate = histories.macro.policy_rate_pct[:, 0]
    before = np.concatenate([rate[:1], rate[:-1]])
    moved = days > daily.calendar.event_day["fed_surprise"][month]
    level = np.where(moved, rate[month], before[month]) + 0.02 * stream(seed, "daily_DFF").standard_normal(len(days))
    return days, np.round(np.maximum(level, FLOOR_PCT["policy"]), 2)


def _monthly_averages(
    daily: DailyPaths,
    curve: dict[str, np.ndarray],
    credit: np.ndarray,
    calendar_days: np.ndarray,
    funds: np.ndarray,
) -> dict[str, np.ndarray]:
    """Monthly means of rates, (months,), and spreads between the published means."""
    first = daily.calendar.first
    counts = np.diff(np.append(first, len(daily.calendar.days)))

    def mean(path: np.ndarray) -> np.ndarray:
        return np.round(np.add.reduceat(path, first) / counts, 2)

    starts = np.flatnonzero(np.append(True, np.diff(calendar_days.astype("datetime64[M]").astype(np.int64)) > 0))
    fed = np.round(np.add.reduceat(funds, starts) / np.diff(np.append(starts, len(funds))), 2)
    ten_year, bill = mean(curve["DGS10"]), mean(curve["DGS3MO"])
    baa = mean(curve["DGS10"] + credit)
    rates = {"FEDFUNDS": fed, "GS1": mean(curve["GS1"]), "GS2": mean(curve["DGS2"]), "GS5": mean(curve["GS5"])}
    rates |= {"GS10": ten_year, "BAA": baa, "AAA": mean(curve["DGS10"] + 0.55 * credit)}
    rates |= {"TB3MS": np.maximum(bill - 0.05, 0.01), "TB6MS": np.maximum(0.9 * bill + 0.1 * ten_year, 0.01)}
    over_funds = {"T1YFFM": "GS1", "T5YFFM": "GS5", "T10YFFM": "GS10", "BAAFFM": "BAA"}
    return rates | {name: rates[source] - fed for name, source in over_funds.items()}
