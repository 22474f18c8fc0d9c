"""When an asset from silver on rebuilds itself.

Belongs here: the declarative condition and the sensor that evaluates it. Does not belong here: cron work (jobs.py).
"""

import dagster as dg

from macro_assets.defs.automation.jobs import DERIVED
from macro_assets.defs.automation.switch import SENSORS

Condition = dg.AutomationCondition

CHECKED = Condition.all_checks_match(Condition.check_passed() | Condition.will_be_requested(), blocking_only=True)
TRUSTED = (~Condition.any_deps_match(~Condition.missing() & ~CHECKED)).with_label(
    "every blocking check on what was loaded passed"
)
"""Dagster's `all_deps_blocking_checks_passed`, except that an asset never materialised need not have passed anything:
who loads the past through the history assets alone has no daily partition to check. An asset materialised without its
checks (a subset chosen by hand) is not trusted: nothing is requested until the checks have run and passed. Said with
`any` and two negations, because `all_deps_match` is content when one of a dependency's partitions matches."""

UPDATED_AND_TRUSTED = (
    Condition.any_deps_updated().since_last_handled()
    & TRUSTED
    & ~Condition.in_progress()
    & ~Condition.any_deps_in_progress()
).with_label("a dependency brought something new, every blocking check on the dependencies passed, nothing is running")
"""For consumers of bronze. Without `~any_deps_missing()`: an unpartitioned consumer of daily partitions would wait for
every day since 1980."""

COMPLETE_UPDATED_AND_TRUSTED = (UPDATED_AND_TRUSTED & ~Condition.any_deps_missing()).with_label(
    "as for silver, and every dependency exists"
)
"""From gold on, where no dependency has partitions: a cube needs prices as well as observations."""


def derived_automation() -> dg.AutomationConditionSensorDefinition:
    """One sensor for silver, gold, features, treatments and targets.

    `emit_backfills` bundles what one tick asks for into one run.
    """
    return dg.AutomationConditionSensorDefinition(
        "derived_assets_automation",
        target=DERIVED,
        emit_backfills=True,
        minimum_interval_seconds=30,
        run_tags={"trigger": "new data"},
        default_status=SENSORS,
    )
