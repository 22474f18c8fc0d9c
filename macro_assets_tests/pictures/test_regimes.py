"""Pictures of regimes show the probabilities, labels, recessions and scores they were given."""

from typing import Any

import numpy as np
import pytest

from macro_assets.pictures import regimes
from macro_assets.regimes.names import REGIMES

DATES = np.arange("2000-01", "2001-01", dtype="datetime64[M]").astype("datetime64[D]")
PROBABILITIES = np.column_stack([np.linspace(0.1, 0.7, 12), np.linspace(0.6, 0.1, 12), np.linspace(0.3, 0.2, 12)])


def test_the_ribbon_stacks_to_one_and_its_title_is_the_newest_month() -> None:
    axes: Any = regimes.probability_ribbon(DATES, PROBABILITIES, REGIMES)
    top = axes.collections[2].get_paths()[0].vertices[:, 1].max()
    assert top == pytest.approx(1.0)
    title = axes.get_title(loc="left").replace("\n", " ")
    assert title == "Recession or high stress: probability 0.70 on 2000-12-01"
    heights = {text.get_text(): text.xy[1] for text in axes.texts[:3]}
    assert set(heights) == {name.replace("_", " ") for name in REGIMES}
    assert sorted(heights.values()) == pytest.approx(np.array([0.35, 0.8, 0.95]) / axes.get_ylim()[1]), (
        "amid their areas"
    )
    assert axes.get_ylim() == (0.0, pytest.approx(1.0, abs=0.1))


def test_no_probability_is_stated_as_certain() -> None:
    sure = np.tile([0.997, 0.002, 0.001], (12, 1))
    assert "probability above 0.99" in regimes.probability_ribbon(DATES, sure, REGIMES).get_title(loc="left")


def test_recessions_within_the_dates_are_marked_above_and_a_lasting_one_ends_with_them() -> None:
    spans = [("1990-01-01", "1990-12-31"), ("1999-06-01", "2000-02-29"), ("2000-08-01", "NaT")]
    axes: Any = regimes.probability_ribbon(DATES, PROBABILITIES, REGIMES, (), spans)
    marks = [line.get_xdata() for line in axes.lines]
    assert [(str(mark[0]), str(mark[1])) for mark in marks] == [
        ("2000-01-01", "2000-02-29"),
        ("2000-08-01", "2000-12-01"),
    ]


def test_labels_are_a_strip_below_in_the_colour_of_their_regime() -> None:
    labels = [REGIMES[1]] * 8 + [REGIMES[0]] * 4
    axes: Any = regimes.probability_ribbon(DATES, PROBABILITIES, REGIMES, labels)
    strips = axes.collections[3:]
    with_area = [strip.get_paths()[0].vertices[:, 1].max() for strip in strips if strip.get_paths()]
    assert with_area == pytest.approx([regimes.STRIP[1]] * 2)
    assert axes.get_ylim()[0] == regimes.STRIP[0], "the strip is inside the picture"


def test_scores_are_labelled_and_the_model_in_question_is_blue() -> None:
    axes: Any = regimes.score_bars(
        ("network", "persistence"), (-0.3, -0.25), "The network does not beat persistence", "Hold-out"
    )
    assert [bar.get_width() for bar in axes.patches] == [-0.3, -0.25]
    assert axes.patches[0].get_facecolor() != axes.patches[1].get_facecolor()
    assert "-0.300" in [text.get_text() for text in axes.texts]


def test_shares_and_means_are_drawn_as_given() -> None:
    axes: Any = regimes.label_shares(REGIMES, (0.2, 0.5, 0.3), "Regimes last")
    assert [bar.get_width() for bar in axes.patches] == [0.2, 0.5, 0.3]
    means = np.array([[1.0, 5.0], [0.0, -1.0], [0.5, 2.0]])
    axes = regimes.state_means(REGIMES, ("activity", "credit_gap"), means)
    np.testing.assert_array_equal([line.get_xdata() for line in axes.lines[1:]], means)
    assert "credit gap" in axes.get_title(loc="left")
