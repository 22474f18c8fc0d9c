"""Figures draw the numbers of the results, and their titles say what they show."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from macro_assets.inference import metrics
from macro_assets.recession import drivers, figures, impact_history, presets
from macro_assets.recession.hybrid import HybridRecessionModel
from macro_assets_tests.recession import synthetic

ORIGIN = pd.Timestamp("2000-01-31")


@pytest.fixture(scope="module")
def model() -> HybridRecessionModel:
    outcomes = impact_history.impact_outcomes(synthetic.target_table())
    return HybridRecessionModel.fit(synthetic.monthly_data(), presets.candidate("logit_path"), ORIGIN, outcomes)


@pytest.fixture(scope="module")
def live() -> pd.DataFrame:
    return synthetic.monthly_data().compact.loc["2000":"2004"]


def text_of(axes: Axes) -> str:
    figure = figures.as_figure(axes)
    words = [text.get_text() for axis in figure.axes for text in axis.texts]
    titles = [axis.get_title(loc="left") for axis in figure.axes]
    return " ".join([*words, *titles, *(text.get_text() for text in figure.texts)]).replace("\n", " ")


def test_the_path_draws_the_probabilities_their_threshold_and_the_recessions(
    model: HybridRecessionModel, live: pd.DataFrame
) -> None:
    p = model.stage1.predict_proba(live)
    rows = pd.DataFrame({"candidate": "logit_path", "as_of": live.index, "probability": p, "threshold": 0.3})
    rows = rows.sample(frac=1.0, random_state=0)
    axes = figures.probability_path(rows, synthetic.monthly_data().state, ["logit_path"])
    assert np.array_equal(axes.lines[0].get_ydata(), p)
    assert np.array_equal(axes.lines[1].get_ydata(), np.full(len(p), 0.3))
    assert len(axes.patches) == 1  # the recession of 2002-05 to 2003-06
    assert f"logit_path stood at {p[-1]:.1%} as of 2004-12-31" in text_of(axes)


def test_reliability_shows_frequencies_inside_their_bands(live: pd.DataFrame) -> None:
    rng = np.random.default_rng(0)
    p = rng.uniform(size=300)
    y = (rng.random(300) < p).astype(float)
    axes = figures.reliability(y, p, name="fair", seed=1)
    table = metrics.reliability(y, p)
    points = next(line for line in axes.lines if line.get_marker() == "o")
    assert np.array_equal(points.get_xdata(), table.probability)
    assert np.array_equal(points.get_ydata(), table.frequency)
    low, high = figures.reliability_band(y, p, block=24, seed=1)
    assert (low < table.frequency).all()
    assert (table.frequency < high).all()
    assert f"{metrics.ece(y, p):.3f}" in text_of(axes)


def test_roc_and_precision_end_where_everything_is_called() -> None:
    y, p = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.4, 0.35, 0.8])
    figure = figures.roc_and_precision(y, p, name="small")
    roc: Any = figure.axes[0].lines[1]
    assert (roc.get_xdata()[-1], roc.get_ydata()[-1]) == (1.0, 1.0)
    assert "75.0%" in figure.get_suptitle().replace("\n", " ")


def test_dots_are_the_contributions_of_each_month(model: HybridRecessionModel, live: pd.DataFrame) -> None:
    axes: Any = figures.driver_dots(model.stage1, live.iloc[-3:], top=4)
    parts = drivers.contributions(model.stage1, live.iloc[-3:])
    strongest = int(np.abs(parts).mean(axis=0).argmax())
    assert [line.get_xdata()[0] for line in axes.lines[:3]] == pytest.approx(parts[:, strongest])
    assert axes.get_yticklabels()[0].get_text() == model.stage1.columns[strongest]
