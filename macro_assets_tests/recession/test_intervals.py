"""Intervals of impacts stand at exact ranks of past errors, for every number of errors."""

import math

import numpy as np
import pandas as pd
import pytest

from macro_assets.inference.conformal import RegimeConformal
from macro_assets.recession.impacts import INPUTS, ImpactForecast, ImpactRegressor
from macro_assets.recession.regressors import LinearRegressor
from macro_assets.recession.scaler import Scaler

VALUE = 100.0


def forecast(errors: np.ndarray, target: str = "real_gdp_change_pct") -> ImpactForecast:
    """The product's own forecast of a constant, with past errors all made in calm."""
    scaler = Scaler.learn(np.zeros((2, len(INPUTS))))
    constant = LinearRegressor(scaler, np.zeros(len(INPUTS)), VALUE, VALUE, VALUE)
    conformal = RegimeConformal(errors, np.array([]))
    regressor = ImpactRegressor(target, "ridge", constant, conformal, {})
    return regressor.forecast(pd.DataFrame(np.zeros((1, len(INPUTS))), columns=list(INPUTS)), alarm=False)


@pytest.mark.parametrize(("level", "n"), [*((0.80, n) for n in range(10, 61)), *((0.90, n) for n in range(19, 61))])
def test_both_ends_stand_at_the_rank_that_n_errors_allow(level: float, n: int) -> None:
    rank = math.ceil((n + 1) * (0.5 + level / 2.0))
    errors = np.random.default_rng(n).permutation(np.arange(n) - n // 3).astype(float)
    low, high = forecast(errors).intervals[level]
    assert high - VALUE == np.sort(errors)[rank - 1]
    assert low - VALUE == np.sort(errors)[n - rank]


def test_nineteen_errors_are_needed_for_ninety_percent_and_nine_for_eighty() -> None:
    needed = {
        level: next(n for n in range(1, 99) if math.ceil((n + 1) * (0.5 + level / 2)) <= n) for level in (0.8, 0.9)
    }
    assert needed == {0.8: 9, 0.9: 19}


def test_a_worst_fall_never_reaches_above_zero() -> None:
    errors = np.arange(60.0) - 30.0
    assert forecast(errors, "sp500_drawdown_pct").intervals[0.90][1] == 0.0
    assert forecast(errors).intervals[0.90][1] > VALUE
