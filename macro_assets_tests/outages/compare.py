"""What a lake after bad days is compared with: one that had none.

Belongs here: facts that are absent, values that differ, and restatements dated too early. Does not belong here: reading
anything but the two lakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from macro_assets.lake import Lake

FRED = "bronze/fred_vintages"
VALUES = {
    "bronze/yahoo_bars": (["symbol", "date"], ["open", "high", "low", "close", "volume", "dividend", "split_ratio"]),
    "bronze/world_bank_indicators": (["indicator", "economy", "year"], ["value"]),
}
"""Tables whose provider states no vintages: keys and values."""


@dataclass(frozen=True)
class Difference:
    """How a lake differs from the undisturbed one, of what began by a day.

    Parameters
    ----------
    fred_missing, fred_other : facts of FRED that one has and the other has not.
    values_missing, values_other : keys of Yahoo and the World Bank without a row, or with another newest value.
    early : rows whose key has another value in the undisturbed lake on that day: restated before it was seen.
    late : days by which restatements are dated later than in the undisturbed lake, one number each.
    """

    fred_missing: int
    fred_other: int
    values_missing: int
    values_other: int
    early: int
    late: tuple[int, ...]

    @property
    def none(self) -> bool:
        """Whether nothing is missing, wrong or early."""
        return not (self.fred_missing or self.fred_other or self.values_missing or self.values_other or self.early)


def difference(lake: Lake, undisturbed: Lake, through: date) -> Difference:
    """Compare what began by a day.

    Parameters
    ----------
    through : last vintage day; restatements of Yahoo and the World Bank are dated by the day of their fetch, the next one.
    """
    mine, theirs = _facts(lake, through), _facts(undisturbed, through)
    missing = other = early = 0
    late: list[int] = []
    for table, (key, values) in VALUES.items():
        one, two = (_rows(each, table, key, through) for each in (lake, undisturbed))
        newest = [frame.groupby(key, sort=False).tail(1).set_index(key)[values] for frame in (one, two)]
        both = newest[0].index.intersection(newest[1].index)
        missing += len(newest[1].index.difference(both))
        other += len(newest[0].index.difference(both))
        other += int((~(newest[0].loc[both].fillna(-1e300) == newest[1].loc[both].fillna(-1e300)).all(axis=1)).sum())
        found = _restated(one, two, key, values)
        early, late = early + found[0], late + found[1]
    return Difference(len(theirs - mine), len(mine - theirs), missing, other, early, tuple(sorted(late)))


def _facts(lake: Lake, through: date) -> set[tuple[object, ...]]:
    """Every fact of FRED that counts, without the instant at which it was received."""
    rows = lake.read(FRED, missing_ok=True).drop_columns(["loaded_at"]).to_pandas()
    rows = rows[pd.to_datetime(rows["realtime_start"]) <= pd.Timestamp(through)]
    rows["value"] = rows["value"].astype(object).where(rows["value"].notna(), None)
    return set(rows.itertuples(index=False, name=None))


def _rows(lake: Lake, table: str, key: list[str], through: date) -> pd.DataFrame:
    """What began by a day, and what was restated by the fetch on the next."""
    rows = lake.read(table, missing_ok=True).to_pandas()
    rows["realtime_start"] = pd.to_datetime(rows["realtime_start"])
    rows = rows.sort_values("realtime_start", kind="stable")
    day, restated = pd.Timestamp(through), rows.duplicated(key)
    by_then = (rows["realtime_start"] <= day) | (restated & (rows["realtime_start"] <= day + timedelta(1)))
    return rows[by_then]


def _restated(one: pd.DataFrame, two: pd.DataFrame, key: list[str], values: list[str]) -> tuple[int, list[int]]:
    """Rows of the first that state what the second states only later, and the days by which the others are late."""
    early, late = 0, []
    pairs = one.merge(two, on=[*key, *values], suffixes=("", "_undisturbed"), how="inner")
    pairs = pairs.sort_values("realtime_start_undisturbed").drop_duplicates([*key, *values, "realtime_start"])
    gaps = (pairs["realtime_start"] - pairs["realtime_start_undisturbed"]).dt.days
    early += int((gaps < 0).sum())
    late += [int(gap) for gap in gaps[gaps > 0]]
    return early, late
