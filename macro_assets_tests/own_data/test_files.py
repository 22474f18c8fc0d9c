"""What a user's file means: every cell with its day of knowledge, or an error that names file, row and column."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from macro_assets.catalog import Catalog, load_catalog
from macro_assets.errors import OwnDataError
from macro_assets.sources.batch import SourceBatch
from macro_assets.sources.own_data.source import OwnDataSource
from macro_assets.tables.bronze import OWN_DATA
from macro_assets_tests.own_data.files import SHOCK, declare, write
from macro_assets_tests.sources.conftest import plain_settings

TODAY = dt.date(2012, 6, 29)
NOTHING = OWN_DATA.schema.empty_table()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MACRO_OWN_DATA", str(tmp_path))
    return tmp_path


def load(folder: Path, name: str = "SPILLS", stored: pa.Table = NOTHING, today: dt.date = TODAY) -> SourceBatch:
    source = OwnDataSource(plain_settings(own_data=folder, today=today))
    return source.window(load_catalog().own[name], today, stored)


def facts(batch: SourceBatch) -> list[tuple[Any, ...]]:
    names = ("observation_date", "realtime_start", "value", "dated_by")
    return [tuple(str(row[name]) for name in names) for row in batch.table.to_pylist()]


def as_stored(batch: SourceBatch) -> pa.Table:
    at = pa.repeat(dt.datetime(2012, 6, 29, 12, tzinfo=dt.UTC), batch.table.num_rows)
    return batch.table.append_column(
        OWN_DATA.schema.field("loaded_at"), at.cast(OWN_DATA.schema.field("loaded_at").type)
    )


def test_without_realtime_start_a_value_counts_from_the_end_of_its_period_plus_the_lag(folder: Path) -> None:
    declare(folder, "spills", publication_lag_days=10)
    write(folder, "spills", ["2012-03-31,1.5", "2012-04,2", "2012-05-01,", "2012-06-01,3"])
    batch = load(folder)
    assert facts(batch) == [("2012-03-01", "2012-04-10", "1.5", "rule"), ("2012-04-01", "2012-05-10", "2.0", "rule")]
    assert (batch.offered, batch.clipped, batch.unaccounted) == (4, 2, 0), "an empty cell, and June, which is not over"


def test_a_value_found_changed_counts_from_the_day_it_was_found_and_once(folder: Path) -> None:
    declare(folder, "spills")
    write(folder, "spills", ["2012-03-01,1.5", "2012-04-01,2"])
    stored = as_stored(load(folder))
    write(folder, "spills", ["2012-03-01,1.25", "2012-04-01,2", "2012-05-01,4"])
    batch = load(folder, stored=stored)
    assert facts(batch) == [("2012-03-01", "2012-06-29", "1.25", "found"), ("2012-05-01", "2012-05-31", "4.0", "rule")]
    both = pa.concat_tables([stored, as_stored(batch)])
    assert facts(load(folder, stored=both, today=dt.date(2012, 7, 20))) == []


def test_with_realtime_start_every_row_is_a_vintage(folder: Path) -> None:
    declare(folder, "spills", frequency="Q")
    rows = ["2011-10-01,2012-01-15,1", "2011-12-31,2012-02-20,1.5", "2012-01-01,2012-07-01,2"]
    write(folder, "spills", rows, "date,realtime_start,value")
    batch = load(folder)
    assert facts(batch) == [("2011-10-01", "2012-01-15", "1.0", "file"), ("2011-10-01", "2012-02-20", "1.5", "file")]
    assert batch.clipped == 1, "published after today"


def test_parquet_and_other_names_of_columns_are_read_as_well(folder: Path) -> None:
    declare(folder, "spills", columns="{date: day, value: size}")
    table = pa.table({"day": pa.array([dt.date(2012, 3, 1)]), "size": [7]})
    pq.write_table(table, folder / "spills.parquet")
    assert facts(load(folder)) == [("2012-03-01", "2012-03-31", "7.0", "rule")]
    pq.write_table(
        table.append_column("note", [["?"]]).rename_columns(["day", "note", "size"]), folder / "spills.parquet"
    )
    with pytest.raises(OwnDataError, match=r"spills\.parquet, row 1, column 'size': '\?' is not a number"):
        load(folder)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["2012-01-01,1", "2012-02-01,a lot"], r"row 3, column 'value': 'a lot' is not a number\. Correct the file\."),
        (["2012-01-01,inf"], r"row 2, column 'value': 'inf' is not a number"),
        (["2012-01-01,1", "", "31.2.2012,1"], r"row 4, column 'date': '31\.2\.2012' is not a date such as 2021-03-31"),
        (["2999-01-01,1"], r"row 2, column 'date': 2999-01-01 lies before 1800 or after 20"),
        (["2012-01-01,1", "2012-02-01,2", "2012-01-31,3"], r"row 4, column 'date': 2012-01-01 stands in row 2 already"),
        (["2012-01-01,1", "2012-02-01"], r"row 3, column 'date': the row has 1 cells, the header 2"),
        (['"2012-01-01,1'], r"spills\.csv cannot be read as CSV"),
        ([], r"spills\.csv holds no row"),
    ],
)
def test_a_bad_file_is_refused_with_row_and_column(folder: Path, rows: list[str], message: str) -> None:
    declare(folder, "spills")
    write(folder, "spills", rows)
    with pytest.raises(OwnDataError, match=message) as refused:
        load(folder)
    assert str(folder / "spills.csv") in str(refused.value)


def test_a_vintage_before_its_period_and_a_missing_column_are_refused(folder: Path) -> None:
    declare(folder, "spills")
    write(folder, "spills", ["2012-03-31,2012-02-28,1"], "date,realtime_start,value")
    with pytest.raises(OwnDataError, match=r"row 2, column 'realtime_start': 2012-02-28 lies before the period"):
        load(folder)
    write(folder, "spills", ["2012-03-31,1"], "date,size")
    with pytest.raises(OwnDataError, match=r"has no column 'value'\. It has date, size; name yours under `columns`"):
        load(folder)


def test_rows_that_are_gone_are_refused_by_name_with_the_way_to_confirm(folder: Path) -> None:
    declare(folder, "spills")
    path = write(folder, "spills", ["2012-03-01,1", "2012-04-01,2", "2012-05-01,3"])
    stored = as_stored(load(folder))
    write(folder, "spills", ["2012-03-01,1", "2012-05-01,3"])
    with pytest.raises(OwnDataError, match=r"lacks 1 of 3 stored rows of own series SPILLS, the first of 2012-04-01.*"
                       r"own-data confirm-removal SPILLS"):  # fmt: skip
        load(folder, stored=stored)
    path.unlink()
    with pytest.raises(OwnDataError, match=r"spills\.csv of own series SPILLS does not exist.*confirm-removal SPILLS"):
        load(folder, stored=stored)


def catalog_of(folder: Path) -> Catalog:
    return load_catalog()


def test_a_declaration_is_a_series_a_shock_and_an_outcome_of_the_catalogue(folder: Path) -> None:
    declare(folder, "spills", SHOCK, "outcome: {kind: change, unit: points}")
    catalog = catalog_of(folder)
    assert catalog.resolve("SPILLS").kind == "series"
    assert (catalog.shocks["spills"].tier, catalog.shocks["spills"].stated_by) == ("T2", "user")
    assert catalog.outcomes["spills_outcome"].id == "SPILLS"
    assert "SPILLS" not in catalog.published_series
    assert all(shock.stated_by == "catalogue" for name, shock in catalog.shocks.items() if name != "spills")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"frequency": "X"}, r"spills\.yaml is not valid: field frequency"),
        ({"colour": "red"}, r"field colour: Extra inputs"),
        ({"shock": "{sign: up}"}, r"field shock\.tier: Field required"),
        ({"id": "GDP"}, r"Duplicate id 'GDP': .*spills\.yaml and the catalogue have it"),
        ({"shock": "{name: fed_surprise, tier: T1, sign: up}"}, r"Duplicate id 'fed_surprise'"),
        ({"outcome": "{kind: change, unit: points}", "frequency": "Q"}, r"an outcome needs frequency D, W or M, not Q"),
        ({"title": "{"}, r"spills\.yaml is not valid"),
    ],
)
def test_a_bad_declaration_leaves_only_itself_out_and_says_why(
    folder: Path, fields: dict[str, str], message: str
) -> None:
    declare(folder, "good")
    declare(folder, "spills", **fields)
    catalog = catalog_of(folder)
    assert (set(catalog.own), set(catalog.own_faults)) == ({"GOOD"}, {"spills.yaml"})
    assert re.search(message, catalog.own_faults["spills.yaml"])
    assert "GDP" in catalog.published_series


def test_a_folder_that_does_not_exist_is_a_fault_and_no_end_of_the_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MACRO_OWN_DATA", str(tmp_path / "gone"))
    (fault,) = load_catalog().own_faults.values()
    assert "gone of own data does not exist. Correct MACRO_OWN_DATA" in fault
