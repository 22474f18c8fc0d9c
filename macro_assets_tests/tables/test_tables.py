"""The registry says of every column what it means, and the data dictionary is its output."""

from pathlib import Path

import pyarrow as pa
import pytest

from macro_assets.errors import TableNotFoundError
from macro_assets.tables.dictionary import render
from macro_assets.tables.registry import TABLES, TableSpec, column, description_of, spec, unit_of

DICTIONARY = Path(__file__).resolve().parents[2] / "docs" / "data_dictionary.md"


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_described_and_every_number_has_a_unit(name: str) -> None:
    for field in TABLES[name].schema:
        assert description_of(field), field.name
        assert unit_of(field) or not pa.types.is_floating(field.type), field.name


def test_facts_are_what_the_providers_said_and_everything_else_is_rebuilt() -> None:
    assert {name for name, table in TABLES.items() if table.mode == "facts"} == {
        "bronze/fred_vintages",
        "bronze/yahoo_bars",
        "bronze/world_bank_indicators",
    }


def test_an_unknown_table_names_its_neighbours() -> None:
    with pytest.raises(TableNotFoundError, match="Did you mean bronze/fred_vintages"):
        spec("bronze/fred_vintage")


def test_a_declaration_that_contradicts_itself_is_refused() -> None:
    schema = pa.schema([column("month", pa.date32(), "a month", nullable=True)])
    with pytest.raises(ValueError, match="must not be nullable"):
        TableSpec("x/y", schema, ("month",), "text", "replaced", "month")
    with pytest.raises(ValueError, match="not columns"):
        TableSpec("x/y", schema, ("day",), "text", "replaced", "month")


def test_the_data_dictionary_is_up_to_date() -> None:
    assert DICTIONARY.read_text() == render(), "run `make docs`"
