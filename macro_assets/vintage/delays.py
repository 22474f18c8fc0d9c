"""How late values are published, computed from recorded vintages.

Belongs here: the statistics, beside the lag that the catalogue states. Does not belong here: the rule that uses the lag
(knowledge.py), the check that a series is overdue (quality.py).

Only values first seen after the series' first recorded vintage count: the first vintage holds a long past whose days
of publication nobody recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog.models import Series
from macro_assets.vintage.calendars import period_end
from macro_assets.vintage.columns import days, encode

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.catalog import Catalog

__all__ = ["release_delays"]


def release_delays(observations: pa.Table, catalog: Catalog) -> pd.DataFrame:
    """Days from the end of a period to its first published value, per series.

    Parameters
    ----------
    observations : rows of `silver/observations`.
    catalog : frequencies and the lag to compare with; series it does not hold are left out.

    Returns
    -------
    DataFrame indexed by series id: `n` values with a recorded day of first publication, `median_days`, `p90_days`,
    `catalog_lag_days`, `first`, `last` (observation dates counted). Series without such values are absent.
    """
    import pandas as pd

    names, codes = encode(observations["series_id"])
    date, begins = days(observations["observation_date"]), days(observations["realtime_start"])
    published = pc.equal(observations["status"], "published").to_numpy()
    first_vintage = np.full(len(names), np.datetime64("9999-12-31"), dtype="datetime64[D]")
    np.minimum.at(first_vintage, codes, begins)
    order = np.lexsort((begins, date, codes))
    order = order[published[order]]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (codes[order][1:] != codes[order][:-1]) | (date[order][1:] != date[order][:-1])
    first = order[new]
    first = first[begins[first] > first_vintage[codes[first]]]
    rows = []
    for code, name in enumerate(names):
        found, mine = catalog.observed(name), first[codes[first] == code]
        if found is None or not len(mine):
            continue
        delay = (begins[mine] - period_end(date[mine], found.frequency)).astype(np.int64)
        lag = found.entry.publication_lag_days if isinstance(found.entry, Series) else None
        rows.append(
            (name, len(mine), float(np.median(delay)), float(np.quantile(delay, 0.9)), lag,
             date[mine].min(), date[mine].max())
        )  # fmt: skip
    columns = ["series_id", "n", "median_days", "p90_days", "catalog_lag_days", "first", "last"]
    return pd.DataFrame(rows, columns=columns).set_index("series_id")
