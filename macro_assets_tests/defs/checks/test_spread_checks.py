"""Checks of the predictive spread pass on a good table and fail on damaged ones, each blocking what follows."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from macro_assets.lake import Lake
from macro_assets.tables.rows import table_of
from macro_assets_tests.defs.checks import damage
from macro_assets_tests.defs.house import assert_turns_red, house

SPREAD = "models/predictive_spread"
CASES = {
    "schema_and_keys": damage.first_row(SPREAD, method="garch"),
    "fitted_by_as_of": damage.first_row(SPREAD, trained_through=date(2000, 2, 29)),
    "possible_spreads": damage.first_row(SPREAD, upper_80=0.2),
}


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setenv("MACRO_HOME", str(tmp_path))
    lake = Lake(tmp_path / "lake")
    rows = pd.DataFrame(
        {"as_of": date(2000, 1, 31), "outcome": ["sp500", "gld"], "unit": "decimal", "method": "network", "lower_80": -0.04,
         "upper_80": 0.05, "lower_90": -0.06, "upper_90": 0.08, "volatility": 0.04, "errors": 99, "widest_level": 0.99,
         "rank": [0.2, 0.9], "level": ["low", "high"], "trained_through": date(1998, 11, 30)}
    )  # fmt: skip
    lake.replace(SPREAD, table_of(rows, SPREAD))
    return lake


def test_every_check_of_the_table_is_shown_here() -> None:
    keys = house().resolve_asset_graph().asset_check_keys
    assert {key.name for key in keys if key.asset_key.to_user_string() == SPREAD} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_passes_on_a_good_table_and_fails_on_a_damaged_one(lake: Lake, name: str) -> None:
    assert_turns_red(lake, SPREAD, name, CASES[name])
