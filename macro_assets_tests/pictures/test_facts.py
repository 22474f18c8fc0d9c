"""Pictures of facts show the arrays they were given."""

from typing import Any

import numpy as np
import pytest

from macro_assets.pictures import facts

MONTHS = np.arange("2000-01", "2002-01", dtype="datetime64[M]").astype("datetime64[D]")


def test_facts_of_each_year_are_stacked_by_rule_and_the_title_says_how_many_are_dated() -> None:
    counts = np.array([[6, 2], [3, 1]])
    axes: Any = facts.facts_by_year(np.array([2000, 2001]), ("vintage", "lag_rule"), counts)
    tops = [(bar.get_y(), bar.get_y() + bar.get_height()) for bar in axes.patches]
    assert tops == [(0, 6), (0, 3), (6, 8), (3, 4)]
    assert axes.get_title(loc="left").replace("\n", " ").startswith("9 of 12 facts")
    assert [text.get_text() for text in axes.texts[:2]] == ["vintage", "lag_rule"]


def test_growth_is_drawn_on_a_log_scale_and_the_best_is_named() -> None:
    growth = {"A": (MONTHS, np.linspace(1.0, 2.0, len(MONTHS))), "B": (MONTHS, np.linspace(1.0, 3.0, len(MONTHS)))}
    axes: Any = facts.growth_of_one(growth)
    assert axes.get_yscale() == "log"
    assert axes.get_title(loc="left").startswith("One unit of B became 3.0 from 2000 to 2001")
    np.testing.assert_array_equal(axes.lines[1].get_ydata(), growth["B"][1])


def test_ages_are_cut_at_the_oldest_shown_and_unknown_cells_stay_empty() -> None:
    ages = np.array([[0.0, 9.0], [np.nan, 1.0]])
    figure: Any = facts.known_series(("A", "B"), MONTHS[:2], ages)
    drawn = np.ma.filled(figure.axes[0].images[0].get_array().astype(float), np.nan)
    np.testing.assert_array_equal(drawn, [[0.0, 6.0], [np.nan, 1.0]])
    assert figure.axes[0].images[0].get_clim() == (-0.5, 6.5), "one colour an age"
    assert [text.get_text() for text in figure.axes[1].get_yticklabels()] == [*"012345", "6 or more"]
    assert figure.axes[1].get_yticks().tolist() == list(range(7))
    title = figure.axes[0].get_title(loc="left").replace("\n", " ")
    assert title == "2 of 2 series are known on 2000-02-01, 1 on 2000-01-01"


def test_every_name_has_a_panel_with_its_unit_and_none_is_left_over() -> None:
    paths = {name: (MONTHS, np.arange(len(MONTHS), dtype=float)) for name in ("a", "b", "c")}
    figure: Any = facts.small_multiples(paths, {"a": "points", "b": "decimal", "c": "decimal"}, "Three")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["a (points)", "b (decimal)", "c (decimal)", ""]
    assert not figure.axes[3].axison


def test_revisions_are_the_distance_of_first_and_latest() -> None:
    first, latest = np.zeros(len(MONTHS)), np.full(len(MONTHS), 0.5)
    first[3] = np.nan
    axes: Any = facts.first_and_latest(MONTHS, first, latest, name="Growth", unit="percent")
    assert axes.get_title(loc="left").startswith("Growth is revised by 0.5 points on average")
    assert axes.get_ylabel() == "percent"


@pytest.mark.parametrize("names", [12, 1])
def test_more_lines_than_colours_and_a_single_one_are_drawn(names: int) -> None:
    paths = {f"s{k}": (MONTHS, np.linspace(1.0, 1.0 + k, len(MONTHS))) for k in range(names)}
    assert len(facts.growth_of_one(paths).lines) == names
