"""A home of the version before gets its record of answers and the statements of its series, whenever that is cut off."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable, write_deltalake

from macro_assets.commands import migrate, migrate_records
from macro_assets.defs.bronze.answers import read_coverage
from macro_assets.lake import Lake
from macro_assets.tables.registry import TABLES
from macro_assets.tables.spec import LOADED_AT
from macro_assets.vintage.statements import recordings
from macro_assets_tests.defs.house import World, stated, world

FRED, YAHOO, BANK = "bronze/fred_vintages", "bronze/yahoo_bars", "bronze/world_bank_indicators"
COVERAGE, STATED = "bronze/coverage", "bronze/series_facts"
TODAY, LOST = date(2012, 6, 29), date(2012, 6, 6)
KILLED = """
import os, signal, sys
from macro_assets.commands import migrate
from macro_assets.lake import Lake
stage, load, name = sys.argv[1], Lake.load, sys.argv[2]
def dying(self, table, *given, **more):
    if table == name and stage == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    report = load(self, table, *given, **more)
    if table == name:
        os.kill(os.getpid(), signal.SIGKILL)
    return report
Lake.load = dying
migrate.run()
"""


def make_earlier(home: World) -> dict[str, pa.Table]:
    """Take from a home what the version before did not write; the facts that it holds."""
    facts = {name: stated(home.lake, name) for name in (FRED, YAHOO, BANK)}
    for name, rows in facts.items():
        shutil.rmtree(home.lake.table_uri(name))
        years = pc.year(rows["realtime_start"]).cast(pa.int32())
        filed = rows.append_column(pa.field("realtime_year", pa.int32(), nullable=False), years)
        DeltaTable.create(home.lake.table_uri(name), filed.schema, partition_by=["realtime_year"],
                          configuration={"delta.appendOnly": "true"})  # fmt: skip
        write_deltalake(home.lake.table_uri(name), filed, mode="append")
    for name in (COVERAGE, STATED):
        shutil.rmtree(home.lake.table_uri(name), ignore_errors=True)
    return facts


@contextmanager
def its_instance(home: World) -> Iterator[None]:
    """The process of a command in this home: its record of runs is that of the world."""

    @contextmanager
    def opened() -> Iterator[dg.DagsterInstance]:
        yield home.instance

    with home.entered(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(home.home))
        patch.setattr(migrate_records, "instance", opened)
        yield


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Some days of June 2012, one of them lost, and what the providers state."""
    with world(tmp_path_factory.mktemp("earlier"), TODAY) as june:
        for days in (("2012-06-01", "2012-06-05"), ("2012-06-07", "2012-06-12")):
            assert june.run(FRED, YAHOO, days=days, checks=False).success
        assert june.run(BANK, days="2012-06-28", checks=False).success
        assert june.run(STATED, checks=False).success
        yield june


@pytest.fixture
def earlier(loaded: World, tmp_path: Path) -> World:
    copy = World(loaded.sandbox, tmp_path, loaded.instance, dict(loaded.changes))
    shutil.copytree(loaded.home / "lake", tmp_path / "lake")
    return copy


def test_the_record_is_that_of_the_runs_and_names_the_lost_day(loaded: World, earlier: World) -> None:
    undisturbed, facts = read_coverage(loaded.lake), make_earlier(earlier)
    with its_instance(earlier):
        assert {row["table"] for row in migrate.run()} == {FRED, YAHOO, BANK, COVERAGE, STATED}
        assert migrate.run() == []
    found, last = read_coverage(earlier.lake), date(2012, 6, 12)
    assert found.ended == frozenset()
    for provider, name in (("fred", "PAYEMS"), ("yahoo", "SPY")):
        assert found.spans[provider, name] == undisturbed.spans[provider, name], name
        (hole,) = [hole for hole in found.holes(provider, last) if hole.id == name]
        assert (hole.first, hole.last) == (LOST, LOST)
    assert {name for provider, name in found.spans if provider == "world_bank"}
    assert not any(spans for (provider, _), spans in found.spans.items() if provider == "world_bank"), "asked again"
    assert all(stated(earlier.lake, name).equals(rows) for name, rows in facts.items())
    assert recordings(earlier.lake.read(STATED)) == {
        name: each for name, each in recordings(loaded.lake.read(STATED)).items() if name in facts[FRED]["series_id"].to_pylist()
    }  # fmt: skip


def test_a_home_without_a_record_of_runs_calls_nothing_complete(earlier: World) -> None:
    facts = make_earlier(earlier)
    with earlier.entered():
        os.environ.pop("DAGSTER_HOME", None)
        migrate.run()
    rows = earlier.lake.read(COVERAGE)
    assert rows["complete_through"].null_count == rows.num_rows > 0
    assert set(rows["id"].to_pylist()) >= set(facts[FRED]["series_id"].to_pylist())
    assert not read_coverage(earlier.lake).holes("fred", TODAY - timedelta(days=1)), "it begins where it is asked next"


def test_a_provider_that_does_not_answer_is_named_and_asked_by_the_next_call(earlier: World) -> None:
    make_earlier(earlier)
    with its_instance(earlier), pytest.MonkeyPatch.context() as away:
        away.setenv("MACRO_FRED_URL", "http://127.0.0.1:9")
        (left,) = [row for row in migrate.run() if row["table"] == STATED]
        assert left["done"].startswith("left: ")
    assert not earlier.lake.read(STATED, missing_ok=True).num_rows
    with its_instance(earlier):
        assert [row["table"] for row in migrate.run()] == [STATED]
        assert migrate.run() == []


@pytest.mark.parametrize("name", [COVERAGE, STATED])
@pytest.mark.parametrize("stage", ["before", "after"])
def test_a_migration_killed_at_any_table_is_finished_by_the_next(earlier: World, name: str, stage: str) -> None:
    facts = make_earlier(earlier)
    with earlier.entered():
        done = subprocess.run([sys.executable, "-c", KILLED, stage, name], check=False)
    assert done.returncode == -signal.SIGKILL
    with its_instance(earlier):
        left = {row["table"] for row in migrate.run()}
        assert (name in left) == (stage == "before")
        assert migrate.run() == []
    assert all(stated(earlier.lake, table).equals(rows) for table, rows in facts.items())
    for table in (COVERAGE, STATED):
        keys = earlier.lake.read(table, TABLES[table].key)
        assert keys.num_rows == keys.group_by(keys.column_names).aggregate([]).num_rows > 0
    assert LOADED_AT in Lake(earlier.home / "lake").read(FRED).column_names
