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


def unearned(rows: pa.Table) -> "Finding":
    """Finding on labels."""
    from macro_assets.causal.quality import unearned_labels

    return unearned_labels(rows)


def inconsistent(rows: pa.Table) -> "Finding":
    """Finding on reported variation."""
    from macro_assets.causal.quality import inconsistent_variation

    return inconsistent_variation(rows)


def late(rows: pa.Table) -> "Finding":
    """Finding on the ends of samples."""
    from macro_assets.causal.quality import late_samples

    return late_samples(rows)


ENDS = "Every sample ends by the as-of date of its row."
earned_labels = rule_check(
    "earned_labels",
    EFFECTS,
    "Only a T1 or T2 shock is called causal, by the default engine, with an interval that covers.",
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
effects_schema_and_keys = table_check(EFFECTS)
heterogeneity_schema_and_keys = table_check(HETEROGENEITY)
