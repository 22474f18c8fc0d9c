"""Worlds that the integration tests share: each is fetched once, by the real clients from a sandbox."""

import datetime as dt
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.sandbox import Archive
from macro_assets.sandbox.economy import simulate
from macro_assets_tests.integration.floors import Bronze, Floors, fetch

START, END = dt.date(1970, 1, 1), dt.date(1996, 12, 31)


@cache
def economy() -> Archive:
    return simulate(seed=5, start=START, end=END).archive


@pytest.fixture(scope="session")
def simulated() -> Bronze:
    """Everything the simulated economy published in 27 years, five recessions among it."""
    return fetch(economy(), END)


@pytest.fixture(scope="session")
def simulated_floors(simulated: Bronze) -> Floors:
    return Floors(simulated, END)


@pytest.fixture(scope="session")
def archive(archive_dir: Path) -> Archive:
    return Archive.read(archive_dir)


@pytest.fixture(scope="session")
def recorded(archive: Archive) -> Bronze:
    """Series with recorded vintages. Those of one later compilation hold no digits of an earlier day, so what is built of
    them before it cannot be compared with a lake that ends there; strict reads leave them out."""
    bronze = fetch(archive, archive.last_day)
    compiled = archive.series.loc[archive.series["vintage_kind"] == "lag_rule", "series_id"]
    known_once = pc.is_in(bronze.fred["series_id"], pa.array(compiled, pa.string()))
    return replace(bronze, fred=bronze.fred.filter(pc.invert(known_once)))


@pytest.fixture(scope="session")
def recorded_floors(recorded: Bronze, archive: Archive) -> Floors:
    return Floors(recorded, archive.last_day)
