"""Checks of recession answers pass on good tables and fail on damaged ones, each blocking what follows."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from macro_assets.lake import Lake
from macro_assets.tables.rows import table_of
from macro_assets_tests.defs.checks import damage
from macro_assets_tests.defs.house import assert_turns_red, evaluate, house

PROBABILITIES, IMPACTS = "models/recession_probabilities", "models/recession_impacts"
MONTHLY, QUARTERLY = "evaluation/recession_walk_forward_monthly", "evaluation/recession_walk_forward_quarterly"
KEYS, POSSIBLE, IN_TIME, NESTED = "schema_and_keys", "possible_probabilities", "trained_in_time", "nested_intervals"
BY_AS_OF = "fitted_by_as_of"
CASES = {
    **{(name, KEYS): damage.repeated(name) for name in (PROBABILITIES, IMPACTS, MONTHLY, QUARTERLY)},
    **{(name, POSSIBLE): damage.first_row(name, probability=1.0) for name in (PROBABILITIES, MONTHLY, QUARTERLY)},
    **{
        (name, BY_AS_OF): damage.first_row(name, trained_through=date(2001, 1, 31))
        for name in (PROBABILITIES, IMPACTS, MONTHLY, QUARTERLY)
    },
    (PROBABILITIES, IN_TIME): damage.first_row(PROBABILITIES, trained_through=date(2000, 1, 31)),
    (MONTHLY, IN_TIME): damage.first_row(MONTHLY, refit=date(2000, 2, 29)),
    (QUARTERLY, IN_TIME): damage.first_row(QUARTERLY, trained_through=date(1998, 10, 31)),
    (IMPACTS, NESTED): damage.first_row(IMPACTS, upper_80=9.0),
}


def walk_forward(frequency: str, first: date, refit: date) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "as_of": [first, date(2000, 6, 30)],
            "frequency": frequency,
            "mode": "vintage",
            "candidate": "logit_path",
            "probability": [0.1, 0.7],
            "threshold": 0.3,
            "refit": refit,
            "trained_through": date(1998, 7, 31),
            "training_rows": 400,
            "training_events": 60,
            "leverage": 1.0,
            "stress_worst": [0.2, None],
        }
    )


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setenv("MACRO_HOME", str(tmp_path))
    loaded = Lake(tmp_path / "lake")
    odds = pd.DataFrame(
        {"as_of": [date(2000, 1, 31), date(2000, 2, 29)], "target": "recession_within_6m", "model": "logit_path",
         "probability": [0.2, 0.3], "trained_through": date(1998, 7, 31)}
    )  # fmt: skip
    impacts = pd.DataFrame(
        {"as_of": date(2000, 3, 31), "target": ["real_gdp_change_pct", "sp500_drawdown_pct"], "value": [0.5, -4.0],
         "unit": "percent", "lower_80": [0.0, -9.0], "upper_80": [1.0, -1.0], "lower_90": [-0.5, -12.0],
         "upper_90": [1.5, 0.0], "rule_80": "two tails", "rule_90": "two tails", "errors": 40, "widest_level": 0.95,
         "skill": [True, False], "probability": 0.1, "joint_limit": None, "joint_probability": None, "joint_low": None,
         "joint_high": None, "method": ["ridge", "no skill"],
         "trained_through": date(1998, 9, 30)}
    )  # fmt: skip
    rows = {
        PROBABILITIES: odds,
        IMPACTS: impacts,
        MONTHLY: walk_forward("M", date(2000, 1, 31), date(2000, 1, 31)),
        QUARTERLY: walk_forward("Q", date(2000, 3, 31), date(2000, 3, 31)),
    }
    for name, frame in rows.items():
        loaded.replace(name, table_of(frame, name))
    return loaded


def test_every_stored_check_of_recession_answers_is_shown_here() -> None:
    keys = house().resolve_asset_graph().asset_check_keys
    tables = (PROBABILITIES, IMPACTS, MONTHLY, QUARTERLY)
    assert {(k.asset_key.to_user_string(), k.name) for k in keys if k.asset_key.to_user_string() in tables} == set(
        CASES
    )


@pytest.mark.parametrize(("asset", "name"), CASES, ids=lambda text: text)
def test_passes_on_good_tables_and_fails_on_damaged_ones(lake: Lake, asset: str, name: str) -> None:
    bad = assert_turns_red(lake, asset, name, CASES[asset, name])
    assert str(bad.metadata["failing_rows"].value).count("\n") >= 2, "the offending rows are shown"


def test_an_interval_that_no_errors_support_is_no_fault_unless_the_narrower_one_is_missing(lake: Lake) -> None:
    rows = lake.read(IMPACTS).to_pandas()
    damage.rewrite(lake, IMPACTS, table_of(rows.assign(lower_90=None, upper_90=None), IMPACTS))
    assert evaluate(IMPACTS, NESTED).passed
    none = {f"{side}_{level}": None for side in ("lower", "upper") for level in (80, 90)}
    damage.rewrite(lake, IMPACTS, table_of(rows.assign(**none), IMPACTS))
    assert evaluate(IMPACTS, NESTED).passed
    for end in ("lower_80", "upper_80"):
        damage.rewrite(lake, IMPACTS, table_of(rows.assign(**{end: None}), IMPACTS))
        assert not evaluate(IMPACTS, NESTED).passed, end


def test_a_worst_fall_above_zero_is_a_fault(lake: Lake) -> None:
    rows = lake.read(IMPACTS).to_pandas()
    falls = rows[rows["target"] == "sp500_drawdown_pct"].assign(upper_90=0.5)
    damage.rewrite(lake, IMPACTS, table_of(falls, IMPACTS))
    assert not evaluate(IMPACTS, NESTED).passed
