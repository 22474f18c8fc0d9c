"""Instrumented effects: against statsmodels, and sets that cover whatever the strength of the instrument."""

from __future__ import annotations

import numpy as np
import pytest

from macro_assets.causal.engine.instruments import instrumented_effect
from macro_assets.errors import InvalidInputError


def sample(n: int, strength: float, effect: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    z, common = rng.normal(size=n) * 0.05, rng.normal(size=n) * 0.1
    x = strength * z + common
    return effect * x - 3.0 * common + rng.normal(size=n) * 0.2, x, z


def covered(sets: tuple[tuple[float, float], ...], value: float) -> bool:
    return any(low <= value <= high for low, high in sets)


def test_the_estimate_is_that_of_two_stage_least_squares() -> None:
    from statsmodels.sandbox.regression.gmm import IV2SLS

    y, x, z = sample(400, 2.0, -10.0, 0)
    w = np.random.default_rng(1).normal(size=(400, 2))
    constant = np.ones((400, 1))
    reference = IV2SLS(y, np.hstack([x[:, None], w, constant]), np.hstack([z[:, None], w, constant])).fit()
    effect = instrumented_effect(y, x, z, w, inference="hc")
    assert effect.point == pytest.approx(reference.params[0], rel=1e-9)
    assert effect.n == 400
    assert not effect.weak


def test_confounding_biases_least_squares_and_not_the_instrument() -> None:
    points = [instrumented_effect(*sample(400, 2.0, -10.0, seed), inference="hc") for seed in range(40)]
    assert np.mean([e.point for e in points]) == pytest.approx(-10.0, abs=0.4)
    y, x, _ = sample(4000, 2.0, -10.0, 0)
    assert np.polyfit(x, y, 1)[0] < -11.0
    assert np.mean([e.lower <= -10.0 <= e.upper for e in points]) >= 0.875


@pytest.mark.parametrize("strength", [0.0, 0.15, 2.0])
@pytest.mark.parametrize("inference", ["hc", "ewc"])
def test_anderson_rubin_covers_at_any_strength(strength: float, inference: str) -> None:
    effects = [instrumented_effect(*sample(300, strength, -10.0, seed), inference=inference) for seed in range(300)]
    assert np.mean([covered(e.anderson_rubin, -10.0) for e in effects]) >= 0.92


def test_a_weak_instrument_says_so_and_its_interval_is_the_wide_one() -> None:
    effects = [instrumented_effect(*sample(300, 0.0, -10.0, seed)) for seed in range(100)]
    assert np.mean([e.weak for e in effects]) > 0.9
    weak = [e for e in effects if e.weak]
    assert np.mean([np.isinf(e.upper - e.lower) for e in weak]) > 0.8
    assert all(e.lower == e.anderson_rubin[0][0] for e in weak)


def test_the_ends_of_the_set_are_on_the_edge_of_rejection() -> None:
    y, x, z = sample(300, 2.0, -10.0, 7)
    effect = instrumented_effect(y, x, z, inference="hc")
    from scipy import stats

    for end in effect.anderson_rubin[0]:
        left = instrumented_effect(y - end * x, x, z, inference="hc")
        t = left.point * left.first_stage * np.sum((z - z.mean()) ** 2)
        score = (z - z.mean()) * (y - end * x - (y - end * x).mean())
        spread = np.sqrt(np.sum((score - score.mean()) ** 2) * 300 / 298)
        assert abs(t / spread) == pytest.approx(stats.t.ppf(0.975, 298), rel=1e-6)


def test_support_is_what_the_instrument_ever_explained() -> None:
    y, x, z = sample(300, 2.0, -10.0, 7)
    effect = instrumented_effect(y, x, z)
    assert effect.supported(0.1)
    assert not effect.supported(1.0)


def test_bad_input_is_refused() -> None:
    y, x, z = sample(100, 2.0, -10.0, 7)
    with pytest.raises(InvalidInputError, match="does not vary"):
        instrumented_effect(y, x, np.ones(100))
    with pytest.raises(InvalidInputError, match="too short"):
        instrumented_effect(y[:15], x[:15], z[:15])
    with pytest.raises(InvalidInputError, match="not finite"):
        instrumented_effect(np.append(y[:-1], np.nan), x, z)
    with pytest.raises(InvalidInputError, match="shapes"):
        instrumented_effect(y, x[:-1], z)
