"""Daily bars from Yahoo Finance as stated on each day, with dividends and splits; never adjusted closes alone.

Belongs here: the daily and the history asset. Does not belong here: undoing adjustments (sources/yahoo/source.py).
"""

from datetime import date
from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa
from pydantic import Field

from macro_assets.catalog import Catalog
from macro_assets.defs.bronze.fred import HistoryConfig
from macro_assets.defs.bronze.loading import gather, result, rows_accounted_spec
from macro_assets.defs.failures import typed_failures
from macro_assets.defs.metadata import code_version
from macro_assets.defs.partitions import DAILY_VINTAGES, ONE_YEAR_PER_RUN, day_range
from macro_assets.defs.resources import CatalogResource, ClockResource, LakeResource, YahooResource
from macro_assets.errors import UnknownSeriesError

if TYPE_CHECKING:
    from macro_assets.lake import Lake

TABLE = "bronze/yahoo_bars"
VERSION = code_version(__name__)


class YahooConfig(dg.Config):
    """Which symbols to load; all of the catalogue when nothing is named."""

    symbols: list[str] = Field(default=[], description="Yahoo symbols to load, e.g. SPY or ^GSPC; empty = every one.")


class YahooHistoryConfig(YahooConfig, HistoryConfig):
    """Which symbols to load, and up to which day."""


def begun_by(catalog: Catalog, config: YahooConfig, day: date) -> list[str]:
    """Symbols that traded by a day: an earlier range asks for no fund that did not exist yet.

    Raises
    ------
    UnknownSeriesError : a named symbol is not in the catalogue.
    """
    for symbol in config.symbols:
        if symbol not in catalog.assets:
            raise UnknownSeriesError(f"the catalogue has no ticker {symbol!r}.", remedy="Edit catalog/assets.yaml.")
    chosen = config.symbols or list(catalog.assets)
    return [symbol for symbol in chosen if catalog.assets[symbol].start <= day]


def stored(lake: "Lake", symbol: str) -> pa.Table:
    """Bars already kept: with them a bar that the provider corrected becomes a new fact on its vintage day."""
    return lake.read(TABLE, where={"symbol": symbol}, missing_ok=True)


@dg.asset(
    key_prefix="bronze",
    group_name="bronze",
    kinds={"deltalake", "yahoo"},
    code_version=VERSION,
    description=__doc__,
    partitions_def=DAILY_VINTAGES,
    backfill_policy=ONE_YEAR_PER_RUN,
    pool="yahoo_api",
    deps=[dg.AssetKey("yahoo")],
    check_specs=[rows_accounted_spec(["bronze", "yahoo_bars"])],
)
def yahoo_bars(
    context: dg.AssetExecutionContext,
    config: YahooConfig,
    catalog: CatalogResource,
    yahoo: YahooResource,
    lake: LakeResource,
) -> dg.MaterializeResult:
    first, last = day_range(context.partition_keys)
    with typed_failures(context):
        source, store, begun = yahoo.get(), lake.get(), begun_by(catalog.get(), config, last)
        tally = gather(
            begun,
            lambda symbol: source.window(symbol, first, last, known=stored(store, symbol)),
            store,
            TABLE,
            log=context.log,
            progress=f"{first} to {last}: ",
        )
    return result(tally, TABLE, store)


@dg.asset(
    key_prefix="bronze",
    group_name="bronze",
    kinds={"deltalake", "yahoo"},
    code_version=VERSION,
    pool="yahoo_api",
    deps=[dg.AssetKey("yahoo")],
    check_specs=[rows_accounted_spec(["bronze", "yahoo_history"])],
    description="Every bar up to today, loaded in a few calls into bronze/yahoo_bars; each split gives the earlier "
    "bars a second, restated fact from its day on.",
)
def yahoo_history(
    context: dg.AssetExecutionContext,
    config: YahooHistoryConfig,
    catalog: CatalogResource,
    yahoo: YahooResource,
    lake: LakeResource,
    clock: ClockResource,
) -> dg.MaterializeResult:
    with typed_failures(context):
        source, store, today = yahoo.get(), lake.get(), config.last_day(clock.today())
        tally = gather(
            begun_by(catalog.get(), config, today),
            lambda symbol: source.history(symbol, today, known=stored(store, symbol)),
            store,
            TABLE,
            log=context.log,
            progress=f"history to {today}: ",
        )
    return result(tally, TABLE, store)
