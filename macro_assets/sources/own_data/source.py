"""Own files as a source: one declared file read whole, refused where it lacks rows that are stored.

Belongs here: the adapter. Does not belong here: cells (reading.py), from which day a value counts (facts.py), which
files there are (catalog/own.py).
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from macro_assets.catalog.own import OwnFile
from macro_assets.errors import OwnDataError
from macro_assets.settings import MARKET_TIME_ZONE, Settings
from macro_assets.sources.batch import SourceBatch
from macro_assets.sources.own_data.facts import lost_facts, own_facts
from macro_assets.sources.own_data.reading import Row, read_rows

__all__ = ["OwnDataSource", "read_file"]


class OwnDataSource:
    """Files under `MACRO_OWN_DATA`.

    Parameters
    ----------
    settings : the folder and today.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __repr__(self) -> str:
        return f"OwnDataSource({self._settings.own_data})"

    def window(self, own: OwnFile, end: dt.date, stored: pa.Table) -> SourceBatch:
        """Every fact of a file that began by a day.

        Parameters
        ----------
        end : last vintage day of the load. stored : facts of the file that are kept already, in the bronze schema.

        Raises
        ------
        OwnDataError : the file cannot be read, a cell is not valid (names file, row and column), or stored rows are gone.
        """
        today = self._settings.current_day()
        rows = read_file(own, today)
        lost = lost_facts(rows, stored)
        if lost:
            raise OwnDataError(
                f"File {own.data_file()} lacks {len(lost)} of {stored.num_rows} stored rows of own series {own.id}, the "
                f"first of {lost[0]}.",
                remedy=f"Put them back, or confirm that they are gone: macro-assets own-data confirm-removal {own.id}.",
            )
        facts, clipped = own_facts(rows, own, min(end, today), stored=stored, seen_on=today)
        return SourceBatch(facts, len(rows), clipped, 0)


def read_file(own: OwnFile, today: dt.date | None = None) -> list[Row]:
    """Rows of a declared file; on a simulated day those up to the true today may be in it, and wait.

    Raises
    ------
    OwnDataError : as `read_rows`.
    """
    wall = dt.datetime.now(MARKET_TIME_ZONE).date()
    return read_rows(own, max(today or wall, wall))
