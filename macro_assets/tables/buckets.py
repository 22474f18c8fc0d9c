"""Hash buckets: the physical partition in which all rows of one id lie together.

Belongs here: the one function that says which bucket an id belongs to. Does not belong here: which tables have buckets
(their declarations), reading and writing them (`lake/`).

CRC-32 of the id in UTF-8, modulo the number of buckets: the same in every process, on every machine and in any other
engine that reads the lake. Bronze tables have 16 buckets, silver tables and states of cubes 64.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pyarrow as pa

__all__ = ["BRONZE_BUCKETS", "BUCKET", "SILVER_BUCKETS", "bucket_column", "bucket_of"]

BUCKET = "bucket"
BRONZE_BUCKETS = 16
SILVER_BUCKETS = 64


def bucket_of(identity: str, count: int) -> int:
    """Bucket of one id, from 0 to `count` - 1."""
    return crc32(identity.encode()) % count


def bucket_column(ids: pa.ChunkedArray, count: int) -> pa.Array:
    """Bucket of the id of each row, as 16-bit integers; every distinct id is hashed once.

    Parameters
    ----------
    ids : strings without nulls.
    count : number of buckets.
    """
    encoded = ids.dictionary_encode().unify_dictionaries().combine_chunks()
    encoded = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) and encoded.num_chunks else encoded
    if len(ids) == 0:
        return pa.array([], pa.int16())
    words = np.array([bucket_of(word, count) for word in encoded.dictionary.to_pylist()], dtype=np.int16)
    return pa.array(words[encoded.indices.to_numpy(zero_copy_only=False)])
