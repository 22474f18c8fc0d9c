"""`macro-assets first-load`: a fresh home from nothing to models, before automation acts.

Belongs here: the order of the runs and what of it is there already. Does not belong here: the jobs (defs/automation/jobs.py),
one run (runs.py).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import Progress

from macro_assets.commands import output
from macro_assets.commands.backfill import row
from macro_assets.commands.home import instance, prepare_home, use_home
from macro_assets.commands.runs import Outcome, Work, definitions, run
from macro_assets.defs.partitions import DAILY_VINTAGES
from macro_assets.errors import InvalidInputError
from macro_assets.sources.providers import PROVIDERS

if TYPE_CHECKING:
    import dagster as dg


class Stage(StrEnum):
    """How far a first load goes."""

    HISTORY = "history"
    DERIVED = "derived"
    MODELS = "models"


def stage(name: str) -> Stage:
    """The stage of a name.

    Raises
    ------
    InvalidInputError : no such stage.
    """
    try:
        return Stage(name)
    except ValueError:
        raise InvalidInputError(f"Unknown stage {name!r}.", remedy=f"Available: {', '.join(Stage)}.") from None


def works(through: Stage = Stage.MODELS) -> list[Work]:
    """The runs of a first load, in order."""
    newest = str(DAILY_VINTAGES.get_last_partition_key())
    own = [Work(f"{p.name}_job", p.title, (newest, newest)) for p in PROVIDERS if p.refresh == "own job"]
    stages = {
        Stage.HISTORY: [Work("history_job", "History of every provider"), *own],
        Stage.DERIVED: [Work("derived_job", "Silver to targets")],
        Stage.MODELS: [Work("weekly_training_job", "Walk-forward, models, gate")],
    }
    wanted = list(Stage)[: list(Stage).index(through) + 1]
    return [work for stage in wanted for work in stages[stage]]


def pending(instance: dg.DagsterInstance, through: Stage = Stage.MODELS) -> list[Work]:
    """Runs from the first whose assets are not all there: what follows rests on it."""
    all_works, defs = works(through), definitions()
    first = next((n for n, work in enumerate(all_works) if not _present(work, instance, defs)), len(all_works))
    return all_works[first:]


def _present(work: Work, instance: dg.DagsterInstance, defs: dg.Definitions) -> bool:
    keys = defs.resolve_job_def(work.job).asset_layer.executable_asset_keys
    latest = instance.get_latest_materialization_events(keys)
    return all(latest.get(key) is not None for key in keys)


def load(instance: dg.DagsterInstance, progress: Progress, through: Stage = Stage.MODELS) -> Sequence[Outcome]:
    """Run what is missing, one after the other.

    Raises
    ------
    RunFailedError : a step failed; start again, and what was done is not done twice.
    """
    return [run(work, instance, progress) for work in pending(instance, through)]


def main(home: Path, through: str, *, as_json: bool) -> None:
    """Load a home, in the Dagster instance of the environment where there is one (Compose), else in its own."""
    (use_home if "DAGSTER_HOME" in os.environ else prepare_home)(home)
    with instance() as opened, output.progress(quiet=as_json) as bar:
        outcomes = load(opened, bar, stage(through))
    output.show([row(outcome) for outcome in outcomes], json=as_json)
