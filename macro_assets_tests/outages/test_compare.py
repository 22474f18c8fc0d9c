"""The comparison of the outage study sees what is missing, other, or dated too early."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from macro_assets.lake import Lake
from macro_assets.tables.registry import TABLES
from macro_assets_tests.outages.compare import FRED, Difference, difference

BANK, BARS = "bronze/world_bank_indicators", "bronze/yahoo_bars"
LAST = date(2012, 6, 8)
NOTHING = Difference(0, 0, 0, 0, 0, ())


def fact(day: int, value: float, period: int = 5) -> tuple[str, dict[str, Any]]:
    row = {"series_id": "UNRATE", "observation_date": date(2012, period, 1), "realtime_start": date(2012, 6, day),
           "value": value, "status": "published"}  # fmt: skip
    return FRED, row


def growth(day: int, value: float, year: int = 2010) -> tuple[str, dict[str, Any]]:
    row = {"indicator": "NY.GDP.MKTP.KD.ZG", "economy": "USA", "year": year, "realtime_start": date(2012, 6, day),
           "value": value, "status": "published"}  # fmt: skip
    return BANK, row


def lake(folder: Path, *rows: tuple[str, dict[str, Any]]) -> Lake:
    made = Lake(folder)
    for table in (FRED, BANK, BARS):
        mine, schema = [row for name, row in rows if name == table], TABLES[table].source_schema
        made.load(table, pa.Table.from_pylist([dict.fromkeys(schema.names) | row for row in mine], schema=schema))
    return made


UNDISTURBED = (fact(1, 8.2), fact(5, 8.1), growth(1, 2.5), growth(5, 2.6))


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (UNDISTURBED, NOTHING),
        ((*UNDISTURBED, fact(9, 8.0)), NOTHING),
        ((*UNDISTURBED, growth(9, 2.7)), Difference(0, 0, 0, 1, 0, ())),
        ((*UNDISTURBED, growth(10, 2.7)), NOTHING),
        ((*UNDISTURBED, growth(9, 1.0, 2011)), NOTHING),
        (UNDISTURBED[1:], Difference(1, 0, 0, 0, 0, ())),
        ((fact(1, 8.2), fact(5, 8.3), *UNDISTURBED[2:]), Difference(1, 1, 0, 0, 0, ())),
        ((fact(1, 8.2), fact(6, 8.1), *UNDISTURBED[2:]), Difference(1, 1, 0, 0, 0, ())),
        (UNDISTURBED[:2], Difference(0, 0, 1, 0, 0, ())),
        ((*UNDISTURBED[:3],), Difference(0, 0, 0, 1, 0, ())),
        ((*UNDISTURBED[:3], growth(8, 2.6)), Difference(0, 0, 0, 0, 0, (3,))),
        ((*UNDISTURBED[:3], growth(3, 2.6)), Difference(0, 0, 0, 0, 1, ())),
    ],
    ids=[
        "equal", "later", "restated by the next fetch", "restated later", "new on the next day",
        "a fact less", "another value", "another day", "no value", "not restated", "late", "early",
    ],
)  # fmt: skip
def test_differences_are_counted(tmp_path: Path, rows: tuple[Any, ...], found: Difference) -> None:
    result = difference(lake(tmp_path / "one", *rows), lake(tmp_path / "two", *UNDISTURBED), LAST)
    assert result == found
    assert result.none == (found in (NOTHING, Difference(0, 0, 0, 0, 0, (3,))))
