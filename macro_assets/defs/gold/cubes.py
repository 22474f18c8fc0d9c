"""As-of cubes: for each month or quarter end, the last periods of every series as known that day.

Belongs here: the two cube assets. Does not belong here: alignment rules (vintage/cube.py).
"""

import dagster as dg
import pyarrow as pa

from macro_assets.defs.derived import derived
from macro_assets.defs.io_manager import reads
from macro_assets.defs.metadata import counts, picture
from macro_assets.defs.resources import CatalogResource, ClockResource
from macro_assets.defs.versions import code_version
from macro_assets.vintage import cube, knowledge
from macro_assets.vintage.calendars import CubeFrequency
from macro_assets.vintage.layout import DEPTH, as_of_axis

PERIOD: dict[CubeFrequency, str] = {"M": "month", "Q": "quarter"}


def cube_asset(name: str, frequency: CubeFrequency) -> dg.AssetsDefinition:
    """The asset of the cube of one frequency."""

    @derived(
        f"gold/{name}",
        f"What was known at each {PERIOD[frequency]} end: the last {DEPTH[frequency]} "
        f"{PERIOD[frequency]}s of every series of the catalogue, in its unit, in the vintage of that day. One row per "
        "known value of a period, with the as-of dates on which it stands; `complete` is false while the period runs. "
        "Filter `first_as_of <= day <= last_as_of` to see one day's view of the economy, or lay the states out with "
        "`macro_assets.vintage.dense.dense`.",
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
        as_ofs = len(as_of_axis(table, frequency))
        return dg.MaterializeResult(
            value=table,
            metadata=counts({"as_of_dates": as_ofs}) | {"coverage": picture(plots.known_series(*newest_lags(table)))},
        )

    return build


monthly_cube = cube_asset("monthly_cube", "M")
quarterly_cube = cube_asset("quarterly_cube", "Q")
