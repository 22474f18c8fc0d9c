"""Backfills from the command line: the same range runs that the Dagster UI launches.

Belongs here: splitting a range by the asset's backfill policy. Does not belong here: what a partition loads.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from macro_assets.commands.running import Outcome, definitions, run_job
from macro_assets.errors import InvalidInputError

if TYPE_CHECKING:
    import dagster as dg
    from rich.progress import Progress

JOB = "__ASSET_JOB"


def backfill(asset: str, first: date, last: date, instance: dg.DagsterInstance, progress: Progress,
             config: dict[str, Any] | None = None) -> list[Outcome]:
    """Materialise the partitions of one asset whose windows start in [first, last], in runs of its policy's size.

    Raises
    ------
    InvalidInputError : the asset does not exist, has no partitions, or none in the range.
    """
    import dagster as dg

    graph = definitions().resolve_asset_graph()
    key = dg.AssetKey(asset.split("/"))
    if not graph.has(key):
        raise InvalidInputError(f"there is no asset {asset}.", remedy=f"Choose one of {_partitioned(graph)}.")
    node = graph.get(key)
    if node.partitions_def is None:
        raise InvalidInputError(f"{asset} has no partitions.", remedy="Materialise it whole, in the Dagster UI.")
    keys = [k for k in node.partitions_def.get_partition_keys() if first <= date.fromisoformat(k) <= last]
    if not keys:
        raise InvalidInputError(f"{asset} has no partition between {first} and {last}.")
    size = node.backfill_policy.max_partitions_per_run if node.backfill_policy else 1
    runs = [keys[i : i + (size or len(keys))] for i in range(0, len(keys), size or len(keys))]
    return [
        run_job(JOB, instance, progress, f"{asset} {chunk[0]} to {chunk[-1]}", keys=(chunk[0], chunk[-1]),
                selection=[asset], config=config)
        for chunk in runs
    ]


def _partitioned(graph: Any) -> str:
    return ", ".join(sorted(node.key.to_user_string() for node in graph.asset_nodes if node.partitions_def))
