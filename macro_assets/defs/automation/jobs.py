"""Jobs: the daily refresh, the release load, the past, the weekly retraining, the upkeep of the lake.

Belongs here: selections and tags; which provider is part of which job follows from its declaration. Does not belong here:
when they run (schedules.py, releases.py) and conditions of single assets (conditions.py).
"""

from collections.abc import Iterable
from typing import Any

import dagster as dg

from macro_assets.defs.partitions import DAILY_VINTAGES
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables.coverage import COVERAGE
from macro_assets.tables.quarantine import QUARANTINE, QUARANTINE_DECISIONS

SILVER = dg.AssetSelection.groups("silver")
DERIVED = dg.AssetSelection.groups("silver", "gold", "features", "treatments", "targets")
MODELS = dg.AssetSelection.groups("models", "registry")
MISSING_ORIGINS, VALIDATION = "evaluation/missing_origins", "evaluation/causal_validation"
REGIME_VALIDATION = "evaluation/regime_validation"
SET_ASIDE = (QUARANTINE.name, QUARANTINE_DECISIONS.name)
MAINTENANCE = dg.AssetSelection.groups("maintenance")
STATED, PUBLISHED = "bronze/series_facts", "bronze/release_days"


def selected(*keys: str) -> dg.AssetSelection:
    """Assets by their keys, `layer/name`."""
    return dg.AssetSelection.assets(*(key.split("/") for key in keys))


def _job(name: str, selection: dg.AssetSelection, description: str, *, trigger: str = "", daily: bool = False) -> Any:
    return dg.define_asset_job(
        name,
        selection=selection,
        partitions_def=DAILY_VINTAGES if daily else None,
        description=description,
        tags={"trigger": trigger} if trigger else None,
    )


DAILY = tuple(provider for provider in PROVIDERS if provider.refresh == "daily")
daily_refresh_job = _job(
    "daily_refresh_job",
    selected(*(provider.table.name for provider in DAILY), STATED, PUBLISHED, *SET_ASIDE) | SILVER,
    f"Load what {' and '.join(provider.title for provider in DAILY)} published on a day, then rebuild silver. "
    "A range of days is one run.",
    trigger="daily",
    daily=True,
)


def _jobs(
    providers: Iterable[Provider[Any]], ending: str, about: str, *, trigger: str, whole: bool = False
) -> dict[str, Any]:
    """A job a provider, by its name. about : its description, with {title}. whole : it loads the past, not days."""
    return {
        one.name: _job(
            f"{one.name}{ending}",
            selected(one.history_key if whole else one.table.name),
            about.format(title=one.title),
            trigger=trigger,
            daily=not whole,
        )
        for one in providers
    }


RELEASE_JOBS = _jobs(
    (provider for provider in PROVIDERS if provider.releases),
    "_release_job",
    "Load the series of one release of {title} on the day it happens; the next morning completes the day.",
    trigger="release",
)
OWN_JOBS = _jobs(
    (provider for provider in PROVIDERS if provider.refresh == "own job"),
    "_job",
    "Load {title}; separate from the daily refresh, so that its outages stop nothing else.",
    trigger="daily",
)
WEEKLY_JOBS = _jobs(
    (provider for provider in PROVIDERS if provider.refresh == "weekly"),
    "_job",
    "Load {title} as a whole: files that their authors extend now and then.",
    trigger="weekly",
    whole=True,
)
PASTS = selected(*(provider.history_key for provider in PROVIDERS if provider.history), STATED, PUBLISHED)
history_job = _job("history_job", PASTS, "Load the whole past in a few calls.", trigger="manual")
coverage_job = _job("coverage_job", selected(COVERAGE.name), "Show which vintage days are missing, and check it.")
derived_job = _job("derived_job", DERIVED, "Rebuild silver, gold, features, treatments and targets.")
weekly_training_job = _job(
    "weekly_training_job",
    selected(MISSING_ORIGINS, REGIME_VALIDATION) | MODELS,
    "Complete the walk-forward, refit every model family as a challenger, apply the promotion gate, train stage 2 on the "
    "champion, and score the regimes: in this order, which is that of the assets.",
    trigger="weekly",
)
validation_job = _job(
    "validation_job", selected(VALIDATION), "Score the effect engine on known truths.", trigger="monthly"
)
broken_now_job = _job(
    "broken_now_job", dg.AssetSelection.groups("monitoring"), "Write down what is broken now.", trigger="daily"
)
lake_upkeep_job = _job("lake_upkeep_job", MAINTENANCE, "Compact and vacuum every table of the lake.", trigger="weekly")
JOBS = [
    daily_refresh_job,
    *RELEASE_JOBS.values(),
    *OWN_JOBS.values(),
    *WEEKLY_JOBS.values(),
    history_job,
    coverage_job,
    derived_job,
    weekly_training_job,
    validation_job,
    broken_now_job,
    lake_upkeep_job,
]
