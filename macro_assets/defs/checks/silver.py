"""Checks on silver: as declared, known when published, not overdue, revisions of usual size, plausible returns.

Belongs here: thin checks over vintage/quality.py.
"""

from datetime import timedelta

import dagster as dg

from macro_assets.defs.checks.findings import check_result, table_check
from macro_assets.defs.checks.scope import compared_with_bronze, looked_at
from macro_assets.defs.resources import CatalogResource, ClockResource, LakeResource
from macro_assets.vintage import leakage, quality
from macro_assets.vintage.prices import as_observations

REVISIONS_OF_LAST = timedelta(days=90)

observations_schema_and_keys = table_check("silver/observations")
prices_schema_and_keys = table_check("silver/prices")


@dg.asset_check(
    asset=["silver", "observations"],
    blocking=True,
    description="No fact counts as known before its recorded vintage or, where a lag rule applies, before its publication lag.",
)
def known_when_published(catalog: CatalogResource, clock: ClockResource, lake: LakeResource) -> dg.AssetCheckResult:
    """Facts that count as known too early."""
    store = lake.get()
    table = store.read("silver/observations", where=looked_at(store, "silver/observations", clock.today()))
    return check_result(leakage.known_too_early(table, catalog.get()))


@dg.asset_check(
    asset=["silver", "observations"],
    blocking=True,
    description="Rows that were exchanged series by series equal those made of all facts of bronze, bit for bit: those of the last "
    "run, and a seventh of the other series, another each day of the week.",
)
def equals_rebuild(catalog: CatalogResource, clock: ClockResource, lake: LakeResource) -> dg.AssetCheckResult:
    """Series whose stored rows differ from rows built again."""
    store = lake.get()
    part = looked_at(store, "silver/observations", clock.today())
    return check_result(compared_with_bronze(store, catalog.get(), part))


@dg.asset_check(
    asset=["silver", "observations"], description="No series is overdue by its frequency and publication lag."
)
def release_calendar(catalog: CatalogResource, lake: LakeResource, clock: ClockResource) -> dg.AssetCheckResult:
    """Series whose next value is overdue."""
    table = lake.get().read("silver/observations")
    return check_result(quality.stale_series(table, catalog.get(), clock.today()), warn=True)


@dg.asset_check(
    asset=["silver", "prices"],
    name="release_calendar",
    description="No ticker of the catalogue has stopped trading days ago.",
)
def prices_release_calendar(catalog: CatalogResource, lake: LakeResource, clock: ClockResource) -> dg.AssetCheckResult:
    """Tickers whose next close is overdue."""
    table = as_observations(lake.get().read("silver/prices"))
    return check_result(quality.stale_series(table, catalog.get(), clock.today()), warn=True)


@dg.asset_check(
    asset=["silver", "observations"],
    description="Revisions of the last ninety days are of usual size for their series.",
)
def revision_size(lake: LakeResource, clock: ClockResource) -> dg.AssetCheckResult:
    """Recent revisions that are large for their series."""
    table = lake.get().read("silver/observations")
    return check_result(quality.large_revisions(table, since=clock.today() - REVISIONS_OF_LAST), warn=True)


@dg.asset_check(
    asset=["silver", "prices"],
    blocking=True,
    description="No daily return is so large that only a missed split could explain it.",
)
def plausible_returns(lake: LakeResource) -> dg.AssetCheckResult:
    """Implausible daily returns."""
    return check_result(quality.implausible_returns(lake.get().read("silver/prices")))
