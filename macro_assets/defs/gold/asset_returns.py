"""Monthly outcomes from month-end closes, never averages: returns, volatility in points, yields in basis points.

Belongs here: the asset. Does not belong here: month ends and units (signals/outcomes.py).
"""

import dagster as dg
import pyarrow as pa

from macro_assets.defs.derived import derived
from macro_assets.defs.io_manager import reads
from macro_assets.defs.metadata import picture
from macro_assets.defs.resources import CatalogResource
from macro_assets.defs.versions import code_version
from macro_assets.signals import outcomes


@derived(
    "gold/asset_returns",
    "What each outcome did from one month end to the next: total or price returns (decimal), changes of the VIX "
    "(points) and of the ten-year yield (basis points), from closes of the last trading day, never from averages. "
    "`known_at` is the day from which a month counts.",
    code=code_version(__name__),
    ins=reads("silver/observations", "silver/prices"),
    engine="arrow",
)
def asset_returns(observations: pa.Table, prices: pa.Table, catalog: CatalogResource) -> dg.MaterializeResult[pa.Table]:
    """Monthly outcomes of the catalogue."""
    from macro_assets.pictures import facts as plots
    from macro_assets.vintage.overview import paths_by_name

    table = outcomes.asset_returns(prices, observations, catalog.get())
    paths, units = paths_by_name(table, "outcome")
    figure = plots.small_multiples(
        paths, units, f"{len(paths)} monthly outcomes", "From month-end closes, each in its own unit"
    )
    return dg.MaterializeResult(value=table, metadata={"outcomes": picture(figure)})
