"""Checks on monitoring: as declared, and whether anything is broken.

Belongs here: thin checks over the stored table.
"""

import dagster as dg

from macro_assets.defs.checks.findings import check_result, table_check
from macro_assets.defs.resources import LakeResource
from macro_assets.vintage import quality

BROKEN_NOW = "monitoring/broken_now"

broken_schema_and_keys = table_check(BROKEN_NOW)


@dg.asset_check(
    asset=BROKEN_NOW.split("/"),
    description="No failed asset, failed check, hole or stale asset this morning; the rows say which, and what to do.",
)
def nothing_broken(lake: LakeResource) -> dg.AssetCheckResult:
    """Anything that is broken, as a warning: the rows are alerted already."""
    rows = lake.get().read(BROKEN_NOW).to_pandas()
    subjects = ", ".join(rows["subject"].head(10))
    return check_result(
        quality.finding(rows, len(rows), "nothing is broken", f"{{k}} things are broken: {subjects}"), warn=True
    )
