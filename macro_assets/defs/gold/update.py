"""Cubes brought up to date with silver: the states of what changed since, or all of them bucket by bucket.

Belongs here: which series of a cube a change of silver touches. Does not belong here: the exchange in the lake
(lake/incremental.py), states (vintage/cube.py), assets.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from macro_assets.defs.silver.update import OBSERVATIONS, PRICES
from macro_assets.lake.incremental import Derived, Update
from macro_assets.tables.buckets import BUCKET, SILVER_BUCKETS
from macro_assets.vintage import cube, knowledge
from macro_assets.vintage.calendars import CubeFrequency, period_number

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.lake import Lake
    from macro_assets.lake.conditions import Where

IDS = {OBSERVATIONS: "series_id", PRICES: "symbol"}


def update_cube(
    lake: "Lake", catalog: "Catalog", name: str, frequency: CubeFrequency, today: date, rules: str
) -> Update:
    """Bring a cube up to date; it is rebuilt whole when its rules changed or a month or quarter has ended since.

    Parameters
    ----------
    name : of the table. today : as-of dates up to it. rules : what else decides its rows besides silver.
    """
    derived = Derived(lake)
    tomorrow = np.array([today], dtype="datetime64[D]") + np.timedelta64(1, "D")
    begun = int(period_number(tomorrow, frequency)[0])

    def states(observed: "Where", priced: "Where") -> pa.Table:
        rows, bars = lake.read(OBSERVATIONS, where=observed), lake.read(PRICES, where=priced, missing_ok=True)
        return cube.build(knowledge.facts(rows, bars), catalog, frequency=frequency, end=today)

    def by_bucket() -> Iterator[pa.Table]:
        for bucket in range(SILVER_BUCKETS):
            yield states({BUCKET: bucket}, {BUCKET: bucket})

    return derived.follow(
        name,
        f"{rules} {begun}",
        {table: lambda version, at=table: derived.touched(at, version) for table in IDS},  # type: ignore[misc]
        lambda ids: states(*({column: sorted(ids)} for column in IDS.values())),
        by_bucket,
    )
