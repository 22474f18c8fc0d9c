"""What recorded days of publication must look like: about one a month, none of a rule, up to date.

Belongs here: the finding. Does not belong here: loading them (defs/bronze), reactions on them (causal/events).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.vintage.calendars import month_number
from macro_assets.vintage.columns import days
from macro_assets.vintage.quality import Finding, finding

__all__ = ["irregular_releases"]

MOST_OF_A_MONTH = 2
OVERDUE_DAYS = 70
CROWDED_SHARE = 0.05


def irregular_releases(table: pa.Table, releases: Mapping[int, str], today: dt.date) -> Finding:
    """Monthly releases without a day, with more than two days in many months, or without one for seventy days.

    Parameters
    ----------
    table : rows of `bronze/release_days`. releases : number -> name of those whose days should be there.

    Notes
    -----
    Days of several vintages a month are no days of publication: a list of them would make events of nothing.
    """
    rows = []
    for number, name in releases.items():
        listed = np.sort(days(table.filter(pc.equal(table["release_id"], str(number)))["date"]))
        if not len(listed):
            rows.append({"release": number, "name": name, "fault": "no day is listed"})
            continue
        _, counts = np.unique(month_number(listed), return_counts=True)
        crowded = int((counts > MOST_OF_A_MONTH).sum())
        if crowded > CROWDED_SHARE * len(counts):
            rows.append(
                {"release": number, "name": name, "fault": f"more than {MOST_OF_A_MONTH} days in {crowded} months"}
            )
        if (np.datetime64(today) - listed[-1]).astype(int) > OVERDUE_DAYS:
            rows.append({"release": number, "name": name, "fault": f"no day since {listed[-1]}"})
    failing = pd.DataFrame(rows, columns=["release", "name", "fault"])
    return finding(
        failing, len(releases), "Days of all {n} releases are listed.", "{k} faults in the days of {n} releases."
    )
