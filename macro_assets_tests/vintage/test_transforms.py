"""Growth and windows against numpy, and the same bits in any company."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.vintage import transforms

WINDOWS = [transforms.window_mean, transforms.window_std]


@pytest.fixture
def rows() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(40, 12)) * 10.0 ** np.arange(-6, 6)


def test_windows_agree_with_numpy(rows: np.ndarray) -> None:
    np.testing.assert_allclose(transforms.window_mean(rows), rows.mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(transforms.window_std(rows), rows.std(axis=1, ddof=1), rtol=1e-12)
    expected = [np.corrcoef(one, other)[0, 1] for one, other in itertools.pairwise(rows)]
    np.testing.assert_allclose(transforms.window_correlation(rows[:-1], rows[1:]), expected, rtol=1e-9)


@given(st.integers(0, 39), st.integers(1, 40))
def test_a_row_has_the_same_bits_alone_and_among_others(start: int, size: int) -> None:
    rows = np.random.default_rng(4).lognormal(size=(40, 12)) * 10.0 ** np.arange(-6, 6)
    part = rows[start : start + size]
    for function in WINDOWS:
        assert function(part).tobytes() == function(rows)[start : start + size].tobytes()
    whole = transforms.log_growth(rows[:, 0], rows[:, 5], times=4.0)
    assert transforms.log_growth(part[:, 0], part[:, 5], times=4.0).tobytes() == whole[start : start + size].tobytes()


def test_one_huge_value_leaves_no_trace_in_later_windows() -> None:
    values = np.random.default_rng(5).normal(size=60)
    values[10] = 1e12
    windows = np.lib.stride_tricks.sliding_window_view(values, 12)[11:]
    exact = np.array([np.std(window, ddof=1) for window in windows])
    np.testing.assert_allclose(transforms.window_std(windows), exact, rtol=1e-13)


def test_growth_of_what_is_not_positive_is_missing_not_infinite() -> None:
    new, old = np.array([110.0, 1.0, -1.0, np.nan]), np.array([100.0, 0.0, 2.0, 1.0])
    np.testing.assert_allclose(transforms.simple_growth(new, old), [0.1, np.nan, -1.5, np.nan])
    np.testing.assert_allclose(transforms.log_growth(new, old, times=4), [4 * np.log(1.1), np.nan, np.nan, np.nan])


def test_what_does_not_vary_has_no_correlation_and_no_score() -> None:
    flat, other = np.ones((1, 6)), np.arange(6.0)[None]
    assert np.isnan(transforms.window_correlation(flat, other)).all()
    assert np.isnan(transforms.zscore(np.ones(1), flat)).all()
    assert transforms.zscore(np.array([7.0]), other)[0] == pytest.approx((7 - 2.5) / np.std(other, ddof=1))
