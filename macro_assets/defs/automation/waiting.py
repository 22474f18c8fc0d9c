"""What waits for the past: jobs that would fail on a home without history say so instead of failing.

Belongs here: the question whether what a job reads exists. Does not belong here: assets that rebuild themselves
(conditions.py).
"""

from collections.abc import Callable

import dagster as dg

__all__ = ["once_built", "unbuilt"]


def unbuilt(job: dg.JobDefinition, instance: dg.DagsterInstance) -> list[str]:
    """Keys that a job reads, does not make, and nobody has made yet. Walk-forwards may be empty: the job fills them."""
    layer = job.asset_layer
    own = set(layer.executable_asset_keys)
    read = {parent for key in own for parent in layer.get(key).parent_keys} - own
    read = {key for key in read if key.path[0] != "evaluation"}
    latest = instance.get_latest_materialization_events(read)
    return sorted(key.to_user_string() for key in read if latest.get(key) is None)


def once_built(job_name: str) -> Callable[[dg.ScheduleEvaluationContext], dg.RunRequest | dg.SkipReason]:
    """Function of a schedule: a run, or the reason to wait."""

    def request(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        assert context.repository_def is not None, "a schedule is evaluated in its code location"
        absent = unbuilt(context.repository_def.get_job(job_name), context.instance)
        if not absent:
            return dg.RunRequest()
        return dg.SkipReason(
            f"Waiting for history: {', '.join(absent)} not materialised yet. Start history_job, then derived_job."
        )

    return request
