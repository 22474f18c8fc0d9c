"""Intervals of impacts stand at exact ranks of past errors, for every number of errors."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from macro_assets.inference.conformal import RegimeConformal
from macro_assets.recession import outlook
from macro_assets.recession.evaluation.impact_evaluation import score_impacts
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


def test_too_few_errors_give_no_interval_and_the_answer_says_so() -> None:
    few = forecast(np.arange(12.0))
    assert few.supported(0.80)
    assert not few.supported(0.90)
    assert few.widest_level == pytest.approx(11 / 13)
    assert "no 90% interval, errors support 85% at most" in few.summary()
    assert len(few.plot().collections) == 1
    row = outlook._row(few, date(2000, 3, 31))
    assert (row["lower_90"], row["upper_90"], row["widest_level"]) == (None, None, few.widest_level)
    assert row["lower_80"] == few.intervals[0.80][0]
    fall = outlook._row(forecast(np.arange(5.0), "sp500_drawdown_pct"), date(2000, 3, 31))
    assert [fall[f"{side}_{level}"] for side in ("lower", "upper") for level in (80, 90)] == [None] * 4


def test_scores_are_of_supported_origins_and_say_how_many_there_were() -> None:
    rows = pd.DataFrame(
        {"as_of": pd.date_range("2000-03-31", periods=4, freq="QE"), "target": "real_gdp_change_pct", "value": 0.0,
         "mean": 0.5, "method": "ridge", "mode": "vintage", "outcome": [0.5, 3.0, -9.0, 0.0],
         "low_80%": [-1.0, -1.0, -np.inf, -1.0], "high_80%": [1.0, 1.0, np.inf, 1.0],
         "low_90%": -np.inf, "high_90%": np.inf}
    )  # fmt: skip
    state = pd.Series(0.0, index=pd.date_range("1999-12-31", "2002-12-31", freq="ME"))
    (score,) = score_impacts(rows, state)
    assert score.supported == {0.80: 0.75, 0.90: 0.0}
    assert score.coverage[0.80] == pytest.approx(2 / 3)
    assert score.interval_score[0.80] == pytest.approx(2.0 + 10.0 * 2.0 / 3.0)
    assert np.isnan(score.coverage[0.90])
    assert np.isnan(score.interval_score[0.90])


def test_a_worst_fall_never_reaches_above_zero() -> None:
    errors = np.arange(60.0) - 30.0
    assert forecast(errors, "sp500_drawdown_pct").intervals[0.90][1] == 0.0
    assert forecast(errors).intervals[0.90][1] > VALUE
