"""Conformal intervals: the exact rank for every number of errors, and none where the errors are too few."""

import math
from fractions import Fraction

import numpy as np
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.inference.conformal import (
    LEVELS,
    RegimeConformal,
    conformal_quantile,
    errors_needed,
    widest_level,
)
from macro_assets.inference.display import Result

ONE_SIDED = {0.80: Fraction(9, 10), 0.90: Fraction(19, 20), 0.95: Fraction(39, 40)}
NONE = np.array([])


def offsets(errors: np.ndarray, level: float) -> tuple[float, float]:
    return RegimeConformal(errors, NONE).offsets(level, alarm=False)


@pytest.mark.parametrize("n", range(10, 61))
@pytest.mark.parametrize("level", ONE_SIDED)
def test_the_rank_is_exact_or_the_interval_is_infinite(n: int, level: float) -> None:
    errors = np.random.default_rng(n).permutation(n).astype(float)
    rank = math.ceil((n + 1) * ONE_SIDED[level])
    low, high = offsets(errors, level)
    assert (low, high) == ((n - rank, rank - 1) if rank <= n else (-math.inf, math.inf))


@pytest.mark.parametrize(("level", "needed"), [(0.80, 9), (0.90, 19), (0.95, 39), (0.99, 199)])
def test_a_level_needs_its_number_of_errors_and_one_fewer_supports_none(level: float, needed: int) -> None:
    assert errors_needed(level) == needed
    assert np.isfinite(offsets(np.arange(needed, dtype=float), level)).all()
    assert np.isinf(offsets(np.arange(needed - 1, dtype=float), level)).all()
    assert widest_level(needed) == pytest.approx(level)
    assert widest_level(needed - 1) < level


def test_without_two_errors_there_is_no_interval() -> None:
    assert widest_level(0) == widest_level(1) == 0.0
    assert offsets(NONE, 0.8) == (-math.inf, math.inf)
    assert conformal_quantile(np.array([5.0]), 0.5) == 5.0
    with pytest.raises(InvalidInputError, match="between 0 and 1"):
        conformal_quantile(np.arange(30.0), 1.0)


@pytest.mark.parametrize("n", [19, 31, 60])
def test_new_data_are_covered_as_often_as_promised(n: int) -> None:
    """Exchangeable errors: the share between the ends is exactly (2 rank - n - 1) / (n + 1), whatever their law."""
    rng = np.random.default_rng(n)
    draws = rng.exponential(size=(20_000, n + 1))
    low, high = np.array([offsets(row[:-1], 0.9) for row in draws[:4_000]]).T
    rank = math.ceil((n + 1) * Fraction(19, 20))
    expected = (2 * rank - n - 1) / (n + 1)
    assert expected >= 0.9
    assert np.mean((draws[:4_000, -1] >= low) & (draws[:4_000, -1] <= high)) == pytest.approx(expected, abs=0.015)


def test_each_regime_rests_on_its_own_errors_and_each_tail_on_its_own_side() -> None:
    errors = np.concatenate([np.linspace(-1, 0.5, 101), np.linspace(-8, 1, 60), [np.nan]])
    alarm = np.arange(162) >= 101
    fitted = RegimeConformal.learn(errors, alarm)
    assert (len(fitted.calm), len(fitted.alarm)) == (101, 60)
    low, high = fitted.offsets(0.9, alarm=False)
    assert low == pytest.approx(-0.94, abs=0.03)
    assert high == pytest.approx(0.44, abs=0.03)
    assert fitted.offsets(0.9, alarm=True)[0] < -7


def test_few_alarms_take_no_interval_from_calm() -> None:
    fitted = RegimeConformal(np.linspace(-1, 1, 100), np.linspace(-8, 1, 12))
    assert np.isinf(fitted.offsets(0.9, alarm=True)).all()
    assert fitted.offsets(0.8, alarm=True) == (-8.0, 1.0)
    assert np.isfinite(fitted.offsets(0.9, alarm=False)).all()
    assert fitted.widest_level(alarm=True) == pytest.approx(11 / 13)


def test_the_result_shows_itself_and_draws_supported_levels_only() -> None:
    fitted = RegimeConformal(np.linspace(-1, 1, 100), np.linspace(-8, 1, 12))
    assert isinstance(fitted, Result)
    assert str(fitted).splitlines()[1] == "Widest level they support: 98.0% in calm, 84.6% under alarm."
    frame = fitted.to_frame()
    assert len(frame) == 2 * len(LEVELS)
    assert np.isinf(frame["upper"]).sum() == 1
    axes = fitted.plot()
    assert len(axes.patches) == 3
    assert len(np.asarray(axes.lines[1].get_xdata())) == 12
