"""The asset `monitoring/broken_now`: every morning, one table of what is broken, since when, and what to do.

Belongs here: the asset. Does not belong here: how it is found (state.py), alerts (automation/alerts.py).
"""

import dagster as dg
import pyarrow as pa

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import markdown
from macro_assets.defs.monitoring.state import broken
from macro_assets.defs.versions import code_version

BROKEN_NOW = "monitoring/broken_now"
DESCRIPTION = """\
What is broken now: assets whose last run failed, checks that fail, days of a provider that were never loaded, stale assets.
Each row says since when, what is wrong and what to do. Look here first in the morning; an empty table means that nothing is
broken. Alerts carry the same rows (docs/operations.md)."""


@dg.asset(
    key_prefix="monitoring",
    group_name="monitoring",
    kinds={"deltalake"},
    description=DESCRIPTION,
    code_version=code_version(__name__),
    required_resource_keys={"asset_graph"},
)
@in_words
def broken_now(context: dg.AssetExecutionContext) -> dg.MaterializeResult[pa.Table]:
    """One row per thing that is broken."""
    from macro_assets.monitoring.incidents import table

    found = broken(context.instance, context.resources.asset_graph())
    rows: pa.Table = table([one for one in found if not one.subject.startswith(BROKEN_NOW)])
    metadata = {"broken": dg.MetadataValue.int(rows.num_rows), "rows": markdown(rows.to_pandas())}
    return dg.MaterializeResult(value=rows, metadata=metadata)
