"""Monthly outcomes of the causal models: what an asset did from one month end to the next.

Belongs here: returns and changes between month-end values. Does not belong here:
which outcomes exist (catalogue), daily prices (vintage/prices.py).

Month-end closes, never monthly averages: averaging moves half of a month's news into the next month (Working 1960).
Tickers give total returns: distributions are in for TLT (and would be for any fund that pays them), while price
indices (^GSPC, ^IXIC) and funds without distributions (GLD, USO) give the return of the price. EUR/USD is the return
of the exchange rate. The VIX is a change in points and the ten-year yield a change in basis points: neither is a
return and neither is ever compounded or pooled with one.

A month counts once its last trading day is known, and never before its last calendar day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.tables.registry import TABLES
from macro_assets.vintage.calendars import (
    Days,
    last_business_day,
    last_trading_day,
    month_number,
    period_end,
    period_first_day,
    period_last_day,
)
from macro_assets.vintage.columns import days, floats
from macro_assets.vintage.validity import NEVER, Facts, of_series

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.catalog.models import Outcome
    from macro_assets.catalog.periods import Frequency

__all__ = ["MonthEnds", "asset_returns", "month_ends"]

SCHEMA = TABLES["gold/asset_returns"].schema


@dataclass(frozen=True)
class MonthEnds:
    """Month ends of a daily series, both values as known on one day.

    month : (n,) month numbers. new, old : last values of the month and of the one before. known_at : day on which the
    month's last value was known.
    """

    month: npt.NDArray[np.int64]
    new: npt.NDArray[np.float64]
    old: npt.NDArray[np.float64]
    known_at: Days


def asset_returns(prices: pa.Table, observations: pa.Table, catalog: Catalog) -> pa.Table:
    """The table of monthly outcomes.

    Parameters
    ----------
    prices : rows of `silver/prices`.
    observations : rows of `silver/observations`.
    catalog : names the outcomes, their sources, kinds and units.

    Returns
    -------
    Table in the schema of `gold/asset_returns`, sorted by outcome (catalogue order) and month. A return is a decimal
    fraction, a change is in the catalogue's unit; `level` is the last close or value of the month. An outcome whose
    source has no data gives no rows.
    """
    parts = []
    for outcome in catalog.outcomes.values():
        if outcome.source == "asset":
            parts.append(_from_prices(prices.filter(pc.equal(prices["symbol"], outcome.id)), outcome))
        else:
            parts.append(_from_series(observations, outcome))
    return pa.concat_tables(parts) if parts else SCHEMA.empty_table()


def month_ends(observations: pa.Table, series_id: str, frequency: Frequency = "D") -> MonthEnds:
    """Last values of each month and of the month before, read on the day the later one was known.

    Parameters
    ----------
    observations : rows of `silver/observations`.
    series_id : a daily, weekly or monthly series. Months of which either value is not known are left out.
    frequency : of the series; a monthly value is that of the end of its month.
    """
    facts = of_series(observations, series_id)
    facts = replace(facts, date=period_end(facts.date, frequency))
    found = []
    if len(facts.date):
        numbers = month_number(facts.date[[0, -1]])
        months = np.arange(numbers[0] + 1, numbers[1] + 1)
        for month, day in zip(months.tolist(), _month_known(facts, months), strict=True):
            new, old = _last_value(facts, month, day), _last_value(facts, month - 1, day)
            if day < NEVER and not np.isnan(new) and not np.isnan(old):
                found.append((month, new, old, day))
    month_, new_, old_, day_ = (np.array(column) for column in zip(*found, strict=True)) if found else (
        np.empty(0, dtype=np.int64), np.empty(0), np.empty(0), np.empty(0, dtype="datetime64[D]"))  # fmt: skip
    return MonthEnds(month_, new_, old_, day_)


def _from_prices(rows: pa.Table, outcome: Outcome) -> pa.Table:
    """Returns compounded from daily total returns, or changes of closes, between last trading days."""
    rows = rows.filter(pc.is_valid(rows["close"])).sort_by("date")
    if rows.num_rows < 2:
        return SCHEMA.empty_table()
    date, close, daily = days(rows["date"]), floats(rows["close"]), floats(rows["total_return"])
    month = month_number(date)
    starts = np.flatnonzero(np.diff(month, prepend=month[0] - 1))
    ends = np.append(starts[1:], len(month)) - 1
    months = month[starts]
    known_at = np.maximum(np.maximum.reduceat(days(rows["known_from"]), starts), period_last_day(months, "M"))
    over = date[ends] >= last_trading_day(months)
    followed = np.append(np.diff(months) == 1, False)  # a later bar shows that the month has ended
    known_at = np.where(over | ~followed, known_at, np.maximum(known_at, _next_known(rows, ends)))
    counts = over | followed
    if outcome.kind == "return":
        value = np.multiply.reduceat(1.0 + np.where(np.isnan(daily), 0.0, daily), starts) - 1.0
    else:
        value = np.diff(close[ends], prepend=np.nan) * outcome.scale
    known_at[1:] = np.maximum(known_at[1:], known_at[:-1])
    kept = counts & np.append(False, counts[:-1] & (np.diff(months) == 1))
    return _table(outcome, months[kept], value[kept], close[ends][kept], known_at[kept])


def _next_known(rows: pa.Table, ends: npt.NDArray[np.int64]) -> Days:
    known_from = days(rows["known_from"])
    return np.asarray(known_from[np.minimum(ends + 1, len(known_from) - 1)])


def _from_series(observations: pa.Table, outcome: Outcome) -> pa.Table:
    """Changes or returns between the last values of two months, both read on the day the later one was known."""
    ends = month_ends(observations, outcome.id, outcome.frequency)
    value = ends.new / ends.old - 1.0 if outcome.kind == "return" else (ends.new - ends.old) * outcome.scale
    return _table(outcome, ends.month, value, ends.new, ends.known_at)


def _month_known(facts: Facts, months: npt.NDArray[np.int64]) -> Days:
    """Day from which the last business day of each month, or a later day, was known; NEVER if none is yet."""
    soonest = np.append(np.minimum.accumulate(facts.known_from[::-1])[::-1], NEVER)
    confirmed = soonest[np.searchsorted(facts.date, last_business_day(months))]
    return np.asarray(np.maximum(confirmed, period_last_day(months, "M")))


def _last_value(facts: Facts, month: int, day: np.datetime64) -> float:
    """Last published value of a month as known on a day; NaN when there is none."""
    inside = slice(*np.searchsorted(facts.date, period_first_day([month, month + 1], "M")))
    usable = facts.known_from[inside] <= day
    usable &= (facts.until[inside] > day) & facts.published[inside]
    return float(facts.value[inside][usable][-1]) if usable.any() else float("nan")


def _table(outcome: Outcome, months: np.ndarray, value: np.ndarray, level: np.ndarray, known_at: Days) -> pa.Table:
    columns = [pa.array(period_last_day(months, "M")), pa.repeat(outcome.name, len(months)), pa.array(value),
               pa.repeat(outcome.unit, len(months)), pa.array(level), pa.array(known_at)]  # fmt: skip
    return pa.table(columns, schema=SCHEMA)
