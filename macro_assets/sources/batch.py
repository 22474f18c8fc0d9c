"""What every source hands over: rows in a bronze schema, and an account of every row received.

Belongs here: `SourceBatch` and the column names and types of the bronze tables as sources build them.
Does not belong here: keys, units, partitions (lake) and fetching.
"""

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa

from macro_assets.errors import InvalidInputError, SchemaError

__all__ = [
    "FRED_VINTAGES",
    "POLICY_SURPRISES",
    "SourceBatch",
    "WORLD_BANK_INDICATORS",
    "YAHOO_BARS",
    "check_window",
    "years_of",
]


def _schema(*columns: tuple[str, pa.DataType] | tuple[str, pa.DataType, str]) -> pa.Schema:
    return pa.schema([pa.field(name, kind, nullable=bool(rest)) for name, kind, *rest in columns])


FRED_VINTAGES = _schema(
    ("series_id", pa.string()),
    ("observation_date", pa.date32()),
    ("realtime_start", pa.date32()),
    ("value", pa.float64(), "nullable"),
    ("status", pa.string()),
    ("realtime_year", pa.int32()),
)
YAHOO_BARS = _schema(
    ("symbol", pa.string()),
    ("date", pa.date32()),
    ("realtime_start", pa.date32()),
    ("open", pa.float64(), "nullable"),
    ("high", pa.float64(), "nullable"),
    ("low", pa.float64(), "nullable"),
    ("close", pa.float64(), "nullable"),
    ("volume", pa.float64(), "nullable"),
    ("dividend", pa.float64()),
    ("split_ratio", pa.float64()),
    ("year", pa.int32()),
)
WORLD_BANK_INDICATORS = _schema(
    ("indicator", pa.string()),
    ("economy", pa.string()),
    ("year", pa.int32()),
    ("realtime_start", pa.date32()),
    ("value", pa.float64(), "nullable"),
    ("status", pa.string()),
    ("realtime_year", pa.int32()),
)
POLICY_SURPRISES = _schema(
    ("source", pa.string()),
    ("measure", pa.string()),
    ("date", pa.date32()),
    ("event", pa.int32()),
    ("time", pa.string(), "nullable"),
    ("value", pa.float64()),
    ("unit", pa.string()),
)


@dataclass(frozen=True)
class SourceBatch:
    """Facts of one fetch.

    Parameters
    ----------
    table : facts in a bronze schema, sorted by key.
    offered : rows the provider sent.
    clipped : rows of those that gave no fact of the window (they only tell the state before, or hold nothing).
    requests : HTTP requests made, retries included.
    derived : facts the provider states without a row of their own: withdrawals, bars restated by a split.

    Raises
    ------
    SchemaError : rows are unaccounted for (`len(table) != offered - clipped + derived`).
    """

    table: pa.Table
    offered: int
    clipped: int
    requests: int
    derived: int = 0

    def __post_init__(self) -> None:
        expected = self.offered - self.clipped + self.derived
        if self.table.num_rows != expected:
            raise SchemaError(
                f"{self.table.num_rows} facts where {self.offered} rows offered - {self.clipped} clipped"
                f" + {self.derived} derived = {expected} were expected."
            )


def check_window(start: dt.date, end: dt.date, today: dt.date) -> dt.date:
    """The last day of [start, end] that has come; nothing is known of later days.

    Raises
    ------
    InvalidInputError : the window is empty or lies wholly in the future.
    """
    if start > end:
        raise InvalidInputError(f"The window {start} to {end} ends before it begins.")
    if start > today:
        raise InvalidInputError(
            f"The window {start} to {end} lies in the future of {today}.",
            remedy="Nothing is published yet; a simulated today is set with MACRO_TODAY.",
        )
    return min(end, today)


def years_of(days: pa.Array) -> pa.Array:
    """Calendar years of dates, as the int32 partition column."""
    import pyarrow.compute as pc

    return pc.year(days).cast(pa.int32())
