"""As-of cubes: for each month or quarter end, the last periods of every series as known that day.

Belongs here: the two cube assets. Does not belong here: alignment rules (vintage/cube.py).
"""

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc
from dagster import AssetIn

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, counts, picture
from macro_assets.defs.resources import CatalogResource, ClockResource
from macro_assets.vintage import cube
from macro_assets.vintage import prices as bars
from macro_assets.vintage.calendars import CubeFrequency

VERSION = code_version("macro_assets.vintage.cube", "macro_assets.vintage.calendars", "macro_assets.vintage.prices")
SILVER = {"observations": AssetIn(["silver", "observations"]), "prices": AssetIn(["silver", "prices"])}


def _build(
    observations: pa.Table, prices: pa.Table, catalog: CatalogResource, clock: ClockResource, frequency: CubeFrequency
) -> dg.MaterializeResult:
    from macro_assets.pictures import facts as plots

    facts = pa.concat_tables([observations, bars.as_observations(prices)])
    table = cube.build(facts, catalog.get(), frequency=frequency, end=clock.today())
    as_ofs = pc.count_distinct(table["as_of"]).as_py()
    return dg.MaterializeResult(
        value=table, metadata=counts({"as_of_dates": as_ofs}) | {"coverage": picture(plots.coverage(table))}
    )


@dg.asset(
    key_prefix="gold",
    group_name="gold",
    kinds={"deltalake", "arrow"},
    code_version=VERSION,
    ins=SILVER,
    description="Monthly as-of cube: for each month end, the last 48 months of every series as known that day.",
)
@in_words
def monthly_cube(
    observations: pa.Table, prices: pa.Table, catalog: CatalogResource, clock: ClockResource
) -> dg.MaterializeResult[pa.Table]:
    return _build(observations, prices, catalog, clock, "M")


@dg.asset(
    key_prefix="gold",
    group_name="gold",
    kinds={"deltalake", "arrow"},
    code_version=VERSION,
    ins=SILVER,
    description="Quarterly as-of cube: for each quarter end, the last 40 quarters of every series as known that day.",
)
@in_words
def quarterly_cube(
    observations: pa.Table, prices: pa.Table, catalog: CatalogResource, clock: ClockResource
) -> dg.MaterializeResult[pa.Table]:
    return _build(observations, prices, catalog, clock, "Q")
