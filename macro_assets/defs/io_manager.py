"""The IO manager: from silver on, assets pass Arrow or pandas tables through the lake.

Belongs here: writing an asset's table under its own key, replacing it whole or by partition, and reading it back.
Does not belong here: bronze facts (assets call `lake.load`) and models (they go to MLflow).
"""

from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa

from macro_assets.defs.failures import readable_failures
from macro_assets.defs.metadata import column_schema, describe
from macro_assets.defs.partitions import as_of_dates
from macro_assets.tables.rows import table_of

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.lake import Lake


def reads(*tables: str, **named: str) -> dict[str, dg.AssetIn]:
    """Inputs of an asset by the last part of their names: `reads("silver/prices")` passes the table as `prices`.

    Parameters
    ----------
    tables : names of tables. named : tables by the parameter that takes them, where that is another name.
    """
    inputs = {name.rsplit("/", 1)[-1]: name for name in tables} | named
    return {parameter: dg.AssetIn(name.split("/")) for parameter, name in inputs.items()}


def table_name(key: dg.AssetKey) -> str:
    """Name of the lake's table of an asset, e.g. `gold/monthly_cube`."""
    return "/".join(key.path)


class LakeIOManager(dg.ConfigurableIOManager):
    """Replaces the table named like the asset; a partitioned asset replaces only the rows of its own as-of dates."""

    def handle_output(self, context: dg.OutputContext, obj: "pa.Table | pd.DataFrame | None") -> None:
        if obj is None:
            return
        name, lake = table_name(context.asset_key), _lake()
        table = obj if isinstance(obj, pa.Table) else table_of(obj, name)
        part = _partition(context)
        with readable_failures():
            version = lake.replace(name, table, where=part)
            about = stored(lake, name, version)
        rows = {"dagster/partition_row_count": table.num_rows} if part else {}
        context.add_output_metadata(describe(table) | rows | about)

    def load_input(self, context: dg.InputContext) -> Any:
        with readable_failures():
            table = _lake().read(table_name(context.asset_key))
        import pandas as pd

        return table.to_pandas() if context.dagster_type.typing_type is pd.DataFrame else table


def stored(lake: "Lake", name: str, version: int) -> dict[str, Any]:
    """Metadata of a table as it lies in the lake, from its log."""
    held = lake.info(name)
    return {
        "dagster/row_count": held.rows,
        "bytes": held.bytes,
        "dagster/column_schema": column_schema(name),
        "dagster/table_name": name,
        "dagster/uri": lake.table_uri(name),
        "delta_version": version,
    }


def _lake() -> "Lake":
    from macro_assets.lake import Lake
    from macro_assets.settings import get_settings

    return Lake.from_settings(get_settings())


def _partition(context: dg.OutputContext) -> dict[str, Any] | None:
    """The as-of dates this run owns: the last day of each of its windows."""
    if not context.has_asset_partitions:
        return None
    partitions = context.asset_partitions_def
    if not isinstance(partitions, dg.TimeWindowPartitionsDefinition):
        raise dg.DagsterInvalidDefinitionError(f"{context.asset_key} must be partitioned by time: by as-of date.")
    return {"as_of": as_of_dates(partitions, context.asset_partition_keys)}
