"""One alarm rule in every room: an alarm stands when the probability lies above the threshold, not on it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from macro_assets.inference import metrics
from macro_assets.recession import calibration, impact_history, presets
from macro_assets.recession.evaluation import impact_evaluation
from macro_assets.recession.evaluation.events import alarms
from macro_assets.recession.hybrid import HybridRecessionModel
from macro_assets_tests.recession import synthetic

ORIGIN = pd.Timestamp("2000-01-31")


@pytest.fixture(scope="module")
def model() -> HybridRecessionModel:
    outcomes = impact_history.impact_outcomes(synthetic.target_table())
    return HybridRecessionModel.fit(synthetic.monthly_data(), presets.candidate("logit_l2"), ORIGIN, outcomes)


def at_threshold(model: HybridRecessionModel, row: pd.DataFrame, above: float = 0.0) -> HybridRecessionModel:
    """The same model with its threshold just at the probability of a row, or a little below."""
    p = float(model.stage1.predict_proba(row)[0])
    return replace(model, stage1=replace(model.stage1, threshold=p - above))


def test_the_rule_itself() -> None:
    assert metrics.exceeds(np.array([0.2, 0.3, 0.4]), 0.3).tolist() == [False, False, True]
    assert not metrics.exceeds(0.3, 0.3)


def test_the_forecast_and_its_impacts(model: HybridRecessionModel) -> None:
    row = synthetic.monthly_data().compact.loc[["2002-03-31"]]
    on, above = at_threshold(model, row), at_threshold(model, row, above=1e-9)
    assert on.predict(row).predicted is False
    assert on.predict(row).impacts is None
    assert above.predict(row).predicted is True


def test_the_walk_forward_of_stage_two(monkeypatch: pytest.MonkeyPatch, model: HybridRecessionModel) -> None:
    data = synthetic.monthly_data()
    on = at_threshold(model, data.compact.loc[["2004-12-31"]])
    monkeypatch.setattr(HybridRecessionModel, "fit", lambda *_, **__: on)
    rows = impact_evaluation.impact_walk_forward(
        data, presets.candidate("logit_l2"), synthetic.target_table(), start=pd.Timestamp("2004-12-31").date()
    )
    assert not rows["alarm"].any()


def test_thresholds_scores_and_episodes() -> None:
    p, y = np.array([0.3, 0.5]), np.array([0.0, 1.0])
    assert metrics.confusion(y, p, 0.3).fp == 0
    assert metrics.confusion(y, p, 0.5).fn == 1
    index = pd.date_range("2000-01-31", periods=3, freq="ME")
    on = pd.Series(0.3, index)
    assert not alarms(on, on, consecutive=1).any()
    assert alarms(on + 1e-9, on, consecutive=1).all()
    p = np.repeat([0.10 + 5 * 0.05, 0.50], 50)
    assert calibration.threshold(p, np.repeat([0.0, 1.0], 50), cost_ratio=2.0) == 0.35  # on it, no quiet row costs
