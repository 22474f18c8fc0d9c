"""Intervals of impacts stand at exact ranks of past errors, for every number of errors."""

import math
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from macro_assets.inference.mixture import ErrorMixture, ErrorSample
from macro_assets.recession import outlook
from macro_assets.recession.evaluation.impact_scores import score_impacts
from macro_assets.recession.impact_forecast import ImpactForecast
from macro_assets.recession.impacts import INPUTS, PROBABILITY, ImpactRegressor
from macro_assets.recession.regressors import LinearRegressor
from macro_assets.recession.scaler import Scaler

VALUE = 100.0


def forecast(
    errors: np.ndarray, target: str = "real_gdp_change_pct", *, event: Any = (), p: float = 0.0, value: float = VALUE
) -> ImpactForecast:
    """The product's own forecast of a constant, with past errors without (and with) a recession."""
    scaler = Scaler.learn(np.zeros((2, len(INPUTS))))
    constant = LinearRegressor(scaler, np.zeros(len(INPUTS)), value, value, value)
    mixture = ErrorMixture(ErrorSample.of(errors), ErrorSample.of(np.array(event, dtype=float)))
    regressor = ImpactRegressor(target, "ridge", constant, mixture, 1.0, pd.DataFrame(), {})
    row = pd.DataFrame(np.zeros((1, len(INPUTS))), columns=list(INPUTS))
    return regressor.forecast(row.assign(**{PROBABILITY: p, "sp500_volatility": 1.0}))


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


@pytest.mark.parametrize(
    ("n", "rule"),
    [(19, "two tails"), (18, "absolute errors"), (9, "absolute errors"), (8, "not attainable"), (0, "not attainable")],
)
def test_ninety_percent_needs_nineteen_errors_for_two_tails_and_nine_for_absolute_ones(n: int, rule: str) -> None:
    errors = np.random.default_rng(n).normal(size=n)
    one = forecast(errors)
    assert one.rules[0.90] == rule
    assert one.errors == n
    if rule == "absolute errors":
        half = np.sort(np.abs(errors))[math.ceil((n + 1) * 0.9) - 1]
        assert one.intervals[0.90] == pytest.approx((VALUE - half, VALUE + half))


def test_too_few_errors_give_no_interval_and_every_surface_says_so() -> None:
    few = forecast(np.arange(6.0))
    assert few.supported(0.80)
    assert not few.supported(0.90)
    assert few.widest_level == pytest.approx(6 / 7)
    words = "90% not attainable from 6 errors, at most 85%"
    assert words in few.summary()
    axes = few.plot()
    assert len(axes.collections) == 1
    assert axes.get_xlabel().replace("\n", " ") == words
    row = outlook._row(few, date(2000, 3, 31))
    assert (row["lower_90"], row["upper_90"], row["rule_90"]) == (None, None, "not attainable")
    assert (row["errors"], row["widest_level"]) == (6, few.widest_level)
    assert row["lower_80"] == few.intervals[0.80][0]
    fall = outlook._row(forecast(np.arange(3.0), "sp500_drawdown_pct"), date(2000, 3, 31))
    assert [fall[f"{side}_{level}"] for side in ("lower", "upper") for level in (80, 90)] == [None] * 4


def test_the_joint_event_is_the_share_of_recessions_with_so_deep_a_fall_times_their_probability() -> None:
    falls = -np.arange(1.0, 41.0)  # 21 of 40 at or below -20
    one = forecast(np.zeros(30), "sp500_drawdown_pct", event=falls, p=0.5)
    assert one.joint is not None
    assert (one.joint.low, one.joint.high) == pytest.approx((0.5 * 21 / 41, 0.5 * 22 / 41))
    assert "Recession and -20 % or less: 26.2%" in one.summary()
    moved = forecast(np.zeros(30), "sp500_change_pct", event=falls, p=0.5, value=-10.0).joint
    assert moved is not None
    assert moved.low == pytest.approx(0.5 * 31 / 41), "errors count from the forecast"
    assert forecast(falls, "real_gdp_change_pct").joint is None


def test_claims_are_modelled_in_log_points_and_answered_in_percent() -> None:
    one = forecast(np.linspace(-50.0, 50.0, 41), "initial_claims_change_pct", value=0.0)
    assert one.value == pytest.approx(0.0)
    low, high = one.intervals[0.90]
    assert (1.0 + low / 100.0) * (1.0 + high / 100.0) == pytest.approx(1.0)
    assert high == pytest.approx(100.0 * math.expm1(0.475))


def test_scores_are_of_supported_origins_and_say_how_many_there_were() -> None:
    rows = pd.DataFrame(
        {"as_of": pd.date_range("2000-03-31", periods=4, freq="QE"), "target": "real_gdp_change_pct", "value": 0.0,
         "mean": 0.5, "method": "ridge", "mode": "vintage", "outcome": [0.5, 3.0, -9.0, 0.0],
         "joint": np.nan,
         "low_80%": [-1.0, -1.0, -np.inf, -1.0], "high_80%": [1.0, 1.0, np.inf, 1.0],
         "low_90%": -np.inf, "high_90%": np.inf, "split_low_80%": -2.0, "split_high_80%": 2.0,
         "split_low_90%": -2.0, "split_high_90%": 2.0}
    )  # fmt: skip
    state = pd.Series(0.0, index=pd.date_range("1999-12-31", "2002-12-31", freq="ME"))
    (score,) = score_impacts(rows, state)
    mixture, split = score.intervals["mixture"], score.intervals["split"]
    assert (mixture[0.80].supported, mixture[0.90].supported, split[0.90].supported) == (0.75, 0.0, 1.0)
    assert mixture[0.80].coverage == pytest.approx(2 / 3)
    assert mixture[0.80].score == mixture[0.80].paired == pytest.approx(2.0 + 10.0 * 2.0 / 3.0)
    assert split[0.80].paired == pytest.approx(4.0 + 10.0 * 1.0 / 3.0), "the miss at -9 has no rival"
    assert split[0.80].score == pytest.approx(4.0 + 10.0 * 8.0 / 4.0)
    assert np.isnan(mixture[0.90].coverage)
    assert np.isnan(mixture[0.90].score)
    assert (score.mae, score.rmse) == pytest.approx((12.5 / 4, math.sqrt((0.25 + 9.0 + 81.0) / 4)))


def test_a_worst_fall_never_reaches_above_zero() -> None:
    errors = np.arange(60.0) - 30.0
    assert forecast(errors, "sp500_drawdown_pct").intervals[0.90][1] == 0.0
    assert forecast(errors).intervals[0.90][1] > VALUE
