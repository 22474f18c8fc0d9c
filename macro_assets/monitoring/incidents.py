"""What is broken: one record each, as a table and as a message.

Belongs here: the record and its texts. Does not belong here: finding what is broken (defs/monitoring/state.py), delivery
(alerts.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from macro_assets.settings import MARKET_TIME_ZONE
from macro_assets.tables.monitoring import BROKEN_NOW

__all__ = ["Incident", "message", "table"]

Kind = Literal["failed run", "failed check", "hole", "stale"]
LONGEST = 600


@dataclass(frozen=True)
class Incident:
    """One thing that is broken.

    Parameters
    ----------
    kind : failed run, failed check, hole (days of a provider that were never loaded), or stale.
    subject : the asset; of a check `asset: check`; of a failed run the job and what distinguishes it.
    since : when it broke, with a time zone.
    what : what is wrong. remedy : what to do.
    """

    kind: Kind
    subject: str
    since: dt.datetime
    what: str
    remedy: str

    @property
    def key(self) -> str:
        """Identity of the incident while it lasts."""
        return f"{self.kind}|{self.subject}|{self.since:%Y-%m-%dT%H:%M:%S}"


def table(incidents: Sequence[Incident]) -> pa.Table:
    """Rows of `monitoring/broken_now`, the oldest first; no rows when nothing is broken."""
    rows = [
        {
            "kind": one.kind,
            "subject": one.subject,
            "since": one.since.astimezone(MARKET_TIME_ZONE).date(),
            "what": shortened(one.what),
            "remedy": one.remedy,
        }
        for one in sorted(incidents, key=lambda one: (one.since, one.kind, one.subject))
    ]
    return pa.Table.from_pylist(rows, BROKEN_NOW.schema)


def message(incidents: Sequence[Incident]) -> tuple[str, str]:
    """Subject and text of an alert."""
    first = incidents[0]
    more = f" and {len(incidents) - 1} more" if len(incidents) > 1 else ""
    parts = [
        f"{one.kind.capitalize()}: {one.subject}\nSince {one.since.astimezone(MARKET_TIME_ZONE):%Y-%m-%d %H:%M} New York\n"
        f"{shortened(one.what)}\nTo do: {one.remedy}"
        for one in incidents
    ]
    return f"macro_assets: {first.kind}, {first.subject}{more}", "\n\n".join(parts)


def shortened(text: str) -> str:
    """The text in one line of bounded length."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[: LONGEST - 4]} ..."
