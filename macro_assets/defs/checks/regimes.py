"""Checks on the regime probabilities: as declared, a distribution in every month, and a label that fits its own odds.

Belongs here: thin checks over regimes/quality.py. Does not belong here: the rules.
"""

from typing import TYPE_CHECKING

import pyarrow as pa

from macro_assets.defs.checks.findings import rule_check, table_check

if TYPE_CHECKING:
    from macro_assets.vintage.quality import Finding

PROBABILITIES, VALIDATION = "models/regime_probabilities", "evaluation/regime_validation"


def broken(rows: pa.Table) -> "Finding":
    """Finding on the probabilities of each month and model."""
    from macro_assets.regimes.quality import broken_distributions

    return broken_distributions(rows)


def contradicted(rows: pa.Table) -> "Finding":
    """Finding on the label of each month beside its own odds."""
    from macro_assets.regimes.quality import contradicted_labels

    return contradicted_labels(rows)


regime_schema_and_keys = table_check(PROBABILITIES)
whole_distributions = rule_check(
    "whole_distributions",
    PROBABILITIES,
    "In every month each model's probabilities lie between 0 and 1, add up to one, and stand under one label.",
    broken,
)
labels_fit_odds = rule_check(
    "labels_fit_odds",
    PROBABILITIES,
    "No month is called a recession or high stress while its own odds of a recession are below 15 %, nor anything else while "
    "they are above 30 %.",
    contradicted,
)
validation_schema_and_keys = table_check(VALIDATION)
