"""One bitemporal table of all macro series: which value of which period counts as known from when, by which rule.

Belongs here: the asset. Does not belong here: the rule itself (vintage/knowledge.py), decided in one place.
"""

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.defs.derived import derived
from macro_assets.defs.metadata import counts, markdown, picture
from macro_assets.defs.resources import CatalogResource, LakeResource
from macro_assets.defs.silver.sources import bronze_facts, bronze_of, tables_of
from macro_assets.defs.versions import code_version
from macro_assets.vintage import knowledge
from macro_assets.vintage.delays import release_delays

SLOWEST = 10
STATED = "bronze/series_facts"


@derived(
    "silver/observations",
    "Every value of every macro series with the day from which a reader may use it "
    "(`known_from`) and the rule behind that day (`known_by`): vintage = its publication was recorded, lag_rule = end of "
    "period plus the catalogue's lag for a series that is never revised, pseudo = the same for one that is, compiled = all "
    "its digits come from one later compilation (World Bank, series with a single vintage). Values are "
    "in the catalogue's units. For one day's view filter `known_from`, or use `macro_assets.as_of`.",
    code=code_version(__name__, also=tables_of("silver/observations")),
    deps=[*bronze_of("silver/observations"), dg.AssetKey(STATED.split("/"))],
    engine="arrow",
)
def observations(catalog: CatalogResource, lake: LakeResource) -> dg.MaterializeResult[pa.Table]:
    """Bronze facts of macro series, each with its day of knowledge."""
    from macro_assets.pictures import facts as plots
    from macro_assets.vintage.overview import facts_by_year

    store, entries = lake.get(), catalog.get()
    stated = store.read(STATED, missing_ok=True)
    table = knowledge.observations(bronze_facts(store, "silver/observations"), entries, stated)
    rules = {row["values"]: row["counts"] for row in pc.value_counts(table["known_by"]).to_pylist()}
    delays = release_delays(table, entries)
    over = (delays["p90_days"] - delays["catalog_lag_days"]).sort_values(ascending=False)
    return dg.MaterializeResult(
        value=table,
        metadata=counts({f"known_by_{rule}": number for rule, number in rules.items()})
        | {
            "series": len(pc.unique(table["series_id"])),
            "vintages": picture(plots.facts_by_year(*facts_by_year(table))),
            "latest_against_catalogue_lag": markdown(delays.loc[over.index[:SLOWEST]], index=True),
        },
    )
