"""Pictures of effects show the numbers they are given: points, intervals, bands, marks and units."""

from typing import Any

import numpy as np
import pytest

from macro_assets.pictures import effects
from macro_assets.pictures.style import LIGHT


def vertices(axes: Any, index: int = 0) -> Any:
    return axes.collections[index].get_paths()[0].vertices


def test_intervals_stand_over_their_points_with_comparisons_beside() -> None:
    axes: Any = effects.intervals(
        ["calm", "stress"], [1.0, 2.0], [0.5, 1.5], [1.5, 3.0], unit="percent", reference=1.4,
        comparisons={"zero": 0.0},
    )  # fmt: skip
    segments = axes.collections[0].get_segments()
    assert [segment[:, 1].tolist() for segment in segments] == [[0.5, 1.5], [1.5, 3.0]]
    drawn = [line.get_ydata().tolist() for line in axes.lines if line.get_marker() != "None"]
    assert drawn == [[1.0, 2.0], [0.0]]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["calm", "stress", "zero"]
    assert axes.get_ylabel() == "percent"
    dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert set(dashed[0].get_ydata()) == {1.4}


def test_a_response_marks_what_simulation_does_not_trust() -> None:
    points, low, high = [0.1, 0.2, 0.4], [0.0, 0.1, 0.2], [0.2, 0.3, 0.6]
    axes: Any = effects.response(
        [0, 3, 12], points, low, high, unit="decimal", band=([-0.1] * 3, [0.9] * 3), unreliable=[False, False, True]
    )
    assert list(axes.lines[0].get_ydata()) == points
    assert vertices(axes, 0)[:, 1].max() == 0.9, "the band of the whole path lies behind"
    assert vertices(axes, 1)[:, 1].max() == 0.6
    assert [(text.get_text(), text.xy) for text in axes.texts] == [("unreliable", (12, 0.4))]
    assert axes.get_xticks().tolist() == [0, 3, 12]


def test_a_response_without_a_band_draws_one_interval() -> None:
    axes: Any = effects.response([0, 1], [1.0, 2.0], [0.0, 1.0], [2.0, 3.0], unit="percent")
    assert len(axes.collections) == 1
    assert not axes.texts


@pytest.mark.parametrize(("largest", "limit"), [(1.0, 3.0), (7.0, 7.0), (40.0, 10.0)])
def test_a_heat_map_keeps_its_colours_apart_whatever_its_largest_number(largest: float, limit: float) -> None:
    values = [[largest, -0.5], [np.nan, 1.0]]
    axes: Any = effects.heat_map(values, [["a", "b"], ["", "d"]], ["s1", "s2"], ["y1", "y2"])
    assert axes.images[0].get_clim() == (-limit, limit)
    placed = {text.get_text(): text.get_position() for text in axes.texts}
    assert placed == {"a": (0, 0), "b": (1, 0), "d": (1, 1)}
    ink = {text.get_text(): text.get_color() for text in axes.texts}
    assert (ink["a"] == LIGHT.paper) == (largest > 0.65 * limit)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["s1", "s2"]


def test_an_effect_over_time_shows_its_reference_even_without_a_path() -> None:
    dates = np.arange("2000-01", "2000-04", dtype="datetime64[M]").astype("datetime64[D]")
    axes: Any = effects.over_time(
        dates, [1.0, 2.0, 3.0], [0.0, 1.0, 2.0], [2.0, 3.0, 4.0], unit="percent", reference=1.5
    )
    assert axes.lines[0].get_ydata().tolist() == [1.0, 2.0, 3.0]
    assert vertices(axes)[:, 1].max() == 4.0
    empty: Any = effects.over_time([], [], [], [], unit="percent", reference=1.5)
    assert set(empty.lines[0].get_ydata()) == {1.5}
    assert not empty.collections


def test_a_check_shows_every_value_against_its_threshold() -> None:
    axes: Any = effects.threshold(["1991-01", "2008-01"], [0.3, 2.4], 2.0, unit="standard errors")
    assert axes.lines[0].get_xdata().tolist() == [0.3, 2.4]
    assert set(axes.lines[1].get_xdata()) == {2.0}
    assert len(effects.threshold(["one"], [0.3], float("nan"), unit="").lines) == 1


def test_spans_reach_from_the_first_to_the_last_month() -> None:
    first, last = (np.array(days, dtype="datetime64[D]") for days in (["2000-01-31"], ["2010-12-31"]))
    axes: Any = effects.spans(["sp500"], first, last)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["sp500"]
    (segment,) = axes.collections[0].get_segments()
    assert (segment[1, 0] - segment[0, 0]) == pytest.approx(3987)
