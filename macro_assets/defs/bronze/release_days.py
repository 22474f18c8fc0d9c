"""Days on which releases were published, for the releases of the catalogue whose true days their provider keeps.

Belongs here: the asset. Does not belong here: requests (sources/<provider>), reactions on these days (causal/events), the
release sensor (defs/automation), which asks what is due.
"""

from typing import Any

import dagster as dg
import pyarrow as pa

from macro_assets.defs.bronze.provider import rests_on
from macro_assets.defs.failures import typed_failures
from macro_assets.defs.metadata import column_schema, counts, describe, listing
from macro_assets.defs.publishing import Result
from macro_assets.defs.versions import code_version
from macro_assets.errors import UnknownSeriesError
from macro_assets.settings import get_settings
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables.registry import TABLES

TABLE = "bronze/release_days"
KEEPING = tuple(provider for provider in PROVIDERS if provider.release_days)
RESTS_ON = tuple(name for provider in KEEPING for name in rests_on(provider))
RECORDED = "recorded"


@dg.asset(
    key=TABLE.split("/"),
    group_name="bronze",
    kinds={"deltalake", *(provider.kind for provider in KEEPING)},
    code_version=code_version(__name__, also=RESTS_ON),
    description="Days of publication of the releases whose true days FRED keeps (endpoint release/dates): the Employment "
    "Situation and the Consumer Price Index. Reactions of prices on the day rest on them; what was known when rests on vintages.",
    pool=KEEPING[0].pool or None,
    deps=[dg.AssetKey(provider.name) for provider in KEEPING],
    required_resource_keys={"catalog", "lake", *(provider.name for provider in KEEPING)},
)
def release_days(context: dg.AssetExecutionContext) -> Result:
    """Ask for the days of every such release and append the new ones."""
    with typed_failures(context):
        lake, catalog = context.resources.lake.get(), context.resources.catalog.get()
        numbers = [one.id for one in catalog.releases.values() if one.days == RECORDED]
        without: list[str] = []
        for provider in KEEPING:
            rows, unlisted = days_listed(provider, getattr(context.resources, provider.name).get(), numbers)
            lake.load(TABLE, rows)
            without += unlisted
        table = lake.read(TABLE, missing_ok=True)
    return dg.MaterializeResult(
        metadata=describe(table)
        | counts({"releases": len(numbers), "days": table.num_rows})
        | {
            "releases_without_days": listing(without),
            "dagster/column_schema": column_schema(TABLE),
            "dagster/table_name": TABLE,
            "dagster/uri": lake.table_uri(TABLE),
        }
    )


def days_listed(provider: Provider[Any], source: Any, releases: list[int]) -> tuple[pa.Table, list[str]]:
    """Rows of all days that a provider lists of some releases up to today, and the releases of which it lists none."""
    assert provider.release_days is not None
    today, rows, without = get_settings().current_day(), list[dict[str, Any]](), list[str]()
    for number in releases:
        try:
            listed = provider.release_days(source, number, today)
        except UnknownSeriesError:
            listed = []
        if not listed:
            without.append(str(number))
        rows += [{"release_id": str(number), "date": day, "provider": provider.name} for day in listed]
    return pa.Table.from_pylist(rows, TABLES[TABLE].source_schema), without
