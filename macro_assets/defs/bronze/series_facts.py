"""What providers state of their series: first vintage, units, frequency; asked once, then weekly.

Belongs here: the asset. Does not belong here: requests (sources/<provider>), the rule that reads the first vintage
(vintage/knowledge.py).
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
from pydantic import Field

from macro_assets.defs.bronze.provider import rests_on
from macro_assets.defs.failures import typed_failures
from macro_assets.defs.metadata import column_schema, counts, describe, listing
from macro_assets.defs.publishing import Result
from macro_assets.defs.versions import code_version
from macro_assets.errors import UnknownSeriesError
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS
from macro_assets.sources.statements import SeriesStatement, due, statement_table

TABLE = "bronze/series_facts"
STATING = tuple(provider for provider in PROVIDERS if provider.states)
RESTS_ON = tuple(name for provider in STATING for name in rests_on(provider))


class StatementsConfig(dg.Config):
    """Which series are asked about."""

    series: list[str] = Field(default=[], description="Series ids to ask about now; empty = those that are due.")
    days: int = Field(default=7, ge=0, description="Days after which a series is asked about again.")


@dg.asset(
    key=TABLE.split("/"),
    group_name="bronze",
    kinds={"deltalake", *(provider.kind for provider in STATING)},
    code_version=code_version(__name__, also=RESTS_ON),
    description="What FRED states of every series (endpoints series and series/vintagedates): first recorded vintage day, "
    "number of vintages, unit, frequency, adjustment, last update. Silver dates the first vintage of a series by it. Asked "
    "when a series is new, then weekly; every answer is one more row, and a change of unit shows as a failed check.",
    pool=STATING[0].pool or None,
    deps=[dg.AssetKey(provider.name) for provider in STATING],
    required_resource_keys={"catalog", "lake", *(provider.name for provider in STATING)},
)
def series_facts(context: dg.AssetExecutionContext, config: StatementsConfig) -> Result:
    """Ask about the series that are due and append the answers."""
    with typed_failures(context):
        lake, catalog = context.resources.lake.get(), context.resources.catalog.get()
        stored, asked, unknown = lake.read(TABLE, missing_ok=True), 0, list[str]()
        for provider in STATING:
            entries = list(provider.entries(catalog)) if provider.entries else []
            wanted = [name for name in config.series if name in entries]
            ids = wanted or due(provider.name, entries, stored, datetime.now(UTC), timedelta(days=config.days))
            source = getattr(context.resources, provider.name).get()
            unknown += ask(provider, source, ids, lake)
            asked += len(ids)
        table = lake.read(TABLE, missing_ok=True)
    numbers = counts({"series_asked": asked, "series": len(table["series_id"].unique())})
    return dg.MaterializeResult(
        metadata=describe(table)
        | numbers
        | {
            "unknown_to_provider": listing(unknown),
            "dagster/column_schema": column_schema(TABLE),
            "dagster/table_name": TABLE,
            "dagster/uri": lake.table_uri(TABLE),
        }
        | ({"bytes": lake.info(TABLE).bytes} if lake.exists(TABLE) else {})
    )


def ask(provider: Provider[Any], source: Any, ids: list[str], lake: Any) -> list[str]:
    """Append what a provider states of some ids, also when a later one fails; the ids that it does not know."""
    assert provider.states is not None
    answers: list[SeriesStatement] = []
    unknown: list[str] = []
    try:
        for name in ids:
            try:
                answers.append(provider.states(source, name))
            except UnknownSeriesError:
                unknown.append(name)
    finally:
        lake.load(TABLE, statement_table(answers))
    return unknown
