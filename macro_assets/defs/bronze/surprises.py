"""Published shock series as their authors give them: intraday policy surprises, narrative shocks, oil supply news.

Belongs here: the asset. Does not belong here: turning them into monthly treatments (signals/shocks.py). The series
were estimated on full samples: instruments for study, not data known on the day.
"""

import dagster as dg

from macro_assets.defs.failures import typed_failures
from macro_assets.defs.metadata import code_version, column_schema, describe, markdown
from macro_assets.defs.resources import LakeResource, SurprisesResource

TABLE = "bronze/policy_surprises"


@dg.asset(
    key_prefix="bronze",
    group_name="bronze",
    kinds={"deltalake", "csv"},
    description=__doc__,
    code_version=code_version(__name__),
    deps=[dg.AssetKey("policy_surprises")],
)
def policy_surprises(
    context: dg.AssetExecutionContext, surprises: SurprisesResource, lake: LakeResource
) -> dg.MaterializeResult:
    with typed_failures(context):
        store = lake.get()
        batch = surprises.get().fetch()
        store.replace(TABLE, batch.table)
    frame = batch.table.to_pandas()
    spans = frame.groupby(["source", "measure", "unit"]).date.agg(["min", "max", "count"]).reset_index()
    return dg.MaterializeResult(
        metadata={
            **describe(batch.table),
            "bytes": store.info(TABLE).bytes,
            "rows_offered": batch.offered,
            "requests": batch.requests,
            "dagster/column_schema": column_schema(TABLE),
            "dagster/uri": store.table_uri(TABLE),
            "coverage": markdown(spans),
        }
    )
