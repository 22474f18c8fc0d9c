"""Checks on tables of effects: as declared, labels that a tier allows, samples that end in time, variation by the rule.

Belongs here: thin checks over causal/quality.py. The belief checks of single cells are evaluated by
models/causal_effects itself.
"""

from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa

from macro_assets.defs.checks.findings import check_result, table_check
from macro_assets.defs.resources import LakeResource

if TYPE_CHECKING:
    from macro_assets.vintage.quality import Finding

EFFECTS, HETEROGENEITY = "models/causal_effects", "models/effect_heterogeneity"


@dg.asset_check(
    asset=dg.AssetKey(EFFECTS.split("/")),
    blocking=True,
    description="Only a T1 or T2 shock is called causal, by the default engine, with an interval that covers.",
)
def earned_labels(lake: LakeResource) -> dg.AssetCheckResult:
    """No label without grounds."""
    from macro_assets.causal.quality import unearned_labels

    return check_result(unearned_labels(lake.get().read(EFFECTS)))


@dg.asset_check(
    asset=dg.AssetKey(HETEROGENEITY.split("/")),
    blocking=True,
    description="A state without enough months is not identified, and a forest that does not vary reports one effect.",
)
def variation_by_the_rule(lake: LakeResource) -> dg.AssetCheckResult:
    """No variation reported that was not found."""
    from macro_assets.causal.quality import inconsistent_variation

    return check_result(inconsistent_variation(lake.get().read(HETEROGENEITY)))


def samples_in_time(table: str) -> dg.AssetChecksDefinition:
    """The check that no sample ends after the as-of date of its row."""

    @dg.asset_check(
        asset=dg.AssetKey(table.split("/")), name="samples_in_time", blocking=True,
        description="Every sample ends by the as-of date of its row.",
    )  # fmt: skip
    def check(lake: LakeResource) -> dg.AssetCheckResult:
        return check_result(_late(lake.get().read(table)))

    return check


def _late(rows: pa.Table) -> "Finding":
    from macro_assets.causal.quality import late_samples

    return late_samples(rows)


effects_schema_and_keys = table_check(EFFECTS)
heterogeneity_schema_and_keys = table_check(HETEROGENEITY)
effects_in_time, heterogeneity_in_time = samples_in_time(EFFECTS), samples_in_time(HETEROGENEITY)
