"""When an asset counts as stale, by the cadence at which its content really changes.

Belongs here: one policy a group, and one a cadence that providers declare. Does not belong here: staleness of single
series (checks/silver.py knows the release calendar).
"""

from datetime import timedelta

import dagster as dg

from macro_assets.sources.providers import PROVIDERS

NEW_YORK = "America/New_York"

EVERY_MORNING = dg.FreshnessPolicy.cron(
    deadline_cron="0 9 * * *", lower_bound_delta=timedelta(hours=9), timezone=NEW_YORK
)
EVERY_DAY = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=26), warn_window=timedelta(hours=25))
EVERY_WEEK = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=9), warn_window=timedelta(days=8))
EVERY_MONTH = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=40), warn_window=timedelta(days=35))
EVERY_QUARTER = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=105), warn_window=timedelta(days=100))
EVERY_YEAR = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=400), warn_window=timedelta(days=380))

BY_GROUP = {
    "silver": EVERY_MORNING,
    "gold": EVERY_MORNING,
    "features": EVERY_MORNING,
    "treatments": EVERY_MORNING,
    "targets": EVERY_MORNING,
    "models": EVERY_WEEK,
    "evaluation": EVERY_WEEK,
    "registry": EVERY_WEEK,
    "maintenance": EVERY_WEEK,
    "monitoring": EVERY_DAY,
}
BY_CADENCE = {"day": EVERY_MORNING, "week": EVERY_WEEK, "year": EVERY_YEAR}
BY_KEY = {provider.table.name: BY_CADENCE[provider.cadence] for provider in PROVIDERS} | {
    "evaluation/causal_validation": EVERY_MONTH,
    "evaluation/recession_walk_forward_monthly": EVERY_MONTH,
    "evaluation/recession_walk_forward_quarterly": EVERY_QUARTER,
}
"""A walk-forward gets a partition when a period has ended; the weekly step that adds it is due every week."""


def with_freshness(spec: dg.AssetSpec) -> dg.AssetSpec:
    """The spec with the policy of its key, else of its group; unchanged where neither has one."""
    policy = BY_KEY.get(spec.key.to_user_string()) or BY_GROUP.get(spec.group_name or "")
    return spec if policy is None else spec.replace_attributes(freshness_policy=policy)
