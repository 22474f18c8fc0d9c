"""From bars adjusted for every split up to today to the bars as each day stated them.

Belongs here: undoing and replaying split adjustment, and what a correction of an old bar means. Does not belong here:
fetching (source.py), total returns (vintage/prices.py).

Yahoo divides all earlier prices and dividends by each split, and multiplies volumes. The first fact of a bar is the
bar as traded; each later split restates it as one more fact. Rounding makes both orders of loading agree row for row.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.sources.wire.body import unreadable
from macro_assets.tables.bronze import YAHOO_BARS

__all__ = ["Bars", "facts_between", "reconcile", "restatements"]

SCHEMA = YAHOO_BARS.source_schema
PRICES = ("open", "high", "low", "close")
PRICE_DECIMALS = 4
DIVIDEND_DECIMALS = 6
# The provider's own rounding of adjusted numbers: closer than this, two statements of a bar are the same.
PRICE_TOLERANCE = 2e-4
PRICE_SHARE = 2e-6
VOLUME_SHARE = 1e-3


@dataclass(frozen=True)
class Bars:
    """Daily bars of one symbol, adjusted for every split up to today.

    Parameters
    ----------
    day : (n,) day numbers, ascending.
    prices : (n, 4) open, high, low, close in quote currency per share of today.
    volume : (n,) in shares of today.
    dividend : (n,) per share of today, on the ex-day; 0 = none.
    split_day, split_ratio : (m,) days on which a split took effect, ascending, and new shares for one old.

    Raises
    ------
    SchemaError : days out of order or twice, or a split ratio that is not positive.
    """

    day: np.ndarray
    prices: np.ndarray
    volume: np.ndarray
    dividend: np.ndarray
    split_day: np.ndarray
    split_ratio: np.ndarray

    def __post_init__(self) -> None:
        if np.any(np.diff(self.day) <= 0) or np.any(np.diff(self.split_day) <= 0):
            raise unreadable("Yahoo's chart", "bars are not in ascending order of days, one bar and one split a day")
        if not np.all(self.split_ratio > 0):
            raise unreadable("Yahoo's chart", f"split ratios are not positive: {self.split_ratio.tolist()}")

    @cached_property
    def _later(self) -> np.ndarray:
        """(m + 1,) product of the ratios of split k and all later ones."""
        return np.append(np.cumprod(self.split_ratio[::-1])[::-1], 1.0)

    def shares_per_share_of(self, day: np.ndarray) -> np.ndarray:
        """(k,) shares of today for one share of each day: the product of the splits after it."""
        return self._later[np.searchsorted(self.split_day, day, side="right")]

    def ratio_on(self, day: np.ndarray) -> np.ndarray:
        """(k,) split ratio taking effect on each day; 1 = none."""
        at = np.searchsorted(self.split_day, day)
        hit = np.append(self.split_day, -1)[at] == day
        return np.where(hit, np.append(self.split_ratio, 1.0)[at], 1.0)

    def up_to(self, day: int) -> "Bars":
        """Without the bars after `day`; later splits stay, for prices are stated in shares of today."""
        n = int(np.searchsorted(self.day, day, side="right"))
        return Bars(self.day[:n], self.prices[:n], self.volume[:n], self.dividend[:n], self.split_day, self.split_ratio)


def facts_between(bars: Bars, symbol: str, start: dt.date, end: dt.date) -> pa.Table:
    """Facts that began in [start, end]: bars as traded, and earlier bars restated by each split of the window.

    Returns
    -------
    Table in the bronze schema sorted by date and realtime_start; dividends stay per share as traded in every fact.
    """
    first, last = _number(start), _number(end)
    traded = np.flatnonzero((bars.day >= first) & (bars.day <= last))
    splits = bars.split_day[(bars.split_day >= first) & (bars.split_day <= last)]
    restated = [np.flatnonzero(bars.day < split) for split in splits]
    rows = np.concatenate([traded, *restated]).astype(np.int64)
    begun = np.concatenate([bars.day[traded], *(np.full(len(r), s) for r, s in zip(restated, splits, strict=True))])
    order = np.lexsort((begun, rows))
    return _table(bars, symbol, rows[order], begun[order].astype(np.int64))


def _table(bars: Bars, symbol: str, rows: np.ndarray, begun: np.ndarray) -> pa.Table:
    """Bars `rows` as stated on the days `begun`."""
    day, shares = bars.day[rows], bars.shares_per_share_of(begun)
    prices = _rounded(bars.prices[rows] * shares[:, None], PRICE_DECIMALS)
    dividend = _rounded(bars.dividend[rows] * bars.shares_per_share_of(day), DIVIDEND_DECIMALS)
    dates, starts = (pa.array(days.astype(np.int32)).cast(pa.date32()) for days in (day, begun))
    return pa.table(
        [
            pa.array([symbol] * len(rows), pa.string()),
            dates,
            starts,
            *(pa.array(prices[:, column], from_pandas=True) for column in range(len(PRICES))),
            pa.array(_rounded(bars.volume[rows] / shares, 0), from_pandas=True),
            pa.array(dividend),
            pa.array(bars.ratio_on(day)),
        ],
        schema=SCHEMA,
    )


def _rounded(values: np.ndarray, decimals: int) -> np.ndarray:
    # Two steps: the first takes away the last bits that depend on the order of multiplication, so ties agree.
    return np.round(np.round(values, decimals + 5), decimals)


def restatements(traded: np.ndarray, split_day: np.ndarray, start: dt.date, end: dt.date) -> int:
    """Facts that the splits of [start, end] derive from days with a bar: one for each bar before each split."""
    splits = split_day[(split_day >= _number(start)) & (split_day <= _number(end))]
    return sum(int(np.sum(traded < split)) for split in splits)


def reconcile(
    facts: pa.Table, bars: Bars, stored: pa.Table, symbol: str, seen_on: dt.date | None
) -> tuple[pa.Table, int, int]:
    """Facts that agree with those already kept; a corrected bar becomes a new fact instead of a contradiction.

    Parameters
    ----------
    facts : of one symbol, from `facts_between`.
    stored : facts already kept, in the bronze schema; other symbols are ignored.
    seen_on : day of the fetch, from which corrections count as known; None = the window lies in the past, drop them.

    Returns
    -------
    `facts` with stored rows where these exist, and one fact at `seen_on` for each bar that is stated otherwise now;
    the number of facts left out because a stored bar contradicts them; the number of such corrections.
    """
    stored = stored.filter(pc.equal(stored["symbol"], symbol)).select(SCHEMA.names).cast(SCHEMA)
    if not stored.num_rows:
        return facts, 0, 0
    newest = _newest_of_each_bar(stored)
    rows = np.searchsorted(bars.day, newest["day"])
    newest = newest[(rows < len(bars.day)) & (np.append(bars.day, -1)[rows] == newest["day"])]
    otherwise = newest[_differs(bars, newest)]
    changed = otherwise["day"]
    keys = ["date", "realtime_start"]
    fresh = facts.join(stored.select(keys), keys, join_type="left anti")
    kept = stored.join(facts.select(keys), keys, join_type="left semi")
    contradicted = pc.is_in(fresh["date"].cast(pa.int32()), pa.array(changed, pa.int32()))
    corrected = changed[:0] if seen_on is None else changed[otherwise["begun"] < _number(seen_on)]
    parts = [fresh.filter(pc.invert(contradicted)), kept]
    if seen_on is not None:
        begun = np.full(len(corrected), _number(seen_on))
        parts.append(_table(bars, symbol, np.searchsorted(bars.day, corrected), begun))
    together = pa.concat_tables(part.select(SCHEMA.names).cast(SCHEMA) for part in parts)
    together = together.sort_by([("date", "ascending"), ("realtime_start", "ascending")])
    return together, pc.sum(contradicted).as_py() or 0, len(corrected)


def _newest_of_each_bar(facts: pa.Table) -> np.ndarray:
    """Structured array day, begun, close, volume: the newest statement of each bar."""
    facts = facts.sort_by([("date", "ascending"), ("realtime_start", "ascending")])
    day = facts["date"].cast(pa.int32()).to_numpy()
    newest = np.append(day[1:] != day[:-1], True)
    stored = np.zeros(int(newest.sum()), [("day", "i8"), ("begun", "i8"), ("prices", "f8", (4,)), ("volume", "f8")])
    stored["day"] = day[newest]
    stored["begun"] = facts["realtime_start"].cast(pa.int32()).to_numpy()[newest]
    for column, name in enumerate(PRICES):
        stored["prices"][:, column] = facts[name].to_numpy()[newest]
    stored["volume"] = facts["volume"].to_numpy()[newest]
    return stored


def _differs(bars: Bars, stored: np.ndarray) -> np.ndarray:
    """(k,) whether the provider now states another bar than the stored one, beyond rounding."""
    rows = np.searchsorted(bars.day, stored["day"])
    shares = bars.shares_per_share_of(stored["begun"])
    prices, volume = bars.prices[rows] * shares[:, None], bars.volume[rows] / shares
    far = np.abs(prices - stored["prices"]) > PRICE_TOLERANCE + PRICE_SHARE * np.abs(stored["prices"])
    many = np.abs(volume - stored["volume"]) > 1.0 + VOLUME_SHARE * stored["volume"] + 1.0 / shares
    return np.asarray(far.any(axis=1) | many)


def _number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days
