"""Periods that the lake holds as current and an answer leaves out without a withdrawal: set aside, visibly.

Belongs here: the cases of such periods, and closing those that the provider states again. Does not belong here: counting
an answer (sources/kept.py, which refuses one that lacks many), other cases (screening.py).

The stored value stands meanwhile. Accepting a case withdraws the period from the day on which it was first missed.
"""

import json
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from macro_assets.defs.bronze import screening
from macro_assets.defs.bronze.answers import Fetched
from macro_assets.plausibility.cases import Case
from macro_assets.plausibility.screen import BEGIN, rules_of
from macro_assets.sources.provider import Provider
from macro_assets.tables.quarantine import LACKING, QUARANTINE

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.lake import Lake

AGAIN = "the provider states the period again"


def set_aside(lake: "Lake", provider: Provider[Any], catalog: "Catalog", answers: Iterable[Fetched]) -> int:
    """Keep a case for each period that is newly missed, and close those of periods that are stated again.

    Returns
    -------
    The number of new cases. A period whose case is open, or which a person has kept, makes none.
    """
    entries = provider.entries(catalog) if provider.entries else {}
    earlier = _earlier(lake, provider)
    rows: list[dict[str, Any]] = []
    for answer in answers:
        if answer.batch is None or answer.name not in entries:
            continue
        lacking, rules = set(answer.batch.lacking), rules_of(entries[answer.name])
        mine = [case for case in earlier if case.id == answer.name]
        again = [case for case in mine if case.status == "open" and case.row["observation_date"] not in lacking]
        if again:
            screening.record_decision(lake, again, "rejected", AGAIN)
        waiting = {case.row["observation_date"] for case in mine if case.status == "open" or _kept_by_hand(case)}
        unit = rules.unit if rules else ""
        rows += [_row(lake, provider, answer, period, unit) for period in sorted(lacking - waiting)]
    if rows:
        lake.load(QUARANTINE.name, pa.Table.from_pylist(rows, schema=QUARANTINE.source_schema))
    return len(rows)


def _earlier(lake: "Lake", provider: Provider[Any]) -> list[Case]:
    stored = lake.read(QUARANTINE.name, ["reason"], missing_ok=True)
    if LACKING not in stored["reason"].to_pylist():
        return []
    table = provider.table.name
    return [case for case in screening.cases(lake) if case.row["reason"] == LACKING and case.row["table"] == table]


def _kept_by_hand(case: Case) -> bool:
    return case.status == "rejected" and case.note != AGAIN


def _row(lake: "Lake", provider: Provider[Any], answer: Fetched, period: date, unit: str) -> dict[str, Any]:
    """The withdrawal that the answer implies and does not state."""
    table, (first, last) = provider.table, answer.window
    stored = lake.read(table.name, where={table.key[0]: answer.name, "observation_date": period})
    stands = stored.sort_by([(BEGIN, "ascending"), ("loaded_at", "ascending")]).to_pylist()[-1]["value"]
    implied = {table.key[0]: answer.name, "observation_date": period, BEGIN: last, "value": None, "status": "withdrawn"}
    printed = "without a number" if stands is None else f"with {stands:.10g}"
    return {
        "table": table.name, "id": answer.name, "observation_date": period, BEGIN: last, "value": None, "unit": unit,
        "reason": LACKING, "compared_with": stands, "fact": json.dumps(implied, default=str),
        "words": f"The answer on {first} to {last} neither states nor withdraws a period that stands {printed}.",
    }  # fmt: skip
