"""The check that lists what providers corrected after it had been loaded; it always passes.

Belongs here: the check of any provider's table of facts, and the summary it shows. Does not belong here: the list itself
(lake/corrections.py), implausible corrections (plausibility/).
"""

from typing import Any

import dagster as dg
import pyarrow as pa

from macro_assets.defs.checks.findings import check_result
from macro_assets.defs.resources import LakeResource
from macro_assets.lake.corrections import corrections
from macro_assets.sources.provider import Provider
from macro_assets.tables.spec import TableSpec
from macro_assets.vintage.quality import Finding


def corrections_check(provider: Provider[Any]) -> dg.AssetChecksDefinition:
    """The check that lists what a provider stated otherwise later; it always passes."""

    @dg.asset_check(
        asset=dg.AssetKey(provider.table.name.split("/")), name="provider_corrections",
        description="Lists what the provider corrected or retracted after it had been loaded, newest first, with the lag; "
        "it never fails. A correction counts from the day of the fact it replaces, so views of past days change with it: "
        "`as_of(day, loaded_by=instant)` undoes it.",
    )  # fmt: skip
    def provider_corrections(lake: LakeResource) -> dg.AssetCheckResult:
        stored = lake.get().read(provider.table.name, missing_ok=True, superseded=True)
        return check_result(summary(stored, provider.table), rows="corrections")

    return provider_corrections


def summary(rows: pa.Table, spec: TableSpec) -> Finding:
    """The corrections as a finding that always passes: they are the provider's right, and shown, not judged."""
    found = corrections(rows, spec)
    facts = rows.num_rows - len(found)
    retracted = int(found["after"].str.contains("status=retracted", regex=False).sum()) if len(found) else 0
    numbers: dict[str, float] = {"facts": facts, "corrections": len(found), "retractions": retracted}
    if found.empty:
        return Finding(
            passed=True, words=f"{facts} facts, none corrected by its provider", failing=found, numbers=numbers
        )
    numbers |= {
        "median_lag_days": float(found["lag_days"].median()),
        "longest_lag_days": float(found["lag_days"].max()),
    }
    words = (
        f"{len(found)} corrections of {facts} facts, {retracted} of them retractions; they came "
        f"{numbers['median_lag_days']:.3g} days after the answer before (median), {numbers['longest_lag_days']:.3g} at most"
    )
    return Finding(passed=True, words=words, failing=found, numbers=numbers)
