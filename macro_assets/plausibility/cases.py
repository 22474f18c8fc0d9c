"""What became of the cases: open, decided by a person, or corrected by the provider.

Belongs here: the status of a case, and its fact as a row again. Does not belong here: how cases arise (screen.py), reading
and writing tables (defs/bronze/screening.py).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import pyarrow as pa

from macro_assets.tables.spec import TableSpec

__all__ = ["Case", "Key", "Status", "cases_of", "fact_rows", "groups"]

Status = Literal["open", "accepted", "rejected", "corrected"]
Key: TypeAlias = tuple[str, str, dt.date]
"""(table, id, first day of the period)."""


@dataclass(frozen=True)
class Case:
    """One fact that was set aside and what became of it.

    Parameters
    ----------
    row : of `bronze/quarantine`.
    status : open, accepted or rejected by a person, or corrected: the provider has stated another value since.
    note : of the person who decided.
    """

    row: Mapping[str, Any]
    status: Status
    note: str = ""

    @property
    def id(self) -> str:
        """Series, symbol, or indicator and economy."""
        return str(self.row["id"])


def cases_of(
    rows: Iterable[Mapping[str, Any]],
    decisions: Iterable[Mapping[str, Any]],
    stated: Mapping[Key, Sequence[tuple[dt.date, dt.datetime]]],
) -> list[Case]:
    """Every case with its status, in the order of the rows.

    Parameters
    ----------
    rows : of `bronze/quarantine` that count.
    decisions : rows of `bronze/quarantine_decisions` that count.
    stated : (realtime_start, loaded_at) of the facts that are kept of a period.
    """
    identity = ("table", "id", "observation_date", "realtime_start")
    decided = {(*(row[name] for name in identity), row["value"]): row for row in decisions}
    cases = []
    for row in rows:
        decision = decided.get((*(row[name] for name in identity), row["value"]))
        if decision is not None:
            cases.append(Case(row, decision["decision"], decision["note"]))
            continue
        later = stated.get((row["table"], row["id"], row["observation_date"]), ())
        begin, received = row["realtime_start"], row["loaded_at"]
        corrected = any(day > begin or (day == begin and loaded > received) for day, loaded in later)
        cases.append(Case(row, "corrected" if corrected else "open"))
    return cases


def fact_rows(spec: TableSpec, cases: Iterable[Case]) -> pa.Table:
    """The facts of cases as rows of the table they were meant for."""
    days = {field.name for field in spec.source_schema if pa.types.is_date32(field.type)}
    rows = []
    for case in cases:
        stated = json.loads(case.row["fact"])
        rows.append({name: dt.date.fromisoformat(stated[name]) if name in days else stated[name] for name in stated})
    return pa.Table.from_pylist(rows, schema=spec.source_schema)


def groups(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """One line for people per series, day and reason: a vintage in another unit is one line, not six hundred."""
    lines: dict[tuple[str, dt.date, str, str], dict[str, Any]] = {}
    for case in cases:
        row = case.row
        line = lines.setdefault(
            (case.id, row["realtime_start"], row["reason"], case.status),
            {
                "id": case.id,
                "stated_on": row["realtime_start"],
                "status": case.status,
                "reason": row["reason"],
                "first_period": row["observation_date"],
                "facts": 0,
                "value": row["value"],
                "words": row["words"],
                "note": case.note,
            },
        )
        line["facts"] += 1
    return list(lines.values())
