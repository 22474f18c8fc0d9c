"""What providers state of their series: when recording of vintages began, and what has changed since.

Belongs here: reading bronze/series_facts, and findings over it. Does not belong here: the rule that uses it
(knowledge.py), how providers are asked (sources/).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.vintage.quality import Finding, finding

__all__ = ["Recording", "changed_units", "recordings", "unstated_series"]

NAMED_FOR = dt.timedelta(days=90)
_WORDS = ("units", "frequency", "seasonal_adjustment")


@dataclass(frozen=True)
class Recording:
    """Since when the vintages of a series are recorded; `is_compiled` when there is a single one."""

    first_vintage: dt.date
    is_compiled: bool


def recordings(series_facts: pa.Table) -> dict[str, Recording]:
    """Recording of each series whose provider keeps vintages.

    The earliest first vintage ever stated counts: a later statement can only make facts known later, never earlier. The
    number of vintages is that of the newest statement.

    Parameters
    ----------
    series_facts : rows of bronze/series_facts, in any order.
    """
    found: dict[str, Recording] = {}
    for row in series_facts.sort_by("received_at").to_pylist():
        name, first = row["series_id"], row["first_vintage"]
        if first is not None:
            earliest = min(first, found[name].first_vintage) if name in found else first
            found[name] = Recording(earliest, row["vintages"] == 1)
    return found


def changed_units(series_facts: pa.Table) -> Finding:
    """Series whose unit, frequency or adjustment changed between two statements of the last ninety days.

    Parameters
    ----------
    series_facts : rows of bronze/series_facts; the ninety days end with the newest of them.
    """
    import pandas as pd

    frame = series_facts.to_pandas().sort_values(["provider", "series_id", "received_at"])
    words = frame[list(_WORDS)]
    before = frame.groupby(["provider", "series_id"])[list(_WORDS)].shift()
    recent = frame["received_at"] > frame["received_at"].max() - pd.Timedelta(NAMED_FOR)
    changed = (before.notna() & (words != before)).any(axis=1) & recent
    shown = frame.loc[changed, ["series_id", "received_at", *_WORDS]].join(before[changed].add_suffix("_before"))
    return finding(
        shown,
        frame.groupby(["provider", "series_id"]).ngroups,
        "{n} series in the units, frequency and adjustment of ninety days ago",
        f"{{k}} changes of unit, frequency or adjustment among {{n}} series: {', '.join(shown['series_id'].unique()[:20])}. "
        "Compare with catalog/series.yaml",
    )


def unstated_series(fred_vintages: pa.Table, series_facts: pa.Table) -> Finding:
    """Series with facts of which nothing is stated, or with facts older than their stated first vintage.

    Parameters
    ----------
    fred_vintages : rows of bronze/fred_vintages. series_facts : rows of bronze/series_facts.
    """
    import pandas as pd

    begun = recordings(series_facts)
    oldest = fred_vintages.group_by("series_id").aggregate([("realtime_start", "min")]).sort_by("series_id").to_pylist()
    rows = []
    for row in oldest:
        name, first = row["series_id"], row["realtime_start_min"]
        if name not in begun:
            rows.append({"series_id": name, "problem": "nothing stated: its facts count from their recorded days"})
        elif first < begun[name].first_vintage:
            problem = f"has facts from {first}, before the first vintage stated ({begun[name].first_vintage})"
            rows.append({"series_id": name, "problem": problem})
    return finding(
        pd.DataFrame(rows, columns=["series_id", "problem"]),
        int(pc.count_distinct(fred_vintages["series_id"]).as_py()),
        "the first vintage of all {n} series is stated",
        "{k} of {n} series have no first vintage, or facts before it",
    )
