"""Checks on what providers state of their series: as declared, units as before, a first vintage for every series.

Belongs here: thin checks over vintage/statements.py. Does not belong here: the rules.
"""

import dagster as dg

from macro_assets.defs.checks.findings import check_result, table_check
from macro_assets.defs.resources import LakeResource
from macro_assets.vintage import statements

TABLE = "bronze/series_facts"

statements_schema_and_keys = table_check(TABLE)


@dg.asset_check(
    asset=dg.AssetKey(TABLE.split("/")),
    description="No provider changed the unit, frequency or adjustment of a series within ninety days.",
)
def units_unchanged(lake: LakeResource) -> dg.AssetCheckResult:
    """Changes of unit, frequency or adjustment."""
    return check_result(statements.changed_units(lake.get().read(TABLE, missing_ok=True)), warn=True)


@dg.asset_check(
    asset=dg.AssetKey(TABLE.split("/")),
    description="The first vintage of every series with facts is stated, and no fact is older. Without a statement facts "
    "count from their recorded days alone.",
)
def first_vintages_stated(lake: LakeResource) -> dg.AssetCheckResult:
    """Series without a first vintage, or with facts before it."""
    store = lake.get()
    facts = store.read("bronze/fred_vintages", missing_ok=True)
    return check_result(statements.unstated_series(facts, store.read(TABLE, missing_ok=True)), warn=True)
