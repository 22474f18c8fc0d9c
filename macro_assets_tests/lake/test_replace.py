"""Derived tables are replaced whole or in part, and read back in key order."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import write_deltalake

from macro_assets.errors import InvalidInputError, LakeError, SchemaError, TableNotFoundError
from macro_assets.lake import Lake
from macro_assets.settings import Settings
from macro_assets.tables.registry import TABLES
from macro_assets_tests.lake.examples import RETURNS, returns

MONTHS = ["2008-08-31", "2008-09-30", "2008-10-31"]
SEPTEMBER, OCTOBER = dt.date(2008, 9, 30), dt.date(2008, 10, 31)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path)
    lake.replace(RETURNS, pa.concat_tables([returns(MONTHS, "vix"), returns(MONTHS, "sp500")]))
    return lake


def test_rows_come_back_in_key_order_with_their_units(lake: Lake) -> None:
    found = lake.read(RETURNS)
    assert found.schema.equals(TABLES[RETURNS].schema, check_metadata=True)
    assert list(zip(found["month"].to_pylist(), found["outcome"].to_pylist(), strict=True)) == [
        (dt.date.fromisoformat(month), outcome) for month in MONTHS for outcome in ("sp500", "vix")
    ]


def test_replacing_leaves_the_previous_version_readable(lake: Lake) -> None:
    before = lake.version(RETURNS)
    after = lake.replace(RETURNS, returns(MONTHS[:1]))
    assert (lake.read(RETURNS).num_rows, lake.read(RETURNS, version=before).num_rows) == (1, 6)
    assert after == lake.version(RETURNS) == before + 1


@pytest.mark.parametrize(
    "where",
    [
        {"month": OCTOBER},
        {"month": [OCTOBER]},
        {"month": (dt.date(2008, 10, 1), dt.date(2008, 11, 1))},
        {"month": OCTOBER, "outcome": {"sp500", "vix", "it's"}},
    ],
)
def test_a_part_is_replaced_and_the_rest_stays(lake: Lake, where: dict) -> None:
    lake.replace(RETURNS, returns([MONTHS[2]], "sp500", value=-0.17), where=where)
    found = lake.read(RETURNS)
    assert found.num_rows == 5
    assert found.filter(pc.field("month") == pa.scalar(OCTOBER))["value"].to_pylist() == [-0.17]


def test_a_part_may_become_empty_and_a_first_part_creates_the_table(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.replace(RETURNS, returns(MONTHS[2:]), where={"month": OCTOBER})
    lake.replace(RETURNS, returns([]), where={"month": OCTOBER})
    assert lake.read(RETURNS).num_rows == 0


def test_rows_outside_the_part_and_repeated_keys_are_refused(lake: Lake) -> None:
    with pytest.raises(InvalidInputError, match="outside"):
        lake.replace(RETURNS, returns(MONTHS), where={"month": OCTOBER})
    with pytest.raises(SchemaError, match="repeat the key"):
        lake.replace(RETURNS, returns([MONTHS[0], MONTHS[0]]))
    assert lake.read(RETURNS).num_rows == 6


def test_columns_and_conditions_select(lake: Lake) -> None:
    found = lake.read(RETURNS, ["outcome", "value"], where={"month": [SEPTEMBER, OCTOBER], "outcome": "vix"})
    assert (found.column_names, found.num_rows) == (["outcome", "value"], 2)
    assert lake.read(RETURNS, where=pc.field("value") > 1).num_rows == 0


@pytest.mark.parametrize("where", [{}, {"day": OCTOBER}, {"month": "soon"}, {"month": []}, {"month": (OCTOBER,)}])
def test_a_condition_that_makes_no_sense_is_refused(lake: Lake, where: dict) -> None:
    with pytest.raises(InvalidInputError):
        lake.read(RETURNS, where=where)


def test_an_unknown_column_is_named(lake: Lake) -> None:
    with pytest.raises(SchemaError, match=r"no column \['return'\]"):
        lake.read(RETURNS, ["return"])


def test_a_table_not_written_yet_is_an_error_or_an_empty_table(lake: Lake) -> None:
    with pytest.raises(TableNotFoundError, match="holds no table silver/prices yet"):
        lake.read("silver/prices")
    empty = lake.read("silver/prices", missing_ok=True)
    assert empty.num_rows == 0
    assert empty.schema.equals(TABLES["silver/prices"].schema)


def test_a_derived_table_takes_new_columns_by_being_replaced_whole(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    write_deltalake(lake.table_uri(RETURNS), pa.table({"month": [OCTOBER], "older": [1.0]}))
    with pytest.raises(SchemaError, match="materialise the asset again"):
        lake.read(RETURNS)
    lake.replace(RETURNS, returns(MONTHS))
    assert lake.read(RETURNS).equals(returns(MONTHS))


def test_a_broken_file_is_a_lake_error_that_names_the_table(lake: Lake) -> None:
    for path in Path(lake.table_uri(RETURNS)).glob("*.parquet"):
        path.write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(LakeError, match="gold/asset_returns in "):
        lake.read(RETURNS)


def test_by_default_the_lake_is_a_folder_under_home(tmp_path: Path) -> None:
    assert Lake.from_settings(Settings(home=tmp_path)).table_uri(RETURNS) == str(tmp_path / "lake" / RETURNS)


def test_a_span_takes_its_first_day_and_not_its_end(lake: Lake) -> None:
    found = lake.read(RETURNS, where={"month": (SEPTEMBER, OCTOBER)})
    assert set(found["month"].to_pylist()) == {SEPTEMBER}
    lake.replace(RETURNS, returns([]), where={"month": (SEPTEMBER, OCTOBER)})
    assert [month.isoformat() for month in lake.read(RETURNS)["month"].unique().to_pylist()] == [MONTHS[0], MONTHS[2]]
