"""What commits say of the ids they touched.

Belongs here: the words of these notes. Does not belong here: what follows from them (`incremental.py`), notes of answers
(`answers.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.tables.spec import TableSpec

__all__ = ["BUILT", "TOUCHED", "keeps_rows", "note_of_ids", "touched_ids"]

TOUCHED, BUILT = "touched", "built_from"
MOST_NAMED = 1_000
_UPKEEP = ("OPTIMIZE", "VACUUM START", "VACUUM END", "SET TBLPROPERTIES", "CREATE TABLE")


def note_of_ids(declared: TableSpec, rows: pa.Table) -> dict[str, str]:
    """The ids of some rows, as the entry of the commit that appends them; empty where they are too many to name."""
    if not declared.bucket_by:
        return {}
    names = pc.unique(rows[declared.bucket_by]).to_pylist()
    return {TOUCHED: json.dumps(sorted(names))} if len(names) <= MOST_NAMED else {}


def touched_ids(entry: Mapping[str, Any]) -> frozenset[str]:
    """The ids that a commit names."""
    return frozenset(json.loads(entry[TOUCHED])) if TOUCHED in entry else frozenset()


def keeps_rows(entry: Mapping[str, Any]) -> bool:
    """Whether a commit changed files or properties only, no rows."""
    return entry.get("operation") in _UPKEEP
