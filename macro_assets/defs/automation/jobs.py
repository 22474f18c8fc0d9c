"""Jobs: the daily refresh, the release load, the past, the weekly retraining, the upkeep of the lake.

Belongs here: selections and tags; which provider is part of which job follows from its declaration. Does not belong here:
when they run (schedules.py, releases.py) and conditions of single assets (conditions.py).
"""

from typing import Any

import dagster as dg

from macro_assets.defs.partitions import DAILY_VINTAGES
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS

SILVER = dg.AssetSelection.groups("silver")
DERIVED = dg.AssetSelection.groups("silver", "gold", "features", "treatments", "targets")
MODELS = dg.AssetSelection.groups("models", "registry")
MAINTENANCE = dg.AssetSelection.groups("maintenance")


def selected(*keys: str) -> dg.AssetSelection:
    """Assets by their keys, `layer/name`."""
    return dg.AssetSelection.assets(*(key.split("/") for key in keys))


def _release_job(provider: Provider[Any]) -> Any:
    return dg.define_asset_job(
        f"{provider.name}_release_job",
        selection=selected(provider.table.name),
        partitions_def=DAILY_VINTAGES,
        description=f"Load the series of one release of {provider.title} on the day it happens; the next morning "
        "completes the day.",
        tags={"trigger": "release"},
    )


def _own_job(provider: Provider[Any]) -> Any:
    return dg.define_asset_job(
        f"{provider.name}_job",
        selection=selected(provider.table.name),
        partitions_def=DAILY_VINTAGES,
        description=f"Load {provider.title}; separate from the daily refresh, so that its outages stop nothing else.",
        tags={"trigger": "daily"},
    )


DAILY = tuple(provider for provider in PROVIDERS if provider.refresh == "daily")
daily_refresh_job = dg.define_asset_job(
    "daily_refresh_job",
    selection=selected(*(provider.table.name for provider in DAILY)) | SILVER,
    partitions_def=DAILY_VINTAGES,
    description=f"Load what {' and '.join(provider.title for provider in DAILY)} published on a day, then rebuild silver. "
    "A range of days is one run.",
    tags={"trigger": "daily"},
)
RELEASE_JOBS = {provider.name: _release_job(provider) for provider in PROVIDERS if provider.releases}
OWN_JOBS = {provider.name: _own_job(provider) for provider in PROVIDERS if provider.refresh == "own job"}
history_job = dg.define_asset_job(
    "history_job",
    selection=selected(*(provider.history_key for provider in PROVIDERS if provider.history)),
    description="Load the whole past in a few calls.",
    tags={"trigger": "manual"},
)
derived_job = dg.define_asset_job(
    "derived_job",
    selection=DERIVED,
    description="Rebuild silver, gold, features, treatments and targets.",
)
weekly_training_job = dg.define_asset_job(
    "weekly_training_job",
    selection=MODELS,
    description="Refit every model family and log it as a challenger.",
    tags={"trigger": "weekly"},
)
lake_upkeep_job = dg.define_asset_job(
    "lake_upkeep_job",
    selection=MAINTENANCE,
    description="Compact and vacuum every table of the lake.",
    tags={"trigger": "weekly"},
)
JOBS = [
    daily_refresh_job,
    *RELEASE_JOBS.values(),
    *OWN_JOBS.values(),
    history_job,
    derived_job,
    weekly_training_job,
    lake_upkeep_job,
]
