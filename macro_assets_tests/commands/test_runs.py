"""A run as the command line watches it: steps are counted by asset, and a refusal names the rows it is about."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from rich.progress import Progress

from macro_assets.commands.runs import RunFailedError, Work, run
from macro_assets.sandbox import SandboxServer
from macro_assets_tests.defs.house import World, archive

ONLY = {"ops": {"bronze__fred_history": {"config": {"series": ["UNRATE"]}}}}
HISTORY = Work("__ASSET_JOB", "history", config=ONLY, selection=("bronze/fred_history",))


def test_a_bar_counts_assets_not_their_checks(small: World) -> None:
    bars = Progress(disable=True)
    with small.entered():
        outcome = run(HISTORY, small.instance, bars)
    assert outcome.assets == ["bronze/fred_history"]
    assert outcome.checks, "checks ran too"
    assert [(bar.completed, bar.total) for bar in bars.tasks] == [(1, 1)]


def test_a_run_stopped_by_a_check_says_which_values_and_bounds(tmp_path: Path) -> None:
    sound = archive()
    at = pc.and_(pc.equal(sound.observations["series_id"], "UNRATE"),
                 pc.equal(sound.observations["date"], date(2012, 3, 1)))  # fmt: skip
    values = pc.if_else(at, pa.scalar(812.0), sound.observations["value"])
    place = sound.observations.schema.get_field_index("value")
    damaged = replace(sound, observations=sound.observations.set_column(place, "value", values))
    with SandboxServer(damaged, today=date(2012, 6, 29)) as sandbox, dg.DagsterInstance.ephemeral() as instance:
        loaded = World(sandbox, tmp_path, instance)
        with loaded.entered(), pytest.raises(RunFailedError) as refused:
            run(HISTORY, instance, Progress(disable=True))
    text = str(refused.value)
    assert "bronze/fred_history plausible_bounds" in text
    assert "2012-03-01" in text
    assert "812" in text
