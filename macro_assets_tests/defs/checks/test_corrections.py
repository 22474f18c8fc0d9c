"""The list of corrections names each one, what it changed, and how long the value before had stood."""

import datetime as dt
from pathlib import Path

import pytest

from macro_assets.defs.checks.corrections import summary
from macro_assets.lake import Lake, LoadWindow
from macro_assets.lake.corrections import corrections
from macro_assets.tables.registry import TABLES
from macro_assets_tests.lake.examples import VINTAGES, fact, facts

NOON = dt.datetime(2025, 1, 15, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def test_each_correction_stands_once_with_its_lag_the_newest_first(tmp_path: Path) -> None:
    lake, began = Lake(tmp_path), "2025-01-15"
    window = LoadWindow(("DGS2",), dt.date(2025, 1, 15), dt.date(2025, 1, 15))
    lake.load(VINTAGES, facts([fact("DGS2", value=1.0, began=began), fact("DGS10", began=began)]), received_at=NOON)
    lake.load(VINTAGES, facts([fact("DGS2", value=2.0, began=began)]), received_at=NOON + DAY)
    lake.load(VINTAGES, facts([]), window=window, received_at=NOON + 3 * DAY)
    stored = lake.read(VINTAGES, superseded=True)
    found = corrections(stored, TABLES[VINTAGES])
    assert found["before"].tolist() == ["value=2.0, status=published", "value=1.0"]
    assert found["after"].tolist() == ["value=None, status=retracted", "value=2.0"]
    assert found["lag_days"].tolist() == [2.0, 1.0]
    assert found["days_after_start"].tolist() == [3.5, 1.5]
    assert set(found["series_id"]) == {"DGS2"}
    finding = summary(stored, TABLES[VINTAGES])
    assert finding.passed
    assert finding.numbers == {
        "facts": 2, "corrections": 2, "retractions": 1, "median_lag_days": 1.5, "longest_lag_days": 2.0,
    }  # fmt: skip


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.dated_by])
def test_a_table_without_corrections_passes_with_an_empty_list(name: str) -> None:
    finding = summary(TABLES[name].empty(), TABLES[name])
    assert (finding.passed, len(finding.failing), finding.numbers["corrections"]) == (True, 0, 0)
