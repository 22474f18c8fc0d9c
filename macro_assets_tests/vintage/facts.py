"""Small catalogues and random bronze facts for the tests of this room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pyarrow as pa
from hypothesis import strategies as st

from macro_assets.catalog import Asset, Catalog, Indicator, Series
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import knowledge

FIRST_DAY = dt.date(2004, 1, 1)
LAST_DAY = dt.date(2006, 3, 31)
FRED = TABLES["bronze/fred_vintages"].source_schema


def series(identity: str, frequency: str, aggregation: str, *, lag: int = 5, revised: bool = True) -> Series:
    return Series.model_validate(
        {"id": identity, "title": identity, "unit": "Percent", "frequency": frequency, "aggregation": aggregation,
         "transform": "level", "publication_lag_days": lag, "revised": revised, "start": dt.date(1950, 1, 1)}
    )  # fmt: skip


def catalog(*entries: Series) -> Catalog:
    """A catalogue of the given series, one ticker and one indicator."""
    ticker = Asset.model_validate(
        {"symbol": "TKR", "name": "ticker", "title": "A ticker", "kind": "price", "unit": "decimal", "cost_bp": 1,
         "cost_in_unit": 0.0001, "start": dt.date(2000, 1, 1)}
    )  # fmt: skip
    indicator = Indicator(id="NY.GDP", title="Growth", unit="Percent", lower=-50, upper=50)
    return Catalog(
        series={entry.id: entry for entry in entries}, assets={"TKR": ticker}, outcomes={},
        indicators={"NY.GDP": indicator}, economies=("USA",), releases={}, shocks={}, events={},
        families={}, splices={}, turning_points=(),
    )  # fmt: skip


SMALL = catalog(
    series("DAILY_LAST", "D", "last", lag=1, revised=False),
    series("DAILY_MEAN", "D", "mean", lag=1, revised=False),
    series("WEEKLY", "W", "mean", lag=5),
    series("MONTHLY", "M", "mean", lag=14),
    series("MONTHLY_LAST", "M", "last", lag=14),
    series("QUARTERLY", "Q", "mean", lag=30),
)


def bronze(rows: Sequence[tuple[str, dt.date, dt.date, float | None, str]]) -> pa.Table:
    """Bronze facts from (series, observation date, realtime_start, value, status)."""
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), (), ()]
    order = ["series_id", "observation_date", "realtime_start", "value", "status"]
    arrays = {name: list(column) for name, column in zip(order, columns, strict=True)}
    return pa.table({name: arrays[name] for name in FRED.names}, schema=FRED)


def stated(vintages: pa.Table, received: dt.datetime = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)) -> pa.Table:
    """What a provider that published exactly these facts states of its series: rows of bronze/series_facts."""
    days = vintages.group_by("series_id").aggregate([("realtime_start", "min"), ("realtime_start", "count_distinct")])
    words = {"provider": "fred", "received_at": received, "units": "Percent", "frequency": "M",
             "seasonal_adjustment": "SA", "last_updated": None}  # fmt: skip
    rows = [
        words | {"series_id": row["series_id"], "first_vintage": row["realtime_start_min"],
                 "vintages": row["realtime_start_count_distinct"]}
        for row in days.to_pylist()
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, TABLES["bronze/series_facts"].source_schema)


def observed(vintages: pa.Table, entries: Catalog) -> pa.Table:
    """Silver of a lake that holds all facts its provider ever published."""
    return knowledge.observations({"recorded_vintages": vintages}, entries, stated(vintages))


def bar(day: dt.date, begins: dt.date, close: float | None, dividend: float, split: float) -> dict[str, object]:
    """One bar of the ticker TKR as stated from `begins` on, quoted at one price all day."""
    quotes = dict.fromkeys(("open", "high", "low", "close"), close)
    return {"symbol": "TKR", "date": day, "realtime_start": begins, **quotes, "volume": 1000.0 * split,
            "dividend": dividend, "split_ratio": split}  # fmt: skip


def _dates(frequency: str) -> list[dt.date]:
    span = (LAST_DAY - FIRST_DAY).days
    days = [FIRST_DAY + dt.timedelta(n) for n in range(span + 1)]
    if frequency == "D":
        return [day for day in days if day.weekday() < 5]
    if frequency == "W":
        return [day for day in days if day.weekday() == 5]
    months = {"M": range(1, 13), "Q": (1, 4, 7, 10)}[frequency]
    return [day for day in days if day.day == 1 and day.month in months]


@st.composite
def facts(draw: st.DrawFn, entries: Catalog = SMALL) -> pa.Table:
    """Bronze facts of all series: runs of observations, some missing, revised, withdrawn, published again."""
    rows: list[tuple[str, dt.date, dt.date, float | None, str]] = []
    seed = draw(st.integers(0, 2**31))
    import random

    random_ = random.Random(seed)
    for entry in entries.series.values():
        dates = _dates(entry.frequency)
        begin = draw(st.integers(0, max(0, len(dates) - 2)))
        dates = dates[begin : begin + draw(st.integers(1, 80))]
        late = entry.known_by_rule(dates[draw(st.integers(0, len(dates) - 1))])
        for date in dates:
            if random_.random() < 0.03:
                continue
            start = max(late, entry.known_by_rule(date) + dt.timedelta(random_.choice([0, 0, 0, 1, 12])))
            for number in range(random_.choice([1, 1, 1, 2, 3])):
                kind = random_.choices(["published", "missing", "withdrawn"], [0.9, 0.05, 0.05 if number else 0])[0]
                value = random_.gauss(100, 30) if kind == "published" else None
                rows.append((entry.id, date, start, value, kind))
                start += dt.timedelta(random_.choice([1, 20, 31, 200]))
    random_.shuffle(rows)
    return bronze(rows)
