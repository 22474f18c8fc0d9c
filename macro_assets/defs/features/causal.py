"""Controls and state variables of the causal models, from the monthly as-of cube alone.

Belongs here: the asset. Does not belong here: the features' definitions (signals/causal_features.py).
"""

import dagster as dg
import pyarrow as pa
from dagster import AssetIn

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, markdown
from macro_assets.signals import causal_features as definitions


@dg.asset(
    key_prefix="features",
    group_name="features",
    kinds={"deltalake", "numpy"},
    description=__doc__,
    code_version=code_version(__name__),
    ins={"monthly_cube": AssetIn(["gold", "monthly_cube"]), "asset_returns": AssetIn(["gold", "asset_returns"])},
)
@in_words
def causal_features(monthly_cube: pa.Table, asset_returns: pa.Table) -> dg.MaterializeResult[pa.Table]:
    table = definitions.build(monthly_cube, asset_returns)
    return dg.MaterializeResult(value=table, metadata={"definitions": markdown(definitions.dictionary())})
