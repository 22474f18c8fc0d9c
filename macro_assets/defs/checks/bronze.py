"""Checks on bronze: as declared, plausible, covered.

Belongs here: a function for each check that a provider may name, over vintage/quality.py. The account of rows is kept by
the assets themselves. A history asset writes into the table of its daily asset, so both carry the checks of that table:
whichever ran, what follows can tell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa

from macro_assets.catalog import Catalog
from macro_assets.defs.checks.corrections import corrections_check
from macro_assets.defs.checks.findings import check_result, table_check
from macro_assets.defs.resources import CatalogResource, LakeResource
from macro_assets.errors import InvalidInputError
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS
from macro_assets.vintage import quality


@dataclass(frozen=True)
class ContentCheck:
    """A check of what a provider's table holds.

    Parameters
    ----------
    rule : facts, their id column and the provider's entries of the catalogue, to a finding.
    description : for the UI.
    blocking : whether a failure stops what follows; a warning otherwise.
    daily_only : not carried by the history asset.
    """

    rule: Callable[[pa.Table, str, dict[str, Any]], quality.Finding]
    description: str
    blocking: bool = True
    daily_only: bool = False


def _consistent_bars(bars: pa.Table, column: str, entries: dict[str, Any]) -> quality.Finding:
    return quality.inconsistent_bars(bars)


def _whole_files(published: pa.Table, column: str, entries: dict[str, Any]) -> quality.Finding:
    return quality.incomplete_files(published)


def _covered(facts: pa.Table, column: str, entries: dict[str, Any]) -> quality.Finding:
    absent = sorted(set(entries) - set(facts[column].unique().to_pylist()))
    return quality.finding(
        pd.DataFrame({column: absent}), len(entries), "all {n} entries of the catalogue have facts",
        f"{{k}} of {{n}} entries of the catalogue have no facts: {', '.join(absent[:20])}",
    )  # fmt: skip


CONTENT = {
    "plausible_bounds": ContentCheck(
        quality.outside_bounds, "Every stored value lies inside the plausible bounds of its entry (catalogue). What lies "
        "outside when it comes is set aside (bronze/quarantine), so this names values that a person accepted, or bounds "
        "that were changed.", blocking=False,
    ),
    "consistent_bars": ContentCheck(
        _consistent_bars, "High, low and close of a bar agree, prices are positive, dividends and splits possible.",
        blocking=False,
    ),
    "whole_files": ContentCheck(
        _whole_files, "Every published measure has a dozen values at least, all of them numbers. A load that lacks stored "
        "values is refused before it replaces them.",
    ),
    "catalogue_covered": ContentCheck(
        _covered, "Every entry of the catalogue has facts; one the provider does not know is a warning.",
        blocking=False, daily_only=True,
    ),
}  # fmt: skip


def content_check(provider: Provider[Any], name: str, asset: str) -> dg.AssetChecksDefinition:
    """One named check of a provider's table, carried by one of its assets.

    Raises
    ------
    InvalidInputError : the provider names a check that does not exist.
    """
    if name not in CONTENT:
        raise InvalidInputError(
            f"Provider {provider.name!r} names the unknown check {name!r}.", remedy=f"Available: {', '.join(CONTENT)}."
        )
    check, table = CONTENT[name], provider.table

    @dg.asset_check(
        asset=dg.AssetKey(asset.split("/")), name=name, blocking=check.blocking, description=check.description
    )
    def content(catalog: CatalogResource, lake: LakeResource) -> dg.AssetCheckResult:
        facts = lake.get().read(table.name, missing_ok=True)
        return check_result(check.rule(facts, table.key[0], _entries(provider, catalog.get())), warn=not check.blocking)

    return content


def _entries(provider: Provider[Any], catalog: Catalog) -> dict[str, Any]:
    return dict(provider.entries(catalog)) if provider.entries else {}


def provider_checks(provider: Provider[Any]) -> list[dg.AssetChecksDefinition]:
    """Every check of a provider's assets: that of its declared table, those it names, and the list of corrections."""
    found = [table_check(provider.table.name, asset=asset) for asset in provider.asset_keys]
    for name in provider.checks:
        carried = [key for key in provider.asset_keys if key == provider.table.name or not _daily_only(name)]
        found += [content_check(provider, name, asset) for asset in carried]
    return [*found, corrections_check(provider)] if provider.table.has_load_time else found


def _daily_only(name: str) -> bool:
    return name in CONTENT and CONTENT[name].daily_only


CHECKS = [check for provider in PROVIDERS for check in provider_checks(provider)]
