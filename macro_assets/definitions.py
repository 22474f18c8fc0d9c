"""The code location: every asset, check, job, schedule and sensor, with house rules mapped over all.

Belongs here: gathering. Does not belong here: any definition (macro_assets/defs).
"""

from functools import cache
from typing import TYPE_CHECKING

import dagster as dg

from macro_assets.defs import (
    bronze,
    checks,
    descriptions,
    evaluation,
    features,
    gold,
    maintenance,
    models,
    monitoring,
    registry,
    silver,
)
from macro_assets.defs.automation import alerts, conditions, freshness, jobs, releases, rules, schedules, simulated_time
from macro_assets.defs.bronze.providers import NODES
from macro_assets.defs.resources import resources

if TYPE_CHECKING:
    from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

OWNER = "team:macro-research"
REBUILT_ON_NEW_DATA = {"silver": conditions.UPDATED_AND_TRUSTED} | dict.fromkeys(
    ("gold", "features", "treatments", "targets"), conditions.COMPLETE_UPDATED_AND_TRUSTED
)
PACKAGES = (bronze, silver, gold, features, models, evaluation, registry, monitoring, maintenance)


def with_house_rules(spec: dg.AssetSpec) -> dg.AssetSpec:
    """Owner, layer tag, freshness and derived description for all; the automation condition for what rebuilds itself."""
    group = spec.group_name or ""
    spec = spec.replace_attributes(owners=[OWNER], tags={**spec.tags, "layer": group})
    if group in REBUILT_ON_NEW_DATA:
        spec = spec.replace_attributes(automation_condition=REBUILT_ON_NEW_DATA[group])
    return descriptions.with_facts(freshness.with_freshness(spec))


@cache
def asset_graph() -> "AssetGraph":
    """Every asset and check of the code location, for assets that look at the others."""
    return defs().resolve_asset_graph()


@dg.definitions
def defs() -> dg.Definitions:
    """Everything of the code location."""
    gathered = dg.Definitions(
        assets=[*NODES, *(asset for package in PACKAGES for asset in dg.load_assets_from_package_module(package))],
        asset_checks=dg.load_asset_checks_from_package_module(checks),
        jobs=[*jobs.JOBS, rules.quarantine_validation_job, *simulated_time.jobs()],
        schedules=schedules.SCHEDULES,
        sensors=[
            *releases.SENSORS_OF_RELEASES,
            *alerts.SENSORS_OF_ALERTS,
            conditions.derived_automation(),
            *simulated_time.sensors(),
        ],
        resources=resources() | {"asset_graph": dg.ResourceDefinition.hardcoded_resource(asset_graph)},
        executor=dg.in_process_executor,
    )
    return gathered.map_asset_specs(func=with_house_rules)
