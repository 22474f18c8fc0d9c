"""Checks on the regime probabilities: as declared, and a distribution over the regimes in every month.

Belongs here: thin checks over regimes/quality.py. Does not belong here: the rules.
"""

import dagster as dg

from macro_assets.defs.checks.findings import check_result, table_check
from macro_assets.defs.resources import LakeResource

PROBABILITIES = "models/regime_probabilities"

regime_schema_and_keys = table_check(PROBABILITIES)


@dg.asset_check(
    asset=dg.AssetKey(PROBABILITIES.split("/")),
    blocking=True,
    description="In every month each model's probabilities lie between 0 and 1, add up to one, and stand under one label.",
)
def whole_distributions(lake: LakeResource) -> dg.AssetCheckResult:
    """Probabilities of each month and model form a distribution."""
    from macro_assets.regimes.quality import broken_distributions

    return check_result(broken_distributions(lake.get().read(PROBABILITIES)))
