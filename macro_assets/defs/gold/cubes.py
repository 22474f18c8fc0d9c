"""As-of cubes: for each month or quarter end, the last periods of every series as known that day.

Belongs here: the two cube assets. Does not belong here: alignment rules (vintage/cube.py).
"""

import dagster as dg

from macro_assets.defs.derived import derived
from macro_assets.defs.gold.update import update_cube
from macro_assets.defs.metadata import counts, picture
from macro_assets.defs.publishing import Result
from macro_assets.defs.resources import CatalogResource, ClockResource, LakeResource
from macro_assets.defs.silver.update import OBSERVATIONS, PRICES
from macro_assets.defs.updates import carried, rules, updated
from macro_assets.defs.versions import code_version
from macro_assets.vintage.calendars import CubeFrequency
from macro_assets.vintage.layout import DEPTH, as_of_axis

DRAWN = ("coverage", "as_of_dates")
PERIOD: dict[CubeFrequency, str] = {"M": "month", "Q": "quarter"}


def cube_asset(name: str, frequency: CubeFrequency) -> dg.AssetsDefinition:
    """The asset of the cube of one frequency."""
    code = code_version(__name__, name)

    @derived(
        f"gold/{name}",
        f"What was known at each {PERIOD[frequency]} end: the last {DEPTH[frequency]} "
        f"{PERIOD[frequency]}s of every series of the catalogue, in its unit, in the vintage of that day. One row per "
        "known value of a period, with the as-of dates on which it stands; `complete` is false while the period runs. "
        "Filter `first_as_of <= day <= last_as_of` to see one day's view of the economy, or lay the states out with "
        "`macro_assets.vintage.dense.dense`.",
        code=code,
        deps=[dg.AssetKey(each.split("/")) for each in (OBSERVATIONS, PRICES)],
        engine="arrow",
    )
    def build(
        context: dg.AssetExecutionContext, catalog: CatalogResource, clock: ClockResource, lake: LakeResource
    ) -> Result:
        from macro_assets.pictures import facts as plots
        from macro_assets.vintage.overview import newest_lags

        store, entries = lake.get(), catalog.get()
        update = update_cube(store, entries, f"gold/{name}", frequency, clock.today(), rules(code, entries))
        report = updated(store, f"gold/{name}", update)
        if update.touched is not None:
            return dg.MaterializeResult(metadata=carried(context, DRAWN) | report)
        states = store.read(f"gold/{name}")
        drawn = {"coverage": picture(plots.known_series(*newest_lags(states)))}
        return dg.MaterializeResult(
            metadata=report | counts({"as_of_dates": len(as_of_axis(states, frequency))}) | drawn
        )

    return build


monthly_cube = cube_asset("monthly_cube", "M")
quarterly_cube = cube_asset("quarterly_cube", "Q")
