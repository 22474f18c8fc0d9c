"""Mixtures of past errors: split conformal at both ends, exact cover between, and no level beyond what was seen."""

import math

import numpy as np
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.inference.conformal import conformal_quantile
from macro_assets.inference.mixture import ErrorMixture, ErrorSample

NONE = ErrorSample.of([])


@pytest.mark.parametrize("n", [9, 19, 25, 39, 100])
@pytest.mark.parametrize("level", [0.8, 0.9])
def test_one_kind_alone_is_split_conformal_prediction(n: int, level: float) -> None:
    errors = np.random.default_rng(n).normal(size=n)
    for p, mixture in (
        (0.0, ErrorMixture(ErrorSample.of(errors), NONE)),
        (1.0, ErrorMixture(NONE, ErrorSample.of(errors))),
    ):
        one = mixture.interval(level, p)
        two_sided = conformal_quantile(errors, 0.5 + level / 2.0)
        if math.isfinite(two_sided):
            assert (one.rule, one.high) == ("two tails", two_sided)
            assert one.low == -conformal_quantile(-errors, 0.5 + level / 2.0)
        else:
            assert (one.rule, one.high) == ("absolute errors", conformal_quantile(np.abs(errors), level))
            assert one.low == -one.high


def test_half_widths_of_absolute_errors_are_those_of_crepes() -> None:
    import crepes

    errors = np.random.default_rng(3).normal(size=14)
    reference = crepes.ConformalRegressor().fit(residuals=errors)
    low, high = reference.predict_int(y_hat=np.array([0.0]), confidence=0.9)[0]
    one = ErrorMixture(ErrorSample.of(errors), NONE).interval(0.9, 0.0)
    assert (one.low, one.high) == pytest.approx((low, high))


def test_a_mixture_covers_what_it_says_when_the_event_has_its_probability() -> None:
    rng, p, hits = np.random.default_rng(0), 0.3, 0
    for _ in range(2000):
        mixture = ErrorMixture(ErrorSample.of(rng.normal(size=60)), ErrorSample.of(rng.normal(-3.0, 2.0, size=40)))
        one = mixture.interval(0.9, p)
        new = rng.normal(-3.0, 2.0) if rng.random() < p else rng.normal()
        hits += one.low <= new <= one.high
    assert 0.885 < hits / 2000 < 0.945


def test_ten_errors_are_never_sold_as_more_than_they_cover() -> None:
    rng, hits = np.random.default_rng(1), 0
    for _ in range(2000):
        one = ErrorMixture(ErrorSample.of(rng.normal(size=10)), NONE).interval(0.9, 0.0)
        hits += one.low <= rng.normal() <= one.high
    assert hits / 2000 > 0.88


def test_few_recessions_count_by_their_probability() -> None:
    mixture = ErrorMixture(ErrorSample.of(np.arange(99.0)), ErrorSample.of([1.0]))
    assert mixture.widest_level(0.0) == pytest.approx(0.99)
    assert mixture.widest_level(1.0) == pytest.approx(0.5)
    assert [mixture.interval(0.9, p).rule for p in (0.05, 0.15, 0.5)] == [
        "two tails", "absolute errors", "not attainable"]  # fmt: skip
    assert mixture.errors(0.15) == math.floor(1.0 / (0.15 / 2.0 + 0.85 / 100.0)) - 1


def test_two_series_of_one_origin_count_once() -> None:
    both = ErrorSample.of([1.0, 2.0, 3.0, np.nan], [7, 7, 8, 9])
    assert both.size == 2
    assert both.weights.tolist() == [0.5, 0.5, 1.0]
    assert both.below(1.0) == pytest.approx((0.5 / 3.0, 1.5 / 3.0))


def test_joint_odds_are_bounded_by_the_error_never_seen() -> None:
    mixture = ErrorMixture(NONE, ErrorSample.of([-30.0, -10.0, 0.0]))
    assert mixture.joint_below(-20.0, 0.4) == pytest.approx((0.1, 0.2))
    assert ErrorMixture(NONE, NONE).joint_below(-20.0, 0.4) == (0.0, 0.4)


def test_what_is_no_probability_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="not a probability"):
        ErrorMixture(NONE, NONE).errors(1.5)
    with pytest.raises(InvalidInputError, match="not between 0 and 1"):
        ErrorMixture(NONE, NONE).interval(1.0, 0.5)
