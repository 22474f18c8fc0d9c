"""The forward filter against Bayes' rule by hand, and against hmmlearn's likelihood."""

import numpy as np
import pytest
from hmmlearn.hmm import GaussianHMM
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.regimes.rivals.filtering import forward, log_densities, smoothed

MEANS = np.array([[0.0, 0.0], [3.0, 1.0], [-2.0, 2.0]])
VARIANCES = np.array([[1.0, 0.5], [0.3, 2.0], [1.5, 1.0]])
START = np.array([0.5, 0.3, 0.2])
MOVES = np.array([[0.9, 0.05, 0.05], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8]])


def test_two_steps_by_hand() -> None:
    x = np.array([[0.2, 0.1], [2.5, 1.5]])
    density = np.array(
        [
            [
                np.prod(np.exp(-0.5 * (row - m) ** 2 / v) / np.sqrt(2 * np.pi * v))
                for m, v in zip(MEANS, VARIANCES, strict=True)
            ]
            for row in x
        ]
    )
    first = START * density[0]
    second = (first / first.sum()) @ MOVES * density[1]
    probabilities, predictive = forward(log_densities(x, MEANS, VARIANCES), START, MOVES)
    np.testing.assert_allclose(probabilities[1], second / second.sum(), rtol=1e-12)
    np.testing.assert_allclose(predictive, np.log([first.sum(), second.sum()]), rtol=1e-12)


def test_likelihood_and_hindsight_equal_those_of_hmmlearn() -> None:
    model = GaussianHMM(3, "diag", init_params="")
    model.startprob_, model.transmat_, model.means_, model.covars_ = START, MOVES, MEANS, VARIANCES
    x, _ = model.sample(200, random_state=1)
    filtered, predictive = forward(log_densities(x, MEANS, VARIANCES), START, MOVES)
    assert predictive.sum() == pytest.approx(model.score(x), rel=1e-10)
    np.testing.assert_allclose(smoothed(filtered, MOVES), model.predict_proba(x), atol=1e-8)


@given(st.integers(1, 59))
def test_the_future_changes_no_bit_of_the_filter(cut: int) -> None:
    x = np.random.default_rng(0).normal(size=(60, 2))
    whole, _ = forward(log_densities(x, MEANS, VARIANCES), START, MOVES)
    part, _ = forward(log_densities(x[:cut], MEANS, VARIANCES), START, MOVES)
    assert np.array_equal(whole[:cut], part)


def test_missing_features_are_integrated_out() -> None:
    x = np.array([[1.0, np.nan], [np.nan, np.nan]])
    density = log_densities(x, MEANS, VARIANCES)
    np.testing.assert_allclose(density[0], log_densities(x[:1, :1], MEANS[:, :1], VARIANCES[:, :1])[0])
    assert (density[1] == 0).all()
    probabilities, _ = forward(density, START, MOVES)
    np.testing.assert_allclose(probabilities[1], probabilities[0] @ MOVES)


def test_impossible_and_extreme_rows_stay_finite() -> None:
    x = np.array([[1e4, -1e4], [0.0, 0.0]])
    probabilities, predictive = forward(log_densities(x, MEANS, VARIANCES), np.array([1.0, 0.0, 0.0]), MOVES)
    assert np.isfinite(probabilities).all()
    assert np.isfinite(predictive).all()
