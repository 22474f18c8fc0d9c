"""What must hold for tables of facts: keys, bounds, freshness, revisions, gaps.

Belongs here: pure findings over Arrow tables. Does not belong here: look-ahead (leakage.py), who is told (defs/checks)
and what an estimate must satisfy (causal/, recession/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog.periods import period_end
from macro_assets.tables.spec import allowed_of
from macro_assets.vintage.calendars import month_number
from macro_assets.vintage.columns import days

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.catalog import Catalog
    from macro_assets.tables.spec import TableSpec

__all__ = [
    "Finding",
    "finding",
    "implausible_returns",
    "inconsistent_bars",
    "incomplete_files",
    "keys_and_values",
    "large_revisions",
    "missing_months",
    "outside_bounds",
    "stale_series",
]

PERIOD_DAYS = {"D": 1, "W": 7, "M": 31, "Q": 92, "A": 366}
SLACK_DAYS = {"D": 6, "W": 10, "M": 21, "Q": 40, "A": 250}
REVISION_LIMIT_SD = 6.0
RETURN_LIMIT = 0.6
BAR_ROUNDING = 1e-4
FEWEST_PUBLISHED = 12


class Bounded(Protocol):
    """An entry of the catalogue with plausible bounds, in its unit."""

    @property
    def lower(self) -> float:
        """Smallest plausible value."""

    @property
    def upper(self) -> float:
        """Largest plausible value."""


@dataclass(frozen=True)
class Finding:
    """Outcome of one rule over one table.

    failing : the offending rows (a few hundred at most), empty when it passed. words : one sentence for a person.
    numbers : figures worth plotting over time.
    """

    passed: bool
    words: str
    failing: pd.DataFrame
    numbers: dict[str, float]


def finding(failing: pd.DataFrame, checked: int, good: str, bad: str) -> Finding:
    """Passed when nothing fails; `good` and `bad` are the sentences, with {n} for rows checked and {k} for failing."""
    words = good.format(n=checked) if failing.empty else bad.format(k=len(failing), n=checked)
    return Finding(failing.empty, words, failing.head(200), {"checked": checked, "failing": len(failing)})


def keys_and_values(table: pa.Table, spec: TableSpec) -> Finding:
    """Declared columns and types, no null where none may be, unique keys, only allowed words."""
    import pandas as pd

    problems: list[dict[str, object]] = []
    for field in spec.schema:
        if field.name not in table.column_names:
            problems.append({"column": field.name, "problem": "missing"})
            continue
        column = table[field.name]
        if column.type != field.type:
            problems.append({"column": field.name, "problem": f"is {column.type}, declared {field.type}"})
        if not field.nullable and column.null_count:
            problems.append({"column": field.name, "problem": f"{column.null_count} nulls"})
        allowed = allowed_of(field)
        if allowed:
            strange = set(pc.unique(column).to_pylist()) - {*allowed, None}
            problems.extend({"column": field.name, "problem": f"unknown value {word}"} for word in strange)
    if not problems:
        groups = table.group_by(list(spec.key)).aggregate([([], "count_all")])
        repeated = groups.filter(pc.greater(groups["count_all"], 1))
        problems.extend(
            {"column": ",".join(spec.key), "problem": f"repeated: {row}"} for row in repeated.slice(0, 100).to_pylist()
        )
    return finding(
        pd.DataFrame(problems, columns=["column", "problem"]),
        table.num_rows,
        "{n} rows as declared",
        "{k} problems in {n} rows",
    )


def outside_bounds(facts: pa.Table, column: str, entries: Mapping[str, Bounded]) -> Finding:
    """Published values outside the plausible bounds that the catalogue states for their entry.

    Parameters
    ----------
    facts : rows of a bronze table with a column `value`, in the unit of their entry.
    column : holds the id of the entry; a fact without an entry is not checked.
    entries : of the catalogue by id, each with `lower` and `upper`.
    """
    limits = pa.table(
        {
            column: pa.array(entries, pa.string()),
            "lower": pa.array([one.lower for one in entries.values()], pa.float64()),
            "upper": pa.array([one.upper for one in entries.values()], pa.float64()),
        }
    )
    joined = facts.drop_columns(["status"]).join(limits, column, join_type="inner")
    out = pc.or_(pc.less(joined["value"], joined["lower"]), pc.greater(joined["value"], joined["upper"]))
    return finding(
        joined.filter(out).to_pandas(),
        joined.num_rows,
        "{n} values inside their bounds",
        "{k} of {n} values outside their plausible bounds: a wrong unit, or a bound too tight",
    )


def inconsistent_bars(bars: pa.Table) -> Finding:
    """Bars whose high is below their low or close, whose low is above their close, or whose price is not positive."""
    high, low, close = (bars[name] for name in ("high", "low", "close"))
    tolerance = pa.scalar(1.0 + BAR_ROUNDING)
    wrong = pc.less(pc.multiply(high, tolerance), pc.max_element_wise(low, close))
    wrong = pc.or_kleene(wrong, pc.greater(low, pc.multiply(close, tolerance)))
    wrong = pc.or_kleene(wrong, pc.less_equal(close, 0.0))
    wrong = pc.or_kleene(wrong, pc.or_(pc.less(bars["dividend"], 0.0), pc.less_equal(bars["split_ratio"], 0.0)))
    return finding(
        bars.filter(pc.fill_null(wrong, fill_value=False)).to_pandas(),
        bars.num_rows,
        "{n} bars consistent",
        "{k} of {n} bars contradict themselves: the provider's error, or a column that changed its meaning",
    )


def incomplete_files(published: pa.Table) -> Finding:
    """Measures of published files with fewer than a dozen values, or with a value that is not finite.

    Parameters
    ----------
    published : rows of `bronze/policy_surprises`.
    """
    finite = published.append_column("is_finite", pc.is_finite(published["value"]))
    measures = finite.group_by(["source", "measure"]).aggregate([("value", "count"), ("is_finite", "all")]).to_pandas()
    return finding(
        measures[(measures["value_count"] < FEWEST_PUBLISHED) | ~measures["is_finite_all"].astype(bool)],
        len(measures),
        "{n} published measures whole",
        "{k} of {n} published measures have too few values, or values that are not numbers",
    )


def stale_series(facts: pa.Table, catalog: Catalog, today: date) -> Finding:
    """Series whose newest known period is older than their frequency, publication lag and a little patience allow.

    Parameters
    ----------
    facts : rows of `silver/observations`, or closes as facts (`prices.as_observations`); of series, indicators, tickers.
    """
    import pandas as pd

    stated = pc.not_equal(facts["status"], "withdrawn")
    usable = facts.filter(pc.and_(pc.less_equal(facts["known_from"], pa.scalar(today)), stated))
    newest = usable.group_by("series_id").aggregate([("observation_date", "max")]).to_pylist()
    rows = []
    for row in newest:
        name, period = row["series_id"], row["observation_date_max"]
        entry = catalog.find(name)
        published = None if entry is None else entry.known_by_rule(period)
        if entry is None or published is None or _is_list_of_events(name, catalog):
            continue
        due = published + timedelta(days=PERIOD_DAYS[entry.frequency] + SLACK_DAYS[entry.frequency])
        if due < today:
            end = period_end(period, entry.frequency)
            rows.append({"series_id": name, "newest_period_end": end, "was_due": due})
    return finding(
        pd.DataFrame(rows, columns=["series_id", "newest_period_end", "was_due"]),
        len(newest),
        "{n} series up to date",
        "{k} of {n} series are overdue by their release calendar",
    )


def _is_list_of_events(name: str, catalog: Catalog) -> bool:
    """Whether an id is a user's own file of shocks by day: nothing says when its next event is due."""
    own = catalog.own.get(name)
    return own is not None and own.shock is not None and own.frequency in ("D", "W")


