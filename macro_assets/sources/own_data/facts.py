"""From the rows of a user's file to facts with the day from which each counts.

Belongs here: what a row means beside what is stored, and which stored facts a file no longer states. Does not belong
here: reading files (reading.py).

With `realtime_start` every row is a fact of that day. Without it the first value of a period counts from the end of the
period plus the stated lag, whenever the row was written (`rule`: digits compiled later); a value found changed is a new
fact on the day of the load that found it (`found`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pyarrow as pa

from macro_assets.catalog.own import OwnFile
from macro_assets.catalog.periods import period_end
from macro_assets.sources.own_data.reading import Row
from macro_assets.tables.bronze import OWN_DATA

__all__ = ["lost_facts", "own_facts", "still_stated"]

Fact = tuple[dt.date, dt.date, float | None, str, str]
DAY = dt.timedelta(days=1)


def own_facts(
    rows: Sequence[Row], own: OwnFile, end: dt.date, *, stored: pa.Table, seen_on: dt.date
) -> tuple[pa.Table, int]:
    """Facts of a file that began by a day.

    Parameters
    ----------
    rows : of the file. end : last vintage day of the load.
    stored : facts of the file that are kept already, in the bronze schema.
    seen_on : day of the load. Where `end` is older than the day before, a changed value says nothing of `end` and waits.

    Returns
    -------
    Table in the bronze schema, sorted by key, and the number of rows that give no fact.
    """
    latest = _newest(stored)
    found = [_fact(row, own, end, latest, seen_on) for row in rows]
    facts = sorted((fact for fact in found if fact is not None), key=lambda fact: fact[:2])
    return _table(own.id, facts), len(rows) - len(facts)


def still_stated(rows: Sequence[Row], stored: pa.Table) -> pa.Table:
    """The stored facts whose period (and `realtime_start`, where the file states it) the file still holds."""
    stated = {(row.period, row.begins) for row in rows}
    pairs = zip(*(stored[name].to_pylist() for name in ("observation_date", "realtime_start", "dated_by")), strict=True)
    kept = [(period, begins if dated == "file" else None) in stated for period, begins, dated in pairs]
    return stored.filter(pa.array(kept, pa.bool_()))


def lost_facts(rows: Sequence[Row], stored: pa.Table) -> list[dt.date]:
    """Periods of stored facts that the file no longer states, in order."""
    held = stored.select(["observation_date", "realtime_start"])
    kept = still_stated(rows, stored).select(held.column_names)
    lost = held.join(kept, held.column_names, join_type="left anti")
    return sorted(lost["observation_date"].to_pylist())


def _fact(
    row: Row, own: OwnFile, end: dt.date, latest: dict[dt.date, tuple[dt.date, float | None]], seen_on: dt.date
) -> Fact | None:
    status = "missing" if row.value is None else "published"
    if row.begins is not None:
        return (row.period, row.begins, row.value, status, "file") if row.begins <= end else None
    if row.period not in latest:
        by_rule = period_end(row.period, own.frequency) + dt.timedelta(days=own.publication_lag_days)
        usable = row.value is not None and by_rule <= end
        return (row.period, by_rule, row.value, status, "rule") if usable else None
    begun, value = latest[row.period]
    if value == row.value or end < seen_on - DAY:
        return None
    return row.period, max(seen_on, begun), row.value, status, "found"


def _newest(stored: pa.Table) -> dict[dt.date, tuple[dt.date, float | None]]:
    """Newest stored value of each period, with the day it began."""
    mine = stored.sort_by("realtime_start")
    columns = (mine[name].to_pylist() for name in ("observation_date", "realtime_start", "value"))
    return {period: (begun, value) for period, begun, value in zip(*columns, strict=True)}


def _table(name: str, facts: list[Fact]) -> pa.Table:
    period, begun, value, status, dated = zip(*facts, strict=True) if facts else ((), (), (), (), ())
    return pa.table(
        [
            pa.array([name] * len(facts), pa.string()), pa.array(period, pa.date32()), pa.array(begun, pa.date32()),
            pa.array(value, pa.float64()), pa.array(status, pa.string()), pa.array(dated, pa.string()),
        ],
        schema=OWN_DATA.source_schema,
    )  # fmt: skip
