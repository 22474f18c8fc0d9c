"""Checks on tables of effects: as declared, labels that a tier allows, samples that end in time, variation by the rule.

Belongs here: thin checks over causal/quality.py. The belief checks of single cells are evaluated by
models/causal_effects itself.
"""

from typing import TYPE_CHECKING

import pyarrow as pa

from macro_assets.defs.checks.findings import rule_check, table_check

if TYPE_CHECKING:
    from macro_assets.vintage.quality import Finding

EFFECTS, HETEROGENEITY = "models/causal_effects", "models/effect_heterogeneity"
EVENTS, INSTRUMENTED = "models/event_effects", "models/instrumented_effects"


def unearned(rows: pa.Table) -> "Finding":
    """Finding on words."""
    from macro_assets.causal.quality import unearned_words

    return unearned_words(rows)


def inconsistent(rows: pa.Table) -> "Finding":
    """Finding on reported variation."""
    from macro_assets.causal.quality import inconsistent_variation

    return inconsistent_variation(rows)


def late(rows: pa.Table) -> "Finding":
    """Finding on the ends of samples."""
    from macro_assets.causal.quality import late_samples

    return late_samples(rows)


def events_off(rows: pa.Table) -> "Finding":
    """Finding on event rows."""
    from macro_assets.causal.quality import event_rows_by_the_rule

    return event_rows_by_the_rule(rows)


def instruments_off(rows: pa.Table) -> "Finding":
    """Finding on instrumented rows."""
    from macro_assets.causal.quality import instruments_by_the_rule

    return instruments_by_the_rule(rows)


ENDS = "Every sample ends by the as-of date of its row."
earned_words = rule_check(
    "earned_words",
    EFFECTS,
    "Causal is said of an identified T1 or T2 shock whose cell found an effect, by the default engine, with an interval that covers.",
    unearned,
)
variation_by_the_rule = rule_check(
    "variation_by_the_rule",
    HETEROGENEITY,
    "A state without enough months is not identified, and a forest that does not vary reports one effect.",
    inconsistent,
)
effects_in_time = rule_check("samples_in_time", EFFECTS, ENDS, late)
heterogeneity_in_time = rule_check("samples_in_time", HETEROGENEITY, ENDS, late)
events_by_the_rule = rule_check(
    "events_by_the_rule",
    EVENTS,
    "No finding on fewer than eight effective events, no verdict above the tier, ordered intervals, events by the as-of date.",
    events_off,
)
instruments_by_the_rule = rule_check(
    "instruments_by_the_rule",
    INSTRUMENTED,
    "A strong instrument has a bounded set, and every sample ends by the as-of date.",
    instruments_off,
)
events_schema_and_keys = table_check(EVENTS)
instrumented_schema_and_keys = table_check(INSTRUMENTED)
effects_schema_and_keys = table_check(EFFECTS)
heterogeneity_schema_and_keys = table_check(HETEROGENEITY)
