"""What must hold for tables of facts: keys, bounds, freshness, revisions, gaps.

Belongs here: pure findings over Arrow tables. Does not belong here: look-ahead (leakage.py), who is told (defs/checks)
and what an estimate must satisfy (causal/, recession/).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog.periods import period_end
from macro_assets.tables.spec import allowed_of

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.catalog import Catalog
    from macro_assets.tables.spec import TableSpec

__all__ = [
    "Finding",
    "finding",
    "implausible_returns",
    "inconsistent_bars",
    "indicators_outside_bounds",
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


def outside_bounds(vintages: pa.Table, catalog: Catalog) -> Finding:
    """Published values outside the plausible bounds that the catalogue states for their series."""
    limits = pa.table(
        {
            "series_id": list(catalog.series),
            "lower": [_low(s.lower) for s in catalog.series.values()],
            "upper": [_high(s.upper) for s in catalog.series.values()],
        }
    )
    joined = vintages.select(["series_id", "observation_date", "realtime_start", "value"]).join(
        limits, "series_id", join_type="inner"
    )
    out = pc.or_(pc.less(joined["value"], joined["lower"]), pc.greater(joined["value"], joined["upper"]))
    return finding(
        joined.filter(out).to_pandas(),
        joined.num_rows,
        "{n} values inside their bounds",
        "{k} of {n} values outside their plausible bounds: a wrong unit, or a bound too tight",
    )


def indicators_outside_bounds(indicators: pa.Table, catalog: Catalog) -> Finding:
    """World Bank values outside the plausible bounds that the catalogue states for their indicator."""
    limits = pa.table(
        {
            "indicator": list(catalog.indicators),
            "lower": [i.lower for i in catalog.indicators.values()],
            "upper": [i.upper for i in catalog.indicators.values()],
        }
    )
    columns = ["indicator", "economy", "year", "realtime_start", "value"]
    joined = indicators.select(columns).join(limits, "indicator", join_type="inner")
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


def _low(bound: float | None) -> float:
    return -np.inf if bound is None else float(bound)


def _high(bound: float | None) -> float:
    return np.inf if bound is None else float(bound)


def stale_series(observations: pa.Table, catalog: Catalog, today: date) -> Finding:
    """Series whose newest known period is older than their frequency, publication lag and a little patience allow."""
    import pandas as pd

    known = observations.filter(
        pc.and_(
            pc.less_equal(observations["known_from"], pa.scalar(today)),
            pc.not_equal(observations["status"], "withdrawn"),
        )
    )
    newest = known.group_by("series_id").aggregate([("observation_date", "max")]).to_pylist()
    rows = []
    for row in newest:
        series = catalog.series.get(row["series_id"])
        if series is None:
            continue
        end = period_end(row["observation_date_max"], series.frequency)
        patience = PERIOD_DAYS[series.frequency] + series.publication_lag_days + SLACK_DAYS[series.frequency]
        due = end + timedelta(days=patience)
        if due < today:
            rows.append({"series_id": series.id, "newest_period_end": end, "was_due": due})
    return finding(
        pd.DataFrame(rows, columns=["series_id", "newest_period_end", "was_due"]),
        len(newest),
        "{n} series up to date",
        "{k} of {n} series are overdue by their release calendar",
    )


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

    frame = returns.select(["outcome", "month"]).to_pandas()
    rows: list[dict[str, object]] = []
    for outcome, months in frame.groupby("outcome").month:
        have = pd.PeriodIndex(pd.to_datetime(months), freq="M")
        gaps = pd.period_range(have.min(), have.max(), freq="M").difference(have)
        rows.extend({"outcome": outcome, "month": str(gap)} for gap in gaps)
    return finding(
        pd.DataFrame(rows, columns=["outcome", "month"]),
        len(frame),
        "{n} months without a gap",
        "{k} months are missing between first and last month",
    )
