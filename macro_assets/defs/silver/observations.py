"""One bitemporal table of all macro series: which value of which period counts as known from when, by which rule.

Belongs here: the asset. Does not belong here: the rule itself (vintage/knowledge.py), decided in one place.
"""

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, counts, picture
from macro_assets.defs.resources import CatalogResource, LakeResource
from macro_assets.vintage import knowledge


@dg.asset(
    key_prefix="silver",
    group_name="silver",
    kinds={"deltalake", "arrow"},
    description=__doc__,
    code_version=code_version("macro_assets.vintage.knowledge"),
    deps=[dg.AssetKey(["bronze", name]) for name in ("fred_vintages", "fred_history", "world_bank_indicators")],
)
@in_words
def observations(catalog: CatalogResource, lake: LakeResource) -> dg.MaterializeResult[pa.Table]:
    from macro_assets.pictures import facts as plots

    store, known = lake.get(), catalog.get()
    table = knowledge.observations(
        store.read("bronze/fred_vintages"), store.read("bronze/world_bank_indicators", missing_ok=True), known
    )
    rules = {row["values"]: row["counts"] for row in pc.value_counts(table["known_by"]).to_pylist()}
    return dg.MaterializeResult(
        value=table,
        metadata=counts({f"known_by_{rule}": number for rule, number in rules.items()})
        | {"series": len(pc.unique(table["series_id"])), "vintages": picture(plots.vintage_coverage(table))},
    )
