"""A run as the command line watches it: steps are counted by asset, and a refusal names the rows it is about."""

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from rich.progress import Progress

from macro_assets.commands.runs import RunFailedError, Work, run
from macro_assets.lake import Lake
from macro_assets.lake.load import LoadReport
from macro_assets_tests.defs.house import World

ONLY = {"ops": {"bronze__fred_history": {"config": {"series": ["UNRATE"]}}}}
HISTORY = Work("__ASSET_JOB", "history", config=ONLY, selection=("bronze/fred_history",))


def test_a_bar_counts_assets_not_their_checks(small: World) -> None:
    bars = Progress(disable=True)
    with small.entered():
        outcome = run(HISTORY, small.instance, bars)
    assert outcome.assets == ["bronze/fred_history"]
    assert outcome.checks, "checks ran too"
    assert [(bar.completed, bar.total) for bar in bars.tasks] == [(1, 1)]


def test_a_run_stopped_by_a_check_says_which_series_it_is_about(small: World) -> None:
    load = Lake.load

    def losing(self: Lake, name: str, table: pa.Table, **more: Any) -> LoadReport:
        report = load(self, name, table, **more)
        return replace(report, new=report.new - 1)

    with pytest.MonkeyPatch.context() as patch, small.entered():
        patch.setattr(Lake, "load", losing)
        with pytest.raises(RunFailedError, match="bronze/fred_history rows_accounted") as refused:
            run(HISTORY, small.instance, Progress(disable=True))
    assert "rows were offered and" in str(refused.value)
