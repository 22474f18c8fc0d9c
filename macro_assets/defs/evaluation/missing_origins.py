"""The asset `evaluation/missing_origins`: the weekly step that brings both walk-forward tables up to today.

Belongs here: which as-of dates are missing, and their computation a year at a time, so that a killed run keeps the years
it had finished. Does not belong here: the tables' own assets (recession.py), whose partitions it marks as materialised.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa
from pydantic import Field

from macro_assets.defs.evaluation.recession import MONTHLY, REVISED, TARGETS, by_mode
from macro_assets.defs.failures import in_words
from macro_assets.defs.io_manager import reads
from macro_assets.defs.metadata import counts, listing
from macro_assets.defs.partitions import MONTHLY_ORIGINS, QUARTERLY_ORIGINS, as_of_dates
from macro_assets.defs.publishing import Result
from macro_assets.defs.resources import LakeResource
from macro_assets.defs.versions import code_version

if TYPE_CHECKING:
    from macro_assets.lake import Lake
    from macro_assets.recession.data import Frequency

Tables = dict[str, pa.Table]
PARTITIONS: "dict[Frequency, dg.TimeWindowPartitionsDefinition]" = {"M": MONTHLY_ORIGINS, "Q": QUARTERLY_ORIGINS}
DESCRIPTION = """\
Completes the walk-forward of the recession models every week: computes the as-of dates that
evaluation/recession_walk_forward_monthly and _quarterly lack, and no others, and marks their partitions. The first run on a
new lake computes every year since the first recession of its history; a later one has a month or nothing to do."""


class MissingOriginsConfig(dg.Config):
    """How far back the walk-forward is completed."""

    first: str = Field(default="", description="First as-of date to complete, YYYY-MM-DD; empty = as far as possible.")


@dg.asset(
    key_prefix="evaluation",
    group_name="evaluation",
    kinds={"scikitlearn", "xgboost", "deltalake"},
    description=DESCRIPTION,
    code_version=code_version(__name__),
    pool="training",
    ins=reads(
        "features/recession_features_monthly",
        "features/recession_features_monthly_revised",
        "features/recession_features",
        "features/recession_features_revised",
        TARGETS,
    ),
)
@in_words
def missing_origins(
    context: dg.AssetExecutionContext, config: MissingOriginsConfig, lake: LakeResource, **tables: pa.Table
) -> Result:
    """Compute what is missing, year by year."""
    store, first = lake.get(), date.fromisoformat(config.first) if config.first else date.min
    computed: dict[str, list[date]] = {}
    skipped: list[str] = []
    for frequency in PARTITIONS:
        done, early = complete(context, store, frequency, tables, first)
        computed[frequency], skipped = done, skipped + early
    dates = {name: listing([str(day) for day in days]) for name, days in computed.items()}
    words = {"months": dates["M"], "quarters": dates["Q"], "not_trainable": listing(skipped)}
    numbers = {"months_computed": len(computed["M"]), "quarters_computed": len(computed["Q"])}
    return dg.MaterializeResult(metadata=counts(numbers) | words)


def complete(
    context: dg.AssetExecutionContext, lake: "Lake", frequency: "Frequency", tables: Tables, first: date
) -> tuple[list[date], list[str]]:
    """Compute and store the missing origins of one table.

    Returns
    -------
    As-of dates computed; reasons of the first years that hold no recession to learn from.

    Raises
    ------
    InvalidInputError : a year that follows a trainable one cannot be computed.
    """
    from macro_assets.errors import InvalidInputError
    from macro_assets.recession.evaluation import origins

    name, targets = origins.TABLES[frequency], tables[TARGETS.rpartition("/")[2]]
    used = {key: rows for key, rows in tables.items() if frequency == "Q" or key in (MONTHLY, REVISED[MONTHLY])}
    features = by_mode(used)
    stored = lake.read(name, columns=["as_of"], missing_ok=True)["as_of"]
    missing = origins.missing(origin_keys(frequency).values(), stored, features["vintage"].monthly["as_of"], first)
    trainable, done, early = len(stored) > 0, list[date](), list[str]()
    for year in sorted({day.year for day in missing}):
        days = [day for day in missing if day.year == year]
        try:
            table = origins.answer(frequency, days, features, targets)
        except InvalidInputError as error:
            if trainable:
                raise
            early.append(f"{year}: {error.message}")
            continue
        trainable = True
        lake.replace(name, table, where={"as_of": days})
        mark(context, name, frequency, days)
        context.log.info(f"{name}: {len(days)} origins of {year}")
        done += days
    return done, early


def origin_keys(frequency: "Frequency") -> dict[str, date]:
    """As-of dates of every partition that has ended, by its key."""
    keys = PARTITIONS[frequency].get_partition_keys()
    return dict(zip(keys, as_of_dates(PARTITIONS[frequency], keys), strict=True))


def mark(context: dg.AssetExecutionContext, name: str, frequency: "Frequency", days: Sequence[date]) -> None:
    """Show the partitions of these as-of dates as materialised by this run."""
    for key, day in origin_keys(frequency).items():
        if day in days:
            context.log_event(dg.AssetMaterialization(name.split("/"), partition=key))