def large_revisions(observations: pa.Table, *, since: date) -> Finding:
    """Revisions published since a day that are large against the series' own period-to-period changes."""
    frame = observations.select(["series_id", "observation_date", "realtime_start", "value"]).to_pandas().dropna()
    frame = frame.sort_values(["series_id", "observation_date", "realtime_start"])
    periods = frame.drop_duplicates(["series_id", "observation_date"], keep="last")
    usual = periods.groupby("series_id").value.agg(lambda values: values.diff().std())
    frame["before"] = frame.groupby(["series_id", "observation_date"]).value.shift()
    revised = frame[frame.before.notna() & (frame.realtime_start >= since)].copy()
    revised["size_sd"] = (revised.value - revised.before).abs() / usual.reindex(revised.series_id).to_numpy(float)
    large = revised[revised.size_sd > REVISION_LIMIT_SD].sort_values("size_sd", ascending=False)
    return finding(
        large,
        len(revised),
        "{n} revisions, none unusually large",
        "{k} of {n} revisions exceed six standard deviations of the usual change: a new base, or a fault",
    )


def implausible_returns(prices: pa.Table) -> Finding:
    """Daily total returns beyond 60 percent: a split or distribution that was missed."""
    moved = pc.greater(pc.abs(prices["total_return"]), RETURN_LIMIT)
    wild = prices.filter(pc.and_(pc.fill_null(moved, fill_value=False), pc.not_equal(prices["symbol"], "^VIX")))
    return finding(
        wild.to_pandas(),
        prices.num_rows,
        "{n} bars, no implausible return",
        "{k} of {n} bars move by more than 60 percent in a day: look for a missed split",
    )


def missing_months(returns: pa.Table) -> Finding:
    """Months without an outcome between an outcome's first and last month."""
    import pandas as pd

    rows: list[dict[str, object]] = []
    for outcome in returns["outcome"].unique().to_pylist():
        months = month_number(days(returns.filter(pc.equal(returns["outcome"], outcome))["month"]))
        gaps = np.setdiff1d(np.arange(months.min(), months.max() + 1), months)
        rows.extend({"outcome": outcome, "month": str(month)} for month in gaps.astype("datetime64[M]"))
    return finding(
        pd.DataFrame(rows, columns=["outcome", "month"]),
        returns.num_rows,
        "{n} months without a gap",
        "{k} months are missing between first and last month",
    )
