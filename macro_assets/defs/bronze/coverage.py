"""What the lake knows completely: the asset that shows the record of answers.

Belongs here: the asset and its summary. Does not belong here: writing the record (answers.py: each load does), the
checks that name holes and ended series (defs/checks/coverage.py).
"""

from datetime import date
from typing import TYPE_CHECKING, Any

import dagster as dg

from macro_assets.defs.bronze.answers import read_coverage
from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import column_schema, counts, describe, markdown
from macro_assets.defs.publishing import Result
from macro_assets.defs.resources import ClockResource, LakeResource
from macro_assets.defs.versions import code_version
from macro_assets.sources.coverage import DAY
from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables.coverage import COVERAGE

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.vintage.coverage import Coverage


@dg.asset(
    key=COVERAGE.name.split("/"),
    group_name="bronze",
    kinds={"deltalake"},
    code_version=code_version(__name__),
    deps=[dg.AssetKey(provider.name) for provider in PROVIDERS],
    description="Every answer of every provider: which vintage days were asked for, when the answer came, and through "
    "which day nothing can be added to it. Each load appends to it after its facts; this asset shows, by provider, the "
    "lowest watermark, the days that are missing and the series that the provider no longer knows. A day that is "
    "missing is asked for again by the next morning's run.",
)
@in_words
def coverage(clock: ClockResource, lake: LakeResource) -> Result:
    """Summarise the record as it stands."""
    store = lake.get()
    rows = store.read(COVERAGE.name, missing_ok=True)
    summary, metadata = by_provider(read_coverage(store), clock.today() - DAY), describe(rows)
    metadata |= counts(
        {"missing_days": int(summary["missing_days"].sum()), "ended_series": int(summary["ended"].sum())}
    )
    return dg.MaterializeResult(
        metadata=metadata
        | {
            "by_provider": markdown(summary),
            "dagster/column_schema": column_schema(COVERAGE.name),
            "dagster/table_name": COVERAGE.name,
            "dagster/uri": store.table_uri(COVERAGE.name),
        }
    )


def by_provider(answers: "Coverage", through: date) -> "pd.DataFrame":
    """One row per provider: series answered, lowest watermark, days missing up to a day (over all series), ended series."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for provider in PROVIDERS:
        ids = [name for one, name in answers.spans if one == provider.name]
        marks = [mark for name in ids if (mark := answers.watermark(provider.name, name)) is not None]
        holes = answers.holes(provider.name, through)
        rows.append(
            {"provider": provider.name, "series": len(ids), "watermark": min(marks, default=None),
             "missing_days": sum((hole.last - hole.first).days + 1 for hole in holes),
             "ended": sum(one == provider.name for one, _ in answers.ended)}
        )  # fmt: skip
    return pd.DataFrame(rows)
