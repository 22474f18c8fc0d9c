"""Controls and state variables of the causal models, from the monthly as-of cube alone.

Belongs here: the asset. Does not belong here: the features' definitions (signals/causal_features.py).
"""

import dagster as dg
import pyarrow as pa

from macro_assets.defs.derived import derived
from macro_assets.defs.features.holes import missing_days, named
from macro_assets.defs.io_manager import reads
from macro_assets.defs.metadata import markdown
from macro_assets.defs.resources import CatalogResource, ClockResource, LakeResource
from macro_assets.defs.versions import code_version
from macro_assets.signals import causal_features as definitions
from macro_assets.signals.holes import series_behind, without_unsure


@derived(
    "features/causal_features",
    "Controls and effect modifiers of the causal models: twenty features of what was known at each month end (and one of "
    "each of your own files that asks for it), "
    "by name, with unit and the day from which each was known. `definitions` below says what each is and which series it "
    "reads. A feature whose inputs were not known has no row.",
    code=code_version(__name__),
    ins=reads("gold/monthly_cube", "gold/asset_returns"),
)
def causal_features(
    monthly_cube: pa.Table,
    asset_returns: pa.Table,
    catalog: CatalogResource,
    clock: ClockResource,
    lake: LakeResource,
) -> dg.MaterializeResult[pa.Table]:
    """Twenty features of each month end."""
    features, missing = definitions.with_own(catalog.get()), missing_days(lake, clock)
    table = definitions.build(monthly_cube, asset_returns, catalog.get())
    table = without_unsure(table, features, monthly_cube, missing, catalog.get())
    return dg.MaterializeResult(
        value=table,
        metadata={
            "definitions": markdown(features.dictionary()),
            "missing_vintage_days": named(missing, series_behind(features, catalog.get())),
        },
    )
