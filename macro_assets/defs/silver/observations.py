"""One bitemporal table of all macro series: which value of which period counts as known from when, by which rule.

Belongs here: the asset. Does not belong here: the rule itself (vintage/knowledge.py), decided in one place.
"""

from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.defs.derived import derived
from macro_assets.defs.metadata import counts, markdown, picture
from macro_assets.defs.publishing import Result
from macro_assets.defs.resources import CatalogResource, LakeResource
from macro_assets.defs.silver.sources import bronze_of, tables_of
from macro_assets.defs.silver.update import OBSERVATIONS, STATED, update_observations
from macro_assets.defs.updates import carried, rules, updated
from macro_assets.defs.versions import code_version
from macro_assets.vintage.delays import release_delays

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog

SLOWEST = 10
CODE = code_version(__name__, also=tables_of("silver/observations"))
DRAWN = ("vintages", "latest_against_catalogue_lag")


@derived(
    "silver/observations",
    "Every value of every macro series with the day from which a reader may use it "
    "(`known_from`) and the rule behind that day (`known_by`): vintage = its publication was recorded, lag_rule = end of "
    "period plus the catalogue's lag for a series that is never revised, pseudo = the same for one that is, compiled = all "
    "its digits come from one later compilation (World Bank, series with a single vintage). Values are "
    "in the catalogue's units. A run exchanges the series loaded since the last one. "
    "For one day's view filter `known_from`, or use `macro_assets.as_of`.",
    code=CODE,
    deps=[*bronze_of("silver/observations"), dg.AssetKey(STATED.split("/"))],
    engine="arrow",
)
def observations(context: dg.AssetExecutionContext, catalog: CatalogResource, lake: LakeResource) -> Result:
    """Bronze facts of macro series, each with its day of knowledge: those of series that were loaded since the last time."""
    store, entries = lake.get(), catalog.get()
    update = update_observations(store, entries, rules(CODE, entries))
    report = updated(store, OBSERVATIONS, update)
    if update.touched is not None:
        return dg.MaterializeResult(metadata=carried(context, DRAWN) | report)
    return dg.MaterializeResult(metadata=report | _overview(store.read(OBSERVATIONS), entries))


def _overview(table: pa.Table, entries: "Catalog") -> dict[str, Any]:
    """Counts by rule, vintages by year, and series that are published later than the catalogue's lag says."""
    from macro_assets.pictures import facts as plots
    from macro_assets.vintage.overview import facts_by_year

    by_rule = {row["values"]: row["counts"] for row in pc.value_counts(table["known_by"]).to_pylist()}
    delays = release_delays(table, entries)
    over = (delays["p90_days"] - delays["catalog_lag_days"]).sort_values(ascending=False)
    return counts({f"known_by_{rule}": number for rule, number in by_rule.items()}) | {
        "series": len(pc.unique(table["series_id"])),
        "vintages": picture(plots.facts_by_year(*facts_by_year(table))),
        "latest_against_catalogue_lag": markdown(delays.loc[over.index[:SLOWEST]], index=True),
    }
