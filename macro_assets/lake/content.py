"""One hash for what a table says: equal where its rows are equal, however and whenever they were written.

Belongs here: the hash of rows in key order. Does not belong here: reading them (`store.py`), versions of code (`defs/versions`).
"""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.tables.spec import LOADED_AT

__all__ = ["content_hash"]


def content_hash(rows: pa.Table) -> str:
    """SHA-256 of names, types, and values of all columns but the instant of loading.

    Parameters
    ----------
    rows : in key order; strings, numbers, dates, instants or booleans. Values under a null do not count.
    """
    digest = hashlib.sha256(str(rows.num_rows).encode())
    for field in rows.schema:
        if field.name == LOADED_AT:
            continue
        digest.update(f"{field.name} {field.type}".encode())
        column = rows.column(field.name)
        digest.update(np.packbits(pc.is_valid(column).to_numpy()).tobytes())
        for part in _values(column):
            digest.update(part)
    return digest.hexdigest()


def _values(column: pa.ChunkedArray) -> list[bytes]:
    if not pa.types.is_string(column.type):
        plain = (
            column.cast(pa.int32() if pa.types.is_date32(column.type) else pa.int64())
            if pa.types.is_temporal(column.type)
            else column
        )
        filled = pc.fill_null(plain, pa.array([0], pa.int8()).cast(plain.type)[0])
        return [np.ascontiguousarray(filled.to_numpy()).tobytes()]
    whole = pc.fill_null(column, "").combine_chunks()
    whole = pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) and whole.num_chunks else whole
    if len(column) == 0:
        return []
    encoded = whole.dictionary_encode()  # words in the order in which they first appear, which rows in key order decide
    return [
        "\0".join(encoded.dictionary.to_pylist()).encode(),
        np.ascontiguousarray(encoded.indices.to_numpy()).tobytes(),
    ]
