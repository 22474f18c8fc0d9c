"""Checks on bronze: as declared, plausible, not overdue.

Belongs here: thin checks over panels/quality.py. The account of rows is kept by the assets themselves.
"""

import dagster as dg

from macro_assets.defs.checks.findings import table_check, told
from macro_assets.defs.resources import CatalogResource, LakeResource
from macro_assets.panels import quality

fred_schema_and_keys = table_check("bronze/fred_vintages")
yahoo_schema_and_keys = table_check("bronze/yahoo_bars")
world_bank_schema_and_keys = table_check("bronze/world_bank_indicators")
surprises_schema_and_keys = table_check("bronze/policy_surprises")


@dg.asset_check(
    asset=["bronze", "fred_vintages"], blocking=True,
    description="Every published value lies inside the plausible bounds of its series (catalogue).",
)
def plausible_bounds(catalog: CatalogResource, lake: LakeResource) -> dg.AssetCheckResult:
    return told(quality.outside_bounds(lake.get().read("bronze/fred_vintages"), catalog.get()))


@dg.asset_check(
    asset=["bronze", "fred_vintages"],
    description="Every series of the catalogue has facts; a series the provider does not know is a warning.",
)
def catalogue_covered(catalog: CatalogResource, lake: LakeResource) -> dg.AssetCheckResult:
    have = set(lake.get().read("bronze/fred_vintages", columns=["series_id"])["series_id"].unique().to_pylist())
    absent = sorted(set(catalog.get().series) - have)
    return dg.AssetCheckResult(
        passed=not absent, severity=dg.AssetCheckSeverity.WARN,
        metadata={"series_without_facts": ", ".join(absent) or "none", "number": len(absent)},
        description=f"{len(absent)} series of the catalogue have no facts" if absent else "every series has facts",
    )
