"""Yahoo's wire format: cookie, crumb and the daily chart, split-adjusted as of today.

Belongs here: paths behind Yahoo's host names, the chart body, dividends and splits. Does not belong here: HTTP.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from macro_assets.sandbox.archive import Archive, day_array
from macro_assets.sandbox.clock import Clock
from macro_assets.sandbox.wire import Request, Response, day_number, json_response

CRUMB = "sAndB0x.crumb"
ZONE = "America/New_York"
_HOST = re.compile(r"^/(?:[a-z0-9-]+\.)+(?:yahoo|yahooapis)\.com(?=/|$)")
_RANGES = {"1d": 1, "5d": 5, "1mo": 31, "3mo": 92, "6mo": 183, "1y": 366, "2y": 731, "5y": 1827, "10y": 3653}
_LEAST_DIVIDEND = 2e-4
"""Share of the price below which a change of the adjustment factor is rounding, not a dividend."""


@dataclass(frozen=True)
class Bars:
    """Daily bars of one symbol, split-adjusted to the last day of the file.

    Parameters
    ----------
    day : (n,) day numbers, ascending. opening : (n,) Unix seconds of the market's opening.
    prices : open, high, low, close -> (n,) per share. volume : (n,) shares.
    factor : (n,) adjusted close over close. dividend : (n,) per share on the ex-day, 0 otherwise.
    split : (n,) new shares per old one on the day a split takes effect, 1 otherwise.
    """

    day: np.ndarray
    opening: np.ndarray
    prices: dict[str, np.ndarray]
    volume: np.ndarray
    factor: np.ndarray
    dividend: np.ndarray
    split: np.ndarray

    @classmethod
    def build(cls, frame: pd.DataFrame) -> "Bars":
        days = day_array(frame["Date"])
        order = np.argsort(days, kind="stable")
        frame, days = frame.iloc[order], days[order]
        prices = {name: frame[name.title()].to_numpy("float64") for name in ("open", "high", "low", "close")}
        factor = (frame["Adj Close"] / frame["Close"]).to_numpy("float64")
        opening = (pd.DatetimeIndex(days.astype("datetime64[s]")) + pd.Timedelta(minutes=570)).tz_localize(ZONE)
        listed = frame["Dividends"].to_numpy("float64") if "Dividends" in frame else None
        splits = frame["Stock Splits"].to_numpy("float64") if "Stock Splits" in frame else np.ones(len(frame))
        return cls(
            day=days.astype("int64"),
            opening=opening.as_unit("s").asi8,
            prices=prices,
            volume=frame["Volume"].to_numpy("float64"),
            factor=factor,
            dividend=np.nan_to_num(listed) if listed is not None else implied_dividends(prices["close"], factor),
            split=np.where(np.isnan(splits) | (splits == 0), 1.0, splits),
        )


def implied_dividends(close: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """(n,) dividend per share that explains each step of the adjustment factor (adjusted close over close).

    The factor before an ex-day is the one after it times 1 - dividend / previous close.
    """
    dividend = np.zeros(len(close))
    share = 1.0 - factor[:-1] / factor[1:]
    dividend[1:] = np.where(share > _LEAST_DIVIDEND, np.round(close[:-1] * share, 6), 0.0)
    return dividend


class YahooApi:
    """Answers cookie, crumb and chart requests.

    Parameters
    ----------
    archive : bars by symbol.
    clock : no bar after its day is served; splits after it have not happened.
    """

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self.clock = clock
        self._bars = {symbol: Bars.build(frame) for symbol, frame in archive.bars.items() if len(frame)}

    def answer(self, request: Request) -> Response:
        """The response to one request; the path begins with the host it was meant for."""
        path = _HOST.sub("", request.path) or "/"
        if path.endswith("/getcrumb"):
            return Response(200, CRUMB.encode(), "text/plain")
        found = re.fullmatch(r"/v8/finance/chart/(.+)", path)
        if found:
            return self._chart(found[1], request)
        if path.startswith("/v10/finance/quoteSummary/"):
            error = {"code": "Not Found", "description": "the sandbox serves charts only"}
            return json_response({"quoteSummary": {"result": None, "error": error}}, 404)
        cookie = {"Set-Cookie": "A3=d=sandbox; Max-Age=31536000; Path=/"}
        return Response(404, b"", "text/html", cookie)

    def symbols(self) -> list[str]:
        """Symbols of the archive, visible or not."""
        return sorted(self._bars)

    def revise(self, symbol: str, day: date | None, value: float | None) -> date:
        """Replace the close of a past bar from now on (a correction, not a split); returns its day.

        Raises
        ------
        KeyError : no such symbol, or no such bar, today.
        """
        bars = self._bars.get(symbol)
        past = np.flatnonzero(bars.day <= day_number(self.clock.today)) if bars else np.array([], int)
        if bars is None or not len(past):
            raise KeyError(f"No bars of '{symbol}' on {self.clock.today}.")
        at = int(past[-min(13, len(past))]) if day is None else int(np.searchsorted(bars.day, day_number(day)))
        if at not in past or (day is not None and bars.day[at] != day_number(day)):
            raise KeyError(f"{symbol} has no bar on {day}.")
        prices = {name: array.copy() for name, array in bars.prices.items()}
        prices["close"][at] = value if value is not None else round(prices["close"][at] * 1.01, 4)
        prices["high"][at] = max(prices["high"][at], prices["close"][at])
        prices["low"][at] = min(prices["low"][at], prices["close"][at])
        self._bars[symbol] = replace(bars, prices=prices)
        return date(1970, 1, 1) + timedelta(days=int(bars.day[at]))

    def _chart(self, symbol: str, request: Request) -> Response:
        if request.query.get("crumb", CRUMB) != CRUMB:
            error = {"code": "Unauthorized", "description": "Invalid Crumb"}
            return json_response({"finance": {"result": None, "error": error}}, 401)
        bars, now = self._bars.get(symbol), day_number(self.clock.today)
        if bars is None or bars.day[0] > now:
            return _chart_error(404, "Not Found", "No data found, symbol may be delisted")
        if request.query.get("interval", "1d") != "1d":
            return _chart_error(422, "Unprocessable Entity", "the sandbox serves daily bars: interval=1d")
        visible = int(np.searchsorted(bars.day, now, side="right"))
        try:
            low, high = _period(bars, request.query, visible)
        except ValueError as error:
            return _chart_error(400, "Bad Request", str(error))
        if low == high and not 0 < low < visible:
            span = f"startDate = {request.query.get('period1')}, endDate = {request.query.get('period2')}"
            return _chart_error(400, "Bad Request", f"Data doesn't exist for {span}")
        rows = slice(low, low if request.distortion == "empty" else high)
        return json_response({"chart": {"result": [_result(symbol, bars, rows, visible, request)], "error": None}})


def _chart_error(status: int, code: str, description: str) -> Response:
    return json_response({"chart": {"result": None, "error": {"code": code, "description": description}}}, status)


def _period(bars: Bars, query: dict[str, str], visible: int) -> tuple[int, int]:
    """Positions of the first bar asked for and of the one after the last."""
    if "period1" in query or "period2" in query:
        start, end = int(float(query.get("period1", "0"))), int(float(query.get("period2", "9999999999")))
        low, high = np.searchsorted(bars.opening, [start, end])
        return min(int(low), visible), min(int(high), visible)
    span = query.get("range", "1d")
    if span == "max":
        return 0, visible
    if span not in _RANGES:
        raise ValueError(f"Invalid input - range={span} is not supported. Valid ranges: {list(_RANGES)}")
    first = visible - _RANGES[span] if span.endswith("d") else bars.day[visible - 1] - _RANGES[span]
    return (max(0, int(first)) if span.endswith("d") else int(np.searchsorted(bars.day, first))), visible


def _result(symbol: str, bars: Bars, rows: slice, visible: int, request: Request) -> dict[str, Any]:
    later = float(np.prod(bars.split[visible:]))
    prices = {name: _scaled(array[rows], later) for name, array in bars.prices.items()}
    if request.distortion == "nulls":
        prices = {name: np.full(len(array), np.nan) for name, array in prices.items()}
    quote: dict[str, Any] = {**prices, "volume": np.round(bars.volume[rows] / later).astype("int64")}
    adjusted = np.round(prices["close"] * (bars.factor[rows] / bars.factor[visible - 1]), 6)
    result: dict[str, Any] = {"meta": _meta(symbol, bars, visible, later)}
    if rows.stop > rows.start:
        result["timestamp"] = bars.opening[rows]
        events = _events(bars, rows, later, request.query.get("events", ""))
        if events:
            result["events"] = events
        result["indicators"] = {"quote": [quote], "adjclose": [{"adjclose": adjusted}]}
    else:
        result["indicators"] = {"quote": [{}], "adjclose": [{}]}
    return result


def _scaled(prices: np.ndarray, later: float) -> np.ndarray:
    return prices if later == 1.0 else np.round(prices * later, 6)


def _events(bars: Bars, rows: slice, later: float, wanted: str) -> dict[str, Any]:
    events: dict[str, Any] = {}
    paid = rows.start + np.flatnonzero(bars.dividend[rows] > 0)
    if len(paid) and "div" in wanted:
        amounts = _scaled(bars.dividend, later)
        events["dividends"] = {
            str(bars.opening[at]): {"amount": float(amounts[at]), "date": int(bars.opening[at])} for at in paid
        }
    divided = rows.start + np.flatnonzero(bars.split[rows] != 1.0)
    if len(divided) and "split" in wanted:
        events["splits"] = {
            str(bars.opening[at]): _split(int(bars.opening[at]), float(bars.split[at])) for at in divided
        }
    return events


def _split(moment: int, ratio: float) -> dict[str, Any]:
    """A split as Yahoo prints it; ratios below one are reverse splits."""
    denominator = next((d for d in range(1, 101) if abs(ratio * d - round(ratio * d)) < 1e-9), 1)
    numerator = round(ratio * denominator, 9)
    text = f"{numerator:g}:{denominator:g}"
    return {"date": moment, "numerator": numerator, "denominator": float(denominator), "splitRatio": text}


def _meta(symbol: str, bars: Bars, visible: int, later: float) -> dict[str, Any]:
    last = int(bars.opening[visible - 1])
    opened = pd.Timestamp(last, unit="s")
    offset = int((opened.tz_localize("UTC").tz_convert(ZONE).tz_localize(None) - opened).total_seconds())
    session = {"timezone": "EST", "start": last, "end": last + 23_400, "gmtoffset": offset}
    price = float(_scaled(bars.prices["close"][visible - 1 : visible], later)[0])
    return {
        "currency": "USD", "symbol": symbol, "exchangeName": "SANDBOX", "fullExchangeName": "SANDBOX",
        "instrumentType": "INDEX" if symbol.startswith("^") else "ETF",
        "firstTradeDate": int(bars.opening[0]), "regularMarketTime": last + 23_400, "hasPrePostMarketData": False,
        "gmtoffset": offset, "timezone": "EST", "exchangeTimezoneName": ZONE,
        "regularMarketPrice": price, "chartPreviousClose": price, "priceHint": 2,
        "currentTradingPeriod": {"pre": session, "regular": session, "post": session},
        "dataGranularity": "1d", "range": "", "validRanges": [*_RANGES, "ytd", "max"],
    }  # fmt: skip
