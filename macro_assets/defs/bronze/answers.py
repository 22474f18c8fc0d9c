"""The record of answers: one row of `bronze/coverage` for each id that a provider answered.

Belongs here: from what was fetched to rows of coverage. Does not belong here: the rules of completeness (declared by
providers), the asset that shows the record (coverage.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from macro_assets.sources.coverage import Answer
from macro_assets.sources.provider import Provider
from macro_assets.tables.coverage import COVERAGE

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.lake import Lake
    from macro_assets.sources.batch import SourceBatch
    from macro_assets.vintage.coverage import Coverage

__all__ = ["Fetched", "read_coverage", "record"]

BEGINNING = dt.date(1900, 1, 1)


@dataclass(frozen=True)
class Fetched:
    """One answer. `batch` is None where the provider knows no such series. `asked_at`, `received_at` : in UTC."""

    name: str
    window: tuple[dt.date, dt.date]
    asked_at: dt.datetime
    received_at: dt.datetime
    batch: SourceBatch | None


def read_coverage(lake: Lake) -> Coverage:
    """What the lake knows completely; nothing where no answer was recorded yet."""
    from macro_assets.vintage.coverage import Coverage

    return Coverage.of(lake.read(COVERAGE.name, missing_ok=True))


def record(
    lake: Lake, provider: Provider[Any], catalog: Catalog, answers: Iterable[Fetched], coverage: Coverage
) -> int:
    """Append what was answered; called after the facts of these answers are stored. Returns the number of rows."""
    rows = [row for answer in answers for row in _rows(provider, catalog, answer, coverage)]
    if rows:
        lake.load(COVERAGE.name, pa.Table.from_pylist(rows, COVERAGE.source_schema))
    return len(rows)


def _rows(provider: Provider[Any], catalog: Catalog, fetched: Fetched, coverage: Coverage) -> list[dict[str, Any]]:
    first, last = fetched.window
    batch, rows = fetched.batch, []
    for one in provider.covers(catalog, fetched.name):
        through = None
        if batch is not None:
            before = coverage.updated_on.get((provider.name, one))
            through = provider.complete(
                Answer(last, fetched.asked_at, provider.time_zone, batch.newest, batch.updated_on, before)
            )
        rows.append(
            {"provider": provider.name, "id": one, "received_at": fetched.received_at,
             "first": BEGINNING if provider.cumulative else max(first, BEGINNING), "last": last,
             "complete_through": through, "updated_on": None if batch is None else batch.updated_on,
             "rows_offered": 0 if batch is None else batch.offered,
             "answer": "does not exist" if batch is None else "answered"}
        )  # fmt: skip
    return rows
