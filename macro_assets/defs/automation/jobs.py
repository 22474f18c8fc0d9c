"""Jobs: the daily refresh, the release load, the past, the weekly retraining, the upkeep of the lake.

Belongs here: selections and tags. Does not belong here: when they run (schedules.py, releases.py) and conditions of
single assets (conditions.py).
"""

import dagster as dg

from macro_assets.defs.partitions import DAILY_VINTAGES

FRED_DAILY = dg.AssetSelection.assets(["bronze", "fred_vintages"])
YAHOO_DAILY = dg.AssetSelection.assets(["bronze", "yahoo_bars"])
WORLD_BANK_DAILY = dg.AssetSelection.assets(["bronze", "world_bank_indicators"])
SILVER = dg.AssetSelection.groups("silver")
HISTORY = dg.AssetSelection.assets(
    ["bronze", "fred_history"], ["bronze", "yahoo_history"], ["bronze", "policy_surprises"]
)
DERIVED = dg.AssetSelection.groups("silver", "gold", "features", "treatments", "targets")
MODELS = dg.AssetSelection.groups("models", "registry")
MAINTENANCE = dg.AssetSelection.groups("maintenance")

daily_refresh_job = dg.define_asset_job(
    "daily_refresh_job",
    selection=FRED_DAILY | YAHOO_DAILY | SILVER,
    partitions_def=DAILY_VINTAGES,
    description="Load what FRED and Yahoo published on a day, then rebuild silver. A range of days is one run.",
    tags={"trigger": "daily"},
)
fred_release_job = dg.define_asset_job(
    "fred_release_job",
    selection=FRED_DAILY,
    partitions_def=DAILY_VINTAGES,
    description="Load the series of one FRED release on the day it happens; the next morning completes the day.",
    tags={"trigger": "release"},
)
world_bank_job = dg.define_asset_job(
    "world_bank_job",
    selection=WORLD_BANK_DAILY,
    partitions_def=DAILY_VINTAGES,
    description="Load World Bank indicators; apart from the daily refresh, so that their outages stop nothing else.",
    tags={"trigger": "daily"},
)
history_job = dg.define_asset_job(
    "history_job",
    selection=HISTORY,
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
    fred_release_job,
    world_bank_job,
    history_job,
    derived_job,
    weekly_training_job,
    lake_upkeep_job,
]
