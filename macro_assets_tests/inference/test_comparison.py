"""Intervals and tests say what the textbooks say."""

import numpy as np
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.inference import comparison
from macro_assets.inference.blocks import stationary_indices
from macro_assets.inference.longrun import hac_variance
from macro_assets.inference.stationary import block_intervals


def test_proportion_interval_is_clopper_pearson() -> None:
    from scipy.stats import binomtest

    exact = binomtest(2, 3).proportion_ci(method="exact")
    assert comparison.proportion_interval(2, 3) == pytest.approx((exact.low, exact.high))
    assert comparison.proportion_interval(0, 5)[0] == 0.0
    with pytest.raises(InvalidInputError):
        comparison.proportion_interval(4, 3)


def test_three_positives_say_next_to_nothing() -> None:
    low, high = comparison.auc_interval(0.8194, 3, 24)
    assert low == pytest.approx(0.52, abs=0.01)
    assert high == 1.0
    assert comparison.auc_interval(1.0, 1, 20) == pytest.approx((0.025, 1.0))


def test_hac_variance_agrees_with_statsmodels() -> None:
    import statsmodels.api as sm

    x = np.cumsum(np.random.default_rng(0).normal(size=200)) * 0.1
    fit = sm.OLS(x, np.ones(200)).fit(cov_type="HAC", cov_kwds={"maxlags": 12})
    assert hac_variance(x, 12)[0, 0] == pytest.approx(fit.cov_params()[0, 0])


def test_diebold_mariano_finds_the_better_forecaster() -> None:
    rng = np.random.default_rng(3)
    good, bad = rng.uniform(0, 0.2, 300), rng.uniform(0.1, 0.4, 300)
    better, worse = comparison.diebold_mariano(good, bad, 24), comparison.diebold_mariano(bad, good, 24)
    assert better.p_value < 1e-6
    assert better.mean_difference < 0
    assert better.p_worse > 0.99
    assert worse.p_worse < 0.01
    assert comparison.diebold_mariano(good, good, 24).p_value == 1.0
    assert comparison.giacomini_white(good, bad, 24, 6).p_value < 1e-6


def test_equal_forecasters_are_rarely_called_different() -> None:
    rng = np.random.default_rng(4)
    rejected = [
        comparison.diebold_mariano(rng.normal(size=200), rng.normal(size=200), 6).p_value < 0.05 for _ in range(200)
    ]
    assert np.mean(rejected) < 0.12


def test_block_bootstrap_is_reproducible_and_wider_under_dependence() -> None:
    assert np.array_equal(stationary_indices(50, 8, 5, 1), stationary_indices(50, 8, 5, 1))
    noise = np.random.default_rng(0).normal(size=400)
    walk = np.array([noise[max(0, i - 20) : i + 1].mean() for i in range(400)])
    blocks = block_intervals({"mean": lambda i: walk[i].mean()}, 400, block=24, replications=200)["mean"]
    single = block_intervals({"mean": lambda i: walk[i].mean()}, 400, block=1, replications=200)["mean"]
    assert blocks.low < walk.mean() < blocks.high
    assert blocks.high - blocks.low > 2 * (single.high - single.low)


def test_a_verdict_that_hangs_on_one_period_is_gone_without_it() -> None:
    rng = np.random.default_rng(1)
    loss = rng.uniform(0.9, 1.1, 80)
    spared, rival = loss.copy(), loss + rng.normal(0.0, 0.05, 80)
    rival[40:42] += 4.0
    assert 1.0 - comparison.diebold_mariano_without_any(spared, rival, 2, 1).p_worse > 0.1
    without = comparison.diebold_mariano_without_any(spared, rival, 2, 2)
    assert abs(without.mean_difference) < 0.02
    assert without.n == 78
    better = comparison.diebold_mariano_without_any(loss, loss + 0.2 + rng.normal(0.0, 0.05, 80), 2, 2)
    assert 1.0 - better.p_worse < 0.01
