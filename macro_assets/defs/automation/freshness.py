"""When an asset counts as stale, by the cadence at which its content really changes.

Belongs here: one policy a group. Does not belong here: staleness of single series (checks/bronze.py knows the release
calendar).
"""

from datetime import timedelta

import dagster as dg

NEW_YORK = "America/New_York"

EVERY_MORNING = dg.FreshnessPolicy.cron(
    deadline_cron="0 9 * * *", lower_bound_delta=timedelta(hours=9), timezone=NEW_YORK
)
EVERY_WEEK = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=9), warn_window=timedelta(days=8))
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
}
BY_KEY = {
    "bronze/fred_vintages": EVERY_MORNING,
    "bronze/yahoo_bars": EVERY_MORNING,
    "bronze/world_bank_indicators": EVERY_WEEK,
    "bronze/policy_surprises": EVERY_YEAR,
}


def with_freshness(spec: dg.AssetSpec) -> dg.AssetSpec:
    policy = BY_KEY.get(spec.key.to_user_string()) or BY_GROUP.get(spec.group_name or "")
    return spec if policy is None else spec.replace_attributes(freshness_policy=policy)
