"""Checks of regime probabilities pass on a good table and fail on damaged ones, each blocking what follows."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from macro_assets.lake import Lake
from macro_assets.regimes.names import REGIMES
from macro_assets.tables.registry import TABLES
from macro_assets.tables.rows import table_of
from macro_assets_tests.defs.checks import damage
from macro_assets_tests.defs.house import assert_turns_red, house

PROBABILITIES, VALIDATION = "models/regime_probabilities", "evaluation/regime_validation"


def calm_beside_even_odds(lake: Lake) -> None:
    """Every month keeps its label, expansion, and its odds of a recession become even: still a distribution."""
    frame = lake.read(PROBABILITIES).to_pandas()
    even = frame["regime"].map(dict(zip(REGIMES, (0.5, 0.3, 0.2), strict=True)))
    damage.rewrite(lake, PROBABILITIES, table_of(frame.assign(probability=even), PROBABILITIES))


CASES = {
    "schema_and_keys": damage.first_row(PROBABILITIES, regime="boom"),
    "fitted_by_as_of": damage.first_row(PROBABILITIES, trained_through=date(2000, 2, 29)),
    "whole_distributions": damage.first_row(PROBABILITIES, probability=0.9),
    "labels_fit_odds": calm_beside_even_odds,
}


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setenv("MACRO_HOME", str(tmp_path))
    lake = Lake(tmp_path / "lake")
    rows = [
        {
            "as_of": day,
            "months_ahead": 0,
            "regime": regime,
            "probability": share,
            "label": REGIMES[1],
            "model": model,
            "trained_through": date(2000, 1, 31),
        }
        for day in (date(2000, 1, 31), date(2000, 2, 29))
        for model in ("two_factors", "attention")
        for regime, share in zip(REGIMES, (0.2, 0.5, 0.3), strict=True)
    ]
    lake.replace(PROBABILITIES, table_of(pd.DataFrame(rows), PROBABILITIES))
    span = {"first_month": date(1990, 1, 31), "last_month": date(1999, 12, 31), "months": 120}
    gains = {"density_gain": 0.0, "density_stderr": 0.0}
    scores = [{"model": name, "served": name == "two_factors"} | span | gains for name in ("two_factors", "one_state")]
    frame = pd.DataFrame(scores).reindex(columns=TABLES[VALIDATION].schema.names)
    lake.replace(VALIDATION, table_of(frame, VALIDATION))
    return lake


def test_the_table_of_scores_is_checked_as_declared(lake: Lake) -> None:
    assert_turns_red(lake, VALIDATION, "schema_and_keys", damage.first_row(VALIDATION, model="oracle"))


def test_every_check_of_the_table_is_shown_here() -> None:
    keys = house().resolve_asset_graph().asset_check_keys
    assert {key.name for key in keys if key.asset_key.to_user_string() == PROBABILITIES} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_passes_on_a_good_table_and_fails_on_a_damaged_one(lake: Lake, name: str) -> None:
    assert_turns_red(lake, PROBABILITIES, name, CASES[name])
