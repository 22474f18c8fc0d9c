"""Annual World Bank indicators; a value counts as known from 1 July of the following year.

Belongs here: the daily asset. Does not belong here: the wbgapi client (sources/world_bank/source.py). When the service is
down the materialisation fails and the last good rows stay as they are. The World Bank has no vintages to ask for: each
load brings everything known by the last day of its range, and rows already stored change nothing.
"""

import dagster as dg

from macro_assets.defs.bronze.loading import gather, result, rows_accounted_spec
from macro_assets.defs.failures import typed_failures
from macro_assets.defs.metadata import code_version
from macro_assets.defs.partitions import DAILY_VINTAGES, ONE_YEAR_PER_RUN, day_range
from macro_assets.defs.resources import CatalogResource, LakeResource, WorldBankResource

TABLE = "bronze/world_bank_indicators"


@dg.asset(
    key_prefix="bronze",
    group_name="bronze",
    kinds={"deltalake", "worldbank"},
    description=__doc__,
    code_version=code_version(__name__),
    partitions_def=DAILY_VINTAGES,
    backfill_policy=ONE_YEAR_PER_RUN,
    pool="world_bank_api",
    deps=[dg.AssetKey("world_bank")],
    check_specs=[rows_accounted_spec(["bronze", "world_bank_indicators"])],
)
def world_bank_indicators(
    context: dg.AssetExecutionContext, catalog: CatalogResource, world_bank: WorldBankResource, lake: LakeResource
) -> dg.MaterializeResult:
    _, last = day_range(context.partition_keys)
    with typed_failures(context):
        source, store, known = world_bank.get(), lake.get(), catalog.get()
        stored = store.read(TABLE, missing_ok=True)
        tally = gather(
            known.indicators,
            lambda indicator: source.history(indicator, known.economies, last, known=stored),
            store,
            TABLE,
            log=context.log,
        )
    return result(tally, TABLE, store)
