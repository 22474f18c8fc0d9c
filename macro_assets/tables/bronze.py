"""Bronze tables: what the providers publish, and the day from which they did.

Belongs here: declarations of provider facts. Does not belong here: when a value counts as known (silver).
Facts are immutable: a revision, a restated bar or a withdrawal is one more row. So is a value that the provider states
otherwise for the same day later on: its row has the same key but for `loaded_at`, and the one received last counts.
"""

from __future__ import annotations

import pyarrow as pa

from macro_assets.tables.buckets import BRONZE_BUCKETS
from macro_assets.tables.coverage import COVERAGE
from macro_assets.tables.spec import DATE, F64, I32, INSTANT, LOADED_AT, STRING, TableSpec, column, in_unit, replaced

RETRACTED = "retracted"
STATUSES = ("published", "missing", "withdrawn", RETRACTED)

_BEGIN = "First day on which this value was the published one (FRED's term)"
_STATUS = (
    "missing: the provider printed no number; withdrawn: the value ceased without a successor; retracted: the provider "
    "no longer states this fact, so it counts as never published"
)
_LOADED = (
    "Instant at which the answer that states this row was received (UTC); of rows that are alike but for this, the "
    "latest counts"
)


def _facts(
    name: str, description: str, key: tuple[str, ...], columns: list[pa.Field], *,
    dated_by: str, date_column: str = "realtime_start",
) -> TableSpec:  # fmt: skip
    """A table of facts that only grows, with the instant of loading, in buckets of ids."""
    loaded_at = column(LOADED_AT, INSTANT, _LOADED)
    return TableSpec(
        name=name, description=description, mode="facts", key=(*key, LOADED_AT), date_column=date_column,
        bucket_by=key[0], buckets=BRONZE_BUCKETS, dated_by=dated_by, schema=pa.schema([*columns, loaded_at]),
    )  # fmt: skip


FRED_VINTAGES = _facts(
    "bronze/fred_vintages",
    "Every published value of every FRED series, with the day from which it was the published one.",
    ("series_id", "observation_date", "realtime_start"),
    [
        column("series_id", STRING, "FRED series id, e.g. CPIAUCSL"),
        column("observation_date", DATE, "Period the value describes: its first day (weekly: the day FRED uses)"),
        column("realtime_start", DATE, _BEGIN),
        column("value", F64, "Value as printed in that vintage", unit="unit of the series", nullable=True),
        column("status", STRING, _STATUS, allowed=STATUSES),
    ],
    dated_by="recorded_vintages",
)

YAHOO_BARS = _facts(
    "bronze/yahoo_bars",
    "Daily bars and corporate actions as stated on each vintage day: a split restates earlier bars "
    "as new facts, distributions are never worked into prices.",
    ("symbol", "date", "realtime_start"),
    [
        column("symbol", STRING, "Yahoo ticker, e.g. ^GSPC"),
        column("date", DATE, "Trading day"),
        column("realtime_start", DATE, "First day on which the bar was stated so: trading day or a later split"),
        column("open", F64, "Opening price, in shares as of realtime_start", unit="quote currency", nullable=True),
        column("high", F64, "Highest price of the day", unit="quote currency", nullable=True),
        column("low", F64, "Lowest price of the day", unit="quote currency", nullable=True),
        column("close", F64, "Closing price, not adjusted for distributions", unit="quote currency", nullable=True),
        column("volume", F64, "Shares traded, in shares as of realtime_start", unit="shares", nullable=True),
        column("dividend", F64, "Distribution going ex on the day, per share as traded", unit="quote currency"),
        column("split_ratio", F64, "New shares for one old, effective that day; 1 = no split", unit="ratio"),
    ],
    dated_by="bars",
    date_column="date",
)

