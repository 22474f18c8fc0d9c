"""Between a source and the lake: what is implausible of a batch goes to the quarantine, the rest is loaded.

Belongs here: reading what the rules need, storing cases, decisions of people. Does not belong here: the rules
(plausibility/), assets and checks that show cases (quarantine.py, defs/checks/quarantine.py).
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import InvalidInputError
from macro_assets.plausibility.cases import Case, Key, cases_of, fact_rows
from macro_assets.plausibility.screen import EPOCH, Accepted, Screened, rules_of, screen
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables.quarantine import LACKING, QUARANTINE, QUARANTINE_DECISIONS
from macro_assets.tables.spec import LOADED_AT

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.lake import Lake

YEARS_BEFORE = 8
"""Stored years that are read before the oldest period of a batch: enough for a quarterly series to tell its decimals."""


def screener(lake: "Lake", provider: Provider[Any], catalog: "Catalog", today: date) -> Callable[[pa.Table], Screened]:
    """The function that sets the implausible facts of a batch aside and returns what may be loaded."""

    def set_aside(facts: pa.Table) -> Screened:
        screened = judged(lake, provider, catalog, facts, today)
        if screened.cases.num_rows:
            lake.load(QUARANTINE.name, screened.cases)
        return screened

    return set_aside


def judged(lake: "Lake", provider: Provider[Any], catalog: "Catalog", facts: pa.Table, today: date) -> Screened:
    """A batch in two; nothing is written."""
    entries = provider.entries(catalog) if provider.entries else {}
    rules = {name: found for name, entry in entries.items() if (found := rules_of(entry)) is not None}
    if not rules or facts.num_rows == 0:
        return Screened(facts, QUARANTINE.source_schema.empty_table())
    stored, trusted = _stored_before(lake, provider, facts), accepted(lake, provider.table.name)
    return screen(facts, stored, provider.table, rules, today=today, accepted=trusted)


def _stored_before(lake: "Lake", provider: Provider[Any], facts: pa.Table) -> pa.Table:
    """What is stored of the ids of a batch, from some years before its oldest period on."""
    table = provider.table
    names = [name for name in table.identity if not pa.types.is_string(table.schema.field(name).type)]
    period, ids = names[0], facts[table.key[0]].unique().to_pylist()
    span = pc.min_max(facts[period]).as_py()
    first, last = span["min"], span["max"]
    if provider.is_local:  # a file is judged by its whole history
        return lake.read(table.name, where={table.key[0]: ids}, missing_ok=True)
    if isinstance(first, date):
        reach = (_years_before(first), last + timedelta(1))
        return lake.read(table.name, where={table.key[0]: ids, period: reach}, missing_ok=True)
    return lake.read(table.name, where={table.key[0]: ids, period: (first - YEARS_BEFORE, last + 1)}, missing_ok=True)


def _years_before(day: date) -> date:
    return day.replace(year=max(day.year - YEARS_BEFORE, date.min.year), day=1)


def accepted(lake: "Lake", table: str) -> Accepted:
    """Facts meant for a table that people accepted."""
    rows = lake.read(QUARANTINE_DECISIONS.name, missing_ok=True).to_pylist()
    return {
        (row["id"], (row["observation_date"] - EPOCH).days, (row["realtime_start"] - EPOCH).days, row["value"])
        for row in rows
        if row["table"] == table and row["decision"] == "accepted"
    }


def cases(lake: "Lake") -> list[Case]:
    """Every case of the lake with its status."""
    rows = lake.read(QUARANTINE.name, missing_ok=True).to_pylist()
    decisions = lake.read(QUARANTINE_DECISIONS.name, missing_ok=True).to_pylist()
    return cases_of(rows, decisions, _stated(lake, {(row["table"], row["id"]) for row in rows}))


def _stated(lake: "Lake", wanted: set[tuple[str, str]]) -> dict[Key, list[tuple[date, Any]]]:
    """(realtime_start, loaded_at) of what is kept of the wanted ids, by period."""
    found: dict[Key, list[tuple[date, Any]]] = {}
    for provider in PROVIDERS:
        table, ids = provider.table, {name for one, name in wanted if one == provider.table.name}
        if not ids:
            continue
        texts = [name for name in table.identity if pa.types.is_string(table.schema.field(name).type)]
        first = sorted({name.rpartition(".")[0] if len(texts) > 1 else name for name in ids})
        for row in lake.read(table.name, list(table.key), {table.key[0]: first}, missing_ok=True).to_pylist():
            period = next(row[name] for name in table.identity if name not in texts)
            day = period if isinstance(period, date) else date(period, 1, 1)
            key = (table.name, ".".join(row[name] for name in texts), day)
            found.setdefault(key, []).append((row["realtime_start"], row[LOADED_AT]))
    return found


def decide(
    lake: "Lake",
    catalog: "Catalog",
    today: date,
    *,
    name: str,
    decision: str,
    periods: Sequence[date] = (),
    note: str = "",
) -> list[Case]:
    """Accept or reject the open cases of a series; an accepted fact is loaded, and what is plausible beside it too.

    Parameters
    ----------
    name : id of the series. periods : first days of their periods; empty = all open ones.
    decision : accepted or rejected.

    Returns
    -------
    The cases decided, those that became plausible included.

    Raises
    ------
    InvalidInputError : the series has no such open case.
    """
    waiting = [case for case in cases(lake) if case.status == "open" and case.id == name]
    chosen = [case for case in waiting if not periods or case.row["observation_date"] in periods]
    if not chosen:
        open_ids = sorted({case.id for case in cases(lake) if case.status == "open"})
        raise InvalidInputError(
            f"{name} has no open case{f' of {periods[0]}' if periods else ''}.",
            remedy=f"Open cases: {', '.join(open_ids) or 'none'}.",
        )
    record_decision(lake, chosen, decision, note)
    if decision == "accepted":
        _load(lake, chosen)
        others = [case for case in waiting if case not in chosen and case.row["reason"] != LACKING]
        chosen = chosen + _plausible_now(lake, catalog, today, others)
    return chosen


def _plausible_now(lake: "Lake", catalog: "Catalog", today: date, waiting: list[Case]) -> list[Case]:
    """Load the cases that are plausible beside what was accepted."""
    freed: list[Case] = []
    for provider in PROVIDERS:
        mine = [case for case in waiting if case.row["table"] == provider.table.name]
        if not mine:
            continue
        still = judged(lake, provider, catalog, fact_rows(provider.table, mine), today).cases.to_pylist()
        bad = {(row["observation_date"], row["realtime_start"]) for row in still}
        freed += [case for case in mine if (case.row["observation_date"], case.row["realtime_start"]) not in bad]
    if freed:
        record_decision(lake, freed, "accepted", "plausible beside what was accepted")
        _load(lake, freed)
    return freed


def _load(lake: "Lake", chosen: Sequence[Case]) -> None:
    for provider in PROVIDERS:
        mine = [case for case in chosen if case.row["table"] == provider.table.name]
        if mine:
            lake.load(provider.table.name, fact_rows(provider.table, mine))


def record_decision(lake: "Lake", chosen: Sequence[Case], decision: str, note: str) -> None:
    """Append a decision on some cases."""
    columns = [name for name in QUARANTINE_DECISIONS.source_schema.names if name not in ("decision", "note")]
    rows = [{name: case.row[name] for name in columns} | {"decision": decision, "note": note} for case in chosen]
    table = pa.Table.from_pylist(rows, schema=QUARANTINE_DECISIONS.source_schema)
    lake.load(QUARANTINE_DECISIONS.name, table)
