"""Daily bars as traded with dividends, splits and total return, each bar as first stated.

Belongs here: the asset. Does not belong here: the arithmetic of total returns (vintage/prices.py).
"""

import dagster as dg

from macro_assets.defs.derived import derived
from macro_assets.defs.metadata import picture
from macro_assets.defs.publishing import Result
from macro_assets.defs.resources import LakeResource
from macro_assets.defs.silver.sources import bronze_of, tables_of
from macro_assets.defs.silver.update import PRICES, update_prices
from macro_assets.defs.updates import carried, updated
from macro_assets.defs.versions import code_version

CODE = code_version(__name__, also=tables_of("silver/prices"))
DRAWN = ("total_return",)


@derived(
    "silver/prices",
    "Daily bars of every ticker as first stated, in shares of their own day, with distributions, splits and the "
    "total return since the previous close. A later restatement by a split changes no row. Compound `total_return` for "
    "wealth; use `close` with `split_ratio` for levels.",
    code=CODE,
    deps=bronze_of("silver/prices"),
    engine="arrow",
)
def prices(context: dg.AssetExecutionContext, lake: LakeResource) -> Result:
    """Bars of bronze as traded, with total returns: those of tickers that were loaded since the last time."""
    from macro_assets.pictures import facts as plots
    from macro_assets.vintage.overview import growth_of_one

    store = lake.get()
    update = update_prices(store, CODE)
    report = updated(store, PRICES, update)
    if update.touched is not None:
        return dg.MaterializeResult(metadata=carried(context, DRAWN) | report)
    drawn = picture(plots.growth_of_one(growth_of_one(store.read(PRICES))))
    return dg.MaterializeResult(metadata=report | {"total_return": drawn})
