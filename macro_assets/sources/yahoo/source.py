"""Daily bars of Yahoo Finance as each day stated them, with dividends and splits.

Belongs here: which days to ask for, and what a usable answer is. Does not belong here: yfinance's insides
(session.py) and split arithmetic (bars.py). Never `yf.download`: it turns failures into empty frames.
"""

import datetime as dt
import threading
import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import yfinance as yf
from yfinance.data import YfData
from yfinance.exceptions import YFRateLimitError, YFTickerMissingError

from macro_assets.errors import EmptyDataError, MacroAssetsError, TransientSourceError
from macro_assets.settings import Settings
from macro_assets.sources.batch import SourceBatch, check_window
from macro_assets.sources.kept import check_kept
from macro_assets.sources.wire.body import reading, unreadable
from macro_assets.sources.wire.deadline import load_deadline
from macro_assets.sources.wire.http import Limits
from macro_assets.sources.wire.retry import SYSTEM_CLOCK, Clock, RetryPolicy, shared_bucket
from macro_assets.sources.yahoo.bars import Bars, facts_between, reconcile, restatements
from macro_assets.sources.yahoo.chart import check_chart
from macro_assets.sources.yahoo.session import YahooSession, prepare_yfinance

__all__ = ["YahooSource", "bars_of_frame"]

FIRST_DAY = dt.date(1900, 1, 1)
LOOK_BACK = dt.timedelta(days=60)  # longer than any closing of the market: some bar must come, and gaps show
DOLLAR = "USD"
DAY = dt.timedelta(days=1)
DAY_ZERO = dt.date(1970, 1, 1)
TOLERATED_NULL_SHARE = 0.01
PRICE_COLUMNS = ("Open", "High", "Low", "Close")

_ONE_AT_A_TIME = threading.RLock()  # yfinance keeps session, crumb and cache in one object a process


class YahooSource:
    """Bars of Yahoo Finance through `yfinance.Ticker.history`, unadjusted for distributions.

    Parameters
    ----------
    settings : stand-in address if any, time-out, retries and today.
    clock : how to wait.
    """

    def __init__(self, settings: Settings, *, clock: Clock = SYSTEM_CLOCK) -> None:
        prepare_yfinance()
        self._settings = settings
        self._retry = RetryPolicy(settings.http_retries, clock=clock)
        bucket = shared_bucket(settings.yahoo_url or "yahoo", settings.yahoo_requests_per_minute, clock)
        self._session = YahooSession(settings.yahoo_url, limits=Limits.of(settings), bucket=bucket)
        self._clock = clock

    def __repr__(self) -> str:
        return f"YahooSource({self._settings.yahoo_url or 'Yahoo'})"

    def window(
        self, symbol: str, start: dt.date, end: dt.date, stored: pa.Table | None = None, currency: str = DOLLAR
    ) -> SourceBatch:
        """Facts that began in [start, end]: bars as traded, and all earlier bars where a split fell in the window.

        Bars after `end` are asked for as well, because later splits are needed to undo the adjustment.

        Parameters
        ----------
        stored : facts already kept; with them a corrected bar becomes a new fact today, the day on which that is
            seen, if `end` is today or yesterday. Without them it contradicts what is stored.
        currency : in which its prices are quoted; a chart in another one is refused.

        Raises
        ------
        UnknownSeriesError : Yahoo has no such symbol.
        EmptyDataError : no bars at all, also none in the two months before (a window without trading days is legal).
        TransientSourceError : time-out, 429, 5xx, an unreadable answer, bars without prices, a bar not yet published.
        """
        end = check_window(start, end, self._settings.current_day())
        before = self._session.requests
        with load_deadline(self._settings.http_load_seconds, self._clock.monotonic):
            bars = self._bars(symbol, start - LOOK_BACK, (start, end), currency, stored)
            if _splits_between(bars, start, end):
                bars = self._bars(symbol, FIRST_DAY, (start, end), currency, stored)
        return self._batch(symbol, bars, (start, end), stored, before)

    def history(
        self, symbol: str, through: dt.date, stored: pa.Table | None = None, currency: str = DOLLAR
    ) -> SourceBatch:
        """Every fact up to `through`: all bars as traded, and as restated by each split.

        Parameters
        ----------
        stored, currency : as in `window`.

        Raises
        ------
        As `window`.
        """
        through = check_window(FIRST_DAY, through, self._settings.current_day())
        before = self._session.requests
        with load_deadline(self._settings.http_load_seconds, self._clock.monotonic):
            bars = self._bars(symbol, FIRST_DAY, (FIRST_DAY, through), currency, stored)
        return self._batch(symbol, bars, (FIRST_DAY, through), stored, before)

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def _batch(
        self, symbol: str, bars: Bars, window: tuple[dt.date, dt.date], stored: pa.Table | None, before: int
    ) -> SourceBatch:
        start, end = window
        facts, contradicted, corrected = facts_between(bars, symbol, start, end), 0, 0
        if stored is not None:
            today = self._settings.current_day()
            seen_on = today if end >= today - DAY else None
            facts, contradicted, corrected = reconcile(facts, bars, stored, symbol, seen_on)
        day = self._session.charts[symbol].day
        priced = day[self._session.charts[symbol].priced]
        traded = priced[priced <= _number(self._final_day(symbol, end))]
        finished = priced[priced <= _number(self._final_day(symbol, self._settings.current_day()))]
        clipped = len(day) - int(np.sum((traded >= _number(start)) & (traded <= _number(end))))
        derived = restatements(traded, bars.split_day, start, end)
        return SourceBatch(
            facts, len(day), clipped + contradicted, self._session.requests - before, derived + corrected,
            newest=DAY_ZERO + int(finished.max()) * DAY if len(finished) else None,
        )  # fmt: skip

    def _bars(
        self, symbol: str, since: dt.date, window: tuple[dt.date, dt.date], currency: str, stored: pa.Table | None
    ) -> Bars:
        """Bars from `since` to today as Yahoo states them now, cut off at the end of the window."""
        tomorrow = self._settings.current_day() + DAY

        def ask() -> Bars:
            frame = self._usable(symbol, since, tomorrow, *window)
            chart = self._session.charts[symbol]
            check_chart(chart, symbol, currency, since, tomorrow)
            if stored is not None:
                kept = np.asarray(stored.filter(pc.equal(stored["symbol"], symbol))["date"].cast(pa.int32()).to_numpy())
                check_kept(f"Yahoo's chart of {symbol}", kept[kept >= _number(since)], chart.day)
            return reading(f"Yahoo's bars of {symbol}", bars_of_frame, frame)

        return self._retry.call(ask).up_to(_number(self._final_day(symbol, window[1])))

    def _final_day(self, symbol: str, end: dt.date) -> dt.date:
        """Last day of the window whose session is over."""
        chart, today = self._session.charts[symbol], self._settings.current_day()
        return min(end, today) if chart.session_over else min(end, chart.last_day - DAY)

    def _usable(self, symbol: str, since: dt.date, until: dt.date, start: dt.date, end: dt.date) -> pd.DataFrame:
        with _ONE_AT_A_TIME:
            try:
                frame = self._ask(symbol, since, until)
            except MacroAssetsError:
                self._session.forget_failures()
                raise
        missing = _unpriced(frame, start, end)
        if missing:
            self._session.forget_failures()
            raise TransientSourceError(f"Yahoo stated no price for {symbol} on {missing}.")
        chart = self._session.charts[symbol]
        if chart.session_over and start <= chart.last_day <= end and chart.last_day not in _dates(frame):
            raise TransientSourceError(f"Yahoo has not yet published the bar of {symbol} on {chart.last_day}.")
        return frame

    def _ask(self, symbol: str, since: dt.date, until: dt.date) -> pd.DataFrame:
        YfData.cache_get.cache_clear()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # yfinance 1.7 on pandas 3 warns of its own inplace calls
                ticker = yf.Ticker(symbol, session=self._session)
                frame = ticker.history(
                    start=str(since), end=str(until), interval="1d", auto_adjust=False, actions=True, keepna=True,
                    timeout=self._settings.http_timeout_seconds,
                )  # fmt: skip
        except MacroAssetsError:
            raise
        except YFRateLimitError:
            raise TransientSourceError("Yahoo limits the rate of requests.") from None
        except YFTickerMissingError as error:
            raise EmptyDataError(f"Yahoo sent no bars of {symbol} from {since} on: {error}") from None
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - a boundary: yfinance stumbles over malformed charts in many ways
            raise unreadable(f"Yahoo's chart of {symbol}", repr(error)) from None
        if frame.empty:
            raise EmptyDataError(f"Yahoo sent no bars of {symbol} from {since} on.")
        absent = {*PRICE_COLUMNS, "Volume", "Dividends", "Stock Splits"} - set(frame.columns)
        if absent:
            raise unreadable(f"Yahoo's bars of {symbol}", f"they lack the columns {sorted(absent)}")
        return frame


