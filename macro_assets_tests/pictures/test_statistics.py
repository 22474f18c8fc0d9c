"""Pictures of statistics show the errors, intervals and frequencies they were given."""

from typing import Any

import numpy as np

from macro_assets.pictures import statistics

CALM, ALARM = np.array([-0.2, 0.1, 0.3]), np.array([-1.0, 0.5])


def test_errors_are_ticks_over_their_intervals_and_an_unsupported_one_is_not_drawn() -> None:
    levels = [{0.8: (-0.3, 0.4), 0.9: (-0.5, 0.6)}, {0.8: (-1.0, 0.7), 0.9: (-np.inf, np.inf)}]
    axes: Any = statistics.error_strips(("calm", "alarm"), (CALM, ALARM), levels, "Errors")
    bars = [(bar.get_x(), round(bar.get_x() + bar.get_width(), 9)) for bar in axes.patches]
    assert bars == [(-0.5, 0.6), (-0.3, 0.4), (-1.0, 0.7)], "the wider interval lies below the narrower one"
    ticks, alarm, zero = axes.lines
    assert (list(ticks.get_xdata()), set(ticks.get_ydata())) == (CALM.tolist(), {0.0})
    assert (list(alarm.get_xdata()), set(alarm.get_ydata())) == (ALARM.tolist(), {1.0})
    assert set(zero.get_xdata()) == {0.0}, "zero is a vertical line, as errors run from left to right"
    assert [label.get_text() for label in axes.get_yticklabels()] == ["calm", "alarm"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1], "the first group is on top"


def test_bins_stand_at_their_frequency_as_large_as_their_mass() -> None:
    axes: Any = statistics.frequencies(np.array([0.1, 0.6]), np.array([0.2, 0.5]), np.array([10, 40]), "Calibrated")
    points = axes.collections[0]
    np.testing.assert_allclose(points.get_offsets(), [[0.1, 0.2], [0.6, 0.5]])
    assert points.get_sizes().tolist() == [40.0, 160.0]
    np.testing.assert_array_equal(axes.lines[0].get_xydata(), [[0.0, 0.0], [1.0, 1.0]])
    assert (axes.get_xlim(), axes.get_ylim()) == ((0.0, 1.0), (0.0, 1.0))


def test_numbers_are_bars_with_their_values_the_first_on_top() -> None:
    axes: Any = statistics.number_bars(("hit_rate", "miss"), (0.25, -0.5), "Counts")
    assert [bar.get_width() for bar in axes.patches] == [0.25, -0.5]
    assert [text.get_text() for text in axes.texts if text.get_text()] == ["0.25", "-0.5"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["hit rate", "miss"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    assert set(axes.lines[-1].get_xdata()) == {0.0}


def test_a_difference_lies_on_its_interval_beside_zero() -> None:
    axes: Any = statistics.difference(0.2, -0.1, 0.5, "No difference", "Diebold-Mariano", label="A minus B")
    np.testing.assert_allclose(axes.collections[0].get_segments()[0][:, 0], [-0.1, 0.5])
    assert list(axes.lines[0].get_xdata()) == [0.2]
    assert set(axes.lines[1].get_xdata()) == {0.0}
    assert axes.get_xlabel() == "A minus B"
