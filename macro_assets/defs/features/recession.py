"""Recession features at each month and quarter end, in two data modes that are never mixed.

Belongs here: four thin assets. Does not belong here: the columns (signals/recession/). True vintages read each
row on its own as-of slice; the revised mode reads the newest values with true publication lags.
"""

from datetime import date

import dagster as dg
import pyarrow as pa
from dagster import AssetIn

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, counts
from macro_assets.defs.resources import CatalogResource, ClockResource
from macro_assets.signals.recession import monthly, quarterly
from macro_assets.vintage import cube, knowledge
from macro_assets.vintage import prices as bars
from macro_assets.vintage.calendars import CubeFrequency

VERSION = code_version("macro_assets.signals.recession", "macro_assets.vintage.cube", "macro_assets.vintage.dense")
SILVER = {"observations": AssetIn(["silver", "observations"]), "prices": AssetIn(["silver", "prices"])}


def made(table: pa.Table) -> dg.MaterializeResult:
    columns = len(table["feature"].unique())
    return dg.MaterializeResult(value=table, metadata=counts({"columns": columns}))


def revised_cube(
    observations: pa.Table, prices: pa.Table, catalog: CatalogResource, clock: ClockResource, frequency: CubeFrequency
) -> pa.Table:
    """The cube of the newest values, each known from the end of its period plus the publication lag."""
    known = catalog.get()
    facts = knowledge.revised(pa.concat_tables([observations, bars.as_observations(prices)]), known)
    return cube.build(facts, known, frequency=frequency, start=date(1959, 12, 31), end=clock.today())


@dg.asset(
    key_prefix="features",
    group_name="features",
    kinds={"deltalake", "numpy"},
    code_version=VERSION,
    ins={"quarterly_cube": AssetIn(["gold", "quarterly_cube"])},
    description="More than 5,416 quarterly columns of 27 indicators: lags, rolling statistics, changes, ratios, technical "
    "indicators, compounds and products, from the quarterly as-of cube only.",
)
@in_words
def recession_features(quarterly_cube: pa.Table) -> dg.MaterializeResult[pa.Table]:
    return made(quarterly.build(quarterly_cube))


@dg.asset(
    key_prefix="features",
    group_name="features",
    kinds={"deltalake", "numpy"},
    code_version=VERSION,
    ins={"monthly_cube": AssetIn(["gold", "monthly_cube"])},
    description="A compact stationary set of monthly columns, each from the newest known months of one input.",
)
@in_words
def recession_features_monthly(monthly_cube: pa.Table) -> dg.MaterializeResult[pa.Table]:
    return made(monthly.build(monthly_cube))


@dg.asset(
    key_prefix="features",
    group_name="features",
    kinds={"deltalake", "numpy"},
    code_version=VERSION,
    ins=SILVER,
    description="The quarterly columns in revised mode: the newest values with true publication lags.",
)
@in_words
def recession_features_revised(
    observations: pa.Table, prices: pa.Table, catalog: CatalogResource, clock: ClockResource
) -> dg.MaterializeResult[pa.Table]:
    return made(quarterly.build(revised_cube(observations, prices, catalog, clock, "Q")))


@dg.asset(
    key_prefix="features",
    group_name="features",
    kinds={"deltalake", "numpy"},
    code_version=VERSION,
    ins=SILVER,
    description="The monthly columns in revised mode: the newest values with true publication lags.",
)
@in_words
def recession_features_monthly_revised(
    observations: pa.Table, prices: pa.Table, catalog: CatalogResource, clock: ClockResource
) -> dg.MaterializeResult[pa.Table]:
    return made(monthly.build(revised_cube(observations, prices, catalog, clock, "M")))
