"""Compaction keeps rows and loses files; the list of tables comes from the logs."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from macro_assets.errors import InvalidInputError, TableNotFoundError
from macro_assets.lake import Lake, TableInfo
from macro_assets_tests.lake.examples import DAY, RETURNS, VINTAGES, many_facts, returns, stated


def test_compaction_merges_the_files_of_daily_loads_and_keeps_every_row(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    year = many_facts("DFF", 12)
    for row in range(year.num_rows):
        lake.load(VINTAGES, year.slice(row, 1))
    before = lake.read(VINTAGES)
    report = lake.compact(VINTAGES)
    assert (report.files_before, report.files_after, report.deleted) == (12, 1, 0)
    assert lake.read(VINTAGES).equals(before)
    assert lake.read(VINTAGES, version=3).num_rows == 3
    assert lake.compact(VINTAGES, retention_hours=0).deleted == 12
    assert lake.read(VINTAGES).equals(before)
    assert lake.load(VINTAGES, year).new == 0


def test_the_list_of_tables_says_what_the_lake_holds(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert lake.tables() == []
    lake.load(VINTAGES, many_facts("DFF", 800))
    lake.replace(RETURNS, returns([]))
    vintages, empty = lake.tables()
    first = dt.date(2000, 1, 1)
    assert vintages == TableInfo(VINTAGES, "facts", 1, 800, 1, vintages.bytes, first + DAY, first + 800 * DAY)
    assert vintages.bytes > 1000
    assert (empty.name, empty.rows, empty.first, empty.last) == (RETURNS, 0, None, None)


def test_what_is_not_there_or_unsafe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableNotFoundError):
        Lake(tmp_path).compact(VINTAGES)
    with pytest.raises(InvalidInputError, match="running load"):
        Lake("s3://bucket/lake").compact(VINTAGES, retention_hours=0)


def test_rows_read_do_not_depend_on_the_history_of_files(tmp_path: Path) -> None:
    whole, pieces = Lake(tmp_path / "whole"), Lake(tmp_path / "pieces")
    rows = many_facts("DFF", 30)
    whole.load(VINTAGES, pa.concat_tables([rows, many_facts("BAA", 30)]))
    for batch in (rows.slice(20), many_facts("BAA", 30), rows.slice(0, 25)):
        pieces.load(VINTAGES, batch)
    pieces.compact(VINTAGES)
    assert stated(pieces).equals(stated(whole))


def test_the_list_of_tables_needs_no_pandas(tmp_path: Path) -> None:
    """It takes half a second to import, and the list is read from logs alone."""
    Lake(tmp_path).load(VINTAGES, many_facts("DFF", 3))
    code = f"import sys; from macro_assets.lake import Lake; Lake({str(tmp_path)!r}).tables(); print('pandas' in sys.modules)"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "False"
