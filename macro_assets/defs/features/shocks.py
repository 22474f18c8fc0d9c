"""Macro shocks, each in the month in which it became known, with its unit and identification tier.

Belongs here: the asset and what it says of each shock. Does not belong here: definitions (signals/shocks.py).
"""

import dagster as dg
import pyarrow as pa

from macro_assets.defs.derived import derived
from macro_assets.defs.features.holes import missing_days, named
from macro_assets.defs.io_manager import reads
from macro_assets.defs.metadata import markdown, picture
from macro_assets.defs.resources import CatalogResource, ClockResource, LakeResource
from macro_assets.defs.versions import code_version
from macro_assets.settings import get_settings
from macro_assets.signals import shocks as definitions


@derived(
    "treatments/macro_shocks",
    "Macroeconomic shocks by the month in which each became known (release, meeting or market month), with unit "
    "and identification tier: T1 high-frequency surprise, T2 published external shock, T3 statistical innovation, T4 raw "
    "change. Only T1 and T2 can be causal. Definitions and signs stand in the catalogue (shocks.yaml); diagnostics below. "
    "MACRO_LEFT_OUT_MONTHS=2020-03..2020-09 leaves the shocks of these months out; effects then use the longer stretch.",
    code=code_version(__name__, series=definitions.series_read),
    ins=reads("silver/observations", "gold/monthly_cube", "bronze/policy_surprises", "silver/prices"),
)
def macro_shocks(
    context: dg.AssetExecutionContext,
    observations: pa.Table,
    monthly_cube: pa.Table,
    policy_surprises: pa.Table,
    prices: pa.Table,
    catalog: CatalogResource,
    clock: ClockResource,
    lake: LakeResource,
) -> dg.MaterializeResult[pa.Table]:
    """All shocks of the catalogue that have their inputs."""
    from macro_assets.pictures import facts as plots
    from macro_assets.vintage.overview import paths_by_name

    missing = missing_days(lake, clock)
    whole = definitions.build(observations, monthly_cube, policy_surprises, prices, catalog.get(), missing)
    table = definitions.without_months(whole, get_settings().left_out())
    absent = definitions.absent(table, catalog.get())
    if absent:
        context.log.warning(
            f"No rows of {', '.join(absent)}: the lake has too few facts of the inputs {'; '.join(absent.values())}."
        )
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
            "missing_vintage_days": named(missing, definitions.series_read(catalog.get())),
            "months_left_out": get_settings().left_out_months or "none",
        },
    )
