"""From a finding to a check result: passed or not, one sentence, the offending rows.

Belongs here: the translation, and the factories of checks over a stored table. Does not belong here: the rules
(vintage/quality.py).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa

from macro_assets.defs.metadata import counts, markdown
from macro_assets.defs.resources import CatalogResource, LakeResource
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import quality

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog


def check_result(finding: quality.Finding, *, warn: bool = False, rows: str = "failing_rows") -> dg.AssetCheckResult:
    """The result of a check: its figures, at most twenty offending rows under the name `rows`, an error unless `warn`."""
    metadata = counts(finding.numbers) | {"in_words": finding.words}
    if not finding.failing.empty:
        metadata[rows] = markdown(finding.failing.head(20))
    return dg.AssetCheckResult(
        passed=finding.passed,
        metadata=metadata,
        description=finding.words,
        severity=dg.AssetCheckSeverity.WARN if warn else dg.AssetCheckSeverity.ERROR,
    )


def table_check(name: str, *, asset: str | None = None) -> dg.AssetChecksDefinition:
    """The blocking check that a stored table is as declared: columns, types, nulls, keys, allowed words.

    Parameters
    ----------
    name : of the table; one that does not exist yet (a first day without a release) has no rows that could be wrong.
    asset : key of the asset that carries the check, when another one writes the table too.
    """

    @dg.asset_check(
        asset=dg.AssetKey((asset or name).split("/")),
        name="schema_and_keys",
        blocking=True,
        description="Columns and types are those declared, keys are unique, required values are present, codes are allowed ones.",
    )
    def schema_and_keys(lake: LakeResource) -> dg.AssetCheckResult:
        rows = lake.get().read(name, missing_ok=True, superseded=TABLES[name].has_load_time)
        return check_result(quality.keys_and_values(rows, TABLES[name]))

    return schema_and_keys


def rule_check(
    name: str, table: str, description: str, find: Callable[[pa.Table], quality.Finding]
) -> dg.AssetChecksDefinition:
    """A blocking check of one rule over the stored table of an asset.

    Parameters
    ----------
    name : of the check. table : whose asset carries it. description : for the person at the screen.
    find : the rule; it imports its room when it runs, so that the code location loads without it.
    """

    @dg.asset_check(asset=dg.AssetKey(table.split("/")), name=name, blocking=True, description=description)
    def check(lake: LakeResource) -> dg.AssetCheckResult:
        return check_result(find(lake.get().read(table)))

    return check


def catalogue_check(
    name: str, table: str, description: str, find: "Callable[[pa.Table, Catalog], quality.Finding]"
) -> dg.AssetChecksDefinition:
    """A blocking check of a stored table against the catalogue; see `rule_check`."""

    @dg.asset_check(asset=dg.AssetKey(table.split("/")), name=name, blocking=True, description=description)
    def check(catalog: CatalogResource, lake: LakeResource) -> dg.AssetCheckResult:
        return check_result(find(lake.get().read(table), catalog.get()))

    return check
