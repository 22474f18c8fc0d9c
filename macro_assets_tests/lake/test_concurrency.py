"""Writers at once, writers killed in the middle, locks left behind: no row lost, none twice."""

import datetime as dt
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable
from filelock import FileLock

from macro_assets.errors import LockTimeoutError
from macro_assets.lake import Lake, LoadReport
from macro_assets.tables.registry import TABLES
from macro_assets.tables.spec import TableSpec
from macro_assets_tests.conftest import let_go
from macro_assets_tests.lake.examples import RETURNS, VINTAGES, many_facts, returns

REPOSITORY = Path(__file__).resolve().parents[2]

# Each writer waits on its standard input, so that all begin together.
LOADER = """
import sys
from macro_assets.lake import Lake
from macro_assets_tests.lake.examples import VINTAGES, many_facts
lake, batch = Lake(sys.argv[1]), many_facts("DFF", 500)
print("ready", flush=True)
sys.stdin.readline()
print(lake.load(VINTAGES, batch).new)
"""

# The data files reach the table as the engine writes them; the commit that would name them never does.
DOOMED = """
import shutil, sys, threading
from pathlib import Path
from macro_assets.lake import Lake, delta
from macro_assets_tests.lake.examples import RETURNS, VINTAGES, many_facts, returns
lake, name = Lake(sys.argv[1]), sys.argv[2]
place, aside, real = Path(lake.table_uri(name)), Path(sys.argv[1]) / "aside", delta.write_deltalake
def stalled(table, rows, **options):
    shutil.copytree(place, aside)
    real(aside, rows, **options)
    for path in aside.rglob("*.parquet"):
        target = place / path.relative_to(aside)
        target.parent.mkdir(exist_ok=True)
        shutil.copy(path, target)
    print("written", flush=True)
    threading.Event().wait()
delta.write_deltalake = stalled
if name == VINTAGES:
    lake.load(VINTAGES, many_facts("DFF", 900))
else:
    lake.replace(RETURNS, returns(["2008-09-30", "2008-10-31"]))
"""


def start(script: str, *arguments: object) -> subprocess.Popen:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def data_files(folder: str) -> int:
    return len(list(Path(folder).rglob("*.parquet")))


def test_processes_that_load_the_same_facts_at_once_store_them_once(tmp_path: Path) -> None:
    writers = [start(LOADER, tmp_path) for _ in range(2)]
    let_go(writers)
    new = [int(writer.communicate(timeout=60)[0]) for writer in writers]
    assert sorted(new) == [0, 500]
    assert Lake(tmp_path).read(VINTAGES).num_rows == 500


def test_threads_that_load_overlapping_facts_at_once_keep_every_row_once(tmp_path: Path) -> None:
    batches = [many_facts("DFF", 100 + 40 * number) for number in range(4)] + [many_facts("DGS10", 100)] * 2
    with ThreadPoolExecutor(6) as pool:
        reports = list(pool.map(lambda batch: Lake(tmp_path).load(VINTAGES, batch), batches))
    assert sum(report.new for report in reports) == 220 + 100
    stored = Lake(tmp_path).read(VINTAGES, TABLES[VINTAGES].key)
    assert stored.num_rows == stored.group_by(stored.column_names).aggregate([]).num_rows == 320


def test_parts_replaced_at_once_all_stay(tmp_path: Path) -> None:
    months = [f"2008-{month:02d}-28" for month in range(1, 7)]

    def replace(month: str) -> int:
        return Lake(tmp_path).replace(RETURNS, returns([month]), where={"month": dt.date.fromisoformat(month)})

    with ThreadPoolExecutor(6) as pool:
        versions = list(pool.map(replace, months))
    assert len(set(versions)) == 6
    assert Lake(tmp_path).read(RETURNS).equals(returns(months))


@pytest.mark.parametrize("name", [VINTAGES, RETURNS])
def test_a_writer_killed_between_data_and_commit_leaves_the_previous_version(tmp_path: Path, name: str) -> None:
    lake = Lake(tmp_path, lock_timeout_seconds=10)
    before, after = (
        (many_facts("DFF", 400), many_facts("DFF", 900))
        if name == VINTAGES
        else (returns(["2008-09-30"]), returns(["2008-09-30", "2008-10-31"]))
    )
    write = lake.load if name == VINTAGES else lake.replace
    write(name, before)
    files, version, rows = data_files(lake.table_uri(name)), lake.version(name), lake.read(name)

    writer = start(DOOMED, tmp_path, name)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "written\n"
    writer.send_signal(signal.SIGKILL)
    writer.wait(timeout=30)
    orphans = data_files(lake.table_uri(name)) - files
    assert orphans > 0
    assert (lake.version(name), lake.read(name)) == (version, rows)

    write(name, after)  # the dead writer's lock is gone with it
    assert lake.read(name).num_rows == after.num_rows
    assert lake.compact(name, retention_hours=0).deleted >= orphans
    assert lake.read(name).num_rows == after.num_rows


def test_a_lock_file_left_by_a_dead_writer_locks_nothing_and_a_live_one_times_out(tmp_path: Path) -> None:
    path = tmp_path / ".locks" / "bronze.fred_vintages.lock"
    path.parent.mkdir()
    path.write_text("12345")
    lake = Lake(tmp_path, lock_timeout_seconds=0.05)
    assert lake.load(VINTAGES, many_facts("DFF", 3)).new == 3
    with FileLock(path), pytest.raises(LockTimeoutError, match=r"writing bronze/fred_vintages .* lock"):
        lake.load(VINTAGES, many_facts("DFF", 4))
    assert lake.load(VINTAGES, many_facts("DFF", 4)).new == 1


def test_a_commit_that_lost_the_race_is_read_again_and_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock (as on an object store) another writer slips in between reading and committing."""
    lake, other = Lake(tmp_path), Lake(tmp_path)
    lake.load(VINTAGES, many_facts("DFF", 10))
    lake._delta._locks = other._delta._locks = None
    raced: list[LoadReport] = []
    append = lake._delta.append

    def late(declared: TableSpec, table: DeltaTable, rows: pa.Table, note: dict[str, str]) -> int:
        if not raced:
            raced.append(other.load(VINTAGES, many_facts("DFF", 20)))
        return append(declared, table, rows, note)

    monkeypatch.setattr(lake._delta, "append", late)
    report = lake.load(VINTAGES, many_facts("DFF", 25))
    assert (raced[0].new, report.new, report.stored) == (10, 5, 20)
    assert lake.read(VINTAGES).num_rows == 25
