"""When an asset from silver on rebuilds itself.

Belongs here: the declarative condition and the sensor that evaluates it. Does not belong here: cron work (jobs.py).
"""

import os

import dagster as dg

from macro_assets.defs.automation.jobs import DERIVED

UPDATED_AND_TRUSTED = (
    dg.AutomationCondition.any_deps_updated().since_last_handled()
    & dg.AutomationCondition.all_deps_blocking_checks_passed()
    & ~dg.AutomationCondition.in_progress()
    & ~dg.AutomationCondition.any_deps_in_progress()
).with_label("a dependency brought something new, every blocking check on the dependencies passed, nothing is running")
"""Without `~any_deps_missing()`: an unpartitioned consumer of daily partitions would wait for every day since 1980."""


def derived_automation() -> dg.AutomationConditionSensorDefinition:
    """One sensor for silver, gold, features, treatments and targets.

    `emit_backfills` bundles what one tick asks for into one run. Running from the start when
    `DAGSTER_AUTOMATION=on` (the compose file sets it), else switched on in the UI.
    """
    running = os.environ.get("DAGSTER_AUTOMATION") == "on"
    return dg.AutomationConditionSensorDefinition(
        "derived_assets_automation", target=DERIVED, emit_backfills=True, minimum_interval_seconds=30,
        run_tags={"trigger": "new data"},
        default_status=dg.DefaultSensorStatus.RUNNING if running else dg.DefaultSensorStatus.STOPPED,
    )
