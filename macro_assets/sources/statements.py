"""What a provider states of a series, beside its values: rows of bronze/series_facts.

Belongs here: the type of a statement, its table, and which series are to be asked again. Does not belong here: requests
(`<provider>/source.py`), what follows from a first vintage (vintage/knowledge.py).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.tables.bronze import SERIES_FACTS

__all__ = ["SeriesStatement", "due", "statement_table"]


@dataclass(frozen=True)
class SeriesStatement:
    """One answer of a provider about one series.

    Parameters
    ----------
    received_at, last_updated : UTC; the second is None where the provider does not say.
    first_vintage : first recorded vintage day; None where the provider keeps no vintages.
    vintages : number of recorded vintage days; 1 = one compilation of the whole past.
    units, frequency, seasonal_adjustment : in the provider's words and letters.
    """

    provider: str
    series_id: str
    received_at: dt.datetime
    first_vintage: dt.date | None
    vintages: int
    units: str
    frequency: str
    seasonal_adjustment: str
    last_updated: dt.datetime | None


def statement_table(statements: Iterable[SeriesStatement]) -> pa.Table:
    """Statements as rows of bronze/series_facts."""
    return pa.Table.from_pylist([asdict(each) for each in statements], SERIES_FACTS.source_schema)


def due(provider: str, ids: Sequence[str], stored: pa.Table, now: dt.datetime, age: dt.timedelta) -> list[str]:
    """Ids of a provider of which nothing is stored that was received less than `age` ago.

    Parameters
    ----------
    stored : rows of bronze/series_facts. now : an instant in UTC.
    """
    mine = stored.filter(pc.equal(stored["provider"], provider))
    recent = mine.filter(pc.greater(mine["received_at"], pa.scalar(now - age, mine["received_at"].type)))
    asked = set(recent["series_id"].to_pylist())
    return [name for name in ids if name not in asked]
