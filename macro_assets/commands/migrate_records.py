"""Two tables that a home of an earlier version lacks: what was asked for and answered, and what providers state of series.

Belongs here: rows of `bronze/coverage` from the home's record of runs, and the question for `bronze/series_facts`. Does not
belong here: the steps in their order (migrate.py), the layout of tables (lake/migration.py).

The earlier version asked for every series of a provider in one run, and a run that failed loaded nothing: a day that
Dagster records as materialised was answered, and one that it does not record is a hole, named from now on. Of what no run
records nothing is called complete, so the next morning asks for it. The first vintage of a series is asked of its provider
and never taken from the lake: one that holds some days only would take a revision for a beginning.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog import load_catalog
from macro_assets.commands.home import instance
from macro_assets.errors import MacroAssetsError
from macro_assets.lake import Lake
from macro_assets.settings import get_settings
from macro_assets.sources.coverage import DAY, Answer
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables.coverage import COVERAGE
from macro_assets.tables.spec import LOADED_AT

__all__ = ["coverage", "series_facts"]

BEGINNING = dt.date(1900, 1, 1)
STATED = "bronze/series_facts"
_PAGE = 1000


@dataclass(frozen=True)
class Asked:
    """Vintage days that a run loaded; `first` None = from the beginning. at : the instant of its event."""

    first: dt.date | None
    last: dt.date
    at: dt.datetime


@dataclass(frozen=True)
class Held:
    """Stored facts of one id: how many, their vintage days, newest period, newest instant."""

    rows: int
    first: dt.date
    last: dt.date
    newest: dt.date | None
    loaded_at: dt.datetime


def coverage(lake: Lake) -> list[dict[str, Any]]:
    """Answers of series that have facts and no record, in one commit."""
    recorded = {(row["provider"], row["id"]) for row in lake.read(COVERAGE.name, missing_ok=True).to_pylist()}
    rows = [row for provider in _filled(lake) for row in _answers(lake, provider, recorded)]
    if not rows:
        return []
    lake.load(COVERAGE.name, pa.Table.from_pylist(rows, COVERAGE.source_schema))
    series, complete = {row["id"] for row in rows}, sum(row["complete_through"] is not None for row in rows)
    done = f"{len(rows)} answers of {len(series)} series, {complete} of them complete, from the record of runs"
    return [{"table": COVERAGE.name, "done": done}]


def series_facts(lake: Lake) -> list[dict[str, Any]]:
    """What each provider states of series that have facts and no statement, in one commit a provider."""
    from macro_assets.defs.bronze.series_facts import ask

    found, catalog = [], load_catalog(get_settings().catalog_dir)
    for provider in _filled(lake):
        if provider.states is None or provider.entries is None:
            continue
        stated = set(lake.read(STATED, ["series_id"], missing_ok=True)["series_id"].to_pylist())
        ids = sorted((set(_held(lake, provider)) & set(provider.entries(catalog))) - stated)
        if not ids:
            continue
        try:
            unknown = ask(provider, provider.open(get_settings()), ids, lake)
        except MacroAssetsError as error:
            done = (
                f"left: {error} Migrate again, or materialise the asset: until then first vintages are not dated back."
            )
        else:
            done = f"{len(ids) - len(unknown)} series stated by {provider.title}"
        found.append({"table": STATED, "done": done})
    return found


def _filled(lake: Lake) -> list[Provider[Any]]:
    """Providers whose tables a home of that version may hold."""
    kept = (one for one in PROVIDERS if one.table.has_load_time and not one.is_local)
    return [one for one in kept if lake.exists(one.table.name)]


def _answers(lake: Lake, provider: Provider[Any], recorded: set[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    held = {name: each for name, each in _held(lake, provider).items() if (provider.name, name) not in recorded}
    newest = max((each.last for each in held.values()), default=BEGINNING)
    asked = sorted(_asked(provider, newest), key=lambda one: (one.first or BEGINNING, one.last, one.at))
    for name, each in held.items():
        spans = _spans(provider, asked, each) or [(each.first, each.last, None, each.loaded_at)]
        for first, last, through, at in spans:
            yield {"provider": provider.name, "id": name, "received_at": at, "first": first, "last": last,
                   "complete_through": through, "updated_on": None, "rows_offered": each.rows, "answer": "answered"}  # fmt: skip


def _spans(
    provider: Provider[Any], asked: list[Asked], held: Held
) -> list[tuple[dt.date, dt.date, dt.date | None, dt.datetime]]:
    """First and last day asked for, the last complete one, and the instant; days in a row make one span."""
    spans: list[tuple[dt.date, dt.date, dt.date | None, dt.datetime]] = []
    for one in asked:
        newest = None if held.newest is None else min(held.newest, one.at.date())
        through = provider.complete(Answer(one.last, one.at, provider.time_zone, newest))
        first = BEGINNING if provider.cumulative or one.first is None else max(one.first, BEGINNING)
        if through is None or through < first:
            continue
        before = spans[-1] if spans else None
        if before is not None and before[2] is not None and first <= before[2] + DAY:
            spans[-1] = (before[0], max(before[1], one.last), max(before[2], through), max(before[3], one.at))
        else:
            spans.append((first, one.last, through, one.at))
    return spans


def _asked(provider: Provider[Any], newest: dt.date) -> Iterator[Asked]:
    """What Dagster records of the assets of a provider; nothing where the home has no instance."""
    import dagster as dg

    folder, now = os.environ.get("DAGSTER_HOME", ""), get_settings().current_instant()
    if not (folder and Path(folder).is_dir()):
        return
    with instance() as opened:
        for key in provider.asset_keys:
            cursor, more = None, True
            while more:
                page = opened.fetch_materializations(dg.AssetKey(key.split("/")), limit=_PAGE, cursor=cursor)
                cursor, more = page.cursor, page.has_more
                for record in page.records:
                    at = min(dt.datetime.fromtimestamp(record.timestamp, dt.UTC), now)
                    day = None if record.partition_key is None else dt.date.fromisoformat(record.partition_key)
                    yield Asked(None, min(at.date(), newest), at) if day is None else Asked(day, day, at)


def _held(lake: Lake, provider: Provider[Any]) -> dict[str, Held]:
    """Stored facts by id, as `bronze/coverage` writes it."""
    table = provider.table
    names = [name for name in table.identity if pa.types.is_string(table.schema.field(name).type)]
    period = next(name for name in table.identity if name not in names)
    rows = lake.read(table.name, [*names, period, "realtime_start", LOADED_AT])
    ids = pc.binary_join_element_wise(*(rows[name] for name in names), ".") if len(names) > 1 else rows[names[0]]
    dated = pa.types.is_date32(table.schema.field(period).type)
    figures = rows.append_column("id", ids).group_by("id").aggregate(
        [("realtime_start", "min"), ("realtime_start", "max"), (period, "max"), (LOADED_AT, "max"), (period, "count")]
    )  # fmt: skip
    return {
        row["id"]: Held(row[f"{period}_count"], row["realtime_start_min"], row["realtime_start_max"],
                        row[f"{period}_max"] if dated else None, row[f"{LOADED_AT}_max"])
        for row in figures.sort_by("id").to_pylist()
    }  # fmt: skip
