"""Checks on features, shocks and targets: as declared, in their units, known in time.

Belongs here: thin checks over signals/quality.py, one set for every table of features in `FEATURE_SETS`.
"""

import dagster as dg

from macro_assets.defs.checks.findings import catalogue_check, check_result, rule_check, table_check
from macro_assets.defs.resources import CatalogResource, LakeResource
from macro_assets.signals import quality
from macro_assets.signals.feature_sets import FEATURE_SETS, with_own
from macro_assets.signals.features import FeatureSet
from macro_assets.tables.registry import TABLES

SHOCKS, TARGETS = "treatments/macro_shocks", "targets/recession_targets"


def known_in_time(name: str, date_column: str, *, grace_days: int = 0) -> dg.AssetChecksDefinition:
    """The blocking check that no row of a table became known after its own date."""
    after = (
        f" by more than {grace_days} days, in which market rates of its last day are published" if grace_days else ""
    )

    @dg.asset_check(
        asset=dg.AssetKey(name.split("/")),
        name="known_in_time",
        blocking=True,
        description=f"No row was known after its {date_column}{after}.",
    )
    def check(lake: LakeResource) -> dg.AssetCheckResult:
        rows = lake.get().read(name, columns=[*TABLES[name].key, "known_at"])
        return check_result(quality.known_late(rows, date_column, grace_days=grace_days))

    return check


def as_declared(name: str, features: FeatureSet) -> dg.AssetChecksDefinition:
    """The blocking check that every row is a declared feature in its unit."""

    @dg.asset_check(
        asset=dg.AssetKey(name.split("/")),
        name="declared_features",
        blocking=True,
        description="Every row is one of the declared features, in its declared unit.",
    )
    def check(catalog: CatalogResource, lake: LakeResource) -> dg.AssetCheckResult:
        rows = lake.get().read(name, columns=["feature", "unit"])
        return check_result(quality.undeclared_features(rows, with_own(features, catalog.get())))

    return check


def all_present(name: str, features: FeatureSet) -> dg.AssetChecksDefinition:
    """The warning that a feature has no row at all."""

    @dg.asset_check(
        asset=dg.AssetKey(name.split("/")),
        name="features_present",
        description="Every declared feature has rows; one whose series the lake does not hold is a warning.",
    )
    def check(catalog: CatalogResource, lake: LakeResource) -> dg.AssetCheckResult:
        rows = lake.get().read(name, columns=["feature", "unit"])
        return check_result(quality.features_without_rows(rows, with_own(features, catalog.get())), warn=True)

    return check


feature_checks = [
    check
    for features in FEATURE_SETS
    for name in features.tables
    for check in (
        table_check(name), known_in_time(name, "as_of"), as_declared(name, features), all_present(name, features)
    )
]  # fmt: skip
shocks_schema_and_keys = table_check(SHOCKS)
shocks_known_in_time = known_in_time(SHOCKS, "month", grace_days=quality.MARKET_DAYS)
targets_schema_and_keys = table_check(TARGETS)
units_of_the_catalogue = catalogue_check(
    "units_of_the_catalogue",
    SHOCKS,
    "Every shock has the unit and the tier that the catalogue states.",
    quality.unlike_catalogue,
)
plausible_size = catalogue_check(
    "plausible_size",
    SHOCKS,
    "No shock is larger than the catalogue holds possible (`largest` in shocks.yaml).",
    quality.implausible_shocks,
)
consistent_targets = rule_check(
    "consistent_targets",
    TARGETS,
    "Every value has its day of knowledge, none before its period had ended, and labels are 0 or 1.",
    quality.inconsistent_targets,
)
