"""A new series needs one call: from FRED's record to an entry that loads."""

import datetime as dt
from pathlib import Path

import pytest

from macro_assets.catalog import add_series, load_catalog, series_from_fred
from macro_assets.errors import CatalogError

RECORD = {
    "id": "USCONS",
    "title": "All Employees, Construction",
    "units": "Thousands of Persons",
    "frequency_short": "M",
    "observation_start": "1939-01-01",
    "notes": "...",
}


def test_a_record_becomes_an_entry_with_the_lag_of_its_release() -> None:
    entry = series_from_fred(RECORD, release={"id": 50, "name": "Employment Situation"})
    assert (entry.frequency, entry.publication_lag_days, entry.transform) == ("M", 5, "log_diff")
    assert entry.start == dt.date(1939, 1, 1)
    assert series_from_fred(RECORD | {"units": "Percent"}).transform == "diff"
    assert series_from_fred(RECORD).publication_lag_days == 30


@pytest.mark.parametrize(("frequency", "days"), [("D", 1), ("W", 6), ("M", 30), ("Q", 60), ("A", 180)])
def test_without_a_release_the_lag_is_the_usual_one_of_the_frequency(frequency: str, days: int) -> None:
    assert series_from_fred(RECORD | {"frequency_short": frequency}).publication_lag_days == days


def test_an_added_series_is_found_beside_the_embedded_ones(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    entry = add_series("USCONS", RECORD | {"release": {"id": 50, "name": "Employment Situation"}}, folder)
    other = add_series("ABC", RECORD | {"id": "ABC"}, folder, release={"id": 777, "name": "Something New"})
    catalog = load_catalog(folder)
    assert catalog.series["USCONS"] == entry
    assert catalog.series["ABC"] == other
    assert catalog.releases[777].name == "Something New"
    assert entry.licence == "public domain"
    assert entry.source_url.endswith("/USCONS")
    assert "GDP" in catalog.series
    assert "USCONS" not in load_catalog().series


def test_what_cannot_be_added_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="already"):
        add_series("UNRATE", RECORD | {"id": "UNRATE"}, tmp_path)
    with pytest.raises(CatalogError, match="is that of 'USCONS'"):
        add_series("OTHER", RECORD, tmp_path)
    with pytest.raises(CatalogError, match="frequency 'BW'"):
        series_from_fred(RECORD | {"frequency_short": "BW"})
    with pytest.raises(CatalogError, match="observation_start"):
        series_from_fred({k: v for k, v in RECORD.items() if k != "observation_start"})
    assert not (tmp_path / "series.yaml").exists()
