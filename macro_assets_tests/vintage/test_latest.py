"""Latest known values with an age limit, spans in one slice, splices, outcome slices, wide and long."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.catalog.models import Splice
from macro_assets.errors import InvalidInputError
from macro_assets.signals.substitution import splice
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import frames
from macro_assets.vintage.dense import dense, outcome_slices
from macro_assets.vintage.latest import latest_known, newest_lag, span, window
from macro_assets.vintage.layout import CELLS
from macro_assets_tests.vintage.facts import SMALL
from macro_assets_tests.vintage.states import as_states

AS_OF = dt.date(2005, 6, 30)


def month_end_before(day: dt.date, months: int) -> dt.date:
    return (pd.Timestamp(day) - pd.offsets.MonthEnd(months)).date() if months else day


def long_cube(cells: list[tuple[str, int, float, bool]], as_of: dt.date = AS_OF) -> pa.Table:
    rows = [
        {"as_of": as_of, "series_id": series, "lag": lag, "period": month_end_before(as_of, lag), "value": value,
         "known_at": as_of - dt.timedelta(lag), "n_obs": 1, "complete": complete}
        for series, lag, value, complete in cells
    ]  # fmt: skip
    return as_states(pa.Table.from_pylist(rows, schema=CELLS))


CUBE = dense(long_cube([("A", 1, 10.0, False), ("A", 2, 8.0, True), ("A", 3, 5.0, True), ("A", 4, 4.0, False)]))


def test_the_latest_value_is_the_newest_within_the_age_limit() -> None:
    known = latest_known(CUBE, "A", 3)
    assert (known.value[0], known.lag[0]) == (10.0, 1)
    assert known.known_at[0] == np.datetime64("2005-06-29")
    assert latest_known(CUBE, "A", 3, complete_only=True).value[0] == 8.0
    assert latest_known(CUBE, "A", 3, offset=2).value[0] == 5.0
    too_old = latest_known(CUBE, "A", 0)
    assert np.isnan(too_old.value[0])
    assert too_old.lag[0] == -1
    assert np.isnat(too_old.known_at[0])


def test_growth_takes_whole_periods_at_both_ends() -> None:
    new, old = span(CUBE, "A", 1, 3)
    assert (new.value[0], old.value[0]) == (8.0, 5.0), "the running period is passed over"
    _, partial_base = span(CUBE, "A", 2, 3)
    assert np.isnan(partial_base.value[0]), "a base of which not all is known is no base"
    new, old = span(CUBE, "A", 1, 3, complete_only=False)
    assert (new.value[0], old.value[0]) == (10.0, 8.0)


def test_the_newest_lag_is_the_smallest_usable_one_within_the_age_limit() -> None:
    usable = np.array([[False, True, True], [False, False, True], [False, False, False], [True, False, True]])
    assert newest_lag(usable, 2).tolist() == [1, 2, -1, 0]
    assert newest_lag(usable, 1).tolist() == [1, -1, -1, 0]


def test_a_cube_is_as_deep_as_it_is_asked_to_be() -> None:
    table = long_cube([("A", lag, float(lag), True) for lag in range(6)])
    assert dense(table, frequency="M", depth=4).values[0, :, 0].tolist() == [0.0, 1.0, 2.0, 3.0]


def test_windows_run_back_from_the_latest_value() -> None:
    past = window(CUBE, "A", 4, 3)
    np.testing.assert_array_equal(past.values, [[10.0, 8.0, 5.0, 4.0]])
    assert past.known_at[0] == np.datetime64("2005-06-29")
    assert np.isnan(window(CUBE, "A", 5, 3).values[0, 4])


def test_unknown_series_and_shallow_cubes_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="no series 'B'"):
        latest_known(CUBE, "B", 1)
    with pytest.raises(InvalidInputError, match="depth 48"):
        span(CUBE, "A", 46, 3)


def test_splices_read_the_daily_series_where_it_exists() -> None:
    cells = [("DFF", 0, 1.0, False), ("FEDFUNDS", 0, 9.0, True), ("FEDFUNDS", 1, 2.0, True),
             ("GS10", 1, 5.0, True), ("TB3MS", 1, 3.0, False), ("TB3MS", 2, 3.0, True)]  # fmt: skip
    spliced = splice(dense(long_cube(cells)), load_catalog())
    rate = spliced.sel(series="policy_rate")
    np.testing.assert_array_equal(rate.values[0, :3], [1.0, 2.0, np.nan])
    np.testing.assert_array_equal(rate.complete.values[0, :3], [False, True, False])
    spread = spliced.sel(series="term_spread")
    np.testing.assert_array_equal(spread.values[0, :3], [np.nan, 2.0, np.nan])
    assert not spread.complete.values[0, 1]


def test_a_spliced_difference_is_known_when_both_legs_are() -> None:
    entry = Splice(name="gap", title="gap", daily="NONE", monthly="A", minus="B")
    table = pa.concat_tables([long_cube([("A", 1, 5.0, True)]), long_cube([("B", 1, 3.0, True)])])
    known = table.set_column(5, table.schema.field(5), pa.array([dt.date(2005, 6, 3), dt.date(2005, 6, 20)]))
    gap = splice(dense(known), SMALL.model_copy(update={"splices": {"gap": entry}})).sel(series="gap", lag=1)
    assert gap.values[0] == 2.0
    assert gap.known_at.values[0].astype("datetime64[D]") == np.datetime64("2005-06-20")


def returns(rows: list[tuple[dt.date, str, float, dt.date]]) -> pa.Table:
    records = [{"month": m, "outcome": o, "value": v, "unit": "decimal", "level": 1.0, "known_at": k}
               for m, o, v, k in rows]  # fmt: skip
    return pa.Table.from_pylist(records, schema=TABLES["gold/asset_returns"].schema)


def test_outcomes_enter_slices_once_they_are_known() -> None:
    table = returns([(dt.date(2005, 5, 31), "us10y", 4.0, dt.date(2005, 6, 1)),
                     (dt.date(2005, 6, 30), "us10y", 5.0, dt.date(2005, 7, 1))])  # fmt: skip
    ends = np.array(["2005-05-31", "2005-06-30", "2005-07-31"], dtype="datetime64[D]")
    array = outcome_slices(table, ends, depth=3)
    np.testing.assert_array_equal(
        array.sel(series="us10y").values, [[np.nan] * 3, [np.nan, 4.0, np.nan], [np.nan, 5.0, 4.0]]
    )


def test_wide_has_a_row_a_date_and_a_column_a_name_in_order_of_appearance() -> None:
    table = returns([(dt.date(2005, 5, 31), "vix", 4.0, dt.date(2005, 5, 31)),
                     (dt.date(2005, 5, 31), "tlt", 2.0, dt.date(2005, 5, 31)),
                     (dt.date(2005, 6, 30), "vix", 5.0, dt.date(2005, 6, 30))])  # fmt: skip
    values, known = frames.wide(table), frames.wide(table, values="known_at")
    assert list(values.columns) == ["vix", "tlt"]
    assert isinstance(values.index, pd.DatetimeIndex)
    assert np.isnan(values.loc["2005-06-30", "tlt"])
    assert values.to_numpy().tolist()[0] == [4.0, 2.0]
    assert known.loc["2005-06-30", "vix"] == pd.Timestamp("2005-06-30")
    assert known["tlt"].isna().tolist() == [False, True]


def test_wide_refuses_what_does_not_name_one_row_each() -> None:
    row = (dt.date(2005, 5, 31), "vix", 4.0, dt.date(2005, 5, 31))
    with pytest.raises(InvalidInputError, match="one row each"):
        frames.wide(returns([row, row]))
    with pytest.raises(InvalidInputError, match="Name it"):
        frames.wide(pa.table({"x": [1.0]}))
