"""Daily bars as traded with dividends, splits and total return, each bar as first stated.

Belongs here: the asset. Does not belong here: the arithmetic of total returns (vintage/prices.py).
"""

import dagster as dg
import pyarrow as pa

from macro_assets.defs.derived import derived
from macro_assets.defs.metadata import picture
from macro_assets.defs.resources import LakeResource
from macro_assets.defs.silver.sources import bronze_facts, bronze_of, tables_of
from macro_assets.defs.versions import code_version
from macro_assets.vintage import prices as bars


@derived(
    "silver/prices",
    "Daily bars of every ticker as first stated, in shares of their own day, with distributions, splits and the "
    "total return since the previous close. A later restatement by a split changes no row. Compound `total_return` for "
    "wealth; use `close` with `split_ratio` for levels.",
    code=code_version(__name__, also=tables_of("silver/prices")),
    deps=bronze_of("silver/prices"),
    engine="arrow",
)
def prices(lake: LakeResource) -> dg.MaterializeResult[pa.Table]:
    """Bars of bronze as traded, with total returns."""
    from macro_assets.pictures import facts as plots
    from macro_assets.vintage.overview import growth_of_one

    table = bars.build(bronze_facts(lake.get(), "silver/prices")["bars"])
    drawn = picture(plots.growth_of_one(growth_of_one(table)))
    return dg.MaterializeResult(value=table, metadata={"total_return": drawn})
