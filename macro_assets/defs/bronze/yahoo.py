"""Daily bars from Yahoo Finance as stated on each day, with dividends and splits; never adjusted closes alone.

Belongs here: the daily and the history asset. Does not belong here: undoing adjustments (sources/yahoo.py).
"""

from datetime import date
from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa

from macro_assets.catalog import Catalog
from macro_assets.defs.bronze.fred import HistoryConfig
from macro_assets.defs.bronze.loading import gather, result, rows_accounted_spec
from macro_assets.defs.failures import typed_failures
from macro_assets.defs.metadata import code_version
from macro_assets.defs.partitions import DAILY_VINTAGES, ONE_YEAR_PER_RUN, day_range
from macro_assets.defs.resources import CatalogResource, ClockResource, LakeResource, YahooResource

if TYPE_CHECKING:
    from macro_assets.lake import Lake

TABLE = "bronze/yahoo_bars"
VERSION = code_version("macro_assets.sources.yahoo", "macro_assets.lake.store")


def begun_by(catalog: Catalog, day: date) -> list[str]:
    """Symbols that traded by a day: an earlier range asks for no fund that did not exist yet."""
    return [asset.symbol for asset in catalog.assets.values() if asset.start <= day]


def stored(lake: "Lake", symbol: str) -> pa.Table:
    """Bars already kept: with them a bar that the provider corrected becomes a new fact on its vintage day."""
    return lake.read(TABLE, where={"symbol": symbol}, missing_ok=True)


@dg.asset(
    key_prefix="bronze", group_name="bronze", kinds={"deltalake", "yahoo"}, code_version=VERSION, description=__doc__,
    partitions_def=DAILY_VINTAGES, backfill_policy=ONE_YEAR_PER_RUN, pool="yahoo_api",
    deps=[dg.AssetKey("yahoo")], check_specs=[rows_accounted_spec(["bronze", "yahoo_bars"])],
)
def yahoo_bars(
    context: dg.AssetExecutionContext, catalog: CatalogResource, yahoo: YahooResource, lake: LakeResource
) -> dg.MaterializeResult:
    first, last = day_range(context.partition_keys)
    source, store, begun = yahoo.get(), lake.get(), begun_by(catalog.get(), last)
    with typed_failures(context):
        tally = gather(
            begun, lambda symbol: source.window(symbol, first, last, known=stored(store, symbol)), store, TABLE,
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
            begun_by(catalog.get(), today), lambda symbol: source.history(symbol, today, known=stored(store, symbol)),
            store, TABLE, log=context.log.info, progress=f"history to {today}: ",
        )
    return result(tally, TABLE, store)
