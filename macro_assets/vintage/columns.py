"""Arrow columns as numpy arrays and back.

Belongs here: the two or three conversions every panel needs. Does not belong here: any rule about time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["days", "encode", "floats", "names_column"]


def days(column: pa.ChunkedArray) -> npt.NDArray[np.datetime64]:
    """A date32 column without nulls as `datetime64[D]`."""
    return np.asarray(column.to_numpy(), dtype="datetime64[D]")


def floats(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """A float column; null becomes NaN."""
    return np.asarray(column.to_numpy(), dtype=np.float64)


def encode(column: pa.ChunkedArray) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Distinct strings in alphabetical order, and the position of each row's string among them."""
    encoded = pc.dictionary_encode(column)
    whole = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    if isinstance(whole, pa.ChunkedArray):  # an empty column has no chunk to combine
        return [], np.empty(0, dtype=np.int64)
    names = whole.dictionary.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    return [names[at] for at in order], rank[whole.indices.to_numpy()]


def names_column(codes: npt.NDArray[np.int64], names: Sequence[str]) -> pa.Array:
    """The inverse of `encode`: one string per row."""
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(names, pa.string())).cast(pa.string())
