"""How late values are published and how much they are revised, computed from recorded vintages.

Belongs here: statistics over `silver/observations`. Does not belong here: the check that a new revision is unusual
(quality.py).

Only values first seen after the series' first recorded vintage count: the first vintage holds a long past whose days
of publication nobody recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.vintage.calendars import period_end
from macro_assets.vintage.columns import days, encode
from macro_assets.vintage.rules import entry_rule
from macro_assets.vintage.validity import NEVER, Facts, standing

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.catalog import Catalog

__all__ = ["release_delays", "revision_sizes"]


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
        rule, mine = entry_rule(name, catalog), first[codes[first] == code]
        if rule is None or not len(mine):
            continue
        delay = (begins[mine] - period_end(date[mine], rule.frequency)).astype(np.int64)
        entry = catalog.series.get(name)
        rows.append(
            (name, len(mine), float(np.median(delay)), float(np.quantile(delay, 0.9)),
             entry.publication_lag_days if entry else None, date[mine].min(), date[mine].max())
        )  # fmt: skip
    columns = ["series_id", "n", "median_days", "p90_days", "catalog_lag_days", "first", "last"]
    return pd.DataFrame(rows, columns=columns).set_index("series_id")


def revision_sizes(observations: pa.Table, catalog: Catalog) -> pd.DataFrame:
    """How far the newest change of each period lies from the one first published, per revised FRED series.

    The change is the catalogue's stationary form (difference, or log difference in percent) of a period against the
    one before, both read in one view: the view of the day of first publication, and the newest view. Changes of base
    year therefore do not count as revisions.

    Returns
    -------
    DataFrame indexed by series id: `n` periods, `mean_abs` and `rms` revision, `bias` (mean of newest minus first),
    `sd_of_change` (of the newest), `relative` (rms over sd), `sign_flips` (share), `unit`. Series with fewer than two
    such periods are absent.
    """
    import pandas as pd

    names, codes = encode(observations["series_id"])
    facts = standing(observations, codes)
    rows = []
    for code, name in enumerate(names):
        entry = catalog.series.get(name)
        if entry is None or not entry.revised:
            continue
        mine = facts.take(facts.series == code)
        first, newest = _changes(mine, log=entry.transform == "log_diff")
        if len(first) < 2:
            continue
        revision, spread = newest - first, float(np.std(newest, ddof=1))
        rms = float(np.sqrt(np.mean(revision**2)))
        flips = float(np.mean(np.sign(first) * np.sign(newest) < 0))
        unit = "percent" if entry.transform == "log_diff" else entry.unit
        rows.append(
            (name, len(first), float(np.mean(np.abs(revision))), rms, float(np.mean(revision)), spread,
             rms / spread if spread > 0 else np.nan, flips, unit)
        )  # fmt: skip
    columns = ["series_id", "n", "mean_abs", "rms", "bias", "sd_of_change", "relative", "sign_flips", "unit"]
    return pd.DataFrame(rows, columns=columns).set_index("series_id")


def _changes(facts: Facts, *, log: bool) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Changes of consecutive observations in the view of first publication and in the newest view."""
    first_day = int(facts.known.min()) if len(facts.known) else 0
    dates, begin = np.unique(facts.date, return_index=True)
    stop = np.append(begin[1:], len(facts.date))
    first, newest = [], []
    for at in range(1, len(dates)):
        published = np.flatnonzero(facts.published[begin[at] : stop[at]]) + begin[at]
        if not len(published) or facts.known[published[0]] <= first_day:
            continue
        day = int(facts.known[published[0]])
        pairs = [
            (_value(facts, begin[at], stop[at], view), _value(facts, begin[at - 1], stop[at - 1], view))
            for view in (day, int(NEVER) - 1)
        ]
        changes = [_change(new, old, log=log) for new, old in pairs]
        if np.isfinite(changes).all():
            first.append(changes[0])
            newest.append(changes[1])
    return np.array(first), np.array(newest)


def _value(facts: Facts, begin: int, stop: int, day: int) -> float:
    inside = slice(begin, stop)
    there = np.flatnonzero((facts.known[inside] <= day) & (facts.until[inside] > day) & facts.published[inside])
    return float(facts.value[begin + there[-1]]) if len(there) else float("nan")


def _change(new: float, old: float, *, log: bool) -> float:
    if not log:
        return new - old
    return 100.0 * float(np.log(new / old)) if new > 0 and old > 0 else float("nan")
