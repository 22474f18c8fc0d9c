"""The registry says of every column what it means, and the data dictionary is its output."""

from pathlib import Path

import pyarrow as pa
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.errors import TableNotFoundError
from macro_assets.tables.dictionary import render
from macro_assets.tables.registry import TABLES, TableSpec, allowed_of, column, description_of, spec, unit_of
from macro_assets.tables.spec import listed_in
from macro_assets.tables.units import OUTCOME_UNITS

DICTIONARY = Path(__file__).resolve().parents[2] / "docs" / "data_dictionary.md"


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_described_and_every_number_has_a_unit(name: str) -> None:
    for field in TABLES[name].schema:
        assert description_of(field), field.name
        number = pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
        assert bool(unit_of(field)) == number, field.name
        assert "name" not in unit_of(field), "a unit is stated, not left to a name"


@pytest.mark.parametrize("name", TABLES)
def test_a_unit_that_differs_by_row_stands_in_a_column_whose_list_is_declared(name: str) -> None:
    schema = TABLES[name].schema
    by_row = [field.name for field in schema if unit_of(field) == "see column unit"]
    assert bool(by_row) == ("unit" in schema.names)
    if by_row:
        assert bool(allowed_of(schema.field("unit"))) != bool(listed_in(schema.field("unit")))


def test_units_of_outcomes_are_those_of_the_catalogue() -> None:
    assert {outcome.unit for outcome in load_catalog().outcomes.values()} == set(OUTCOME_UNITS)


def test_facts_are_what_the_providers_said_and_everything_else_is_rebuilt() -> None:
    assert {name for name, table in TABLES.items() if table.mode == "facts"} == {
        "bronze/fred_vintages",
        "bronze/yahoo_bars",
        "bronze/world_bank_indicators",
        "bronze/own_data",
        "bronze/series_facts",
        "bronze/release_days",
        "bronze/quarantine",
        "bronze/quarantine_decisions",
        "bronze/coverage",
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


def test_every_answer_with_an_as_of_date_says_through_when_its_model_was_trained() -> None:
    dated = {name for name, table in TABLES.items() if "as_of" in table.schema.names}
    answers = {name for name in dated if TABLES[name].layer not in ("gold", "features")}
    assert answers == {name for name in dated if "trained_through" in TABLES[name].schema.names}
    assert len(answers) >= 9
