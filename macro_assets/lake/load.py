"""What of a batch of facts is new: the rule that makes loading idempotent.

Belongs here: the comparison of a batch with stored facts, as pure functions, and the report of a load. Does not
belong here: locks, commits, files (`store.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import SchemaError
from macro_assets.lake.keys import describe_clash, differing_rows, key_codes, match
from macro_assets.tables.spec import TableSpec


@dataclass(frozen=True)
class LoadReport:
    """What became of a batch: ``offered = new + stored + duplicates``.

    Parameters
    ----------
    table : name of the table.
    offered : rows of the batch.
    new : rows appended by this load.
    stored : rows that were in the table already.
    duplicates : identical repetitions within the batch, dropped.
    version : version of the table after the load; None when it does not exist and nothing was offered.
    """

    table: str
    offered: int
    new: int
    stored: int
    duplicates: int
    version: int | None


def already_stored(spec: TableSpec, rows: pa.Table, stored: pa.Table) -> np.ndarray:
    """Position in ``stored`` of each row's key, or -1.

    Parameters
    ----------
    rows, stored : tables with at least the key columns, each key once.
    """
    codes, held = key_codes([rows, stored], spec.key)
    return match(codes, held)


def refuse_contradictions(spec: TableSpec, rows: pa.Table, stored: pa.Table) -> None:
    """Facts never change: a row whose key is stored with another value stops the load.

    Raises
    ------
    SchemaError : names the first key and both values.
    """
    place = already_stored(spec, rows, stored)
    already = np.flatnonzero(place >= 0)
    offered, held = rows.take(pa.array(already)), stored.take(pa.array(place[already]))
    clash = differing_rows(offered, held, spec.value_columns)
    if len(clash):
        example = describe_clash(spec.key, spec.value_columns, int(clash[0]), stored=held, offered=offered)
        raise SchemaError(
            f"Facts of {spec.name}: {len(clash)} of {rows.num_rows} are stored with other values, first {example}. "
            "Nothing was written.",
            remedy="Facts are immutable: a later value belongs to a later realtime_start.",
        )


def reach(spec: TableSpec, rows: pa.Table) -> pc.Expression:
    """Which stored rows can share a key with the batch: its years, and the span of each date of the key."""
    condition = pc.scalar(value=True)
    for name in spec.partition_by:
        condition &= pc.field(name).isin(pc.unique(rows.column(name)))
    for name in spec.key:
        if pa.types.is_date32(spec.schema.field(name).type):
            span = pc.min_max(rows.column(name))
            condition &= (pc.field(name) >= span["min"]) & (pc.field(name) <= span["max"])
    return condition
