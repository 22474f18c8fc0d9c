"""A batch as the lake stores it: declared columns, the year a row is filed under, one row a key.

Belongs here: the derived partition column, and keys within one batch. Does not belong here: columns, types and values
(`tables/rows.py`), comparison with what is stored (`load.py`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import SchemaError
from macro_assets.lake.keys import describe_clash, differing_rows, key_codes, sort_order
from macro_assets.tables.rows import as_arrow, table_of
from macro_assets.tables.spec import TableSpec

if TYPE_CHECKING:
    import pandas as pd


def conform(spec: TableSpec, rows: pa.Table | pa.RecordBatch | pd.DataFrame) -> pa.Table:
    """The rows in the declared schema; the lake, not the caller, fills in the year a row is filed under.

    Raises
    ------
    SchemaError : as in `tables.rows.table_of`.
    """
    if spec.year_of is None:
        return table_of(rows, spec)
    (filed,) = spec.partition_by
    given, place = as_arrow(rows, spec), spec.schema.get_field_index(filed)
    unfiled = replace(spec, schema=spec.schema.remove(place), partition_by=(), year_of=None)
    table = table_of(given.drop_columns([filed]) if filed in given.column_names else given, unfiled)
    return table.add_column(place, spec.schema.field(filed), pc.year(table[spec.year_of]).cast(pa.int32()))


def sorted_unique(spec: TableSpec, table: pa.Table) -> tuple[pa.Table, int]:
    """Rows in key order without repetitions, and how many identical rows were dropped.

    Raises
    ------
    SchemaError : two rows share a key and disagree; names the key and both rows.
    """
    codes = key_codes([table], spec.key)[0]
    order = sort_order(codes)
    if order is not None:
        table, codes = table.take(pa.array(order)), codes[order]
    first = np.ones(len(codes), dtype=bool)
    first[1:] = codes[1:] != codes[:-1]
    if first.all():
        return table, 0
    later = np.flatnonzero(~first)
    one, other = table.take(pa.array(later - 1)), table.take(pa.array(later))
    clash = differing_rows(one, other, spec.value_columns)
    if len(clash):
        example = describe_clash(spec.key, spec.value_columns, int(clash[0]), once=one, again=other)
        raise SchemaError(
            f"Rows of {spec.name}: {len(clash)} key(s) appear twice in one batch with different values, first {example}.",
            remedy="Offer each key once.",
        )
    return table.filter(pa.array(first)), len(later)
