"""The raw chart of Yahoo, read apart from yfinance: the account of rows and the judgement of an answer start here.

Belongs here: what a chart must look like to be the answer to its request, and Yahoo's refusals. Does not belong here:
the session (session.py), what bars mean (bars.py).
"""

import datetime as dt
import itertools
import math
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from macro_assets.errors import (
    EmptyDataError,
    MacroAssetsError,
    PermanentSourceError,
    TransientSourceError,
    UnknownSeriesError,
)
from macro_assets.settings import MARKET_TIME_ZONE
from macro_assets.sources.wire.body import excerpt, unreadable

__all__ = ["Chart", "chart_refusal", "check_chart", "read_chart"]

FEWEST_WEEKDAYS = 20
LARGEST_GAP = 1 / 3
"""Share of weekdays without a bar; the longest closing since 1914, of March 1933, takes 30 % of two months."""


@dataclass(frozen=True)
class Chart:
    """What a raw answer of the chart holds.

    Parameters
    ----------
    symbol, currency : as Yahoo states them.
    last_day, session_over : newest trading day Yahoo states, and whether its session is over.
    day : (n,) day numbers with a bar, ascending, each once.
    priced : (n,) whether the bar has a close.
    """

    symbol: str
    currency: str
    last_day: dt.date
    session_over: bool
    day: np.ndarray
    priced: np.ndarray


def read_chart(symbol: str, chart: dict[str, Any]) -> Chart:
    """The days and the state of the session of a raw chart.

    Raises
    ------
    TransientSourceError : the meta data are missing. MalformedAnswerError : a price is not a number, or bars
        are out of order: values would be taken for those of other days.
    """
    try:
        result = chart["result"][0]
        regular = result["meta"]["currentTradingPeriod"]["regular"]
        moment = int(result["meta"]["regularMarketTime"])
        start, end = int(regular["start"]), int(regular["end"])
        zone = ZoneInfo(result["meta"].get("exchangeTimezoneName", MARKET_TIME_ZONE.key))
        stamps = [int(stamp) for stamp in result.get("timestamp") or ()]
        quotes = result["indicators"]["quote"][0] or {}
        closes = quotes.get("close") or [None] * len(stamps)
        named, currency = str(result["meta"]["symbol"]), str(result["meta"].get("currency"))
        bars = {_trading_day(stamp, zone): close is not None for stamp, close in zip(stamps, closes, strict=True)}
        last_day = dt.datetime.fromtimestamp(moment, MARKET_TIME_ZONE).date()
    except (KeyError, TypeError, IndexError, ValueError, OverflowError, OSError, AttributeError):
        raise TransientSourceError(f"Yahoo's chart of {symbol} lacks its meta data.") from None
    if any(later < earlier for earlier, later in itertools.pairwise(stamps)):
        raise unreadable(f"Yahoo's chart of {symbol}", "its bars are not in ascending order of time")
    if not all(_is_number(value) for values in quotes.values() for value in values or ()):
        raise unreadable(f"Yahoo's chart of {symbol}", "a price or volume is not a number")
    days = np.array(sorted(bars), dtype=np.int64)
    priced = np.array([bars[day] for day in sorted(bars)], dtype=bool)
    return Chart(named, currency, last_day, not start <= moment < end, days, priced)


def _is_number(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def check_chart(chart: Chart, symbol: str, currency: str, since: dt.date, until: dt.date) -> None:
    """Refuse a chart that does not answer its request.

    Parameters
    ----------
    currency : of the catalogue. since, until : first day asked for, and the day after the last.

    Raises
    ------
    MalformedAnswerError : another symbol or currency, bars outside of the request, or more than a third of the weekdays
        between the first and the last bar without one (judged from a month on).
    """
    what = f"Yahoo's chart of {symbol}"
    if chart.symbol.upper() != symbol.upper():
        raise unreadable(what, f"it is that of {chart.symbol}")
    if chart.currency != currency:
        raise unreadable(what, f"it is in {chart.currency}, not in {currency}")
    days = chart.day.astype("datetime64[D]")
    if not len(days):
        return
    if days[0] < np.datetime64(since) or days[-1] >= np.datetime64(until):
        raise unreadable(what, f"it has bars from {days[0]} to {days[-1]}, outside of {since} to {until}")
    weekdays = int(np.busday_count(days[0], days[-1])) + 1
    traded = int(np.is_busday(days).sum())
    if weekdays >= FEWEST_WEEKDAYS and weekdays - traded > LARGEST_GAP * weekdays:
        raise unreadable(what, f"it has bars on {traded} of {weekdays} weekdays")


def _trading_day(stamp: int, zone: ZoneInfo) -> int:
    """Day number of a bar; a full hour just before midnight is midnight moved by daylight saving, as in yfinance."""
    moment = dt.datetime.fromtimestamp(stamp, zone)
    ahead = 24 - moment.hour if moment.minute == 0 and moment.hour >= 22 else 0
    return ((moment + dt.timedelta(hours=ahead)).date() - dt.date(1970, 1, 1)).days


def chart_refusal(symbol: str, status: int, error: Any) -> MacroAssetsError:
    """The typed error of a refused chart."""
    named = error if isinstance(error, dict) else {}
    reason = excerpt(named.get("description") or named.get("code") or status)
    if status == 404 or "No data found" in reason:
        return UnknownSeriesError(f"Yahoo has no symbol {symbol!r}: {reason}.", remedy="Edit catalog/assets.yaml.")
    if "Data doesn't exist" in reason:
        return EmptyDataError(
            f"Yahoo has no bars of {symbol} in the days of the request: {reason}.",
            remedy="Correct the start of the symbol in catalog/assets.yaml, or try again later.",
        )
    return PermanentSourceError(f"Yahoo refused the chart of {symbol}: {reason}.")
