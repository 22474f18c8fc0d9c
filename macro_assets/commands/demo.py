"""`macro-assets demo`: everything once, from providers to models, and what a user wants to see of it.

Belongs here: the order of the runs. Does not belong here: what is printed (report.py), the runs themselves (running.py).
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from macro_assets.commands import report
from macro_assets.commands.home import instance, world
from macro_assets.commands.running import Outcome, definitions, run_job

DAILY_TAIL_DAYS = 30
WALK_FORWARD_ORIGINS = 12


def run(home: Path, archive: Path | None, seed: int, today: date | None) -> dict[str, Any]:
    """Run the demo in a home and print its report.

    Returns
    -------
    The report's figures: rows per table, effects, failed placebos, regime, recession probability, checks.

    Raises
    ------
    RunFailedError : a step failed. InvalidInputError : the home holds another world's data.
    """
    console, began = Console(), time.monotonic()
    source = f"recorded data in {archive}" if archive else f"the simulated economy (seed {seed})"
    console.print(f"[bold]macro-assets demo[/] on {source}; home {home}")
    with world(home, archive, seed, today) as (day, truth), instance() as opened, progress_bar(console) as progress:
        outcomes = _runs(day, opened, progress)
        progress.stop()
        figures = report.gather(outcomes, day, truth, home) | {"seconds": round(time.monotonic() - began, 1)}
        report.show(figures, console)
    return figures


def progress_bar(console: Console) -> Progress:
    return Progress(TextColumn("{task.description:42}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                    console=console)


def _runs(today: date, opened: Any, progress: Progress) -> list[Outcome]:
    """The past through the history assets, the last days as partitions, then everything that follows from them."""
    tail = today - timedelta(days=DAILY_TAIL_DAYS - 1)
    through = {"config": {"through": (tail - timedelta(days=1)).isoformat()}}
    days = (tail.isoformat(), today.isoformat())
    outcomes = [
        run_job("history_job", opened, progress, "Published so far: FRED, Yahoo, shocks",
                config={"ops": {"bronze__fred_history": through, "bronze__yahoo_history": through}}),
        run_job("world_bank_job", opened, progress, "World Bank indicators", keys=days),
        run_job("daily_refresh_job", opened, progress, f"Last {DAILY_TAIL_DAYS} vintage days", keys=days),
        run_job("derived_job", opened, progress, "Silver, gold, features, shocks, targets"),
        run_job("weekly_training_job", opened, progress, "Models"),
    ]
    return outcomes + [_walk_forward(asset, opened, progress) for asset in walk_forwards()]


def walk_forwards() -> list[str]:
    """Partitioned evaluation assets: their partitions are as-of dates."""
    graph = definitions().resolve_asset_graph()
    return sorted(node.key.to_user_string() for node in graph.asset_nodes
                  if node.key.path[0] == "evaluation" and node.partitions_def is not None)


def _walk_forward(asset: str, opened: Any, progress: Progress) -> Outcome:
    import dagster as dg

    node = definitions().resolve_asset_graph().get(dg.AssetKey(asset.split("/")))
    keys = node.partitions_def.get_partition_keys()[-WALK_FORWARD_ORIGINS:]
    return run_job("__ASSET_JOB", opened, progress, f"{asset}, last {len(keys)} origins", keys=(keys[0], keys[-1]),
                   selection=[asset])
