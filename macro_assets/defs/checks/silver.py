"""Checks on silver: as declared, not overdue, revisions of usual size, returns that can be.

Belongs here: thin checks over vintage/quality.py.
"""

from datetime import timedelta

import dagster as dg

from macro_assets.defs.checks.findings import table_check, told
from macro_assets.defs.resources import CatalogResource, ClockResource, LakeResource
from macro_assets.vintage import leakage, quality

REVISIONS_OF_LAST = timedelta(days=90)

observations_schema_and_keys = table_check("silver/observations")
prices_schema_and_keys = table_check("silver/prices")


@dg.asset_check(
    asset=["silver", "observations"],
    blocking=True,
    description="No fact counts as known before its recorded vintage or, where the rule applies, its lag.",
)
def known_when_published(catalog: CatalogResource, lake: LakeResource) -> dg.AssetCheckResult:
    return told(leakage.known_too_early(lake.get().read("silver/observations"), catalog.get()))


@dg.asset_check(
    asset=["silver", "observations"], description="No series is overdue by its frequency and publication lag."
)
def release_calendar(catalog: CatalogResource, lake: LakeResource, clock: ClockResource) -> dg.AssetCheckResult:
    table = lake.get().read("silver/observations")
    return told(quality.stale_series(table, catalog.get(), clock.today()), warn=True)


@dg.asset_check(
    asset=["silver", "observations"],
    description="Revisions of the last ninety days are of usual size for their series.",
)
def revision_size(lake: LakeResource, clock: ClockResource) -> dg.AssetCheckResult:
    table = lake.get().read("silver/observations")
    return told(quality.large_revisions(table, since=clock.today() - REVISIONS_OF_LAST), warn=True)


@dg.asset_check(
    asset=["silver", "prices"], blocking=True, description="No daily return that only a missed split could explain."
)
def plausible_returns(lake: LakeResource) -> dg.AssetCheckResult:
    return told(quality.implausible_returns(lake.get().read("silver/prices")))
