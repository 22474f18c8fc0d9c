"""Walk-forward of the recession models: each partition is an as-of date, a backfill is the evaluation.

Belongs here: two partitioned assets. Does not belong here: training windows and candidates (recession/), scores
(recession/evaluation/). Models are refitted once a year on what was known on the year's first origin; partitions may run
in any order and resume.
"""

from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa

from macro_assets.defs.failures import in_words
from macro_assets.defs.io_manager import reads
from macro_assets.defs.partitions import MONTHLY_ORIGINS, QUARTERLY_ORIGINS, TWELVE_ORIGINS_PER_RUN, as_of_dates
from macro_assets.defs.publishing import Result, published
from macro_assets.defs.versions import code_version

if TYPE_CHECKING:
    from macro_assets.recession.data import FeatureTables, Frequency, Mode

MONTHLY, QUARTERLY = "recession_features_monthly", "recession_features"
REVISED = {MONTHLY: "recession_features_monthly_revised", QUARTERLY: "recession_features_revised"}
TARGETS = "targets/recession_targets"
ABOUT = (
    "Probability (0 to 1) of a recession within {horizon}, forecast at each {period} end by every candidate and baseline, on "
    "true vintages and, apart, on revised values. Models are refitted each January on what was known then. A partition is one "
    "{period}; a backfill of a range is the backtest that the promotion gate judges."
)


def walk_forward(
    frequency: "Frequency",
    name: str,
    partitions: dg.TimeWindowPartitionsDefinition,
    features: tuple[str, ...],
    description: str,
) -> dg.AssetsDefinition:
    """The walk-forward asset of one frequency.

    Parameters
    ----------
    features : tables under features/ that it reads, each with its revised twin.
    """

    @dg.asset(
        name=name,
        key_prefix="evaluation",
        group_name="evaluation",
        kinds={"scikitlearn", "xgboost", "deltalake"},
        code_version=code_version(__name__, name),
        description=description,
        partitions_def=partitions,
        backfill_policy=TWELVE_ORIGINS_PER_RUN,
        pool="training",
        ins=reads(*(f"features/{table}" for one in features for table in (one, REVISED[one])), TARGETS),
    )
    @in_words
    def asset(context: dg.AssetExecutionContext, **tables: pa.Table) -> Result:
        from macro_assets.recession.evaluation import origins

        dates = as_of_dates(partitions, context.partition_keys)
        table = origins.answer(frequency, dates, by_mode(tables), tables["recession_targets"])
        numbers = {
            name: len(table[column].unique()) for name, column in (("origins", "as_of"), ("candidates", "candidate"))
        }
        return dg.MaterializeResult(value=table, metadata=published(numbers=numbers))

    return asset


def by_mode(tables: dict[str, pa.Table]) -> "dict[Mode, FeatureTables]":
    """The feature tables of each data mode."""
    from macro_assets.recession.data import FeatureTables

    return {
        "vintage": FeatureTables(tables[MONTHLY], tables.get(QUARTERLY)),
        "revised": FeatureTables(tables[REVISED[MONTHLY]], tables.get(REVISED[QUARTERLY])),
    }


recession_walk_forward_monthly = walk_forward(
    "M", "recession_walk_forward_monthly", MONTHLY_ORIGINS, (MONTHLY,),
    ABOUT.format(horizon="six months", period="month"),
)  # fmt: skip
recession_walk_forward_quarterly = walk_forward(
    "Q", "recession_walk_forward_quarterly", QUARTERLY_ORIGINS, (MONTHLY, QUARTERLY),
    ABOUT.format(horizon="two quarters", period="quarter"),
)  # fmt: skip