WORLD_BANK_INDICATORS = _facts(
    "bronze/world_bank_indicators",
    "World Bank development indicators by economy and year; the first value of a year counts from "
    "1 July of the next one.",
    ("indicator", "economy", "year", "realtime_start"),
    [
        column("indicator", STRING, "World Bank indicator code, e.g. NY.GDP.MKTP.KD.ZG"),
        column("economy", STRING, "ISO 3166 alpha-3 code"),
        column("year", I32, "Calendar year the value describes", unit="year"),
        column("realtime_start", DATE, _BEGIN),
        column("value", F64, "Value as published", unit="unit of the indicator", nullable=True),
        column("status", STRING, _STATUS, allowed=STATUSES),
    ],
    dated_by="first_of_july",
)

POLICY_SURPRISES = replaced(
    "bronze/policy_surprises",
    "Published shock series as their authors' files stand; estimated on full samples, so an instrument "
    "for study, not data known on the day.",
    key=("source", "measure", "date", "event"),
    date="date",
    columns=[
        column("source", STRING, "File the series comes from, without .csv"),
        column("measure", STRING, "Column of that file"),
        column("date", DATE, "Event day, or first day of the month for monthly series"),
        column("event", I32, "Number of the event within the day, from 0", unit="count"),
        column("time", STRING, "Time of day of the event as the file states it", nullable=True),
        in_unit("value", "The published surprise"),
        column("unit", STRING, "Unit of the value", listed_in="index of the published files"),
        column("description", STRING, "What the file says of the event, e.g. unscheduled", nullable=True),
    ],
)

OWN_DATA = _facts(
    "bronze/own_data",
    "Every value of your own files (MACRO_OWN_DATA), with the day from which it counts.",
    ("series_id", "observation_date", "realtime_start"),
    [
        column("series_id", STRING, "Id that the declaration of the file states"),
        column("observation_date", DATE, "Period the value describes: its first day (weekly: the day of the file)"),
        column("realtime_start", DATE, "Day from which the value counts; see dated_by"),
        column("value", F64, "Value as it stands in the file", unit="unit of the series", nullable=True),
        column("status", STRING, _STATUS, allowed=STATUSES),
        column(
            "dated_by",
            STRING,
            "What says realtime_start. file: its column; rule: end of the period plus the stated lag; "
            "found: the load that found the value changed; null: retracted",
            allowed=("file", "rule", "found"),
            nullable=True,
        ),
    ],
    dated_by="as_stated",
)

SERIES_FACTS = TableSpec(
    name="bronze/series_facts",
    description="What the provider states of each series: when recording of its vintages began, how many there are, unit, "
    "frequency and adjustment. Every answer is one more row, none is ever rewritten.",
    mode="facts",
    key=("provider", "series_id", "received_at"),
    date_column="first_vintage",
    schema=pa.schema(
        [
            column("provider", STRING, "Name of the provider"),
            column("series_id", STRING, "Id of the series at its provider"),
            column("received_at", INSTANT, "Instant at which the answer was received"),
            column("first_vintage", DATE, "First recorded vintage day; null: the provider keeps none", nullable=True),
            column("vintages", I32, "Recorded vintage days; 1 = a single compilation", unit="count"),
            column("units", STRING, "Unit in the provider's words"),
            column("frequency", STRING, "Frequency in the provider's letters, e.g. D, W, M, Q, A"),
            column("seasonal_adjustment", STRING, "Adjustment in the provider's letters, e.g. SA, NSA, SAAR"),
            column("last_updated", INSTANT, "When the provider last changed the series", nullable=True),
        ]
    ),
)

RELEASE_DAYS = TableSpec(
    name="bronze/release_days",
    description="Days on which releases were published, as the provider lists them, for releases whose true days it keeps: "
    "what happened on the day, beside the vintage days of knowledge.",
    mode="facts",
    key=("release_id", "date"),
    date_column="date",
    schema=pa.schema(
        [
            column("release_id", STRING, "FRED's number of the release (releases.yaml)"),
            column("date", DATE, "Day of publication where the provider sits"),
            column("provider", STRING, "Name of the provider"),
        ]
    ),
)

BRONZE = (
    FRED_VINTAGES,
    YAHOO_BARS,
    WORLD_BANK_INDICATORS,
    POLICY_SURPRISES,
    OWN_DATA,
    SERIES_FACTS,
    RELEASE_DAYS,
    COVERAGE,
)
