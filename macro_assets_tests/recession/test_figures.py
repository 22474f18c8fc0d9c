"""Figures draw the numbers of the results, and their titles say what they show."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from macro_assets.inference import metrics
from macro_assets.recession import drivers, figures, impacts, presets
from macro_assets.recession.hybrid import HybridRecessionModel
from macro_assets_tests.recession import synthetic

ORIGIN = pd.Timestamp("2000-01-31")


@pytest.fixture(scope="module")
def model() -> HybridRecessionModel:
    outcomes = impacts.impact_outcomes(synthetic.target_table())
    return HybridRecessionModel.fit(synthetic.monthly_data(), presets.candidate("logit_path"), ORIGIN, *outcomes)


@pytest.fixture(scope="module")
def live() -> pd.DataFrame:
    return synthetic.monthly_data().compact.loc["2000":"2004"]


def text_of(figure: Figure) -> str:
    words = [text.get_text() for axis in figure.axes for text in axis.texts]
    titles = [axis.get_title(loc="left") for axis in figure.axes]
    return " ".join([*words, *titles, *(text.get_text() for text in figure.texts)]).replace("\n", " ")


def test_the_path_draws_the_probabilities_their_threshold_and_the_recessions(
    model: HybridRecessionModel, live: pd.DataFrame
) -> None:
    p = model.stage1.predict_proba(live)
    rows = pd.DataFrame({"candidate": "logit_path", "as_of": live.index, "probability": p, "threshold": 0.3})
    figure = figures.probability_path(
        rows.sample(frac=1.0, random_state=0), synthetic.monthly_data().state, ["logit_path"]
    )
    axis = figure.axes[0]
    assert np.array_equal(axis.lines[0].get_ydata(), p)
    assert np.array_equal(axis.lines[1].get_ydata(), np.full(len(p), 0.3))
    assert len(axis.patches) == 1  # the recession of 2002-05 to 2003-06
    assert f"logit_path stood at {p[-1]:.1%} as of 2004-12-31" in text_of(figure)


def test_reliability_shows_frequencies_inside_their_bands(live: pd.DataFrame) -> None:
    rng = np.random.default_rng(0)
    p = rng.uniform(size=300)
    y = (rng.random(300) < p).astype(float)
    figure = figures.reliability(y, p, name="fair", seed=1)
    table = metrics.reliability(y, p)
    points = next(line for line in figure.axes[0].lines if line.get_marker() == "o")
    assert np.array_equal(points.get_xdata(), table.probability)
    assert np.array_equal(points.get_ydata(), table.frequency)
    low, high = figures.reliability_band(y, p, block=24, seed=1)
    assert (low < table.frequency).all()
    assert (table.frequency < high).all()
    assert f"{metrics.ece(y, p):.3f}" in text_of(figure)


def test_roc_and_precision_end_where_everything_is_called() -> None:
    y, p = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.4, 0.35, 0.8])
    figure = figures.roc_and_precision(y, p, name="small")
    roc = figure.axes[0].lines[1]
    assert (roc.get_xdata()[-1], roc.get_ydata()[-1]) == (1.0, 1.0)
    assert "75.0%" in figure.get_suptitle().replace("\n", " ")


def test_importance_and_drivers_rank_by_size(model: HybridRecessionModel, live: pd.DataFrame) -> None:
    sizes = np.abs(model.stage1.model.weights)
    bars = figures.importance(model.stage1, top=5).axes[0].patches
    assert [bar.get_width() for bar in bars][::-1] == pytest.approx(np.sort(sizes)[::-1][:5])
    found = drivers.drivers(model.stage1, live.iloc[[3]])
    drawn = figures.driver_bars(found).axes[0].patches
    assert [bar.get_width() for bar in drawn][::-1] == pytest.approx([driver.contribution for driver in found])
    colors = {bar.get_width() > 0: bar.get_facecolor() for bar in drawn}
    assert len(set(colors.values())) == len(colors)


def test_dots_are_the_contributions_of_each_month(model: HybridRecessionModel, live: pd.DataFrame) -> None:
    figure = figures.driver_dots(model.stage1, live.iloc[-3:], top=4)
    parts = drivers.contributions(model.stage1, live.iloc[-3:])
    strongest = int(np.abs(parts).mean(axis=0).argmax())
    assert [line.get_xdata()[0] for line in figure.axes[0].lines[:3]] == pytest.approx(parts[:, strongest])
    assert figure.axes[0].get_yticklabels()[0].get_text() == model.stage1.columns[strongest]


def test_fans_mark_what_has_no_skill(model: HybridRecessionModel, live: pd.DataFrame) -> None:
    found = model.impacts(live.iloc[[-1]], 0.9)
    figure = figures.impact_fans(found)
    assert [axis.get_xlabel() for axis in figure.axes] == ["" if one.skill else "no skill" for one in found]
    assert [axis.lines[0].get_ydata()[0] for axis in figure.axes] == [one.value for one in found]
    wide = figure.axes[0].collections[0].get_segments()[0][:, 1]
    assert wide == pytest.approx(found[0].intervals[0.90])
    assert "no skill" not in {axis.get_xlabel() for axis in figures.impact_fans([replace(found[0], skill=True)]).axes}
