"""Daily bars from Yahoo Finance as stated on each day, with dividends and splits; never adjusted closes alone.

Belongs here: the daily and the history asset. Does not belong here: undoing adjustments (sources/yahoo.py).
"""

import dagster as dg

from macro_assets.defs.bronze.fred import HistoryConfig
from macro_assets.defs.bronze.loading import gather, result, rows_accounted_spec
from macro_assets.defs.failures import typed_failures
from macro_assets.defs.metadata import code_version
from macro_assets.defs.partitions import DAILY_VINTAGES, ONE_YEAR_PER_RUN, day_range
from macro_assets.defs.resources import CatalogResource, ClockResource, LakeResource, YahooResource

TABLE = "bronze/yahoo_bars"
VERSION = code_version("macro_assets.sources.yahoo", "macro_assets.lake.store")


@dg.asset(
    key_prefix="bronze", group_name="bronze", kinds={"deltalake", "yahoo"}, code_version=VERSION, description=__doc__,
    partitions_def=DAILY_VINTAGES, backfill_policy=ONE_YEAR_PER_RUN, pool="yahoo_api",
    deps=[dg.AssetKey("yahoo")], check_specs=[rows_accounted_spec(["bronze", "yahoo_bars"])],
)
def yahoo_bars(
    context: dg.AssetExecutionContext, catalog: CatalogResource, yahoo: YahooResource, lake: LakeResource
) -> dg.MaterializeResult:
    first, last = day_range(context.partition_keys)
    source, store = yahoo.get(), lake.get()
    with typed_failures(context):
        tally = gather(
            catalog.get().assets, lambda symbol: source.window(symbol, first, last), store, TABLE,
            log=context.log.info, progress=f"{first} to {last}: ",
        )
    return result(tally, TABLE, store)


@dg.asset(
    key_prefix="bronze", group_name="bronze", kinds={"deltalake", "yahoo"}, code_version=VERSION, pool="yahoo_api",
    deps=[dg.AssetKey("yahoo")], check_specs=[rows_accounted_spec(["bronze", "yahoo_history"])],
    description="Every bar up to today, loaded in a few calls into bronze/yahoo_bars; each split gives the earlier "
    "bars a second, restated fact from its day on.",
)
def yahoo_history(
    context: dg.AssetExecutionContext, config: HistoryConfig, catalog: CatalogResource, yahoo: YahooResource,
    lake: LakeResource, clock: ClockResource,
) -> dg.MaterializeResult:
    source, store, today = yahoo.get(), lake.get(), config.last_day(clock.today())
    with typed_failures(context):
        tally = gather(
            catalog.get().assets, lambda symbol: source.history(symbol, today), store, TABLE,
            log=context.log.info, progress=f"history to {today}: ",
        )
    return result(tally, TABLE, store)
