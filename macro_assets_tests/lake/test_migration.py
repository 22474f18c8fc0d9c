"""A lake that an earlier version wrote opens after its migration, whole, whenever that was cut off."""

import datetime as dt
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable, write_deltalake

from macro_assets.errors import SchemaError
from macro_assets.lake import Lake
from macro_assets.lake.delta import DeltaTables
from macro_assets.lake.migration import migrate_table, missing_columns, of_earlier_versions
from macro_assets.tables.registry import TABLES
from macro_assets_tests.lake.examples import (
    OBSERVATIONS,
    VINTAGES,
    facts,
    many_facts,
    observation,
    observations,
    stated,
)

EARLIER = pa.schema([*TABLES[VINTAGES].source_schema, pa.field("realtime_year", pa.int32(), nullable=False)])
KILLED = """
import os, signal, sys
from deltalake.table import TableAlterer
from macro_assets.lake.delta import DeltaTables
from macro_assets.lake.migration import migrate_table
from macro_assets.lake.stores import StoreAddress
stage = sys.argv[2]
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
if stage == "before the commit":
    DeltaTables.overwrite = die
if stage == "after the commit":
    overwrite = DeltaTables.overwrite
    DeltaTables.overwrite = lambda self, *given: (overwrite(self, *given), die())
if stage == "before anything":
    TableAlterer.set_table_properties = die
migrate_table(DeltaTables(StoreAddress(sys.argv[1]), 5.0), "bronze/fred_vintages")
"""


def earlier_lake(folder: Path, batches: int = 3) -> tuple[Lake, pa.Table]:
    """Facts as the version before kept them: in years, without the instant of loading; one commit a batch."""
    lake = Lake(folder)
    DeltaTable.create(
        lake.table_uri(VINTAGES), EARLIER, partition_by=["realtime_year"], configuration={"delta.appendOnly": "true"}
    )
    rows = pa.concat_tables([many_facts("DFF", 500), many_facts("BAA", 400)])
    years = pc.year(rows["realtime_start"]).cast(pa.int32())
    filed = rows.append_column(EARLIER.field("realtime_year"), years)
    size = -(-filed.num_rows // batches)
    for first in range(0, filed.num_rows, size):
        write_deltalake(lake.table_uri(VINTAGES), filed.slice(first, size), mode="append")
    return lake, rows


def tables(lake: Lake) -> DeltaTables:
    return DeltaTables(lake.address, 5.0)


def in_order(rows: pa.Table) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in TABLES[VINTAGES].identity])


def test_a_lake_of_the_version_before_is_refused_with_the_command_that_opens_it(tmp_path: Path) -> None:
    lake, _ = earlier_lake(tmp_path)
    for use in (lambda: lake.read(VINTAGES), lambda: lake.load(VINTAGES, many_facts("DFF", 3)), lake.tables):
        with pytest.raises(SchemaError, match="macro-assets migrate"):
            use()


def test_every_fact_is_kept_and_dated_by_its_commit(tmp_path: Path) -> None:
    lake, rows = earlier_lake(tmp_path)
    before = DeltaTable(lake.table_uri(VINTAGES))
    commits = sorted(each["timestamp"] for each in before.history() if each["operation"] == "WRITE")
    assert of_earlier_versions(tables(lake)) == [VINTAGES]
    assert migrate_table(tables(lake), VINTAGES).rows == 900
    assert stated(lake).equals(in_order(rows))
    instants = lake.read(VINTAGES)["loaded_at"].unique().to_pylist()
    assert sorted(int(each.timestamp() * 1000) for each in instants) == commits
    assert of_earlier_versions(tables(lake)) == []
    assert lake.load(VINTAGES, rows).new == 0
    with pytest.raises(Exception, match="append-only"):
        write_deltalake(
            lake.table_uri(VINTAGES), DeltaTable(lake.table_uri(VINTAGES)).to_pyarrow_table(), mode="overwrite"
        )
    assert lake.read(VINTAGES, loaded_by=dt.datetime.fromtimestamp(commits[0] / 1000, dt.UTC)).num_rows == 300


@pytest.mark.parametrize("stage", ["before anything", "before the commit", "after the commit"])
def test_a_migration_that_is_killed_is_finished_by_the_next(tmp_path: Path, stage: str) -> None:
    lake, rows = earlier_lake(tmp_path)
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), stage], check=False)
    assert done.returncode == -signal.SIGKILL
    assert of_earlier_versions(tables(lake)) == [VINTAGES]
    migrate_table(tables(lake), VINTAGES)
    assert of_earlier_versions(tables(lake)) == []
    assert stated(lake).equals(in_order(rows))


def test_a_derived_table_moves_into_buckets_or_is_named(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    rows = observations(
        observation(series=name, observed=day) for name in ("A", "B") for day in ("2008-07-01", "2008-08-01")
    )
    write_deltalake(lake.table_uri(OBSERVATIONS), rows)
    assert of_earlier_versions(tables(lake)) == [OBSERVATIONS]
    assert missing_columns(tables(lake), OBSERVATIONS) == []
    migrate_table(tables(lake), OBSERVATIONS)
    assert lake.read(OBSERVATIONS).equals(rows)
    write_deltalake(lake.table_uri("gold/asset_returns"), pa.table({"month": [dt.date(2008, 10, 31)]}))
    assert "unit" in missing_columns(tables(lake), "gold/asset_returns")
    with pytest.raises(SchemaError, match="lacks the columns"):
        migrate_table(tables(lake), "gold/asset_returns")


def test_facts_loaded_after_the_migration_are_new(tmp_path: Path) -> None:
    lake, _ = earlier_lake(tmp_path)
    migrate_table(tables(lake), VINTAGES)
    assert lake.load(VINTAGES, facts([])).new == 0
    assert lake.load(VINTAGES, many_facts("UNRATE", 5)).new == 5
