"""What a check of a large table looks at: what the last run touched, and each day another seventh of the rest.

Belongs here: this choice, and the comparison with bronze that uses it. Does not belong here: rules over rows (vintage/).
"""

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.defs.silver.update import OBSERVATIONS, loaded_since, observations_of
from macro_assets.lake.incremental import Derived, differing_ids
from macro_assets.tables.buckets import BUCKET, bucket_of
from macro_assets.tables.registry import TABLES
from macro_assets.vintage.quality import Finding, finding

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.lake import Lake

DAYS_OF_A_ROUND = 7


def of_the_day(today: date, table: str) -> dict[str, list[int]]:
    """The condition of a seventh of the buckets of a table; after a week every one had its turn."""
    turn = today.toordinal() % DAYS_OF_A_ROUND
    return {BUCKET: [bucket for bucket in range(TABLES[table].buckets) if bucket % DAYS_OF_A_ROUND == turn]}


def looked_at(lake: "Lake", name: str, today: date) -> dict[str, list[int]] | None:
    """The condition of what a check looks at; None = all rows, where the table was rebuilt or replaced."""
    touched = Derived(lake).newest(name)
    if touched is None:
        return None
    mine = {bucket_of(each, TABLES[name].buckets) for each in touched}
    return {BUCKET: sorted(mine | set(of_the_day(today, name)[BUCKET]))}


def compared_with_bronze(lake: "Lake", catalog: "Catalog", part: dict[str, list[int]] | None) -> Finding:
    """Series of some buckets of silver/observations whose rows are not those that bronze gives now."""
    import pandas as pd

    held = lake.read(OBSERVATIONS, where=part)
    names = sorted(set(pc.unique(held["series_id"]).to_pylist()) - loaded_since(lake, catalog))
    held = held.filter(pc.is_in(held["series_id"], pa.array(names, pa.string())))
    again = observations_of(lake, catalog, frozenset(names)) if names else held
    different = sorted(differing_ids(TABLES[OBSERVATIONS], held, again))
    return finding(
        pd.DataFrame({"series_id": different}),
        len(names),
        "{n} series equal what bronze gives",
        "{k} of {n} series differ from what bronze gives: rebuild silver/observations",
    )
