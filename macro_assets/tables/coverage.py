"""Bronze's record of what was asked and answered: which vintage days the lake knows completely.

Belongs here: the declaration of `bronze/coverage`. Does not belong here: when a day is complete (sources/coverage.py),
watermarks and holes (vintage/coverage.py), the facts themselves (bronze.py).
"""

from __future__ import annotations

import pyarrow as pa

from macro_assets.tables.spec import DATE, I64, INSTANT, STRING, TableSpec, column

__all__ = ["ANSWERS_OF_PROVIDERS", "COVERAGE"]

ANSWERS_OF_PROVIDERS = ("answered", "does not exist")

COVERAGE = TableSpec(
    name="bronze/coverage",
    description="One row per answer of a provider and series: the vintage days asked for, when the answer came, and "
    "through which day it is complete. Written after the facts themselves, only appended.",
    mode="facts",
    key=("provider", "id", "received_at", "first", "last"),
    date_column="last",
    schema=pa.schema(
        [
            column("provider", STRING, "Name of the provider", listed_in="sources/providers.py"),
            column("id", STRING, "Series, symbol, or indicator and economy (NY.GDP.MKTP.KD.ZG.USA)"),
            column("received_at", INSTANT, "Instant at which the answer was received, UTC"),
            column("first", DATE, "First vintage day asked for"),
            column("last", DATE, "Last vintage day asked for"),
            column("complete_through", DATE, "Last day of the window that nothing can be added to; null: none yet",
                   nullable=True),
            column("updated_on", DATE, "Day of its last update as the provider states it; null: it states none",
                   nullable=True),
            column("rows_offered", I64, "Rows of the answer, facts or not", unit="count"),
            column("answer", STRING, "does not exist: the provider knows no such series (any more)",
                   allowed=ANSWERS_OF_PROVIDERS),
        ]
    ),
)  # fmt: skip
"""Which days an answer makes complete is decided when it comes, by the provider's rule, and never changed later."""
