"""As-of cubes: for each month or quarter end, the last periods of every series as known that day.

Belongs here: the two cube assets. Does not belong here: alignment rules (vintage/cube.py).
"""

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.defs.derived import derived
from macro_assets.defs.io_manager import reads
from macro_assets.defs.metadata import counts, picture
from macro_assets.defs.resources import CatalogResource, ClockResource
from macro_assets.defs.versions import code_version
from macro_assets.vintage import cube, knowledge
from macro_assets.vintage.calendars import CubeFrequency

PERIOD: dict[CubeFrequency, str] = {"M": "month", "Q": "quarter"}


def cube_asset(name: str, frequency: CubeFrequency) -> dg.AssetsDefinition:
    """The asset of the cube of one frequency."""

    @derived(
        f"gold/{name}",
        f"What was known at each {PERIOD[frequency]} end: the last {cube.DEPTH[frequency]} "
        f"{PERIOD[frequency]}s of every series of the catalogue, in its unit, in the vintage of that day. One row per "
        "as-of date, series and lag; a period that is not published yet has no row, and `complete` is false while it "
        "runs. Filter by `as_of` to see one day's view of the economy.",
        code=code_version(__name__, name),
        ins=reads("silver/observations", "silver/prices"),
        engine="arrow",
    )
    def build(
        observations: pa.Table, prices: pa.Table, catalog: CatalogResource, clock: ClockResource
    ) -> dg.MaterializeResult[pa.Table]:
        from macro_assets.pictures import facts as plots
        from macro_assets.vintage.overview import newest_lags

        facts = knowledge.facts(observations, prices)
        table = cube.build(facts, catalog.get(), frequency=frequency, end=clock.today())
        as_ofs = pc.count_distinct(table["as_of"]).as_py()
        return dg.MaterializeResult(
            value=table,
            metadata=counts({"as_of_dates": as_ofs}) | {"coverage": picture(plots.known_series(*newest_lags(table)))},
        )

    return build


monthly_cube = cube_asset("monthly_cube", "M")
quarterly_cube = cube_asset("quarterly_cube", "Q")
