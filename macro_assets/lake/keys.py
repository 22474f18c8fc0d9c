"""Row keys as order-preserving integers: sorting, matching and duplicate search over millions of rows in numpy.

Belongs here: arithmetic on key columns. Does not belong here: schemas, input and output, rules about facts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_LIMIT = 2**62


def key_codes(tables: Sequence[pa.Table], columns: Sequence[str]) -> list[np.ndarray]:
    """One integer per row: equal exactly where the keys are equal, ordered as the keys are.

    Parameters
    ----------
    tables : tables that share the columns; codes are comparable among them.
    columns : key columns in order of precedence: strings, dates, integers or booleans, without nulls.

    Returns
    -------
    One int64 array of shape (rows,) per table.
    """
    total = sum(table.num_rows for table in tables)
    codes, span = np.zeros(total, dtype=np.int64), 1
    for name in columns:
        chunks = [chunk for table in tables for chunk in table.column(name).chunks]
        part, size = _column_codes(pa.chunked_array(chunks, type=tables[0].schema.field(name).type))
        if span * size > _LIMIT:
            codes, span = _ranks(codes)
        if span * size > _LIMIT:
            part, size = _ranks(part)
        codes = codes * size + part
        span *= size
    bounds = np.cumsum([table.num_rows for table in tables])[:-1]
    return np.split(codes, bounds)


def _column_codes(values: pa.ChunkedArray) -> tuple[np.ndarray, int]:
    """Codes from 0 in the order of the values, and the exclusive upper bound."""
    if len(values) == 0:
        return np.zeros(0, dtype=np.int64), 1
    if pa.types.is_string(values.type):
        encoded = values.dictionary_encode().unify_dictionaries().combine_chunks()
        encoded = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
        words = encoded.dictionary
        rank = np.empty(len(words), dtype=np.int64)
        rank[pc.sort_indices(words).to_numpy()] = np.arange(len(words))
        return rank[encoded.indices.to_numpy(zero_copy_only=False)], len(words)
    numbers = _integers(values)
    low, high = int(numbers.min()), int(numbers.max())
    return (numbers - low, high - low + 1) if high - low < _LIMIT else _ranks(numbers)


def _ranks(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Dense codes of the distinct values in their order: the way out when spans no longer fit 64 bits."""
    distinct, ranks = np.unique(values, return_inverse=True)
    return ranks.astype(np.int64), len(distinct)


def _integers(values: pa.ChunkedArray) -> np.ndarray:
    whole = values.cast(pa.int32()) if pa.types.is_date32(values.type) else values
    return np.asarray(whole.to_numpy(), dtype=np.int64)


def sort_order(codes: np.ndarray) -> np.ndarray | None:
    """Stable order that sorts the rows; None where they are sorted already."""
    if len(codes) < 2 or bool(np.all(codes[1:] >= codes[:-1])):
        return None
    return np.argsort(codes, kind="stable")


def sort_by_key(table: pa.Table, columns: Sequence[str]) -> pa.Table:
    """The rows in key order, so that what is read never depends on how it was loaded."""
    order = sort_order(key_codes([table], columns)[0])
    return table if order is None else table.take(pa.array(order))


def match(codes: np.ndarray, stored: np.ndarray) -> np.ndarray:
    """For each code its position among the stored ones, or -1.

    Parameters
    ----------
    codes : (n,) codes of the batch.
    stored : (m,) distinct codes of what is stored.
    """
    if len(stored) == 0:
        return np.full(len(codes), -1, dtype=np.int64)
    order = np.argsort(stored, kind="stable")
    ordered = stored[order]
    place = np.minimum(np.searchsorted(ordered, codes), len(ordered) - 1)
    return np.where(ordered[place] == codes, order[place], -1)


def differing_rows(left: pa.Table, right: pa.Table, columns: Sequence[str]) -> np.ndarray:
    """Positions where two tables of equal length disagree in any of the columns; two nulls agree."""
    differs = np.zeros(left.num_rows, dtype=bool)
    for name in columns:
        one, other = left.column(name), right.column(name)
        equal = pc.fill_null(pc.equal(one, other), fill_value=False).to_numpy()
        both_null = pc.and_(pc.is_null(one), pc.is_null(other)).to_numpy()
        differs |= ~(equal | both_null)
    return np.flatnonzero(differs)


def describe_clash(key: Sequence[str], values: Sequence[str], at: int, **tables: pa.Table) -> str:
    """The key of rows that disagree, and what each table says: ``a=1: stored x=2, offered x=3``."""
    stated = [f"{word} {describe_row(table, at, values)}" for word, table in tables.items()]
    return f"{describe_row(next(iter(tables.values())), at, key)}: {', '.join(stated)}"


def describe_row(table: pa.Table, position: int, columns: Sequence[str]) -> str:
    """``a=1, b='x'`` for messages."""
    row = table.select(list(columns)).slice(position, 1).to_pylist()[0]
    return ", ".join(f"{name}={'null' if value is None else value}" for name, value in row.items())
