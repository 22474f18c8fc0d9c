"""Tables of what was set aside as implausible, and what people decided on it.

Belongs here: their declarations. Does not belong here: the rules (`plausibility/`).
"""

from __future__ import annotations

import pyarrow as pa

from macro_assets.tables.spec import DATE, F64, INSTANT, LOADED_AT, STRING, TableSpec, column

__all__ = ["DECISIONS", "QUARANTINE", "QUARANTINE_DECISIONS", "REASONS"]

REASONS = ("not_a_number", "dates", "bounds", "decimals", "step", "revision", "restated")
DECISIONS = ("accepted", "rejected")

_FACT = [
    column("table", STRING, "Bronze table the fact was meant for"),
    column("id", STRING, "Series, symbol, or indicator and economy joined by a dot"),
    column("observation_date", DATE, "First day of the period the value describes"),
    column("realtime_start", DATE, "Day from which the provider states the value"),
]
_KEY = ("table", "id", "observation_date", "realtime_start", LOADED_AT)
_VALUE = column("value", F64, "Value as the provider stated it; null where it is not a finite number",
                unit="see column unit", nullable=True)  # fmt: skip

QUARANTINE = TableSpec(
    name="bronze/quarantine",
    description="Facts that were set aside as implausible before they could enter the lake, each with its reason; the rest "
    "of their batch was loaded.",
    mode="facts",
    key=_KEY,
    date_column="observation_date",
    bucket_by="id",
    buckets=1,
    schema=pa.schema(
        [
            *_FACT,
            _VALUE,
            column("unit", STRING, "Unit of value, compared_with and the bounds", listed_in="the catalogue"),
            column("reason", STRING, "The rule that set it aside", allowed=REASONS),
            column("words", STRING, "The reason in one sentence, with the limit and the day that set it"),
            column("compared_with", F64, "Stored value it was held against; of bars in the shares of that day",
                   unit="see column unit", nullable=True),
            column("fact", STRING, "The whole row as the provider stated it, as JSON"),
            column(LOADED_AT, INSTANT, "Instant at which it was set aside (UTC)"),
        ]
    ),
)  # fmt: skip

QUARANTINE_DECISIONS = TableSpec(
    name="bronze/quarantine_decisions",
    description="What people decided on facts that were set aside: an accepted one is loaded, a rejected one stays out.",
    mode="facts",
    key=_KEY,
    date_column="observation_date",
    bucket_by="id",
    buckets=1,
    schema=pa.schema(
        [
            *_FACT,
            _VALUE,
            column("unit", STRING, "Unit of the value", listed_in="the catalogue"),
            column("decision", STRING, "What was decided; the last decision counts", allowed=DECISIONS),
            column("note", STRING, "Why, in the words of the person who decided"),
            column(LOADED_AT, INSTANT, "Instant of the decision (UTC)"),
        ]
    ),
)
