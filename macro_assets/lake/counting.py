"""Which of the stored rows of a fact counts: the one received last, unless it retracts the fact.

Belongs here: the rule, as pure functions over rows of a table with `loaded_at`. Does not belong here: the as-of rule over
days of knowledge (`as_of.py`), what a load appends (`load.py`), input and output.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.lake.keys import key_codes, sort_order
from macro_assets.tables.bronze import RETRACTED
from macro_assets.tables.spec import LOADED_AT, TableSpec

__all__ = ["in_key_order", "latest", "that_count"]


def in_key_order(spec: TableSpec, rows: pa.Table) -> tuple[pa.Table, np.ndarray]:
    """Rows in the order of the declared key, and which of them is the latest of its fact.

    Parameters
    ----------
    rows : with at least the key columns, in any order.

    Returns
    -------
    The rows, and a flag for each of them: no later row is about the same fact. Without `loaded_at` in the key all are.
    """
    codes = key_codes([rows], spec.identity)[0]
    order = sort_order(codes)
    if order is not None:
        rows, codes = rows.take(pa.array(order)), codes[order]
    last = np.ones(len(codes), dtype=bool)
    if not spec.has_load_time:
        return rows, last
    last[:-1] = codes[1:] != codes[:-1]
    if last.all():
        return rows, last
    by_load = np.lexsort((rows.column(LOADED_AT).cast(pa.int64()).to_numpy(), codes))
    return rows.take(pa.array(by_load)), last


def latest(spec: TableSpec, rows: pa.Table) -> pa.Table:
    """The row of each fact that was received last, retractions included, in key order."""
    rows, last = in_key_order(spec, rows)
    return rows if last.all() else rows.filter(pa.array(last))


def that_count(spec: TableSpec, rows: pa.Table, loaded_by: dt.datetime | None = None) -> pa.Table:
    """The rows that count, in key order: of each fact the latest, none where that one is a retraction.

    Parameters
    ----------
    rows : with the key and, where the table has one, the column `status`.
    loaded_by : leave out what was received after this instant.
    """
    if loaded_by is not None:
        rows = rows.filter(pc.less_equal(rows.column(LOADED_AT), pa.scalar(loaded_by, pa.timestamp("us", tz="UTC"))))
    rows = latest(spec, rows)
    if not spec.has_load_time or "status" not in rows.column_names:
        return rows
    standing = pc.not_equal(rows.column("status"), RETRACTED)
    return rows if pc.all(standing, min_count=0).as_py() else rows.filter(standing)
