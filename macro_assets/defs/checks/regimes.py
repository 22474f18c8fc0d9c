"""Checks on the regime probabilities: as declared, and a distribution over the regimes in every month.

Belongs here: thin checks over regimes/quality.py. Does not belong here: the rules.
"""

from typing import TYPE_CHECKING

import pyarrow as pa

from macro_assets.defs.checks.findings import rule_check, table_check

if TYPE_CHECKING:
    from macro_assets.vintage.quality import Finding

PROBABILITIES = "models/regime_probabilities"


def broken(rows: pa.Table) -> "Finding":
    """Finding on the probabilities of each month and model."""
    from macro_assets.regimes.quality import broken_distributions

    return broken_distributions(rows)


regime_schema_and_keys = table_check(PROBABILITIES)
whole_distributions = rule_check(
    "whole_distributions",
    PROBABILITIES,
    "In every month each model's probabilities lie between 0 and 1, add up to one, and stand under one label.",
    broken,
)
