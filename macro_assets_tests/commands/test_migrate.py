"""A home of the version before: its cubes, one row per cell, become states of the same cells."""

import datetime as dt
from pathlib import Path

import pytest
from deltalake import write_deltalake

from macro_assets.catalog import load_catalog
from macro_assets.commands import migrate
from macro_assets.errors import SchemaError
from macro_assets.lake import Lake
from macro_assets.tables.registry import TABLES
from macro_assets.vintage.layout import lay_out
from macro_assets_tests.vintage import cells
from macro_assets_tests.vintage.facts import bronze, observed

CUBE = "gold/monthly_cube"


def test_cubes_of_cells_become_states_up_to_the_date_they_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MACRO_LAKE_URI", str(tmp_path))
    catalog, lake = load_catalog(), Lake(tmp_path)
    months = [dt.date(2005, month, 1) for month in range(1, 10)]
    rows = [("UNRATE", month, month + dt.timedelta(35 + late), 5.0 + late, "published")
            for month in months for late in (0, 60)]  # fmt: skip
    silver = observed(bronze(rows), catalog)
    lake.replace("silver/observations", silver)
    lake.replace("silver/prices", TABLES["silver/prices"].empty())
    stored = cells.build(silver, catalog, end=dt.date(2005, 8, 31))
    write_deltalake(lake.table_uri(CUBE), stored)
    with pytest.raises(SchemaError, match="migrate"):
        lake.read(CUBE)
    assert [row["table"] for row in migrate.run()] == [CUBE]
    assert lay_out(lake.read(CUBE), frequency="M").equals(stored)
    assert migrate.run() == []
