"""Rules of stage 2 that a usual row does not reach: what was known, which row, which regime, which interval."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from macro_assets.export.parity import run_onnx
from macro_assets.export.recession import regressor_graph
from macro_assets.recession import impacts, presets
from macro_assets.recession.hybrid import HybridRecessionModel
from macro_assets.recession.outlook import _row
from macro_assets.recession.regressors import LinearRegressor
from macro_assets.recession.training import fit_year
from macro_assets_tests.recession import synthetic

ORIGIN = pd.Timestamp("2000-01-31")
STAGE_1 = presets.candidate("logit_l2")


@pytest.fixture(scope="module")
def model() -> HybridRecessionModel:
    values, known_at = impacts.impact_outcomes(synthetic.target_table())
    return HybridRecessionModel.fit(synthetic.monthly_data(), STAGE_1, ORIGIN, values, known_at)


def test_outcomes_known_after_the_origin_change_nothing(model: HybridRecessionModel) -> None:
    values, known_at = impacts.impact_outcomes(synthetic.target_table())
    later = values.where(known_at <= ORIGIN, 1e6)
    assert (later != values).to_numpy().any()
    again = HybridRecessionModel.fit(synthetic.monthly_data(), STAGE_1, ORIGIN, later, known_at)
    row = synthetic.monthly_data().compact.loc[[ORIGIN]]
    for one, two in zip(model.impacts(row, 0.9), again.impacts(row, 0.9), strict=True):
        assert one == two


def test_the_forecast_is_of_the_last_row(model: HybridRecessionModel) -> None:
    rows = synthetic.monthly_data().compact.loc["2000":"2001"]
    forecast = model.predict(rows)
    assert forecast.as_of == rows.index[-1].date()
    assert forecast.probability == model.predict(rows.iloc[[-1]]).probability
    assert forecast.probability != model.predict(rows.iloc[[0]]).probability


def test_intervals_are_those_of_the_regime_the_row_stands_in(model: HybridRecessionModel) -> None:
    row = synthetic.monthly_data().compact.loc[[ORIGIN]]
    threshold = model.stage1.threshold
    assert {impact.regime for impact in model.impacts(row, threshold)} == {"calm"}
    assert {impact.regime for impact in model.impacts(row, threshold + 1e-9)} == {"alarm"}


def test_an_interval_that_the_errors_do_not_support_is_null(model: HybridRecessionModel) -> None:
    impact = model.impacts(synthetic.monthly_data().compact.loc[[ORIGIN]], 0.0)[0]
    assert impact.supported(0.90)
    stated = _row(impact, date(2000, 1, 31))
    assert stated["upper_90"] is not None
    infinite = (-np.inf, np.inf)
    short = replace(impact, intervals={0.80: impact.intervals[0.80], 0.90: infinite}, widest_level=0.85)
    unstated = _row(short, date(2000, 1, 31))
    assert unstated["upper_90"] is None
    assert unstated["lower_90"] is None
    assert unstated["upper_80"] == stated["upper_80"]


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
