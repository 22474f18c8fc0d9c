"""What the house says about itself.

Belongs here: declarations of tables that describe runs, checks and assets, not the economy.
"""

from __future__ import annotations

from macro_assets.tables.spec import DATE, STRING, TableSpec, column, replaced

INCIDENTS = ("failed run", "failed check", "hole", "stale")

BROKEN_NOW = replaced(
    "monitoring/broken_now",
    "Everything that is broken now: assets whose last run failed, failed checks, days never loaded, stale "
    "assets, each with its remedy. An empty table means that nothing is broken.",
    key=("kind", "subject"),
    date="since",
    columns=[
        column("kind", STRING, "What kind of thing is broken", allowed=INCIDENTS),
        column("subject", STRING, "The asset, or `asset: check`"),
        column("since", DATE, "Day in New York on which it broke"),
        column("what", STRING, "What is wrong, in words"),
        column("remedy", STRING, "What to do"),
    ],
)

MONITORING: tuple[TableSpec, ...] = (BROKEN_NOW,)
