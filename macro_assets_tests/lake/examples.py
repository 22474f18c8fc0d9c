"""Small fact tables the tests of this room share."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from macro_assets.lake import Lake
from macro_assets.tables.registry import TABLES

VINTAGES = "bronze/fred_vintages"
OBSERVATIONS = "silver/observations"
RETURNS = "gold/asset_returns"

DAY = dt.timedelta(days=1)


def fact(
    series: str = "CPIAUCSL",
    observed: str = "2008-09-01",
    began: str = "2008-10-16",
    value: float | None = 218.8,
    status: str = "published",
) -> dict[str, Any]:
    return {
        "series_id": series,
        "observation_date": dt.date.fromisoformat(observed),
        "realtime_start": dt.date.fromisoformat(began),
        "value": value,
        "status": status,
    }


def facts(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Rows of bronze/fred_vintages as a source hands them over: the lake fills in when they were loaded."""
    return pa.Table.from_pylist(list(rows), schema=TABLES[VINTAGES].source_schema)


def stated(lake: Lake) -> pa.Table:
    """The rows of bronze/fred_vintages that count, without the instants at which they were loaded."""
    return lake.read(VINTAGES, missing_ok=True).drop_columns(["loaded_at"])


def many_facts(series: str, count: int, first: str = "2000-01-01") -> pa.Table:
    """One fact a day, each about the day before it was published."""
    start = dt.date.fromisoformat(first)
    return facts(
        fact(series, (start + step * DAY).isoformat(), (start + (step + 1) * DAY).isoformat(), float(step))
        for step in range(count)
    )


def observation(known_by: str = "vintage", known_from: str | None = None, **about: Any) -> dict[str, Any]:
    row = fact(**about)
    known = row["realtime_start"] if known_from is None else dt.date.fromisoformat(known_from)
    return row | {"known_from": known, "known_by": known_by}


def observations(rows: Iterable[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=TABLES[OBSERVATIONS].schema)


def returns(months: Iterable[str], outcome: str = "sp500", value: float = 0.01) -> pa.Table:
    rows = [
        {
            "month": dt.date.fromisoformat(month),
            "outcome": outcome,
            "value": value,
            "unit": "decimal",
            "level": 1000.0,
            "known_at": dt.date.fromisoformat(month),
        }
        for month in months
    ]
    return pa.Table.from_pylist(rows, schema=TABLES[RETURNS].schema)
