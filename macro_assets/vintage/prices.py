"""Daily prices as traded, their total return, and prices as facts for the cube.

Belongs here: the silver table of prices. Does not belong here: monthly outcomes (signals/outcomes.py), fetching bars.

Each bar is taken as first stated: a later restatement by a split says nothing new, and a later correction would change
what readers of that day saw. Closes adjusted for distributions are never stored; the return that they stand for is.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from macro_assets.catalog.catalog import MEAN_SUFFIX
from macro_assets.tables.registry import TABLES
from macro_assets.vintage.calendars import Days
from macro_assets.vintage.columns import days, encode, floats, names_column

__all__ = ["as_observations", "build"]

SCHEMA = TABLES["silver/prices"].schema
OBSERVATIONS = TABLES["silver/observations"].schema
_QUOTES = ("open", "high", "low", "close")

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


def build(stated: pa.Table) -> pa.Table:
    """The silver table of prices.

    Parameters
    ----------
    stated : rows of a bronze table of bars, in any order.

    Returns
    -------
    Table in the schema of `silver/prices`, one row per symbol and trading day, sorted: quotes and dividend per share
    of that day, shares traded of that day, and `total_return` since the previous close with distribution and split:
    (close + dividend) x split ratio / previous close - 1.
    """
    names, codes = encode(stated["symbol"])
    date, begins = days(stated["date"]), days(stated["realtime_start"])
    order = np.lexsort((begins, date, codes))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (codes[order][1:] != codes[order][:-1]) | (date[order][1:] != date[order][:-1])
    bars = stated.take(pa.array(order[first]))
    codes, date, begins = codes[order[first]], date[order[first]], begins[order[first]]
    split = floats(bars["split_ratio"])
    restated = _splits_between(codes, date, begins, split)
    quotes = {name: floats(bars[name]) * restated for name in _QUOTES}
    dividend = floats(bars["dividend"])
    columns = {
        "symbol": names_column(codes, names),
        "date": pa.array(date),
        "known_from": pa.array(begins),
        **{name: _nullable(values) for name, values in quotes.items()},
        "volume": _nullable(floats(bars["volume"]) / restated),
        "dividend": pa.array(dividend),
        "split_ratio": pa.array(split),
        "total_return": _nullable(_total_return(codes, quotes["close"], dividend, split)),
    }
    return pa.table(columns, schema=SCHEMA)


def as_observations(prices: pa.Table, *, mean_of: Iterable[str] = ()) -> pa.Table:
    """Closes as facts in the schema of `silver/observations`; with those of macro series, `knowledge.facts`.

    A close is known on its day. A split restates all earlier closes on the day it takes effect, so one as-of view holds
    prices in one kind of share and growth never crosses a split.

    Parameters
    ----------
    prices : rows of `silver/prices`.
    mean_of : symbols to give a second time under `<symbol>.mean`, which enters a cube as the average of its closes.
    """
    names, codes = encode(prices["symbol"])
    date, known_from = days(prices["date"]), days(prices["known_from"])
    close, split = floats(prices["close"]), floats(prices["split_ratio"])
    row, begins, value = [np.arange(len(date))], [known_from], [close / _splits_between(codes, date, known_from, split)]
    for at in np.flatnonzero(split != 1.0):
        earlier = np.flatnonzero((codes == codes[at]) & (date < date[at]) & (known_from < known_from[at]))
        upto = np.where(codes == codes[at], date[at], date)
        row.append(earlier)
        begins.append(np.full(len(earlier), known_from[at]))
        value.append((close / _splits_between(codes, date, upto, split))[earlier])
    rows, starts, values = np.concatenate(row), np.concatenate(begins), np.concatenate(value)
    facts = _facts(names_column(codes[rows], names), date[rows], starts, values)
    if not (twice := sorted(set(mean_of) & set(names))):
        return facts
    again = np.isin(codes[rows], [names.index(name) for name in twice])
    mean_names = [name + MEAN_SUFFIX for name in names]
    means = _facts(names_column(codes[rows][again], mean_names), date[rows][again], starts[again], values[again])
    return pa.concat_tables([facts, means])


def _facts(series: pa.Array, date: Days, known_from: Days, value: Floats) -> pa.Table:
    status = np.where(np.isnan(value), "missing", "published").astype(object)
    columns = [series, pa.array(date), pa.array(known_from), pa.array(known_from), pa.repeat("vintage", len(date)),
               _nullable(value), pa.array(status, pa.string())]  # fmt: skip
    return pa.table(columns, schema=OBSERVATIONS)


def _splits_between(codes: Rows, after: Days, upto: Days, split: Floats) -> Floats:
    """Product of the split ratios of each row's symbol that took effect after one day and up to another.

    `after` is also the date of each bar, so that of the splits.
    """
    factor = np.ones(len(codes))
    for at in np.flatnonzero(split != 1.0):
        touched = (codes == codes[at]) & (after < after[at]) & (upto >= after[at])
        factor[touched] *= split[at]
    return factor


def _total_return(codes: Rows, close: Floats, dividend: Floats, split: Floats) -> Floats:
    """Return since the previous known close of the symbol; splits and dividends of days without a close carry over."""
    result = np.full(len(codes), np.nan)
    traded = np.flatnonzero(~np.isnan(close))
    if len(traded) < 2:
        return result
    now, before = traded[1:], traded[:-1]
    same = codes[now] == codes[before]
    simple = (close[now] + dividend[now]) * split[now] / close[before] - 1.0
    result[now[same]] = simple[same]
    for at in now[same & (now - before > 1)]:
        result[at] = _over_gap(close, dividend, split, at, before[np.searchsorted(now, at)])
    return result


def _over_gap(close: Floats, dividend: Floats, split: Floats, at: int, base: int) -> float:
    """Wealth per share of `base` at the close of `at`, with the actions of the days between."""
    shares, cash = 1.0, 0.0
    for day in range(base + 1, at + 1):
        shares *= split[day]
        cash += shares * dividend[day]
    return float((close[at] * shares + cash) / close[base] - 1.0)


def _nullable(values: Floats) -> pa.Array:
    return pa.array(values, from_pandas=True)
