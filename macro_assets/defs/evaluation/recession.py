"""Walk-forward of the recession models: each partition is an as-of date, a backfill is the evaluation.

Belongs here: two partitioned assets. Does not belong here: training windows and candidates (recession/). Models are
refitted once a year on what was known on the year's first origin; partitions may run in any order and resume.
"""

from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa
from dagster import AssetIn

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, counts
from macro_assets.defs.partitions import MONTHLY_ORIGINS, QUARTERLY_ORIGINS, TWELVE_ORIGINS_PER_RUN

if TYPE_CHECKING:
    from macro_assets.recession.data import Frequency, Mode

VERSION = code_version("macro_assets.recession")


def inputs(*features: str) -> dict[str, AssetIn]:
    return {name: AssetIn(["features", name]) for name in features} | {
        "recession_targets": AssetIn(["targets", "recession_targets"])
    }


def origins_of(context: dg.AssetExecutionContext) -> list[str]:
    """Last day of each partition's window."""
    from datetime import timedelta

    windows = [context.assets_def.partitions_def.time_window_for_partition_key(key) for key in context.partition_keys]
    return [(window.end - timedelta(days=1)).date().isoformat() for window in windows]


def forecasts(
    name: str,
    frequency: "Frequency",
    origins: list[str],
    tables: "dict[Mode, tuple[pa.Table, pa.Table | None]]",
    targets: pa.Table,
) -> pa.Table:
    """Rows of the walk-forward table for the origins, in every data mode."""
    import pandas as pd

    from macro_assets.recession import presets
    from macro_assets.recession.data import RecessionData
    from macro_assets.recession.evaluation.walk_forward import evaluate_origins
    from macro_assets.tables.registry import TABLES

    parts = []
    for mode, (monthly, quarterly) in tables.items():
        data = RecessionData.from_tables(frequency, mode, monthly, targets, quarterly)
        days = pd.DatetimeIndex(origins).intersection(data.index)
        for year in sorted(set(days.year)):
            chosen = presets.candidates(wide=quarterly is not None)
            parts.append(evaluate_origins(data, days[days.year == year], chosen))
    frame = pd.concat(parts, ignore_index=True)
    for column in ("as_of", "refit", "trained_through"):
        frame[column] = pd.to_datetime(frame[column]).dt.date
    schema = TABLES[name].schema
    return pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)


def told(table: pa.Table) -> dg.MaterializeResult:
    return dg.MaterializeResult(
        value=table,
        metadata=counts({"origins": len(table["as_of"].unique()), "candidates": len(table["candidate"].unique())}),
    )


@dg.asset(
    key_prefix="evaluation",
    group_name="evaluation",
    kinds={"scikitlearn", "xgboost", "deltalake"},
    code_version=VERSION,
    description=__doc__,
    partitions_def=MONTHLY_ORIGINS,
    backfill_policy=TWELVE_ORIGINS_PER_RUN,
    pool="training",
    ins=inputs("recession_features_monthly", "recession_features_monthly_revised"),
)
@in_words
def recession_walk_forward_monthly(
    context: dg.AssetExecutionContext,
    recession_features_monthly: pa.Table,
    recession_features_monthly_revised: pa.Table,
    recession_targets: pa.Table,
) -> dg.MaterializeResult[pa.Table]:
    tables: dict[Mode, tuple[pa.Table, pa.Table | None]] = {
        "vintage": (recession_features_monthly, None),
        "revised": (recession_features_monthly_revised, None),
    }
    return told(
        forecasts("evaluation/recession_walk_forward_monthly", "M", origins_of(context), tables, recession_targets)
    )


@dg.asset(
    key_prefix="evaluation",
    group_name="evaluation",
    kinds={"scikitlearn", "xgboost", "deltalake"},
    code_version=VERSION,
    description=__doc__,
    partitions_def=QUARTERLY_ORIGINS,
    backfill_policy=TWELVE_ORIGINS_PER_RUN,
    pool="training",
    ins=inputs(
        "recession_features_monthly",
        "recession_features_monthly_revised",
        "recession_features",
        "recession_features_revised",
    ),
)
@in_words
def recession_walk_forward_quarterly(
    context: dg.AssetExecutionContext,
    recession_features_monthly: pa.Table,
    recession_features_monthly_revised: pa.Table,
    recession_features: pa.Table,
    recession_features_revised: pa.Table,
    recession_targets: pa.Table,
) -> dg.MaterializeResult[pa.Table]:
    tables: dict[Mode, tuple[pa.Table, pa.Table | None]] = {
        "vintage": (recession_features_monthly, recession_features),
        "revised": (recession_features_monthly_revised, recession_features_revised),
    }
    return told(
        forecasts("evaluation/recession_walk_forward_quarterly", "Q", origins_of(context), tables, recession_targets)
    )
