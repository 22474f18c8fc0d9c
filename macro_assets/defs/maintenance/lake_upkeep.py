"""Weekly upkeep of the lake: small files merged, files that no recent version needs deleted, logs shortened.

Belongs here: the asset and its account. Does not belong here: how a table is compacted (lake/upkeep.py). Rows never
change, and for seven days earlier versions stay readable.
"""

from dataclasses import asdict

import dagster as dg
from pydantic import Field

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import counts, markdown
from macro_assets.defs.publishing import Result
from macro_assets.defs.resources import LakeResource
from macro_assets.defs.versions import code_version


class UpkeepConfig(dg.Config):
    """How long earlier versions stay readable."""

    retention_hours: float = Field(default=168.0, ge=0, description="Hours for which replaced files stay readable.")


@dg.asset(
    key_prefix="maintenance",
    group_name="maintenance",
    kinds={"deltalake"},
    description="Compacts and vacuums every table of the lake. Rows never change, and versions of the last seven days stay "
    "readable. The metadata list files and bytes before and after, per table.",
    code_version=code_version(__name__),
)
@in_words
def lake_upkeep(config: UpkeepConfig, lake: LakeResource) -> Result:
    """Compact every table and account for it."""
    import pandas as pd

    store = lake.get()
    reports = [store.compact(info.name, retention_hours=config.retention_hours) for info in store.tables()]
    figures = ("files_before", "files_after", "bytes_before", "bytes_after", "deleted")
    totals = {name: sum(getattr(report, name) for report in reports) for name in figures}
    columns = ["table", *figures, "version"]
    return dg.MaterializeResult(
        metadata=counts({"tables": len(reports)} | totals)
        | {"per_table": markdown(pd.DataFrame([asdict(report) for report in reports], columns=columns))}
    )
