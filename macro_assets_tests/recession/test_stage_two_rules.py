"""Rules of stage 2 that a usual row does not reach: what was known, which row, which regime, which interval."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from macro_assets.export.parity import run_onnx
from macro_assets.export.recession import regressor_graph
from macro_assets.recession import impact_history, impacts, presets
from macro_assets.recession.hybrid import HybridRecessionModel
from macro_assets.recession.impact_history import ImpactHistory
from macro_assets.recession.regressors import LinearRegressor
from macro_assets.recession.training import fit_year
from macro_assets_tests.recession import synthetic

ORIGIN = pd.Timestamp("2000-01-31")
STAGE_1 = presets.candidate("logit_l2")


@pytest.fixture(scope="module")
def model() -> HybridRecessionModel:
    history = impact_history.impact_outcomes(synthetic.target_table())
    return HybridRecessionModel.fit(synthetic.monthly_data(), STAGE_1, ORIGIN, history)


def test_outcomes_known_after_the_origin_change_nothing(model: HybridRecessionModel) -> None:
    history = impact_history.impact_outcomes(synthetic.target_table())
    later = replace(history, values=history.values.where(history.known_at <= ORIGIN, 1e6))
    assert (later.values != history.values).to_numpy().any()
    again = HybridRecessionModel.fit(synthetic.monthly_data(), STAGE_1, ORIGIN, later)
    row = synthetic.monthly_data().compact.loc[[ORIGIN]]
    for one, two in zip(model.impacts(row, 0.9), again.impacts(row, 0.9), strict=True):
        assert one == two


def test_states_announced_after_the_origin_are_no_events_yet() -> None:
    data = synthetic.monthly_data()
    day = pd.Timestamp("1996-12-31")  # the recession of 1996-05 to 1997-06 is not announced over
    came = impact_history.event_windows(data, day)
    assert came.loc["1996-02-29":].isna().all()
    assert came.dropna().equals(data.target[came.notna()])
    assert impact_history.event_windows(data, data.index[-1]).notna().sum() > came.notna().sum()


def test_the_forecast_is_of_the_last_row(model: HybridRecessionModel) -> None:
    rows = synthetic.monthly_data().compact.loc["2000":"2001"]
    forecast = model.predict(rows)
    assert forecast.as_of == rows.index[-1].date()
    assert forecast.probability == model.predict(rows.iloc[[-1]]).probability
    assert forecast.probability != model.predict(rows.iloc[[0]]).probability


def test_intervals_move_with_the_probability_and_never_jump(model: HybridRecessionModel) -> None:
    row = synthetic.monthly_data().compact.loc[[ORIGIN]].assign(sp500_volatility=16.0)
    found = {p: {one.target: one for one in model.impacts(row, p)} for p in (0.0, 0.299, 0.301, 1.0)}
    rate = "unemployment_rate_change_pp"
    ends = {p: np.array(each[rate].intervals[0.80]) - each[rate].value for p, each in found.items()}
    assert np.abs(ends[0.301] - ends[0.299]).max() < 0.1 * np.abs(ends[1.0] - ends[0.0]).max()
    assert ends[1.0][1] > ends[0.299][1] > ends[0.0][1]


def test_errors_of_a_market_grow_with_the_root_of_its_volatility(model: HybridRecessionModel) -> None:
    row = synthetic.monthly_data().compact.loc[[ORIGIN]]
    by_volatility = {}
    for volatility in (9.0, 36.0):
        every = model.impacts(row.assign(sp500_volatility=volatility), 0.1)
        one = next(impact for impact in every if impact.target == "sp500_change_pct")
        by_volatility[volatility] = np.array(one.intervals[0.90]) - one.value
    assert by_volatility[36.0] == pytest.approx(2.0 * by_volatility[9.0])
    unknown = next(one for one in model.impacts(row, 0.1) if one.target == "sp500_change_pct")
    assert "sp500_volatility" in unknown.missing


def test_training_begins_at_the_first_row_asked_for() -> None:
    data = synthetic.monthly_data()
    whole = fit_year(data, ORIGIN, [STAGE_1])
    later = fit_year(data, ORIGIN, [STAGE_1], first=pd.Timestamp("1975-01-31"))
    assert later.training_rows < whole.training_rows
    assert later.training_rows == len(data.training_rows(ORIGIN, pd.Timestamp("1975-01-31")).target)


def test_the_graph_of_a_regressor_stays_within_the_outcomes_seen(model: HybridRecessionModel) -> None:
    linear: Any = next(
        one for one in model.stage2 if isinstance(one.model, LinearRegressor) and one.model.weights.any()
    )
    rows = synthetic.monthly_data().compact.reindex(columns=list(linear.columns)).to_numpy(dtype=np.float32)
    low, high = np.quantile(linear.model.predict(rows.astype(float)), [0.2, 0.8])
    narrow: Any = replace(linear.model, low=float(low), high=float(high))
    answer = run_onnx(regressor_graph(narrow), rows)["variable"][:, 0]
    assert answer == pytest.approx(narrow.predict(rows.astype(float)), abs=1e-5)
    assert (answer.min(), answer.max()) == pytest.approx((low, high), abs=1e-5)


def outcomes_of(target: str, value: np.ndarray, index: pd.DatetimeIndex, volatility: float = 16.0) -> ImpactHistory:
    frame = pd.DataFrame({target: value}, index)
    known = pd.DataFrame({target: index}, index)
    return ImpactHistory(frame, known, pd.DataFrame(volatility, index, list(impact_history.VOLATILITIES)))


def test_skill_that_hangs_on_one_quarter_is_no_skill() -> None:
    data = synthetic.monthly_data()
    rows = data.compact.iloc[2::3].iloc[:140].assign(recession_probability=0.1)
    index = pd.DatetimeIndex(rows.index)
    rng, quiet = np.random.default_rng(0), rows.fillna(0.0).assign(term_spread=0.0)
    one_quarter = rng.normal(0.0, 1.0, 140)
    for shock in (30, 120):  # once to learn from, once to be right about
        one_quarter[shock - 1 : shock + 1] += 60.0
        quiet.iloc[shock - 1 : shock + 1, quiet.columns.get_loc("term_spread")] = 6.0
    events = pd.Series(0.0, index)
    fitted = impacts.fit_impact(
        quiet, outcomes_of("real_gdp_change_pct", one_quarter, index), "real_gdp_change_pct", events
    )
    assert max(fitted.past_skill.values()) > 0.2
    assert not fitted.skill
    every = 3.0 * quiet["industrial_production_growth_3m"].to_numpy() + rng.normal(0.0, 0.5, 140)
    assert impacts.fit_impact(
        quiet, outcomes_of("real_gdp_change_pct", every, index), "real_gdp_change_pct", events
    ).skill


def test_worst_falls_are_learned_from_both_indices_and_from_before_the_features() -> None:
    index = pd.date_range("1928-03-31", periods=240, freq="QE")
    early = outcomes_of("sp500_drawdown_pct", np.full(240, -8.0), index)
    values = early.values.assign(nasdaq_drawdown_pct=np.where(np.arange(240) >= 170, -16.0, np.nan))
    both = replace(early, values=values)
    rows = synthetic.monthly_data().compact.reindex(index[index.year >= 1961]).assign(recession_probability=0.1)
    events = pd.Series(np.where(np.arange(240) % 4 == 0, 1.0, 0.0), index)
    fitted = impacts.fit_impact(rows, both, "sp500_drawdown_pct", events)
    assert (fitted.errors.calm.size, fitted.errors.event.size) == (180, 60)
    assert set(fitted.errors.calm.values) == {-2.0, -4.0}  # over the root of a volatility of 16
    assert fitted.errors.calm.weights.sum() == pytest.approx(180.0)
    one = fitted.forecast(rows.iloc[[-1]].assign(sp500_volatility=64.0))
    assert one.intervals[0.90] == pytest.approx((-32.0, -16.0))
    assert one.joint is not None
    assert one.joint.limit == impacts.JOINT_LIMIT