def bars_of_frame(frame: pd.DataFrame) -> Bars:
    """Bars of an unadjusted `Ticker.history` frame with actions.

    Rows without a close give no bar: Yahoo prints nulls, and a row for a dividend or split whose bar is not out yet.

    Raises
    ------
    SchemaError : days repeat or are out of order.
    """
    days = np.array(_dates(frame), "datetime64[D]").astype(np.int64)
    ratio = frame["Stock Splits"].to_numpy("float64")
    split = np.nan_to_num(ratio) > 0
    priced = frame["Close"].notna().to_numpy()
    return Bars(
        day=days[priced],
        prices=frame.loc[priced, list(PRICE_COLUMNS)].to_numpy("float64"),
        volume=frame.loc[priced, "Volume"].to_numpy("float64"),
        dividend=np.nan_to_num(frame.loc[priced, "Dividends"].to_numpy("float64")),
        split_day=days[split & (ratio != 1.0)],
        split_ratio=ratio[split & (ratio != 1.0)],
    )


def _unpriced(frame: pd.DataFrame, start: dt.date, end: dt.date) -> str:
    """Days of [start, end] without a price, in words, when they are too many to be gaps of the provider's record."""
    priced = frame["Close"].notna().to_numpy()
    if not priced.any():
        return "any day"
    dates, actions = _dates(frame), frame[["Dividends", "Stock Splits"]].fillna(0.0).ne(0.0).any(axis=1)
    asked = (dates >= start) & (dates <= end) & ~actions.to_numpy()
    missing = dates[asked & ~priced]
    if len(missing) <= TOLERATED_NULL_SHARE * asked.sum():
        return ""
    return f"{missing[0]}" + (f" and {len(missing) - 1} more days" if len(missing) > 1 else "")


def _dates(frame: pd.DataFrame) -> np.ndarray:
    return np.asarray(pd.DatetimeIndex(frame.index).date)


def _splits_between(bars: Bars, start: dt.date, end: dt.date) -> bool:
    return bool(np.any((bars.split_day >= _number(start)) & (bars.split_day <= _number(end))))


def _number(day: dt.date) -> int:
    return (day - DAY_ZERO).days
