"""The third word: other specifications move what is wrongly specified, and leave what is right where it was."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from macro_assets.causal import EffectSettings, estimate_effect
from macro_assets.causal.belief.finding import finding
from macro_assets.causal.belief.protocol import Cell, Evidence
from macro_assets.causal.belief.report import examine
from macro_assets.causal.belief.specification import CURVED, LONG, WITHOUT, Specification, specification
from macro_assets.causal.engine.design import usable_rows
from macro_assets.causal.engine.inputs import validate
from macro_assets_tests.causal.panels import cumulative, lagged_design, panel


def cell_of(y: pd.Series, t: pd.Series, x: pd.DataFrame, horizon: int = 0) -> Cell:
    sample = validate(y, t, x)
    settings = EffectSettings()
    return examine(sample, usable_rows(0, len(y) - 1, horizon, settings.lags), settings, Evidence())[0]


@pytest.fixture(scope="module")
def clean() -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    y, t, x = panel("iid_surprise", n=440, seed=2)
    index = pd.date_range("1985-01-31", periods=440, freq="ME")
    return y.set_axis(index), t.set_axis(index), x.set_axis(index)


def test_a_right_specification_is_stable_in_all_three(clean) -> None:
    found = specification(cell_of(*clean))
    assert found.word == "stable"
    assert set(found.moves) == {LONG, CURVED, WITHOUT}
    assert found.text.startswith("at most 0.")


def test_a_confounder_at_lag_six_squares_and_a_rule_that_changes_are_fragile(clean) -> None:
    y, t, x = clean
    news = x["x0"].shift(6).fillna(0.0)
    late = specification(cell_of(y + 1.5 * news, t + news, x))
    assert (late.word, abs(late.moves[LONG]) > 1.0) == ("fragile", True)
    square = x["x1"] ** 2 - (x["x1"] ** 2).mean()
    curved = specification(cell_of(y + square, t + square, x))
    assert (curved.word, abs(curved.moves[CURVED]) > 1.0) == ("fragile", True)
    trend = np.linspace(-1.0, 1.0, len(y))
    changing = specification(cell_of(y + 2 * trend * x["x0"], t + 2 * trend * x["x0"], x))
    assert (changing.word, abs(changing.moves[CURVED]) > 1.0) == ("fragile", True)


def test_months_of_the_pandemic_that_make_the_effect_are_fragile(clean) -> None:
    y, t, x = clean
    y, t = y.copy(), t.copy()
    t["2020-03":"2020-09"] *= 20.0
    y["2020-03":"2020-09"] += 3.0 * t["2020-03":"2020-09"]
    found = specification(cell_of(y, t, x))
    assert found.word == "fragile"
    assert abs(found.moves[WITHOUT]) > 1.0


@pytest.mark.parametrize("horizon", [0, 3])
def test_without_the_pandemic_is_least_squares_on_the_other_rows(clean, horizon: int) -> None:
    """Rows whose shock or any month of the path lies in 2020-03 to 2020-09 are left out."""
    y, t, x = clean
    cell = cell_of(y, t, x, horizon)
    design = lagged_design(y, t, x).assign(y=cumulative(y, horizon)).dropna()
    first = pd.Timestamp("2020-03-31") - pd.offsets.MonthEnd(horizon)
    design = design[(design.index < first) | (design.index > "2020-09-30")]
    solution = np.linalg.lstsq(design.drop(columns="y").to_numpy(), design["y"].to_numpy(), rcond=None)[0]
    move = (solution[0] - cell.estimate.point_uncorrected) / cell.estimate.stderr
    assert specification(cell).moves[WITHOUT] == pytest.approx(move, abs=1e-8)


def test_a_sample_before_the_pandemic_or_too_short_is_not_asked_what_it_cannot_answer() -> None:
    y, t, x = panel("iid_surprise", n=300, seed=2)
    assert WITHOUT not in specification(cell_of(y, t, x)).moves
    short = panel("iid_surprise", n=64, seed=2)
    assert LONG not in specification(cell_of(*short)).moves
    assert Specification("stable", {}).text == "the sample is too short for other specifications"


def test_nothing_found_says_what_would_have_been_with_eighty_percent_power() -> None:
    y, t, x = panel("iid_surprise", n=300, seed=2, theta=0.0)
    estimate = estimate_effect(y, t, x)
    found = finding(estimate, 0.4, 1.959964)
    assert found.word == "nothing found"
    needed = stats.t.isf(0.025, estimate.degrees_of_freedom) + stats.t.ppf(0.8, estimate.degrees_of_freedom)
    assert found.detectable == pytest.approx(needed * estimate.stderr, rel=1e-5)
    assert finding(estimate, 0.049, 3.0).word == "effect found"
    assert finding(estimate, 0.05, 3.0).word == "nothing found"
    assert finding(estimate, 0.4, 3.0).detectable > found.detectable, "asked with many others it must be larger"
