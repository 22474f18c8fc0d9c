"""Recession features at each month and quarter end, in two data modes that are never mixed.

Belongs here: four thin assets. Does not belong here: the columns (signals/recession/). True vintages read each
row on its own as-of slice; the revised mode reads the newest values with true publication lags.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa

from macro_assets.defs.derived import derived
from macro_assets.defs.features.holes import missing_days, named
from macro_assets.defs.io_manager import reads
from macro_assets.defs.metadata import counts
from macro_assets.defs.resources import CatalogResource, ClockResource, LakeResource
from macro_assets.defs.versions import code_version
from macro_assets.signals.features import FeatureSet
from macro_assets.signals.holes import series_behind, without_unsure
from macro_assets.signals.recession import monthly, quarterly
from macro_assets.vintage import cube, knowledge
from macro_assets.vintage.calendars import CubeFrequency

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.vintage.calendars import Days

FIRST_REVISED = date(1959, 12, 31)
BUILDERS: dict[CubeFrequency, Callable[[pa.Table], pa.Table]] = {"M": monthly.build, "Q": quarterly.build}
FEATURES: dict[CubeFrequency, FeatureSet] = {"M": monthly.FEATURE_SET, "Q": quarterly.FEATURE_SET}
CUBES: dict[CubeFrequency, str] = {"M": "monthly_cube", "Q": "quarterly_cube"}
MONTHLY = (
    "About sixty stationary columns at each month end, each from the newest known months of one input: slopes, spreads, "
    "growth of jobs, output, income, prices and money"
)
QUARTERLY = (
    "More than 5,416 columns of 27 indicators at each quarter end: lags, rolling statistics, changes, ratios, technical "
    "indicators and products"
)


def _masked(
    cube_table: pa.Table, frequency: CubeFrequency, catalog: "Catalog", missing: "Mapping[str, Days]"
) -> dg.MaterializeResult[pa.Table]:
    """Columns of a cube in either mode, those left out whose newest print may be lost; the days that hide it are named."""
    features = FEATURES[frequency]
    table = without_unsure(BUILDERS[frequency](cube_table), features, cube_table, missing, catalog)
    shown = {"missing_vintage_days": named(missing, series_behind(features, catalog))}
    return dg.MaterializeResult(value=table, metadata=counts({"columns": len(table["feature"].unique())}) | shown)


def vintage_features(name: str, frequency: CubeFrequency, columns: str) -> dg.AssetsDefinition:
    """The asset of the columns in true vintages, from the stored cube."""

    @derived(
        f"features/{name}",
        f"{columns}. Values as known on each as-of date; a column whose input was not known has no row.",
        code=code_version(__name__, name),
        ins=reads(cube_table=f"gold/{CUBES[frequency]}"),
    )
    def build(
        cube_table: pa.Table, catalog: CatalogResource, clock: ClockResource, lake: LakeResource
    ) -> dg.MaterializeResult[pa.Table]:
        return _masked(cube_table, frequency, catalog.get(), missing_days(lake, clock))

    return build


def revised_features(name: str, frequency: CubeFrequency, columns: str) -> dg.AssetsDefinition:
    """The asset of the columns in revised mode, from a cube of the newest values that is not stored."""

    @derived(
        f"features/{name}",
        f"{columns}. The newest values with true publication lags: right days, later digits. For comparison "
        "with the true vintages; never mix the two in one number.",
        code=code_version(__name__, name, series=lambda _: FEATURES[frequency].reads),
        ins=reads("silver/observations", "silver/prices"),
    )
    def build(
        observations: pa.Table, prices: pa.Table, catalog: CatalogResource, clock: ClockResource, lake: LakeResource
    ) -> dg.MaterializeResult[pa.Table]:
        facts = knowledge.revised(knowledge.facts(observations, prices), catalog.get())
        revised = cube.build(facts, catalog.get(), frequency=frequency, start=FIRST_REVISED, end=clock.today())
        return _masked(revised, frequency, catalog.get(), missing_days(lake, clock))

    return build


recession_features = vintage_features("recession_features", "Q", QUARTERLY)
recession_features_monthly = vintage_features("recession_features_monthly", "M", MONTHLY)
recession_features_revised = revised_features("recession_features_revised", "Q", QUARTERLY)
recession_features_monthly_revised = revised_features("recession_features_monthly_revised", "M", MONTHLY)
