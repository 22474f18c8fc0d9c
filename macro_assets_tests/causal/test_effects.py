"""The default engine against hand-written least squares, and what its result says of itself."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.causal import EffectPanel, EffectSettings, estimate_effect, estimate_grid
from macro_assets_tests.causal.panels import ASSET, SHOCK, cumulative, lagged_design, panel

PLAIN = EffectSettings(inference="hc", bias_correction=False)


@pytest.mark.parametrize("horizon", [0, 1, 6])
def test_uncorrected_estimate_is_least_squares_on_the_lagged_design(horizon: int) -> None:
    y, t, x = panel()
    design = lagged_design(y, t, x).assign(outcome=cumulative(y, horizon)).dropna()
    reference = sm.OLS(design["outcome"], design.drop(columns="outcome")).fit(cov_type="HC1")
    found = estimate_effect(y, t, x, horizon=horizon, settings=PLAIN)
    assert found.point == pytest.approx(reference.params["shock"], rel=1e-8)
    assert found.stderr == pytest.approx(reference.bse["shock"], rel=1e-6)
    assert found.n == len(design)
    assert (found.sample_start, found.sample_end) == (design.index[0], design.index[-1])


def test_no_correction_at_horizon_zero_and_a_larger_response_later() -> None:
    y, t, x = panel("S3")
    assert estimate_effect(y, t, x).point == estimate_effect(y, t, x).point_uncorrected
    later = estimate_effect(y, t, x, horizon=12)
    assert later.point > later.point_uncorrected > 0


@given(scale=st.floats(0.01, 100.0), shift=st.floats(-5.0, 5.0), horizon=st.sampled_from([0, 3]))
def test_effects_follow_units_and_ignore_levels(scale: float, shift: float, horizon: int) -> None:
    y, t, x = panel(n=150)
    base = estimate_effect(y, t, x, horizon=horizon)
    moved = estimate_effect(scale * y + shift, 2.0 * t - shift, x * scale + shift, horizon=horizon)
    assert moved.point == pytest.approx(base.point * scale / 2.0, rel=1e-5)
    assert moved.stderr == pytest.approx(base.stderr * scale / 2.0, rel=1e-5)


def test_controls_of_a_row_confound_the_shock_of_that_row() -> None:
    """Row t of the controls enters for the shock of row t: without it this effect would be far off."""
    index = pd.date_range("1980-01-31", periods=2000, freq="ME")
    rng = np.random.default_rng(3)
    x = rng.standard_normal(2000)
    t = x + rng.standard_normal(2000)
    y = 0.5 * t + 2.0 * x + rng.standard_normal(2000)
    y, t = pd.Series(y, index), pd.Series(t, index)
    right = estimate_effect(y, t, pd.DataFrame({"x": x}, index))
    wrong = estimate_effect(y, t, pd.DataFrame({"x": x}, index).shift(1).fillna(0.0))
    assert right.confidence_interval[0] < 0.5 < right.confidence_interval[1]
    assert wrong.point > 1.0


def test_a_persistent_shock_passes_its_lead_placebo_and_an_anticipated_one_fails() -> None:
    y, t, x = panel("S2", n=500, seed=4)
    assert min(estimate_effect(y, t, x, horizon=lead).p_value for lead in (-1, -2, -3)) > 0.02
    anticipated = y + 0.5 * t.shift(-1).fillna(0.0)
    assert estimate_effect(anticipated, t, x, horizon=-1).p_value < 1e-4


@pytest.mark.parametrize("inference", ["ewc", "newey_west", "hc", "block_bootstrap"])
def test_all_inferences_agree_where_errors_are_white(inference: str) -> None:
    y, t, x = panel("S1", n=500)
    found = estimate_effect(y, t, x, settings=EffectSettings(inference=inference))
    assert found.stderr == pytest.approx(1.0 / np.sqrt(500), rel=0.35)
    low, high = found.confidence_interval
    assert low < found.point < high
    assert found.p_value < 1e-2


@pytest.mark.parametrize("learner", ["ridge", "lightgbm"])
def test_learners_find_the_effect_and_repeat_exactly(learner: str) -> None:
    y, t, x = panel("S1", n=250)
    settings = EffectSettings(learner=learner, fold_count=5)
    found = estimate_effect(y, t, x, settings=settings)
    assert found.point == pytest.approx(0.5, abs=0.25)
    assert found.point == estimate_effect(y, t, x, settings=settings).point


def test_result_carries_unit_sign_sample_and_words() -> None:
    y, t, x = panel()
    found = estimate_effect(ASSET.observed(y), SHOCK.observed(t), x, horizon=3)
    assert found.unit == "decimal return per percentage point"
    assert found.sign_convention == "positive = tighter"
    row = found.to_frame().iloc[0]
    assert {"point", "lower", "upper", "p_value", "n", "sample_start", "unit", "label"} <= set(row.index)
    assert "positive = tighter" in found.summary()
    assert "E[theta v^2]/E[v^2]" in found.estimand
    assert found.plot().get_ylabel().replace("\n", " ") == found.unit


def test_no_controls_and_no_lags_is_a_simple_regression() -> None:
    y, t, _ = panel("S1")
    found = estimate_effect(y, t, settings=EffectSettings(lags=0))
    assert found.point == pytest.approx(np.polyfit(t, y, 1)[0], rel=1e-9)


def test_controls_that_repeat_each_other_or_the_shocks_own_past_change_nothing() -> None:
    """The level of a rate among the controls makes the lagged change of the rate redundant."""
    y, t, x = panel("S1")
    rate = t.cumsum().shift(1).fillna(0.0)
    once = estimate_effect(y, t, x.assign(rate=rate), horizon=3, settings=PLAIN)
    design = lagged_design(y, t, x.assign(rate=rate)).assign(outcome=cumulative(y, 3)).dropna()
    reference = np.linalg.lstsq(design.drop(columns="outcome"), design["outcome"], rcond=None)[0][0]
    assert once.point == pytest.approx(reference, rel=1e-7)
    copied = x.assign(rate=rate, again=2.0 * x["x0"] + 1.0).loc[:, ["x0", "again", "x1", "x2", "x3", "rate"]]
    twice = estimate_effect(y, t, copied, horizon=3, settings=PLAIN)
    assert twice.point == pytest.approx(once.point, rel=1e-7)
    grid = estimate_grid(EffectPanel(y.to_frame(), t.to_frame(), copied), horizons=(3,), settings=PLAIN)
    assert grid.get("shock", "asset", 3).point == pytest.approx(once.point, rel=1e-7)
