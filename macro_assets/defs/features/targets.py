"""Recession targets, each with the day from which its label is known.

Belongs here: the asset. Does not belong here: turning points and label knowledge (signals/targets.py).
"""

import dagster as dg
import pyarrow as pa

from macro_assets.defs.derived import derived
from macro_assets.defs.io_manager import reads
from macro_assets.defs.metadata import markdown
from macro_assets.defs.resources import CatalogResource, ClockResource
from macro_assets.defs.versions import code_version
from macro_assets.signals import targets as definitions


@derived(
    "targets/recession_targets",
    "What recession models forecast, by month and quarter: NBER labels (0 or 1) and changes of jobs, markets and "
    "output over two quarters (percent or percentage points), each with the day from which it is known. A value that is "
    "not known yet is null. Train on rows whose `known_at` lies before the origin.",
    code=code_version(__name__),
    ins=reads("silver/observations", "silver/prices"),
)
def recession_targets(
    observations: pa.Table, prices: pa.Table, catalog: CatalogResource, clock: ClockResource
) -> dg.MaterializeResult[pa.Table]:
    """Labels and impacts with their days of knowledge."""
    table = definitions.build(observations, prices, catalog.get(), today=clock.today())
    frame = table.to_pandas()
    summary = frame.groupby(["frequency", "target"]).value.agg(["count", "mean"]).reset_index()
    return dg.MaterializeResult(value=table, metadata={"targets": markdown(summary)})
