"""Checks on the predictive spread: as declared, intervals that their errors support, ranks that fit their words.

Belongs here: thin checks over uncertainty/quality.py. Does not belong here: the rules.
"""

from typing import TYPE_CHECKING

import pyarrow as pa

from macro_assets.defs.checks.findings import rule_check, table_check

if TYPE_CHECKING:
    from macro_assets.vintage.quality import Finding

SPREAD = "models/predictive_spread"


def impossible(rows: pa.Table) -> "Finding":
    """Finding on intervals and ranks."""
    from macro_assets.uncertainty.quality import impossible_spreads

    return impossible_spreads(rows)


spread_schema_and_keys = table_check(SPREAD)
possible_spreads = rule_check(
    "possible_spreads",
    SPREAD,
    "Intervals are nested and stated exactly where past errors support them; low, medium and high are thirds of the rank.",
    impossible,
)
