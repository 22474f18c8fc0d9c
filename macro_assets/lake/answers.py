"""Which answers a table of facts has seen: a note in their commits, for answers that are committed out of order.

Belongs here: writing and reading these notes, and what they overrule. Does not belong here: what an answer adds
(`load.py`), the log itself (`delta.py`), which days are complete (`bronze/coverage`).

An answer that confirms what counts appends no row, so rows alone cannot tell that a fact was confirmed, or that it was
looked for and not found. Two writers may commit in the opposite order of their answers; the later answer then stands only
because the note says what it covered. The note lies in the commit itself, so that no writer can come between the two: an
answer that appends nothing makes a commit without files. Notes live as long as the table's log keeps commits (thirty days
after upkeep); an answer that is loaded a month after it was received is judged by rows alone.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from macro_assets.lake.keys import key_codes, match
from macro_assets.lake.windows import LoadWindow, inside
from macro_assets.tables.spec import TableSpec

__all__ = ["Covered", "answered_since", "note", "overruled"]

RECEIVED, WINDOW, CONFIRMED = "received_at", "window", "confirmed"


@dataclass(frozen=True)
class Covered:
    """What one answer covered: a window wholly, or single facts.

    Parameters
    ----------
    confirmed : the columns of the table's `identity`, one row a fact; None where a window says it.
    """

    received_at: dt.datetime
    window: LoadWindow | None
    confirmed: pa.Table | None


def note(window: LoadWindow | None, confirmed: pa.Table, received_at: dt.datetime) -> dict[str, str]:
    """What a commit says of the answer it brings; nothing where its rows say all.

    Parameters
    ----------
    confirmed : identities of stored facts that the answer states as they are stored; of no matter with a window.
    """
    received = {RECEIVED: received_at.isoformat()}
    if window is not None:
        first = None if window.first is None else window.first.isoformat()
        covers = {"ids": list(window.ids), "first": first, "last": window.last.isoformat()}
        return {**received, WINDOW: json.dumps(covers)}
    return {**received, CONFIRMED: _packed(confirmed)} if confirmed.num_rows else {}


def answered_since(notes: Sequence[Mapping[str, Any]], received_at: dt.datetime) -> list[Covered]:
    """What answers covered that were received at an instant or later.

    Parameters
    ----------
    notes : entries of the table's log.
    """
    found = [_covered(each) for each in notes if RECEIVED in each]
    return [each for each in found if each.received_at >= received_at]


def overruled(spec: TableSpec, rows: pa.Table, later: Sequence[Covered]) -> np.ndarray:
    """Which facts one of these answers covers: (n,) flags."""
    flags = np.zeros(rows.num_rows, dtype=bool)
    for answer in later:
        if answer.window is not None:
            flags |= inside(spec, rows, answer.window)
        elif answer.confirmed is not None:
            codes, stated = key_codes([rows.select(spec.identity), answer.confirmed], spec.identity)
            flags |= match(codes, stated) >= 0
    return flags


def _covered(entry: Mapping[str, Any]) -> Covered:
    window = json.loads(entry[WINDOW]) if WINDOW in entry else None
    return Covered(
        received_at=dt.datetime.fromisoformat(entry[RECEIVED]),
        window=None if window is None else _window(window),
        confirmed=_unpacked(entry[CONFIRMED]) if CONFIRMED in entry else None,
    )


def _window(covers: Mapping[str, Any]) -> LoadWindow:
    first = None if covers["first"] is None else dt.date.fromisoformat(covers["first"])
    return LoadWindow(tuple(covers["ids"]), first, dt.date.fromisoformat(covers["last"]))


def _packed(identities: pa.Table) -> str:
    """Parquet as text: differences of dates pack into some bits a row."""
    words = [name for name in identities.column_names if pa.types.is_string(identities.schema.field(name).type)]
    numbers = {name: "DELTA_BINARY_PACKED" for name in identities.column_names if name not in words}
    packed = io.BytesIO()
    pq.write_table(
        identities, packed, use_dictionary=words, column_encoding=numbers, compression="zstd", write_statistics=False,
        store_schema=False,
    )  # fmt: skip
    return base64.b64encode(packed.getvalue()).decode()


def _unpacked(text: str) -> pa.Table:
    return pq.read_table(io.BytesIO(base64.b64decode(text)))
