"""Recession targets, each with the day from which its label is known.

Belongs here: the asset. Does not belong here: turning points and label knowledge (signals/targets.py).
"""

import dagster as dg
import pyarrow as pa
from dagster import AssetIn

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, markdown
from macro_assets.defs.resources import CatalogResource, ClockResource
from macro_assets.signals import targets as definitions


@dg.asset(
    key_prefix="targets",
    group_name="targets",
    kinds={"deltalake", "pandas"},
    description=__doc__,
    code_version=code_version(__name__),
    ins={"observations": AssetIn(["silver", "observations"]), "prices": AssetIn(["silver", "prices"])},
)
@in_words
def recession_targets(
    observations: pa.Table, prices: pa.Table, catalog: CatalogResource, clock: ClockResource
) -> dg.MaterializeResult[pa.Table]:
    table = definitions.build(observations, prices, catalog.get(), today=clock.today())
    frame = table.to_pandas()
    summary = frame.groupby(["frequency", "target"]).value.agg(["count", "mean"]).reset_index()
    return dg.MaterializeResult(value=table, metadata={"targets": markdown(summary)})
