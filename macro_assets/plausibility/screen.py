"""From a batch of facts and what is stored to the facts that may be kept, and the cases that are set aside.

Belongs here: columns to facts and back, for any table of facts. Does not belong here: the rules (judge.py), reading and
writing tables (defs/bronze), what becomes of a case (cases.py).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog.models import Asset, Indicator, Series
from macro_assets.catalog.own import OwnFile
from macro_assets.plausibility.bounds import of_history
from macro_assets.plausibility.judge import Rules, Verdict, judge
from macro_assets.plausibility.state import Fact, facts_of
from macro_assets.tables.quarantine import QUARANTINE
from macro_assets.tables.spec import TableSpec

__all__ = ["EPOCH", "Accepted", "Screened", "rules_of", "screen"]

Accepted: TypeAlias = Collection[tuple[str, int, int, float | None]]
"""(id, period, begin, value) of facts that a person accepted; days since 1970-01-01."""

EPOCH = dt.date(1970, 1, 1)
BEGIN = "realtime_start"


@dataclass(frozen=True)
class Screened:
    """A batch in two.

    Parameters
    ----------
    kept : facts to load. Where a fact that is stored was restated implausibly, the stored one stands in its place, so
        that the batch still states it.
    cases : rows of `bronze/quarantine`.
    stand_ins : number of stored facts among `kept`.
    """

    kept: pa.Table
    cases: pa.Table
    stand_ins: int = 0


@dataclass(frozen=True)
class _Columns:
    """Which columns of a table of facts are the id, the period and the value."""

    ids: tuple[str, ...]
    period: str
    value: str

    @classmethod
    def of(cls, spec: TableSpec) -> _Columns:
        texts = tuple(name for name in spec.key if pa.types.is_string(spec.schema.field(name).type))
        period = next(name for name in spec.key if name not in texts)
        return cls(texts, period, "value" if "value" in spec.schema.names else "close")


def rules_of(entry: object) -> Rules | None:
    """What an entry of the catalogue is judged by; None for an entry without numbers."""
    if isinstance(entry, Series):
        return Rules(entry.unit, entry.frequency, entry.lower, entry.upper)
    if isinstance(entry, Indicator):
        return Rules(entry.unit, "A", entry.lower, entry.upper)
    if isinstance(entry, Asset):
        return Rules("quote currency", "D")
    if isinstance(entry, OwnFile):
        return Rules(entry.unit, entry.frequency, entry.lower, entry.upper, from_history=True)
    return None


def screen(
    facts: pa.Table,
    stored: pa.Table,
    spec: TableSpec,
    rules: Mapping[str, Rules],
    *,
    today: dt.date,
    accepted: Accepted = (),
) -> Screened:
    """Set aside what is implausible of a batch.

    Parameters
    ----------
    facts : in the `source_schema` of a table of facts, with one id or many.
    stored : the rows of the same ids that count, in any order; those of the last years are enough.
    spec : declaration of the table.
    rules : by the first part of the id (series, symbol, indicator); a fact without rules is kept.
    today : no fact counts from a later day.
    accepted : of earlier cases.
    """
    columns, last = _Columns.of(spec), (today - EPOCH).days
    offered, held = _by_id(facts, columns), _by_id(stored, columns)
    keep, cases, stand_ins = np.ones(facts.num_rows, dtype=bool), [], []
    for name, rows in offered.items():
        found = rules.get(name if len(columns.ids) == 1 else name.rpartition(".")[0])
        if found is None:
            continue
        before = held.get(name, np.empty(0, dtype=np.int64))
        splits = _splits(facts, rows, stored, before)
        new, old = _facts(facts, rows, columns, splits), _facts(stored, before, columns, splits)
        trusted = {key[1:] for key in accepted if key[0] == name}
        places = {(fact.period, fact.begin): int(at) for fact, at in zip(old, before, strict=True)}
        found = of_history(found, old, new) if found.from_history else found
        verdicts = judge(replace(found, last_begin=last), old, new, trusted)
        for at, fact, verdict in zip(rows.tolist(), new, verdicts, strict=True):
            if verdict is not None:
                keep[at] = False
                cases.append(_case(spec, name, found, facts.slice(at, 1), fact, verdict, columns))
                stand_ins += [place for place in [places.get((fact.period, fact.begin))] if place is not None]
    kept = facts.filter(pa.array(keep))
    if stand_ins:
        standing = stored.take(pa.array(stand_ins)).select(kept.column_names).cast(kept.schema)
        kept = pa.concat_tables([kept, standing])
    return Screened(kept, pa.Table.from_pylist(cases, schema=QUARANTINE.source_schema), len(stand_ins))


def _by_id(table: pa.Table, columns: _Columns) -> dict[str, npt.NDArray[np.int64]]:
    """Positions of the rows of each id."""
    if table.num_rows == 0:
        return {}
    names = table[columns.ids[0]]
    for part in columns.ids[1:]:
        names = pc.binary_join_element_wise(names, table[part], ".")
    words, codes = np.unique(np.asarray(names.to_numpy(zero_copy_only=False), dtype=str), return_inverse=True)
    order = np.argsort(codes, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)
    return dict(zip(words.tolist(), groups, strict=True))


def _facts(table: pa.Table, rows: npt.NDArray[np.int64], columns: _Columns, splits: Mapping[int, float]) -> list[Fact]:
    """Facts of one id; bars in shares of before the first of the splits, so that a split restates nothing."""
    taken = table.select([columns.period, BEGIN, columns.value]).take(pa.array(rows))
    periods, begins = _periods(taken[columns.period]), _days(taken[BEGIN])
    if not splits:
        return facts_of(periods, begins, taken[columns.value])
    days = np.array(sorted(splits), dtype=np.int64)
    shares = np.append(1.0, np.cumprod([splits[day] for day in sorted(splits)]))
    scale = shares[np.searchsorted(days, begins, side="right")]
    values = [
        None if value is None else value * by for value, by in zip(taken[columns.value].to_pylist(), scale, strict=True)
    ]
    return facts_of(periods, begins, values)


def _splits(
    facts: pa.Table, rows: npt.NDArray[np.int64], stored: pa.Table, before: npt.NDArray[np.int64]
) -> dict[int, float]:
    """New shares for one old by the day of each split of one symbol; empty for other tables."""
    if "split_ratio" not in facts.column_names:
        return {}
    found: dict[int, float] = {}
    for table, at in ((stored, before), (facts, rows)):
        bars = table.select(["date", "split_ratio"]).take(pa.array(at))
        split = bars.filter(pc.not_equal(bars["split_ratio"], 1.0))
        found |= dict(zip(_days(split["date"]).tolist(), split["split_ratio"].to_pylist(), strict=True))
    return found


def _days(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    return np.asarray(column.cast(pa.int32()).to_numpy(), dtype=np.int64)


def _periods(column: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """First day of each period: a date, or the first day of a year."""
    if pa.types.is_date32(column.type):
        return _days(column)
    years = np.asarray(column.to_numpy(), dtype=np.int64) - 1970
    return years.astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)


def _case(
    spec: TableSpec, name: str, rules: Rules, row: pa.Table, fact: Fact, verdict: Verdict, columns: _Columns
) -> dict[str, Any]:
    """A row of the quarantine: the fact, its reason, and the whole row of its table as JSON."""
    stated = row.to_pylist()[0]
    number = stated[columns.value]
    return {
        "table": spec.name,
        "id": name,
        "observation_date": EPOCH + dt.timedelta(days=fact.period),
        BEGIN: stated[BEGIN],
        "value": number if number is not None and np.isfinite(number) else None,
        "unit": rules.unit,
        "reason": verdict.reason,
        "words": verdict.words,
        "compared_with": verdict.compared_with,
        "fact": json.dumps(stated, default=str),
    }
