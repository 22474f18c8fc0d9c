"""Newton's method finds the maximum; the sigmoid is that of a logistic regression and never turns a ranking round."""

import numpy as np
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.inference.logistic import expit, fit_sigmoid, log_odds, newton


def test_newton_maximises_and_shortens_steps_that_are_too_long() -> None:
    visited = []

    def derivatives(point: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        visited.append(point.copy())
        return -2.0 * (point - [100.0, -3.0]), 2.0 * np.eye(2)

    assert newton(derivatives, np.zeros(2), longest_step=30.0) == pytest.approx([100.0, -3.0])
    steps = np.abs(np.diff(visited, axis=0)).max(axis=1)
    assert steps.max() == pytest.approx(30.0)
    assert len(newton(derivatives, np.zeros(2), longest_step=1.0, iterations=5)) == 2
    assert visited[-1][0] == pytest.approx(4.0), "five steps of one from zero: the fifth is taken after the last look"


def test_the_sigmoid_is_a_logistic_regression() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(1)
    z = rng.normal(size=2_000)
    y = (rng.random(len(z)) < expit(0.5 + 0.7 * z)).astype(float)
    fitted = fit_sigmoid(z, y)
    expected = sm.Logit(y, sm.add_constant(z)).fit(disp=0).params
    assert (fitted.intercept, fitted.slope) == pytest.approx(tuple(expected), abs=1e-3)


def test_a_wrong_ranking_becomes_the_frequency_and_one_class_is_refused() -> None:
    z = np.linspace(-2.0, 2.0, 100)
    y = (np.random.default_rng(3).random(100) < expit(-0.5 * z)).astype(float)
    assert np.corrcoef(z, y)[0, 1] < -0.1
    wrong = fit_sigmoid(z, y)
    assert wrong.slope == 0.0
    assert expit(wrong.apply(z)) == pytest.approx(np.full(100, y.mean()))
    with pytest.raises(InvalidInputError, match="all 100 outcomes are 1"):
        fit_sigmoid(z, np.ones(100))


def test_log_odds_and_their_inverse() -> None:
    p = np.array([0.0, 0.25, 1.0])
    assert expit(log_odds(p)) == pytest.approx([1e-6, 0.25, 1.0 - 1e-6])
