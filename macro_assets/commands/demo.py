"""`macro-assets demo`: the whole pipeline once, from providers to models, and a report of the results.

Belongs here: the order of the runs. Does not belong here: the report (report.py), one run (runs.py).
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from macro_assets.commands import report
from macro_assets.commands.home import instance, sandbox_home
from macro_assets.commands.runs import Outcome, Work, definitions, processes, run_chains

DAILY_TAIL_DAYS = 30
WALK_FORWARD_ORIGINS = 4
DERIVED = ("gold", "features", "treatments", "targets")
EFFECTS_AND_REGIMES = ("models/causal_effects", "models/effect_heterogeneity", "models/regime_classifier")


def run(home: Path, archive: Path | None, seed: int, today: date | None) -> dict[str, Any]:
    """Run the demo in a home and print its report.

    Returns
    -------
    The report's figures: rows per table, effects, failed placebos, regime, recession probability, checks.

    Raises
    ------
    RunFailedError : a step failed. InvalidInputError : the home holds data of another source.
    """
    console, began = report.console(), time.monotonic()
    source = f"recorded data in {archive}" if archive else f"the simulated economy (seed {seed})"
    console.print(f"[bold]macro-assets demo[/] on {source}; home {home}")
    with (
        sandbox_home(home, archive, seed, today) as (day, truth),
        instance() as opened,
        progress_bar(console) as progress,
    ):
        outcomes = _runs(day, opened, progress)
        progress.stop()
        figures = report.gather(outcomes, day, truth, home) | {"seconds": round(time.monotonic() - began, 1)}
        report.show(figures, console)
    return figures


def progress_bar(console: Console) -> Progress:
    """A bar per run that counts its finished assets."""
    return Progress(
        TextColumn("{task.description:42}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )


def _runs(today: date, opened: Any, progress: Progress) -> list[Outcome]:
    """The past through the history assets, the last days as partitions, then everything that follows from them."""
    tail = today - timedelta(days=DAILY_TAIL_DAYS - 1)
    through = {"config": {"through": (tail - timedelta(days=1)).isoformat()}}
    days = (tail.isoformat(), today.isoformat())
    stages = (
        _published_before(through, days),
        [[Work("daily_refresh_job", f"Last {DAILY_TAIL_DAYS} vintage days", days)], [_validation()]],
        [[work] for work in _derived()],
        [_effects_and_regimes(), _recessions()],
        [[Work("lake_upkeep_job", "Upkeep of the lake")]],
    )
    with processes(2) as pool:
        return [outcome for chains in stages for outcome in run_chains(chains, pool, opened, progress)]


def _published_before(through: dict[str, Any], days: tuple[str, str]) -> list[list[Work]]:
    """What was published before the days that are loaded as partitions: FRED, the longest, and all others beside it."""
    fred, yahoo, surprises = "bronze/fred_history", "bronze/yahoo_history", "bronze/policy_surprises"
    rest = Work("history_job", "Yahoo before those days, shocks", None, _configured(yahoo, through), (yahoo, surprises))
    return [
        [Work("history_job", "FRED, published before the last days", None, _configured(fred, through), (fred,))],
        [rest, Work("world_bank_job", "World Bank indicators", days)],
    ]


def _configured(key: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"ops": {key.replace("/", "__"): config}}


def _effects_and_regimes() -> list[Work]:
    return [Work("weekly_training_job", "Regimes, effects, how they vary", selection=EFFECTS_AND_REGIMES)]


def _recessions() -> list[Work]:
    """Walk-forward of the last origins, the models of today, the gate."""
    models = tuple(sorted(set(_keys("models", "registry")) - set(EFFECTS_AND_REGIMES)))
    return [*walk_forwards(), Work("weekly_training_job", "Recession models and their gate", selection=models)]


def _validation() -> Work:
    """The effect engine on simulated truths: it rests on no table, so it runs beside the loading of the last days."""
    return Work("__ASSET_JOB", "Coverage on known truths", selection=("evaluation/causal_validation",))


def _derived() -> list[Work]:
    """What derives from silver, which the daily refresh has just made: the largest group of tables, and the others."""
    largest, *others = sorted(_separate(_keys(*DERIVED)), key=len, reverse=True)
    rest = tuple(key for group in others for key in group)
    return [
        Work("derived_job", "Months: cube, features, shocks", selection=largest),
        Work("derived_job", "Quarters, revised values, targets", selection=rest),
    ]


def _separate(keys: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Groups of assets of which none rests on one of another group."""
    nodes = {node.key.to_user_string(): node for node in definitions().resolve_asset_graph().asset_nodes}
    groups = [{key} | ({parent.to_user_string() for parent in nodes[key].parent_keys} & set(keys)) for key in keys]
    for key in keys:
        joined = [group for group in groups if key in group]
        groups = [group for group in groups if key not in group] + [set().union(*joined)]
    return [tuple(sorted(group)) for group in groups]


def _keys(*layers: str) -> tuple[str, ...]:
    graph = definitions().resolve_asset_graph()
    return tuple(sorted(n.key.to_user_string() for n in graph.asset_nodes if n.key.path[0] in layers))


def walk_forwards() -> list[Work]:
    """The newest origins of every partitioned evaluation asset: its partitions are as-of dates."""
    found = []
    for node in definitions().resolve_asset_graph().asset_nodes:
        if node.key.path[0] == "evaluation" and node.partitions_def is not None:
            name, keys = node.key.to_user_string(), node.partitions_def.get_partition_keys()[-WALK_FORWARD_ORIGINS:]
            title = f"Walk-forward, last {len(keys)} {name.rsplit('_', 1)[-1]} origins"
            found.append(Work("__ASSET_JOB", title, (keys[0], keys[-1]), selection=(name,)))
    return sorted(found, key=lambda work: work.selection)
