"""Long-run standard errors against references."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.errors import InvalidInputError
from macro_assets.inference.longrun import (
    cosine_basis,
    ewc_degrees,
    ewc_stderr,
    hc_stderr,
    long_run_covariance,
    newey_west_stderr,
    student_quantile,
)


@given(n=st.integers(20, 400), seed=st.integers(0, 100))
def test_cosines_are_orthogonal_to_a_constant_and_to_each_other(n: int, seed: int) -> None:
    basis = cosine_basis(n, ewc_degrees(n))
    assert np.allclose(basis.sum(axis=0), 0.0, atol=1e-8)
    assert np.allclose(basis.T @ basis / n, np.eye(basis.shape[1]), atol=1e-8)
    scores = np.random.default_rng(seed).standard_normal(n)
    assert ewc_stderr(scores)[0] == pytest.approx(ewc_stderr(scores + 7.0)[0], rel=1e-6)


def test_all_estimators_find_the_variance_of_white_noise_and_two_find_that_of_a_walk() -> None:
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((4000, 400))
    smooth = noise.copy()
    for row in range(1, 400):
        smooth[:, row] = 0.7 * smooth[:, row - 1] + noise[:, row]
    for scores, truth in ((noise, 20.0), (smooth, 20.0 / 0.3)):
        assert np.mean(ewc_stderr(scores)[0] ** 2) == pytest.approx(truth**2, rel=0.15)
        assert np.mean(newey_west_stderr(scores - scores.mean(1, keepdims=True))[0] ** 2) == pytest.approx(
            truth**2, rel=0.25
        )
    assert np.mean(hc_stderr(smooth) ** 2) < 0.3 * (20.0 / 0.3) ** 2


def test_newey_west_equals_statsmodels() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((2, 200))
    fit = sm.OLS(y, x[:, None]).fit(cov_type="HAC", cov_kwds={"maxlags": 6})
    influence = x * fit.resid / (x @ x)
    assert newey_west_stderr(influence, bandwidth=6)[0] == pytest.approx(fit.bse[0], rel=1e-9)


def test_covariances_of_a_batch_are_those_of_each_and_symmetric() -> None:
    rows = np.random.default_rng(2).standard_normal((3, 60, 2)).cumsum(axis=1)
    batch = long_run_covariance(rows, 5)
    for one, found in zip(rows, batch, strict=True):
        plain = one.T @ one
        for lag in range(1, 6):
            lagged = one[lag:].T @ one[:-lag]
            plain = plain + (1 - lag / 6) * (lagged + lagged.T)
        assert np.allclose(found, plain, rtol=1e-12)
        assert np.allclose(found, found.T, rtol=1e-12)


def test_critical_values_are_those_of_students_table() -> None:
    assert student_quantile(0.05, 10) == pytest.approx(2.228, abs=5e-4)
    assert student_quantile(0.10, np.inf) == pytest.approx(1.645, abs=5e-4)


def test_too_few_or_infinite_scores_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least 20"):
        ewc_stderr(np.ones(10))
    with pytest.raises(InvalidInputError, match="not finite"):
        hc_stderr(np.full(30, np.nan))
