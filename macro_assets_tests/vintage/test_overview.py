"""Counts, growth and ages of whole tables, against plain loops."""

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.vintage.overview import facts_by_year, growth_of_one, newest_lags, paths_by_name
from macro_assets_tests.vintage.states import states_of


def test_facts_are_counted_by_the_year_and_rule_of_their_knowledge() -> None:
    days = [dt.date(2000, 5, 1), dt.date(2000, 6, 1), dt.date(2002, 1, 1), dt.date(2002, 2, 1)]
    years, rules, counts = facts_by_year(pa.table({"known_from": days, "known_by": ["b", "a", "a", "a"]}))
    assert years.tolist() == [2000, 2001, 2002]
    assert rules == ("a", "b")
    assert counts.tolist() == [[1, 1], [0, 0], [2, 0]]


def test_a_table_without_facts_has_no_year() -> None:
    years, rules, counts = facts_by_year(
        pa.table({"known_from": pa.array([], pa.date32()), "known_by": pa.array([], pa.string())})
    )
    assert len(years) == len(rules) == counts.size == 0


def test_one_unit_grows_with_each_return_and_levels_have_none() -> None:
    dates = pd.bdate_range("2000-01-03", periods=50)
    rng = np.random.default_rng(0)
    frames = [
        pd.DataFrame({"symbol": name, "date": dates.date, "total_return": [None, *rng.normal(0, 0.01, 49)]})
        for name in ("B", "A", "^VIX")
    ]
    table = pa.Table.from_pandas(pd.concat(frames).sample(frac=1.0, random_state=1), preserve_index=False)
    paths = growth_of_one(table)
    assert list(paths) == ["A", "B"]
    grown = np.cumprod(1.0 + np.array([0.0, *frames[1]["total_return"][1:]]))
    np.testing.assert_allclose(paths["A"][1], grown[[0, 21, 42]])
    assert paths["A"][0].tolist() == [dates[k].date() for k in (0, 21, 42)]


def test_the_newest_lag_of_each_series_and_date_is_its_age() -> None:
    days = [dt.date(2000, 1, 31), dt.date(2000, 2, 29)]
    cells = [(days[1], "A", 3), (days[1], "A", 1), (days[0], "B", 0), (days[1], "B", 2)]
    series, as_of, ages = newest_lags(states_of(cells))
    assert series == ("A", "B")
    assert as_of.tolist() == days
    np.testing.assert_array_equal(ages, [[np.nan, 1.0], [0.0, 2.0]])


@pytest.mark.parametrize("shuffle", [0, 1])
def test_a_long_table_becomes_one_path_a_name(shuffle: int) -> None:
    days = [dt.date(2000, month, 1) for month in (1, 2, 3)]
    frame = pd.DataFrame(
        {"month": days * 2, "outcome": ["x"] * 3 + ["y"] * 3, "value": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
         "unit": ["points"] * 3 + ["decimal"] * 3}
    ).sample(frac=1.0, random_state=shuffle)  # fmt: skip
    paths, units = paths_by_name(pa.Table.from_pandas(frame, preserve_index=False), "outcome")
    assert units == {"x": "points", "y": "decimal"}
    assert paths["y"][0].tolist() == days
    assert paths["y"][1].tolist() == [4.0, 5.0, 6.0]
