"""Macro shocks, each in the month in which it became known, with its unit and identification tier.

Belongs here: the asset and what it says of each shock. Does not belong here: definitions (signals/shocks.py).
"""

import dagster as dg
import pyarrow as pa
from dagster import AssetIn

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, markdown, picture
from macro_assets.defs.resources import CatalogResource
from macro_assets.signals import shocks as definitions


@dg.asset(
    key_prefix="treatments",
    group_name="treatments",
    kinds={"deltalake", "numpy"},
    description=__doc__,
    code_version=code_version(__name__),
    ins={
        "observations": AssetIn(["silver", "observations"]),
        "monthly_cube": AssetIn(["gold", "monthly_cube"]),
        "policy_surprises": AssetIn(["bronze", "policy_surprises"]),
        "prices": AssetIn(["silver", "prices"]),
    },
)
@in_words
def macro_shocks(
    context: dg.AssetExecutionContext,
    observations: pa.Table,
    monthly_cube: pa.Table,
    policy_surprises: pa.Table,
    prices: pa.Table,
    catalog: CatalogResource,
) -> dg.MaterializeResult[pa.Table]:
    from macro_assets.pictures import facts as plots
    from macro_assets.vintage.overview import paths_by_name

    table = definitions.build(observations, monthly_cube, policy_surprises, prices, catalog.get())
    absent = definitions.absent(table, catalog.get())
    if absent:
        context.log.warning(f"No rows of {', '.join(absent)}: no provider had the inputs {'; '.join(absent.values())}.")
    paths, units = paths_by_name(table, "shock")
    figure = plots.small_multiples(
        paths, units, f"{len(paths)} shocks", "Each in the month in which it became known, in its own unit"
    )
    return dg.MaterializeResult(
        value=table,
        metadata={
            "shocks": picture(figure),
            "diagnostics": markdown(definitions.diagnostics(table)),
            "absent": absent,
        },
    )
