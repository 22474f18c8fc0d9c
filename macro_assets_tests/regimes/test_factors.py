"""Two factors by hand: where states begin and end, what a month may be called, and how likely each regime is."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import gmean, norm

from macro_assets.errors import InvalidInputError
from macro_assets.regimes import REGIMES, Volatility, regime_labels, regime_probabilities, with_hysteresis
from macro_assets.regimes.factors import FEWEST_MONTHS, RECESSION

STRESS, CALM, NORMAL = REGIMES
MONTHS = FEWEST_MONTHS + 240


def test_a_recession_is_entered_above_three_tenths_and_left_below_fifteen_hundredths() -> None:
    odds = np.array([0.05, 0.30, 0.31, 0.20, 0.15, 0.14, 0.29, 0.90, 0.10])
    called = regime_labels(odds, np.zeros(len(odds), dtype=bool))
    stressed = [label == STRESS for label in called]
    assert stressed == [False, False, True, True, True, False, False, True, False]
    assert set(called) == {STRESS, NORMAL}


def test_stress_comes_before_calm() -> None:
    assert regime_labels(np.array([0.0, 0.5, 0.0]), np.array([True, True, False])) == [CALM, STRESS, NORMAL]


def test_calm_is_entered_below_the_one_bound_and_left_above_the_other() -> None:
    volatility = np.array([0.13, 0.12, 0.119, 0.149, 0.15, 0.151, 0.13, 0.10])
    assert with_hysteresis(volatility, 0.12, 0.15).tolist() == [False, False, True, True, True, False, False, True]


def test_a_missing_month_changes_nothing_and_a_missing_bound_lets_nothing_in() -> None:
    assert with_hysteresis(np.array([0.1, np.nan, 0.2]), 0.12, 0.15).tolist() == [True, True, False]
    assert with_hysteresis(np.array([0.1, 0.1]), np.array([np.nan, 0.12]), 0.15).tolist() == [False, True]
    with pytest.raises(InvalidInputError, match="entered beyond"):
        with_hysteresis(np.array([0.1]), 0.2, 0.15)


def test_bounds_follow_the_geometric_mean_of_the_months_known_then() -> None:
    rng = np.random.default_rng(1)
    log = np.log(rng.uniform(0.05, 0.4, MONTHS))
    found = Volatility.of(log, np.full(MONTHS, 0.1))
    assert np.isnan(found.below[: FEWEST_MONTHS - 1]).all()
    assert not found.calm[: FEWEST_MONTHS - 1].any()
    for row in (FEWEST_MONTHS - 1, 150, MONTHS - 1):
        usual = gmean(np.exp(log[: row + 1]))
        assert found.below[row] == pytest.approx(0.85 * usual)
        assert found.above[row] == pytest.approx(usual)
    entered = np.flatnonzero(found.calm[1:] & ~found.calm[:-1]) + 1
    left = np.flatnonzero(~found.calm[1:] & found.calm[:-1]) + 1
    assert len(entered) > 10
    assert (np.exp(log[entered]) < found.below[entered]).all()
    assert (np.exp(log[left]) > found.above[left]).all()


@given(st.lists(st.floats(-4.0, 0.0), min_size=FEWEST_MONTHS, max_size=FEWEST_MONTHS + 60), st.integers(1, 40))
def test_no_later_month_changes_an_earlier_one(path: list[float], cut: int) -> None:
    log = np.array(path)
    odds = np.exp(log)
    whole, part = (Volatility.of(log[:end], np.full(len(log[:end]), 0.1)) for end in (len(log), len(log) - cut))
    kept = len(part.calm)
    np.testing.assert_array_equal(whole.calm[:kept], part.calm)
    np.testing.assert_array_equal(whole.calm_probability()[:kept], part.calm_probability())
    assert regime_labels(odds, whole.calm)[:kept] == regime_labels(odds[:kept], part.calm)


def test_calm_is_as_likely_as_the_volatility_lies_below_the_bound_it_is_held_against() -> None:
    months = FEWEST_MONTHS + 3
    log = np.log(np.r_[np.linspace(0.10, 0.30, FEWEST_MONTHS), 0.12, 0.17, 0.26])
    found = Volatility.of(log, np.full(months, 0.2))
    stated = found.calm_probability()
    assert found.calm[-3:].tolist() == [True, True, False]
    assert stated[-3] == pytest.approx(norm.cdf((np.log(found.below[-3]) - log[-3]) / 0.2))
    assert stated[-2] == pytest.approx(norm.cdf((np.log(found.above[-2]) - log[-2]) / 0.2))
    assert ((stated > 0.5) == found.calm)[FEWEST_MONTHS:].all()


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=40))
def test_probabilities_are_a_distribution_whose_stress_is_the_odds_and_labels_fit_them(
    rows: list[tuple[float, float]],
) -> None:
    odds, calm = np.array(rows).T
    stated = regime_probabilities(odds, calm)
    np.testing.assert_allclose(stated.sum(axis=1), 1.0)
    np.testing.assert_array_equal(stated[:, 0], odds)
    assert (stated >= 0).all()
    called = pd.Series(regime_labels(odds, calm > 0.5))
    assert (odds[called == STRESS] >= RECESSION.leave).all()
    assert (odds[called != STRESS] <= RECESSION.enter).all()
