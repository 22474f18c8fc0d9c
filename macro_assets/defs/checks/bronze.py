"""Checks on bronze: as declared, plausible, covered.

Belongs here: thin checks over vintage/quality.py. The account of rows is kept by the assets themselves. A history asset
writes into the table of its daily asset, so both carry the checks of that table: whichever ran, what follows can tell.
"""

import dagster as dg

from macro_assets.defs.checks.findings import check_result, table_check
from macro_assets.defs.resources import CatalogResource, LakeResource
from macro_assets.vintage import quality

fred_schema_and_keys = table_check("bronze/fred_vintages")
fred_history_schema_and_keys = table_check("bronze/fred_vintages", asset="bronze/fred_history")
yahoo_schema_and_keys = table_check("bronze/yahoo_bars")
yahoo_history_schema_and_keys = table_check("bronze/yahoo_bars", asset="bronze/yahoo_history")
world_bank_schema_and_keys = table_check("bronze/world_bank_indicators")
surprises_schema_and_keys = table_check("bronze/policy_surprises")


def bounds_check(asset: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=dg.AssetKey(asset.split("/")),
        blocking=True,
        description="Every published value lies inside the plausible bounds of its series (catalogue).",
    )
    def plausible_bounds(catalog: CatalogResource, lake: LakeResource) -> dg.AssetCheckResult:
        return check_result(
            quality.outside_bounds(lake.get().read("bronze/fred_vintages", missing_ok=True), catalog.get())
        )

    return plausible_bounds


fred_plausible_bounds = bounds_check("bronze/fred_vintages")
fred_history_plausible_bounds = bounds_check("bronze/fred_history")


@dg.asset_check(
    asset=["bronze", "world_bank_indicators"],
    name="plausible_bounds",
    blocking=True,
    description="Every value lies inside the plausible bounds of its indicator (catalogue).",
)
def world_bank_plausible_bounds(catalog: CatalogResource, lake: LakeResource) -> dg.AssetCheckResult:
    return check_result(
        quality.indicators_outside_bounds(
            lake.get().read("bronze/world_bank_indicators", missing_ok=True), catalog.get()
        )
    )


def bars_check(asset: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=dg.AssetKey(asset.split("/")),
        description="High, low and close of a bar agree, prices are positive, dividends and splits possible.",
    )
    def consistent_bars(lake: LakeResource) -> dg.AssetCheckResult:
        return check_result(quality.inconsistent_bars(lake.get().read("bronze/yahoo_bars", missing_ok=True)), warn=True)

    return consistent_bars


yahoo_consistent_bars = bars_check("bronze/yahoo_bars")
yahoo_history_consistent_bars = bars_check("bronze/yahoo_history")


@dg.asset_check(
    asset=["bronze", "fred_vintages"],
    description="Every series of the catalogue has facts; a series the provider does not know is a warning.",
)
def catalogue_covered(catalog: CatalogResource, lake: LakeResource) -> dg.AssetCheckResult:
    held = lake.get().read("bronze/fred_vintages", columns=["series_id"], missing_ok=True)
    have = set(held["series_id"].unique().to_pylist())
    absent = sorted(set(catalog.get().series) - have)
    return dg.AssetCheckResult(
        passed=not absent,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"series_without_facts": ", ".join(absent) or "none", "number": len(absent)},
        description=f"{len(absent)} series of the catalogue have no facts" if absent else "every series has facts",
    )
