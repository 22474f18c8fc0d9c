"""Silver and gold tables: facts with their day of knowledge, prices, as-of cubes, monthly outcomes.

Belongs here: declarations of what `vintage/` and `signals/` build from bronze. Does not belong here: features, shocks, targets
and what models publish (`features.py`, `answers.py`).
"""

from __future__ import annotations

import pyarrow as pa

from macro_assets.tables.bronze import STATUSES
from macro_assets.tables.buckets import SILVER_BUCKETS
from macro_assets.tables.spec import BOOL, DATE, F64, I16, STRING, TableSpec, column, in_unit, replaced
from macro_assets.tables.units import OUTCOME_UNITS

KNOWN_BY = ("vintage", "lag_rule", "pseudo", "compiled")

OBSERVATIONS = TableSpec(
    name="silver/observations",
    description="One bitemporal table for all macro series: which value of which period counts as known from when, "
    "and by which rule.",
    mode="replaced",
    key=("series_id", "observation_date", "realtime_start"),
    date_column="known_from",
    bucket_by="series_id",
    buckets=SILVER_BUCKETS,
    schema=pa.schema(
        [
            column("series_id", STRING, "Id of a series, or indicator.economy"),
            column("observation_date", DATE, "Period the value describes: its first day (weekly: the day FRED uses)"),
            column("realtime_start", DATE, "First day on which the value was the published one, as recorded"),
            column("known_from", DATE, "First day on which a reader may use the value"),
            column(
                "known_by",
                STRING,
                "Rule behind known_from: recorded vintage, catalogue lag of an unrevised series, pseudo (first "
                "recorded vintage moved back by the catalogue lag) or compiled (digits of one later compilation)",
                allowed=KNOWN_BY,
            ),
            column("value", F64, "Value as printed in that vintage", unit="unit of the series", nullable=True),
            column("status", STRING, "As in bronze: published, missing or withdrawn", allowed=STATUSES[:3]),
        ]
    ),
)

PRICES = TableSpec(
    name="silver/prices",
    description="Daily bars as traded, with distributions, splits and total return.",
    mode="replaced",
    key=("symbol", "date"),
    date_column="date",
    bucket_by="symbol",
    buckets=SILVER_BUCKETS,
    schema=pa.schema(
        [
            column("symbol", STRING, "Ticker"),
            column("date", DATE, "Trading day"),
            column("known_from", DATE, "First day on which the bar was published"),
            column("open", F64, "Opening price as traded", unit="quote currency", nullable=True),
            column("high", F64, "Highest price as traded", unit="quote currency", nullable=True),
            column("low", F64, "Lowest price as traded", unit="quote currency", nullable=True),
            column("close", F64, "Closing price as traded", unit="quote currency", nullable=True),
            column("volume", F64, "Shares traded, in shares of the day", unit="shares", nullable=True),
            column("dividend", F64, "Distribution going ex on the day, per share as traded", unit="quote currency"),
            column("split_ratio", F64, "New shares for one old, effective that day; 1 = no split", unit="ratio"),
            column(
                "total_return",
                F64,
                "Return since the previous close, with distributions and splits; null on the first day",
                unit="decimal fraction",
                nullable=True,
            ),
        ]
    ),
)


def _cube(name: str, frequency: str, depth: int) -> TableSpec:
    columns = [
        column("series_id", STRING, "Series id"),
        column("period", DATE, "Last day of the period the value describes"),
        column(
            "first_as_of", DATE, f"First {frequency} end at which this was the known value: the first day of the view"
        ),
        column(
            "last_as_of", DATE, f"Last {frequency} end at which it was, no later than {depth - 1} {frequency}s after it"
        ),
        column("value", F64, "Value as known at these dates, at this frequency", unit="unit of the series"),
        column("known_at", DATE, "Latest known_from among the observations inside; never after first_as_of"),
        column("n_obs", I16, "Observations inside the value", unit="count"),
        column("complete", BOOL, "False while the period is still running or partly published"),
    ]
    return TableSpec(
        name=name,
        description=f"For each {frequency} end, the last {depth} {frequency}s of every series as known that day: one row "
        "per known value and the as-of dates on which it stands.",
        mode="replaced",
        key=("series_id", "period", "first_as_of"),
        date_column="first_as_of",
        bucket_by="series_id",
        buckets=SILVER_BUCKETS,
        schema=pa.schema(columns),
    )


MONTHLY_CUBE = _cube("gold/monthly_cube", "month", 48)
QUARTERLY_CUBE = _cube("gold/quarterly_cube", "quarter", 40)

ASSET_RETURNS = replaced(
    "gold/asset_returns",
    "Monthly outcomes from month-end closes: total returns, and changes for volatility and yields.",
    key=("month", "outcome"),
    date="month",
    columns=[
        column("month", DATE, "Last calendar day of the month"),
        column("outcome", STRING, "Outcome name, e.g. sp500, tlt, vix, us10y"),
        in_unit("value", "Return or change over the month"),
        column("unit", STRING, "Unit of value", allowed=OUTCOME_UNITS),
        column("level", F64, "Last close or level of the month", unit="quote currency, points or percent"),
        column("known_at", DATE, "Day from which the outcome is known"),
    ],
)

PANELS = (OBSERVATIONS, PRICES, MONTHLY_CUBE, QUARTERLY_CUBE, ASSET_RETURNS)
