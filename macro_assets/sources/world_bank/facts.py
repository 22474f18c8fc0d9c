"""From the World Bank's present values to facts with the day from which each counts.

Belongs here: the rule of 1 July and what a changed value means. Does not belong here: requests (source.py).

The World Bank publishes no vintages. By rule a value counts from 1 July of the following year; a value found changed
later is a new fact on the day of the fetch that found it, whatever days were asked for.
"""

import datetime as dt
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.tables.bronze import WORLD_BANK_INDICATORS

__all__ = ["Row", "indicator_facts"]

Row = tuple[str, int, float | None]
Fact = tuple[str, int, dt.date, float | None, str]


def indicator_facts(
    rows: Sequence[Row],
    indicator: str,
    start: dt.date,
    end: dt.date,
    *,
    stored: pa.Table | None = None,
    seen_on: dt.date | None = None,
) -> tuple[pa.Table, int]:
    """Facts that began in [start, end], of the values stated now.

    Parameters
    ----------
    rows : (economy, year, value); None = no value.
    stored : facts already kept, in the bronze schema, other indicators ignored; None = none are.
    seen_on : day of the fetch, on which what differs from `stored` was first seen; None = the window lies in the past, and
        what is stated now says nothing of it.

    Returns
    -------
    Table in the bronze schema, sorted by key, and the number of rows that give no fact. The first fact of a value begins
    on 1 July of the following year; a changed, late or ceased value begins on `seen_on`, which may lie after `end`.
    """
    latest = _newest(stored, indicator) if stored is not None else {}
    facts: list[Fact] = []
    clipped = 0
    for economy, year, value in rows:
        by_rule = dt.date(year + 1, 7, 1)
        begun, newest = latest.get((economy, year), (None, None))
        late = begun is None and bool(latest) and by_rule < start and value is not None
        changed = begun is not None and newest != value and (seen_on is None or begun < seen_on)
        if seen_on is not None and (late or changed):
            facts.append(
                (economy, year, max(seen_on, by_rule), value, "published" if value is not None else "withdrawn")
            )
        elif begun is None and value is not None and start <= by_rule <= end:
            facts.append((economy, year, by_rule, value, "published"))
        else:
            clipped += 1
    return _table(indicator, sorted(facts, key=lambda fact: fact[:3])), clipped


def _newest(stored: pa.Table, indicator: str) -> dict[tuple[str, int], tuple[dt.date, float | None]]:
    """Newest stored value of each economy and year, with the day it began."""
    mine = stored.filter(pc.equal(stored["indicator"], indicator)).sort_by("realtime_start")
    columns = (mine[name].to_pylist() for name in ("economy", "year", "realtime_start", "value"))
    return {(economy, year): (begun, value) for economy, year, begun, value in zip(*columns, strict=True)}


def _table(indicator: str, facts: list[Fact]) -> pa.Table:
    economy, year, begun, value, status = zip(*facts, strict=True) if facts else ((), (), (), (), ())
    return pa.table(
        [
            pa.array([indicator] * len(facts), pa.string()), pa.array(economy, pa.string()), pa.array(year, pa.int32()),
            pa.array(begun, pa.date32()), pa.array(value, pa.float64()), pa.array(status, pa.string()),
        ],
        schema=WORLD_BANK_INDICATORS.source_schema,
    )  # fmt: skip
