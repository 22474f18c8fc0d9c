"""When an asset from silver on rebuilds itself.

Belongs here: the declarative condition and the sensor that evaluates it. Does not belong here: cron work (jobs.py).
"""

from functools import reduce
from operator import and_

import dagster as dg

from macro_assets.defs.automation.jobs import DERIVED
from macro_assets.defs.automation.switch import SENSORS
from macro_assets.sources.providers import PROVIDERS

Condition = dg.AutomationCondition

HISTORIES = tuple(provider.history_key for provider in PROVIDERS if provider.window and provider.history)
CHECKED = Condition.all_checks_match(Condition.check_passed() | Condition.will_be_requested(), blocking_only=True)
FAILED = Condition.any_checks_match(Condition.check_failed(), blocking_only=True)
UNTRUSTED = (
    (
        Condition.newly_updated()
        | FAILED
        | (Condition.initial_evaluation() & ~Condition.missing() & ~Condition.execution_failed())
    )
    .since(CHECKED)
    .with_label("brought something that its blocking checks have not passed")
)
TRUSTED = (~Condition.any_deps_match(UNTRUSTED)).with_label("every blocking check on what was loaded passed")
"""Dagster's `all_deps_blocking_checks_passed`, but about what was loaded, not about what was tried. A run that fails before
it loads anything leaves its checks planned for ever: what was there before is as trusted as before, and a check that had
failed still stands. An asset materialised without its checks (a subset chosen by hand) is not trusted until they have run
and passed. On a sensor's first tick the state of the checks decides, except of an asset whose last run failed."""

UPDATED_AND_TRUSTED = (
    Condition.any_deps_updated().since_last_handled()
    & TRUSTED
    & ~Condition.in_progress()
    & ~Condition.any_deps_in_progress()
).with_label("a dependency brought something new, every blocking check on the dependencies passed, nothing is running")
"""For consumers of bronze. Without `~any_deps_missing()`: an unpartitioned consumer of daily partitions would wait for
every day since 1980."""


def _history_loaded() -> dg.AutomationCondition[dg.AssetKey]:
    loaded = [~Condition.asset_matches(dg.AssetKey(key.split("/")), Condition.missing()) for key in HISTORIES]
    every = reduce(and_, loaded)
    return (every | ~Condition.missing()).with_label("history is loaded, or the asset was built before")


COMPLETE_UPDATED_AND_TRUSTED = (UPDATED_AND_TRUSTED & ~Condition.any_deps_missing() & _history_loaded()).with_label(
    "as for silver, every dependency exists, and history is loaded"
)
"""From gold on, where no dependency has partitions: a cube needs prices as well as observations. The first releases of a
fresh home are too few for features and targets: the first build waits for `history_job`. Whoever loads the past as daily
partitions instead runs `derived_job` once; from then on everything follows by itself."""


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
