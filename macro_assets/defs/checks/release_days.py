"""Checks on the days of publication: as declared, and days of releases rather than of a rule.

Belongs here: thin checks over vintage/release_days.py. Does not belong here: the rule.
"""

import dagster as dg

from macro_assets.defs.checks.findings import check_result, table_check
from macro_assets.defs.resources import CatalogResource, LakeResource
from macro_assets.settings import get_settings

TABLE = "bronze/release_days"

release_days_schema_and_keys = table_check(TABLE)


@dg.asset_check(
    asset=dg.AssetKey(TABLE.split("/")),
    description="Every release with recorded days has them, about one a month, the newest at most seventy days old.",
)
def days_of_every_release(lake: LakeResource, catalog: CatalogResource) -> dg.AssetCheckResult:
    """Releases whose days are missing, crowded or old."""
    from macro_assets.vintage.release_days import irregular_releases

    recorded = {one.id: one.name for one in catalog.get().releases.values() if one.days == "recorded"}
    table = lake.get().read(TABLE, missing_ok=True)
    return check_result(irregular_releases(table, recorded, get_settings().current_day()), warn=True)
