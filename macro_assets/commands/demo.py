"""`macro-assets demo`: the whole pipeline once, from providers to models, and a report of the results.

Belongs here: the order of the runs. Does not belong here: the report (report.py), one run (runs.py).
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from macro_assets.commands import report
from macro_assets.commands.home import instance
from macro_assets.commands.living import sandbox_home
from macro_assets.commands.runs import Outcome, Work, definitions, processes, run_chains
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS

if TYPE_CHECKING:
    import dagster as dg

DAILY_TAIL_DAYS = 30
WALK_FORWARD_ORIGINS = 4
DERIVED = ("gold", "features", "treatments", "targets")
COMPLETION, REGIME_VALIDATION = "evaluation/missing_origins", "evaluation/regime_validation"
TITLE = 42  # characters of a bar's title
Nodes = dict[str, Any]  # of the asset graph, by asset key
Chain = list[Work]  # runs that follow each other; the chains of a stage run side by side


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
        TextColumn(f"{{task.description:{TITLE}}}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def _runs(today: date, opened: dg.DagsterInstance, progress: Progress) -> list[Outcome]:
    with processes(2) as pool:
        return [outcome for chains in stages(today) for outcome in run_chains(chains, pool, opened, progress)]


def stages(today: date) -> list[list[Chain]]:
    """What the demo runs, in order: history, the last days as partitions, what derives from them, models, upkeep.

    Everything above bronze is found in the asset graph: a new asset of these layers is part of the demo.
    """
    nodes = {node.key.to_user_string(): node for node in definitions().resolve_asset_graph().asset_nodes}
    tail = today - timedelta(days=DAILY_TAIL_DAYS - 1)
    days = (tail.isoformat(), today.isoformat())
    return [
        _history(tail - timedelta(days=1), days),
        [[Work("daily_refresh_job", f"Last {DAILY_TAIL_DAYS} vintage days", days)], _validation()],
        [[work] for work in _derived(nodes)],
        _models(nodes),
        [[Work("lake_upkeep_job", "Upkeep of the lake"), *_watching()]],
    ]


def _history(last: date, days: tuple[str, str]) -> list[Chain]:
    """What was published up to a day. The provider listed first takes longest and has a chain of its own."""
    first, *others = [provider for provider in PROVIDERS if provider.history]
    own = [Work(f"{p.name}_job", p.title, days) for p in PROVIDERS if p.refresh == "own job"]
    return [[_past((first,), last)], [_past(tuple(others), last), *own]]


def _past(providers: tuple[Provider[Any], ...], last: date) -> Work:
    """One run of the history assets of some providers."""
    config = {"config": {"through": last.isoformat()}}
    ops = {p.history_key.replace("/", "__"): config for p in providers if p.window}
    title = shorten(f"History of {', '.join(p.title for p in providers)}", TITLE, placeholder=" ...")
    return Work("history_job", title, None, {"ops": ops}, tuple(p.history_key for p in providers))


def _watching() -> Chain:
    """What a person looks at every morning: days that are missing, and what is broken."""
    return [Work("coverage_job", "Days that are missing"), Work("broken_now_job", "What is broken now")]


def _validation() -> Chain:
    """The effect engine on simulated truths. It reads no table, so it runs while the last days are loaded."""
    return [Work("__ASSET_JOB", "Coverage on known truths", selection=("evaluation/causal_validation",))]


def _derived(nodes: Nodes) -> list[Work]:
    """What derives from silver: the largest group of tables that need nothing of the others, and all others."""
    largest, *others = _independent(DERIVED, nodes)
    rest = tuple(key for group in others for key in group)
    return [
        Work("derived_job", "Months: cube, features, shocks", selection=largest),
        Work("derived_job", "Quarters, revised values, targets", selection=rest),
    ]


def _models(nodes: Nodes) -> list[Chain]:
    """A chain per group of models that need nothing of each other, after the walk-forwards that its gate reads."""
    chains = []
    for group in _independent(("models", "registry"), nodes):
        parents = {parent.to_user_string() for key in group for parent in nodes[key].parent_keys}
        title = shorten(f"Models: {', '.join(key.partition('/')[2] for key in group)}", TITLE, placeholder=" ...")
        judged = any(key.startswith("evaluation/") for key in parents)
        walks = [*walk_forwards(nodes), _completion(nodes)] if judged else []
        chains.append([*walks, Work("weekly_training_job", title, selection=group)])
    return [*chains, [Work("weekly_training_job", "Regimes beside their rivals", selection=(REGIME_VALIDATION,))]]


def _completion(nodes: Nodes) -> Work:
    """The weekly step that completes the walk-forward, from where the demo has every origin."""
    first = max(work.keys[0] for work in walk_forwards(nodes) if work.keys)
    config = {"ops": {COMPLETION.replace("/", "__"): {"config": {"first": first}}}}
    return Work("weekly_training_job", "Walk-forward, nothing missing", None, config, (COMPLETION,))


def _independent(layers: tuple[str, ...], nodes: Nodes) -> list[tuple[str, ...]]:
    """Groups of assets of layers of which none needs one of another group, largest first; what one function makes stays together."""
    keys = [key for key in sorted(nodes) if key.partition("/")[0] in layers]
    groups = [{key} for key in keys]
    for key in keys:
        siblings = {entity.to_user_string() for entity in nodes[key].execution_set_entity_keys}
        linked = ({key} | siblings | {parent.to_user_string() for parent in nodes[key].parent_keys}) & set(keys)
        joined = [group for group in groups if group & linked]
        groups = [group for group in groups if not group & linked] + [set().union(*joined)]
    return sorted((tuple(sorted(group)) for group in groups), key=len, reverse=True)


def walk_forwards(nodes: Nodes) -> list[Work]:
    """The newest origins of every partitioned evaluation asset: its partitions are as-of dates."""
    works = []
    for name, node in sorted(nodes.items()):
        if name.startswith("evaluation/") and node.partitions_def is not None:
            keys = node.partitions_def.get_partition_keys()[-WALK_FORWARD_ORIGINS:]
            title = f"Walk-forward, last {len(keys)} {name.rsplit('_', 1)[-1]} origins"
            works.append(Work("__ASSET_JOB", title, (keys[0], keys[-1]), selection=(name,)))
    return works
