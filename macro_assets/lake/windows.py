"""What an answer covers wholly: ids and days of which it states every fact.

Belongs here: the window and the test of which rows lie in it. Does not belong here: what follows from it for a batch
(`load.py`), the record of windows that were answered (`answers.py`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import InvalidInputError
from macro_assets.tables.spec import TableSpec

__all__ = ["LoadWindow", "inside", "require_window"]


@dataclass(frozen=True)
class LoadWindow:
    """What an answer covers wholly: every fact of these ids that began in these days is in the batch.

    Parameters
    ----------
    ids : values of the table's first key column, those without a row in the batch included.
    first, last : days of `realtime_start`, both inclusive; `first` None = from the beginning.
    """

    ids: tuple[str, ...]
    first: dt.date | None
    last: dt.date


def inside(spec: TableSpec, rows: pa.Table, window: LoadWindow) -> np.ndarray:
    """Which rows a window covers: (n,) flags."""
    begins = rows.column("realtime_start")
    covered = pc.and_(
        pc.is_in(rows.column(spec.identity[0]), pa.array(window.ids, pa.string())),
        pc.less_equal(begins, pa.scalar(window.last)),
    )
    if window.first is not None:
        covered = pc.and_(covered, pc.greater_equal(begins, pa.scalar(window.first)))
    return np.asarray(covered.to_numpy(), dtype=bool)


def require_window(spec: TableSpec, rows: pa.Table, window: LoadWindow) -> None:
    """Refuse a window that the batch contradicts, or of a table whose facts cannot be retracted.

    Raises
    ------
    InvalidInputError : a row outside the window, or a table without the status `retracted`.
    """
    if "status" not in spec.schema.names:
        raise InvalidInputError(
            f"Facts of {spec.name} have no status, so none can be retracted.", remedy="Load without a window."
        )
    outside = rows.filter(pa.array(~inside(spec, rows, window)))
    if outside.num_rows:
        first = {name: str(value) for name, value in outside.select(spec.identity).slice(0, 1).to_pylist()[0].items()}
        raise InvalidInputError(
            f"Rows of {spec.name}: {outside.num_rows} lie outside the window {window.first} to {window.last} of "
            f"{len(window.ids)} id(s), first {first}.",
            remedy="Offer only what the answer covers.",
        )
