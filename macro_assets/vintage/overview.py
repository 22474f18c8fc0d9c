"""What a table of facts holds, in a few arrays: counts by year and rule, growth of each price, age of the newest values.

Belongs here: the numbers behind a picture of a whole table. Does not belong here: drawing them (pictures/facts.py),
verdicts on them (quality.py).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from macro_assets.vintage.calendars import period_number
from macro_assets.vintage.columns import encode
from macro_assets.vintage.layout import as_of_axis, frequency_of, laid

__all__ = ["facts_by_year", "growth_of_one", "newest_lags", "paths_by_name"]

Days = NDArray[np.datetime64]
TRADING_DAYS_A_MONTH = 21


def facts_by_year(observations: pa.Table) -> tuple[NDArray[np.int64], tuple[str, ...], NDArray[np.int64]]:
    """Facts by the year in which they became known and the rule that says so.

    Parameters
    ----------
    observations : silver/observations.

    Returns
    -------
    years (n,) without gaps, rules (k,) by falling number of facts, counts (n, k).
    """
    years, rules = pc.year(observations["known_from"]), observations["known_by"]
    grouped = pa.table({"year": years, "rule": rules}).group_by(["year", "rule"]).aggregate([([], "count_all")])
    year = grouped["year"].to_numpy()
    names = grouped["rule"].to_numpy().astype(str)
    if not len(year):
        return np.empty(0, dtype=np.int64), (), np.empty((0, 0), dtype=np.int64)
    span = np.arange(year.min(), year.max() + 1, dtype=np.int64)
    found, column = np.unique(names, return_inverse=True)
    counts = np.zeros((len(span), len(found)), dtype=np.int64)
    counts[year - span[0], column] = grouped["count_all"].to_numpy()
    order = np.argsort(-counts.sum(axis=0), kind="stable")
    return span, tuple(str(found[k]) for k in order), counts[:, order]


def growth_of_one(
    prices: pa.Table, *, levels: tuple[str, ...] = ("^VIX",)
) -> dict[str, tuple[Days, NDArray[np.float64]]]:
    """Value of one unit held in each price with its distributions, about once a month.

    Parameters
    ----------
    prices : silver/prices; a missing total return counts as zero.
    levels : symbols that are not prices and have no return.

    Returns
    -------
    symbol to (dates, growth of one unit), in the order of the symbols.
    """
    ordered = prices.select(["symbol", "date", "total_return"]).sort_by(
        [("symbol", "ascending"), ("date", "ascending")]
    )
    symbols, dates = ordered["symbol"].to_numpy().astype(str), ordered["date"].to_numpy()
    returns = np.nan_to_num(ordered["total_return"].to_numpy().astype(float))
    out = {}
    for symbol, rows in _runs(symbols):
        if symbol not in levels:
            growth = np.cumprod(1.0 + returns[rows])
            out[symbol] = (dates[rows][::TRADING_DAYS_A_MONTH], growth[::TRADING_DAYS_A_MONTH])
    return out


def newest_lags(cube: pa.Table) -> tuple[tuple[str, ...], Days, NDArray[np.float64]]:
    """Age of the newest known value of each series at each as-of date.

    Parameters
    ----------
    cube : gold/monthly_cube or gold/quarterly_cube.

    Returns
    -------
    series (k,) by name, as-of dates (n,) and ages (k, n) in periods; NaN where nothing is known.
    """
    frequency = frequency_of(cube)
    dates, (series, codes) = as_of_axis(cube, frequency), encode(cube["series_id"])
    ages = np.full((len(series), len(dates)), np.nan)
    if len(dates):
        found = laid(cube, frequency)
        column = found.number - int(period_number(dates[:1], frequency)[0])
        np.fmin.at(ages, (codes[found.state], column), found.lag)
    return tuple(series), dates, ages


def paths_by_name(
    table: pa.Table, name: str, *, date: str = "month"
) -> tuple[dict[str, tuple[Days, NDArray[np.float64]]], dict[str, str]]:
    """A long table with columns `name`, `date`, `value` and `unit` as one path a name.

    Returns
    -------
    name to (dates, values) in the order of names and dates, and name to unit.
    """
    ordered = table.select([name, date, "value", "unit"]).sort_by([(name, "ascending"), (date, "ascending")])
    names = ordered[name].to_numpy().astype(str)
    dates, values, units = (ordered[column].to_numpy() for column in (date, "value", "unit"))
    runs = list(_runs(names))
    paths = {one: (dates[rows], values[rows].astype(float)) for one, rows in runs}
    return paths, {one: str(units[rows.start]) for one, rows in runs}


def _runs(names: NDArray[np.str_]) -> Iterator[tuple[str, slice]]:
    """Each of some sorted names with the rows that carry it."""
    found, starts = np.unique(names, return_index=True)
    for name, begin, end in zip(found, starts, [*starts[1:], len(names)], strict=True):
        yield str(name), slice(int(begin), int(end))
