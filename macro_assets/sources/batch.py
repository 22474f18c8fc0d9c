"""What every source hands over: rows of a bronze table, and an account of every row the provider sent.

Belongs here: `SourceBatch` and the days a window may cover. Does not belong here: columns and keys (tables/bronze.py),
fetching, keeping (lake).
"""

import datetime as dt
from dataclasses import dataclass

import pyarrow as pa

from macro_assets.errors import InvalidInputError

__all__ = ["SourceBatch", "check_window"]


@dataclass(frozen=True)
class SourceBatch:
    """Facts of one fetch.

    The three counts are taken apart from the table: `offered` from the raw answer, `clipped` and `derived` from what
    the answer says. A row lost between answer and table therefore shows as `unaccounted`.

    Parameters
    ----------
    table : facts in the `source_schema` of a bronze table, sorted by key.
    offered : rows the provider sent.
    clipped : rows of those that give no fact of the window (they only tell the state before, or hold nothing).
    requests : HTTP requests made, retries included.
    derived : facts the provider states without a row of their own: withdrawals, bars restated by a split.
    newest : day of the newest finished bar of the answer, also behind the window; None where there are no bars.
    lacking : first days of periods that are stored as current and that the answer neither states nor withdraws.
    updated_on : day of its last update as the provider states it; None where it states none.
    """

    table: pa.Table
    offered: int
    clipped: int
    requests: int
    derived: int = 0
    newest: dt.date | None = None
    updated_on: dt.date | None = None
    lacking: tuple[dt.date, ...] = ()

    @property
    def unaccounted(self) -> int:
        """Rows offered or derived that are neither facts nor clipped; negative where facts came from nowhere."""
        return self.offered + self.derived - self.clipped - int(self.table.num_rows)


def check_window(start: dt.date, end: dt.date, today: dt.date) -> dt.date:
    """The last day of [start, end] that has come; nothing is known of later days.

    Raises
    ------
    InvalidInputError : the window is empty or lies wholly in the future.
    """
    if start > end:
        raise InvalidInputError(
            f"The window {start} to {end} ends before it begins.", remedy="Give the earlier day first."
        )
    if start > today:
        raise InvalidInputError(
            f"The window {start} to {end} lies in the future of {today}.",
            remedy="Nothing is published yet; a simulated today is that of the sandbox, or MACRO_TODAY.",
        )
    return min(end, today)
