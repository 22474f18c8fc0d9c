"""What every asset of features, models, evaluation and registry keeps, discovered from the definitions.

A new asset, or a new declared table of these layers, that the world does not make fails here by its name.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.tables.registry import TABLES, allowed_of
from macro_assets_tests.world.house import CASES, GROUPS, ModelsWorld, upper_assets

DECLARED = sorted(name for name in TABLES if name.partition("/")[0] in GROUPS)


def rows_of(world: ModelsWorld, table: str) -> pa.Table:
    world.require(table)
    rows = world.lake.read(table)
    assert rows.num_rows > 0, f"{table} is empty"
    return rows


def test_every_asset_has_a_case_in_the_world() -> None:
    assert sorted(CASES) == upper_assets()


def test_every_declared_table_is_written_by_an_asset() -> None:
    assert set(DECLARED) <= set(upper_assets())


@pytest.mark.parametrize("asset", upper_assets())
def test_it_materialises_and_no_check_stops_it(models_world: ModelsWorld, asset: str) -> None:
    result = models_world.result(asset)
    assert result.failure == ""
    assert result.metadata, "an asset describes what it made"
    assert [f"{name}: {c.words}" for name, c in result.checks.items() if c.blocks and not c.passed] == []


@pytest.mark.parametrize("table", DECLARED)
def test_rows_fit_the_declared_schema_and_key(models_world: ModelsWorld, table: str) -> None:
    rows, declared = rows_of(models_world, table), TABLES[table]
    assert rows.schema.names == declared.schema.names
    assert rows.schema.types == declared.schema.types
    frame = rows.to_pandas()
    assert not frame.duplicated(list(declared.key)).any()
    for field in declared.schema:
        values = frame[field.name]
        assert field.nullable or values.notna().all(), f"{field.name} is null"
        if allowed_of(field):
            assert set(values.dropna()) <= set(allowed_of(field)), field.name
        if pa.types.is_floating(field.type):
            assert np.isfinite(values.dropna()).all(), f"{field.name} is not finite"


@pytest.mark.parametrize("table", [name for name in DECLARED if "as_of" in TABLES[name].schema.names])
def test_no_row_rests_on_anything_after_its_as_of_date(models_world: ModelsWorld, table: str) -> None:
    frame = rows_of(models_world, table).to_pandas()
    as_of = pd.to_datetime(frame["as_of"])
    dates = [field.name for field in TABLES[table].schema if pa.types.is_date(field.type) and field.name != "as_of"]
    for name in dates:  # trained_through, refit, known_at, sample_end and whatever a new table states
        days = pd.to_datetime(frame[name])
        assert (days.dropna() <= as_of[days.notna()]).all(), f"{name} after as_of"


@pytest.mark.parametrize("table", [name for name in DECLARED if "probability" in TABLES[name].schema.names])
def test_probabilities_are_probabilities(models_world: ModelsWorld, table: str) -> None:
    frame = rows_of(models_world, table).to_pandas()
    assert frame["probability"].between(0, 1).all()
    if "regime" in frame:
        sums = frame.groupby(["model", "as_of"])["probability"].sum()
        np.testing.assert_allclose(sums, 1.0, atol=1e-6)
