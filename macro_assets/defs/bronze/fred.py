"""FRED facts with the day from which each value was the published one (ALFRED vintages).

Belongs here: the daily and the history asset and their config. Does not belong here: realtime arithmetic
(sources/fred/source.py) and storage (lake).
"""

from datetime import date

import dagster as dg
from pydantic import Field

from macro_assets.catalog import Catalog
from macro_assets.defs.bronze.loading import gather, result, rows_accounted_spec
from macro_assets.defs.failures import typed_failures
from macro_assets.defs.metadata import code_version
from macro_assets.defs.partitions import DAILY_VINTAGES, ONE_YEAR_PER_RUN, day_range
from macro_assets.defs.resources import CatalogResource, ClockResource, FredResource, LakeResource
from macro_assets.errors import InvalidInputError

TABLE = "bronze/fred_vintages"
VERSION = code_version(__name__)


class HistoryConfig(dg.Config):
    """How far the history goes."""

    through: str = Field(default="", description="Last vintage day to load, YYYY-MM-DD; empty = today.")

    def last_day(self, today: date) -> date:
        return min(date.fromisoformat(self.through), today) if self.through else today


class FredConfig(dg.Config):
    """Which series to load; all of the catalogue when nothing is named."""

    series: list[str] = Field(default=[], description="FRED series ids to load, e.g. CPIAUCSL; empty = every series.")
    releases: list[int] = Field(default=[], description="FRED release ids whose series to load, e.g. 10 for CPI.")


class FredHistoryConfig(FredConfig, HistoryConfig):
    """Which series to load, and up to which day."""


def chosen_series(catalog: Catalog, config: FredConfig) -> list[str]:
    """The ids a run loads: those named, those of the named releases, or all."""
    if not config.series and not config.releases:
        return list(catalog.series)
    of_releases = [s.id for s in catalog.series.values() if s.release_id in config.releases]
    for name in config.series:
        catalog.require(name)
    without = sorted(set(config.releases) - {s.release_id for s in catalog.series.values()})
    if without:
        raise InvalidInputError(
            f"No series of the catalogue belongs to release {without}.",
            remedy="Name series instead, or see catalog/releases.yaml.",
        )
    return list(dict.fromkeys([*config.series, *of_releases]))


@dg.asset(
    key_prefix="bronze",
    group_name="bronze",
    kinds={"deltalake", "fred"},
    code_version=VERSION,
    description=__doc__,
    partitions_def=DAILY_VINTAGES,
    backfill_policy=ONE_YEAR_PER_RUN,
    pool="fred_api",
    deps=[dg.AssetKey("fred")],
    check_specs=[rows_accounted_spec(["bronze", "fred_vintages"])],
)
def fred_vintages(
    context: dg.AssetExecutionContext,
    config: FredConfig,
    catalog: CatalogResource,
    fred: FredResource,
    lake: LakeResource,
) -> dg.MaterializeResult:
    first, last = day_range(context.partition_keys)
    with typed_failures(context):
        source, store = fred.get(), lake.get()
        tally = gather(
            chosen_series(catalog.get(), config),
            lambda name: source.window(name, first, last),
            store,
            TABLE,
            log=context.log,
            progress=f"{first} to {last}: ",
        )
    return result(tally, TABLE, store)


@dg.asset(
    key_prefix="bronze",
    group_name="bronze",
    kinds={"deltalake", "fred"},
    code_version=VERSION,
    pool="fred_api",
    deps=[dg.AssetKey("fred")],
    check_specs=[rows_accounted_spec(["bronze", "fred_history"])],
    description="Everything FRED had published up to today, loaded in a few calls into bronze/fred_vintages: "
    "the quick way to the past. Loading it before, after or instead of the daily partitions gives the same rows.",
)
def fred_history(
    context: dg.AssetExecutionContext,
    config: FredHistoryConfig,
    catalog: CatalogResource,
    fred: FredResource,
    lake: LakeResource,
    clock: ClockResource,
) -> dg.MaterializeResult:
    with typed_failures(context):
        source, store, today, known = fred.get(), lake.get(), config.last_day(clock.today()), catalog.get()
        begun = [name for name in chosen_series(known, config) if known.series[name].start <= today]
        tally = gather(
            begun,
            lambda name: source.history(name, today),
            store,
            TABLE,
            log=context.log,
            progress=f"history to {today}: ",
        )
    return result(tally, TABLE, store)
