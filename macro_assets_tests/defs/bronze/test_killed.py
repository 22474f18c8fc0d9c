"""A run killed in the middle: what was committed stays readable, and the rerun brings what is missing."""

import os
import signal
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest

from macro_assets.lake import Lake
from macro_assets.sandbox.providers import Answer
from macro_assets.sandbox.wire import Request
from macro_assets_tests.defs.house import World, stated, world

FRED = "bronze/fred_vintages"
RUN = """
import sys
import dagster as dg
from macro_assets.defs.bronze.providers import ASSETS
from macro_assets.defs.resources import resources

if sys.argv[1] == "before the commit":
    from macro_assets.lake.delta import DeltaTables

    def stop(self, *args, **kwargs):
        print("rows are ready", flush=True)
        sys.stdin.read()

    DeltaTables.append = stop
history = next(asset for asset in ASSETS if asset.key.path[-1] == "fred_history")
dg.materialize([history], resources=resources(), instance=dg.DagsterInstance.ephemeral(),
               run_config={"ops": {"bronze__fred_history": {"config": {"series": ["PAYEMS", "GDPC1", "ICSA"]}}}})
"""
THREE = {"bronze__fred_history": {"config": {"series": ["PAYEMS", "GDPC1", "ICSA"]}},
         "bronze__fred_vintages": {"config": {"series": ["PAYEMS"]}}}  # fmt: skip


def child(loaded: World, moment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, moment], env=os.environ | loaded.environment, text=True, cwd=loaded.home,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait(timeout=30) == -signal.SIGKILL
    for stream in filter(None, (process.stdin, process.stdout)):
        stream.close()


def on_request(loaded: World, series: str, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when a series is asked for; its answer is then held back."""
    asked, answer = threading.Event(), loaded.sandbox.providers.answer

    def watched(request: Request) -> Answer:
        if request.query.get("series_id") == series:
            asked.set()
        return answer(request)

    monkeypatch.setattr(loaded.sandbox.providers, "answer", watched)
    loaded.sandbox.faults.inject("timeout", path="/fred/*", series=series, times=None)
    return asked


@pytest.mark.parametrize("moment", ["while fetching", "before the commit"])
def test_the_tables_stay_readable_and_the_rerun_completes_them(
    tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(tmp_path, date(2012, 6, 29)) as loaded:
        assert loaded.run(FRED, days=("2012-06-04", "2012-06-08"), config=THREE, checks=False).success
        before = loaded.lake.read(FRED)
        assert before.num_rows
        asked = on_request(loaded, "GDPC1", monkeypatch) if moment == "while fetching" else None
        process = child(loaded, moment)
        if asked is not None:
            assert asked.wait(timeout=120)
        else:
            assert process.stdout is not None
            assert process.stdout.readline() == "rows are ready\n"
        kill(process)
        assert loaded.lake.read(FRED).equals(before)
        loaded.sandbox.faults.clear()
        assert loaded.run("bronze/fred_history", config=THREE, checks=False).success
        undisturbed = loaded.elsewhere(tmp_path / "undisturbed")
        assert undisturbed.run("bronze/fred_history", config=THREE, checks=False).success
        assert stated(loaded.lake, FRED).equals(stated(Lake(tmp_path / "undisturbed" / "lake"), FRED))
