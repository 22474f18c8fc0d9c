"""Backfills from the command line: the same range runs that the Dagster UI launches.

Belongs here: splitting a range by the asset's backfill policy. Does not belong here: what a partition loads.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from macro_assets.commands.runs import Outcome, Work, definitions, run
from macro_assets.errors import InvalidInputError

if TYPE_CHECKING:
    import dagster as dg
    from rich.progress import Progress

JOB = "__ASSET_JOB"


def backfill(
    asset: str,
    first: date,
    last: date,
    instance: dg.DagsterInstance,
    progress: Progress,
    config: dict[str, Any] | None = None,
) -> list[Outcome]:
    """Materialise the partitions of one asset whose windows start in [first, last], in runs of its policy's size.

    Raises
    ------
    InvalidInputError : the asset does not exist, has no partitions, or none in the range.
    """
    import dagster as dg

    graph = definitions().resolve_asset_graph()
    key = dg.AssetKey(asset.split("/"))
    if not graph.has(key):
        raise InvalidInputError(f"Unknown asset '{asset}'.", remedy=f"Available: {_partitioned(graph)}.")
    node = graph.get(key)
    if node.partitions_def is None:
        raise InvalidInputError(f"Asset {asset} has no partitions.", remedy="Materialise it in the Dagster UI.")
    keys = [k for k in node.partitions_def.get_partition_keys() if first <= date.fromisoformat(k) <= last]
    if not keys:
        valid = node.partitions_def.get_partition_keys()
        raise InvalidInputError(
            f"Asset {asset} has no partition between {first} and {last}.",
            remedy=f"Its partitions run from {valid[0]} to {valid[-1]}." if valid else None,
        )
    size = node.backfill_policy.max_partitions_per_run if node.backfill_policy else 1
    runs = portions(keys, size)
    title = f"{asset} {{0}} to {{1}}"
    works = [Work(JOB, title.format(c[0], c[-1]), (c[0], c[-1]), selection=(asset,), config=config or {}) for c in runs]
    return [run(work, instance, progress) for work in works]


def portions(keys: Sequence[str], size: int | None) -> list[Sequence[str]]:
    """Keys in order, at most `size` in each portion; all in one where there is no limit."""
    step = size or len(keys)
    return [keys[first : first + step] for first in range(0, len(keys), step)]


def row(outcome: Outcome) -> dict[str, Any]:
    """One run as a row of output."""
    failed = [f"{check['asset']} {check['check']}" for check in outcome.checks if not check["passed"]]
    assets = ", ".join(outcome.assets)
    return {"run": outcome.run_id, "assets": assets, "checks": len(outcome.checks), "failed": ", ".join(failed)}


def _partitioned(graph: Any) -> str:
    return ", ".join(sorted(node.key.to_user_string() for node in graph.asset_nodes if node.partitions_def))
