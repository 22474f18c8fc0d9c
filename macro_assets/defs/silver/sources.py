"""What silver is made of: the bronze assets and tables of every provider that feeds it.

Belongs here: reading the declarations of providers. Does not belong here: when a fact counts as known (vintage/).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa

from macro_assets.defs.versions.declared import names_of
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables import bronze
from macro_assets.tables.spec import TableSpec

if TYPE_CHECKING:
    from macro_assets.lake import Lake
    from macro_assets.lake.conditions import Where


def _all(_table: TableSpec) -> None:
    """Every row."""


def bronze_of(silver: str) -> list[dg.AssetKey]:
    """Keys of the bronze assets that a silver table rests on."""
    return [dg.AssetKey(key.split("/")) for provider in _feeding(silver) for key in provider.asset_keys]


def tables_of(silver: str) -> tuple[str, ...]:
    """Dotted names of the declarations of the bronze tables that a silver table rests on, for its code version."""
    feeding = _feeding(silver)
    tables = [provider.table for provider in feeding]
    tables += [bronze.SERIES_FACTS] if any(provider.states for provider in feeding) else []
    return names_of(bronze, tables)


def bronze_facts(lake: "Lake", silver: str, part: "Callable[[TableSpec], Where | None]" = _all) -> dict[str, pa.Table]:
    """Rows of the bronze tables that feed a silver table, by the name of the rule that dates them.

    A provider that was never loaded has no rows. part : which rows of a table are read; all when omitted.

    Raises
    ------
    TableNotFoundError : none of the tables exists yet.
    """
    tables = bronze_tables(silver)
    require_bronze(lake, silver)
    facts: dict[str, list[pa.Table]] = {}
    for table in tables:
        facts.setdefault(table.dated_by, []).append(lake.read(table.name, where=part(table), missing_ok=True))
    return {rule: pa.concat_tables(parts) for rule, parts in facts.items()}


def require_bronze(lake: "Lake", silver: str) -> None:
    """Refuse to make a silver table of nothing.

    Raises
    ------
    TableNotFoundError : none of the bronze tables that feed it exists yet.
    """
    tables = bronze_tables(silver)
    if not any(lake.exists(table.name) for table in tables):
        lake.read(tables[0].name)


def bronze_tables(silver: str) -> list[TableSpec]:
    """Declarations of the bronze tables that feed a silver table."""
    return [provider.table for provider in _feeding(silver)]


def _feeding(silver: str) -> list[Provider[Any]]:
    return [provider for provider in PROVIDERS if provider.silver == silver]
