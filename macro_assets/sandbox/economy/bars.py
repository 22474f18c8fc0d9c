"""Daily bars of the tickers: prices, volumes, dividends, one split.

Belongs here: what a price provider would serve. Does not belong here: the paths behind it (daily.py), wire formats.

The provider states prices adjusted for splits, not for dividends, and an adjusted close adjusted for both.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from macro_assets.sandbox.economy.daily import DailyPaths
from macro_assets.sandbox.economy.noise import stream
from macro_assets.sandbox.economy.rates import START, VIX_FLOOR

__all__ = ["SPLIT_RATIO", "SPLIT_SYMBOL", "daily_bars", "split_day"]

SPLIT_SYMBOL, SPLIT_RATIO = "SPY", 2.0
_SPLIT_AFTER_YEARS = 28
_VOLUME = {"^GSPC": 2.0e9, "^IXIC": 1.8e9, "SPY": 6.0e7, "TLT": 1.2e7, "GLD": 8.0e6, "USO": 9.0e6, "^VIX": 0.0}
_SPY_DIVIDEND = 0.0042
"""Quarterly dividend of the fund, share of the price."""


def split_day(daily: DailyPaths) -> np.datetime64:
    """The day of the two-for-one split: the first trading day of the 29th year of the history."""
    first = daily.calendar.days[0].astype("datetime64[Y]") + _SPLIT_AFTER_YEARS
    position = np.searchsorted(daily.calendar.days, first.astype("datetime64[D]") + 160)
    return np.datetime64(daily.calendar.days[min(position, len(daily.calendar.days) - 1)])


def daily_bars(daily: DailyPaths, seed: int, end: date) -> dict[str, pd.DataFrame]:
    """Bars by symbol until `end`, in the archive's columns plus `Dividends` and `Stock Splits`."""
    days = daily.calendar.days
    none = np.zeros(len(days))
    index = START["sp500"] * np.exp(daily.log_sp500)
    tlt_close, tlt_dividend = _bond_fund(daily)
    fund = index / 5.0
    quarterly = np.where(_ex_days(days, (3, 6, 9, 12), 14), _SPY_DIVIDEND * fund, 0.0)
    close = {
        "^GSPC": (index, none),
        "^IXIC": (START["nasdaq"] * np.exp(daily.log_nasdaq), none),
        "SPY": (fund, quarterly),
        "TLT": (tlt_close, tlt_dividend),
        "GLD": (START["gld"] * np.exp(daily.log_gld), none),
        "USO": (START["uso"] * np.exp(daily.log_uso), none),
        "^VIX": (np.maximum(daily.vix_points, VIX_FLOOR), none),
    }
    splits = {SPLIT_SYMBOL: np.where(days == split_day(daily), SPLIT_RATIO, 0.0)}
    shown = days <= np.datetime64(end)
    return {
        symbol: _bars(symbol, days, price, paid, splits.get(symbol, none), seed, shown)
        for symbol, (price, paid) in close.items()
    }


def _bars(
    symbol: str,
    days: np.ndarray,
    price: np.ndarray,
    dividend: np.ndarray,
    split: np.ndarray,
    seed: int,
    shown: np.ndarray,
) -> pd.DataFrame:
    """One ticker. `price` and `dividend` are as traded at the start; later splits divide them for all days."""
    drawn = stream(seed, f"bars_{symbol}").standard_normal((len(days), 4))
    later = np.prod(split[shown & (split > 0)])
    close = price / later
    before = np.append(close[:1], close[:-1])
    opening = before * np.exp(0.002 * drawn[:, 0])
    high = np.maximum(opening, close) * np.exp(0.004 * np.abs(drawn[:, 1]))
    low = np.minimum(opening, close) * np.exp(-0.004 * np.abs(drawn[:, 2]))
    moved = np.abs(np.log(close / before))
    volume = np.round(_VOLUME[symbol] * np.exp(0.25 * drawn[:, 3] + 12.0 * np.minimum(moved, 0.1)), -2)
    paid = dividend / later
    factor = np.where(paid > 0, 1.0 - paid / before, 1.0)
    factor = np.where(shown, factor, 1.0)
    adjustment = np.append(np.cumprod(factor[::-1])[::-1][1:], 1.0)
    columns = {"Open": opening, "High": high, "Low": low, "Close": close, "Adj Close": close * adjustment}
    frame = pd.DataFrame({"Date": pd.to_datetime(days)} | {name: np.round(path, 6) for name, path in columns.items()})
    frame["Volume"], frame["Dividends"], frame["Stock Splits"] = volume.astype(np.int64), np.round(paid, 6), split
    return frame[shown].reset_index(drop=True)


def _bond_fund(daily: DailyPaths) -> tuple[np.ndarray, np.ndarray]:
    """Close and dividend per share of the bond fund: a twelfth of the yield leaves the price on the first trading day
    of each month."""
    ex_day = np.zeros(len(daily.calendar.days), dtype=bool)
    ex_day[daily.calendar.first] = True
    yield_before = np.append(daily.ten_year_pct[:1], daily.ten_year_pct[:-1])
    rate = np.where(ex_day, np.maximum(yield_before + 0.25, 0.5) / 1200.0, 0.0)
    total = np.exp(daily.log_tlt_total)
    close = START["tlt"] * total * np.cumprod(1.0 - rate)
    before = np.append(START["tlt"], close[:-1])
    growth = total / np.append(1.0, total[:-1])
    return close, before * growth * rate


def _ex_days(days: np.ndarray, months: tuple[int, ...], earliest: int) -> np.ndarray:
    """First trading day after the given day of the month, in the given months."""
    month = days.astype("datetime64[M]")
    late = (days - month.astype("datetime64[D]")).astype(np.int64) >= earliest
    first = late & ~np.append(False, late[:-1] & (month[1:] == month[:-1]))
    days_of_month: np.ndarray = first & np.isin(month.astype(np.int64) % 12 + 1, months)
    return days_of_month
