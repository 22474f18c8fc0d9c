"""The orchestrator answers every row, publishes impacts only in danger, and exports to a fast graph."""

import itertools
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

from macro_assets.export import recession as onnx_graph
from macro_assets.recession import impact_history, presets
from macro_assets.recession.evaluation import impact_evaluation, impact_scores
from macro_assets.recession.hybrid import HybridRecessionModel
from macro_assets_tests.recession import synthetic

CANDIDATES = {c.name: c for c in presets.candidates()}
ORIGIN = pd.Timestamp("2000-01-31")


@pytest.fixture(scope="module")
def model() -> HybridRecessionModel:
    history = impact_history.impact_outcomes(synthetic.target_table())
    return HybridRecessionModel.fit(synthetic.monthly_data(), CANDIDATES["logit_path"], ORIGIN, history)


@pytest.fixture(scope="module")
def live() -> pd.DataFrame:
    return synthetic.monthly_data().compact.loc["2000":"2004"]


def test_impacts_appear_exactly_when_a_recession_is_predicted(model: HybridRecessionModel, live: pd.DataFrame) -> None:
    forecasts = [model.predict(live.iloc[[i]]) for i in range(len(live))]
    assert {forecast.predicted for forecast in forecasts} == {True, False}
    for forecast, day in zip(forecasts, live.index, strict=True):
        assert forecast.as_of == day.date()
        assert forecast.predicted == (forecast.probability > forecast.threshold)
        assert (forecast.impacts is not None) == forecast.predicted


def test_stage_two_learns_from_out_of_fold_probabilities(monkeypatch: pytest.MonkeyPatch) -> None:
    from macro_assets.recession import hybrid

    seen: dict[str, pd.Series] = {}
    monkeypatch.setattr(hybrid, "fit_impacts", lambda _features, probability, *_: seen.update(p=probability) or ())
    history = impact_history.impact_outcomes(synthetic.target_table())
    model = HybridRecessionModel.fit(synthetic.monthly_data(), CANDIDATES["logit_path"], ORIGIN, history)
    rows = seen["p"].index.intersection(model.stage1.out_of_fold.index)
    held_out = 1 / (1 + np.exp(-model.stage1.out_of_fold.loc[rows]))
    in_sample = model.stage1.predict_proba(synthetic.monthly_data().compact.loc[rows])
    assert np.allclose(seen["p"].loc[rows], held_out, equal_nan=True)
    assert np.abs(seen["p"].loc[rows] - in_sample).max() > 0.05


def test_missing_indicators_are_named_and_scored(model: HybridRecessionModel, live: pd.DataFrame) -> None:
    row = live.iloc[[10]].copy()
    row.loc[:, "term_spread"] = np.nan
    message = model.predict(row.drop(columns="baa_spread"))
    assert {"term_spread", "baa_spread"} <= set(message.missing)
    assert 0 < message.probability < 1
    empty = model.predict({})
    assert len(empty.missing) == len(model.stage1.columns)
    assert empty.as_of is None


def test_drivers_add_up_to_the_log_odds(model: HybridRecessionModel, live: pd.DataFrame) -> None:
    from macro_assets.recession.drivers import contributions

    parts = contributions(model.stage1, live)
    linear: Any = model.stage1.model
    base = model.stage1.sigmoid.apply(np.array([linear.intercept]))
    assert parts.sum(axis=1) + base == pytest.approx(model.stage1.log_odds(live))
    drivers = model.predict(live.iloc[[3]]).drivers
    assert len(drivers) == 5
    assert all(abs(a.contribution) >= abs(b.contribution) for a, b in itertools.pairwise(drivers))


def test_no_skill_is_published_as_such(model: HybridRecessionModel) -> None:
    by_target = {regressor.target: regressor for regressor in model.stage2}
    assert by_target["unemployment_rate_change_pp"].skill
    assert by_target["real_gdp_change_pct"].skill
    assert not by_target["sp500_change_pct"].skill
    calm = by_target["sp500_change_pct"].forecast(
        synthetic.monthly_data().compact.iloc[[-1]].assign(recession_probability=0.1, sp500_volatility=16.0)
    )
    known = impact_history.impact_outcomes(synthetic.target_table()).as_of(ORIGIN).values["sp500_change_pct"]
    assert calm.value == pytest.approx(known.mean(), abs=0.5)
    assert calm.intervals[0.80][0] > calm.intervals[0.90][0]
    assert calm.method == "no skill"


@pytest.mark.parametrize("name", ["logit_path", "boosting_shallow", "random_forest"])
def test_the_graph_agrees_and_is_fast(name: str, live: pd.DataFrame) -> None:
    import onnxruntime

    data = synthetic.monthly_data()
    rows = data.training_rows(ORIGIN)
    fitted = CANDIDATES[name].fit(data.compact.loc[rows.as_of], rows.target, rows.recession)
    session = onnxruntime.InferenceSession(onnx_graph.classifier_graph(fitted).SerializeToString())
    x = fitted.matrix(live).astype(np.float32)
    x[0, :3] = np.nan
    expected = fitted.predict_proba(pd.DataFrame(x.astype(float), columns=list(fitted.columns)))
    assert np.abs(session.run(["probability"], {"X": x})[0][:, 0] - expected).max() < 1e-5
    spent = []
    for _ in range(50):
        start = time.perf_counter()
        session.run(["probability"], {"X": x[:1]})
        spent.append(time.perf_counter() - start)
    assert np.median(spent) < 1e-3


def test_linear_impacts_export(model: HybridRecessionModel, live: pd.DataFrame) -> None:
    import onnxruntime

    regressor: Any = next(r for r in model.stage2 if r.method in ("ridge", "median", "no skill"))
    session = onnxruntime.InferenceSession(onnx_graph.regressor_graph(regressor.model).SerializeToString())
    x = live.reindex(columns=list(regressor.columns)).to_numpy(dtype=np.float32)
    expected = regressor.model.predict(x.astype(float))
    assert session.run(None, {"X": x})[0][:, 0] == pytest.approx(expected, abs=1e-5)


def test_stage_two_is_judged_by_walking_forward() -> None:
    data = synthetic.monthly_data()
    rows = impact_evaluation.impact_walk_forward(
        data, CANDIDATES["logit_l2"], synthetic.target_table(), start=pd.Timestamp("2001-03-31").date()
    )
    scores = {score.target: score for score in impact_scores.score_impacts(rows, data.state)}
    assert scores["unemployment_rate_change_pp"].r2 > 0.1
    assert scores["sp500_change_pct"].skill_share == 0.0
    for target, part in rows.dropna(subset=["outcome"]).groupby("target"):
        inside = part["outcome"].between(part["low_90%"], part["high_90%"])
        assert scores[target].intervals["mixture"][0.90].coverage == inside.mean()
        assert scores[target].origins == len(part) == 13
    assert np.mean([score.intervals["mixture"][0.90].coverage for score in scores.values()]) > 0.75
