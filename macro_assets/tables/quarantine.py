"""Tables of what was set aside as implausible, and what people decided on it.

Belongs here: their declarations. Does not belong here: the rules (`plausibility/`).
"""

from __future__ import annotations

import pyarrow as pa

from macro_assets.tables.spec import DATE, INSTANT, LOADED_AT, STRING, TableSpec, column, in_unit

__all__ = ["DECISIONS", "LACKING", "QUARANTINE", "QUARANTINE_DECISIONS", "REASONS"]

LACKING = "lacking"
REASONS = ("not_a_number", "dates", "bounds", "decimals", "step", "revision", "restated", LACKING)
DECISIONS = ("accepted", "rejected")

_FACT = [
    column("table", STRING, "Bronze table the fact was meant for"),
    column("id", STRING, "Series, symbol, or indicator and economy joined by a dot"),
    column("observation_date", DATE, "First day of the period the value describes"),
    column("realtime_start", DATE, "Day from which the provider states the value"),
]
_KEY = ("table", "id", "observation_date", "realtime_start", LOADED_AT)
_VALUE = in_unit("value", "Value as the provider stated it; null where it is not a finite number", nullable=True)  # fmt: skip


def _set_aside(name: str, description: str, *columns: pa.Field) -> TableSpec:
    """A table of facts that were set aside: what the fact was, then the given columns, the instant last."""
    return TableSpec(
        name, pa.schema([*_FACT, _VALUE, *columns]), _KEY, description, "facts", "observation_date", "id", 1
    )


QUARANTINE = _set_aside(
    "bronze/quarantine",
    "Facts that were set aside as implausible before they could enter the lake, each with its reason; the rest "
    "of their batch was loaded.",
    column("unit", STRING, "Unit of value, compared_with and the bounds", listed_in="the catalogue"),
    column("reason", STRING, "The rule that set it aside", allowed=REASONS),
    column("words", STRING, "The reason in one sentence, with the limit and the day that set it"),
    in_unit("compared_with", "Stored value it was held against; of bars in the shares of that day", nullable=True),
    column("fact", STRING, "The whole row as the provider stated it, as JSON"),
    column(LOADED_AT, INSTANT, "Instant at which it was set aside (UTC)"),
)

QUARANTINE_DECISIONS = _set_aside(
    "bronze/quarantine_decisions",
    "What people decided on facts that were set aside: an accepted one is loaded, a rejected one stays out.",
    column("unit", STRING, "Unit of the value", listed_in="the catalogue"),
    column("decision", STRING, "What was decided; the last decision counts", allowed=DECISIONS),
    column("note", STRING, "Why, in the words of the person who decided"),
    column(LOADED_AT, INSTANT, "Instant of the decision (UTC)"),
)
