"""The cube against the plain reference, and against itself with the future cut off."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.catalog import Catalog
from macro_assets.errors import InvalidInputError
from macro_assets.vintage import cube, knowledge
from macro_assets.vintage.calendars import CubeFrequency
from macro_assets.vintage.layout import lay_out
from macro_assets_tests.vintage import cells as reference
from macro_assets_tests.vintage import naive
from macro_assets_tests.vintage.facts import FIRST_DAY, LAST_DAY, SMALL, bronze, facts, observed


def silver(table: pa.Table) -> pa.Table:
    return observed(table, SMALL)


def cells(known: pa.Table, catalog: Catalog, frequency: CubeFrequency = "M", **about: Any) -> pa.Table:
    return lay_out(cube.build(known, catalog, frequency=frequency, **about), frequency=frequency)


def rows_of(table: pa.Table) -> list[tuple]:
    return list(zip(*table.to_pydict().values(), strict=True))


def upto(table: pa.Table, day: dt.date, column: str) -> pa.Table:
    return table.filter(pc.less_equal(table[column], pa.scalar(day, pa.date32())))


@given(facts(), st.sampled_from(["M", "Q"]), st.integers(1, 8))
def test_the_cube_is_the_snapshot_of_each_date_aggregated(
    table: pa.Table, frequency: CubeFrequency, depth: int
) -> None:
    known = silver(table)
    built = cells(known, SMALL, frequency=frequency, depth=depth, start=FIRST_DAY, end=LAST_DAY)
    expected = naive.cube(known, SMALL, frequency, depth, FIRST_DAY, LAST_DAY)
    assert rows_of(built) == expected
    assert built.equals(reference.build(known, SMALL, frequency=frequency, depth=depth, start=FIRST_DAY, end=LAST_DAY))


@given(facts(), st.sampled_from(["M", "Q"]), st.dates(FIRST_DAY, LAST_DAY), st.dates(FIRST_DAY, LAST_DAY))
def test_some_dates_and_series_are_the_same_cells_as_all(
    table: pa.Table, frequency: CubeFrequency, one: dt.date, other: dt.date
) -> None:
    known, (start, end) = silver(table), sorted((one, other))
    states = cube.build(known, SMALL, frequency=frequency)
    whole = reference.build(known, SMALL, frequency=frequency)
    part = whole.filter(pc.and_(pc.greater_equal(whole["as_of"], pa.scalar(start)), pc.less_equal(whole["as_of"], end)))
    assert lay_out(states, frequency=frequency, start=start, end=end).equals(part)
    names = ["DAILY_MEAN", "WEEKLY"]
    some = whole.filter(pc.and_(pc.is_in(whole["series_id"], pa.array(names)), pc.less(whole["lag"], 3)))
    assert lay_out(states, frequency=frequency, series=names, depth=3).equals(some)


@given(facts(), st.sampled_from(["M", "Q"]))
def test_a_cube_may_be_built_some_series_at_a_time(table: pa.Table, frequency: CubeFrequency) -> None:
    known = silver(table)
    whole = cube.build(known, SMALL, frequency=frequency, end=LAST_DAY)
    names = sorted(set(known["series_id"].to_pylist()))
    parts = [
        cube.build(known.filter(pc.equal(known["series_id"], name)), SMALL, frequency=frequency, end=LAST_DAY)
        for name in names
    ]
    assert pa.concat_tables([cube.SCHEMA.empty_table(), *parts]).equals(whole)


@given(facts(), st.sampled_from(["M", "Q"]))
def test_a_slice_as_an_array_is_the_slice_as_rows(table: pa.Table, frequency: CubeFrequency) -> None:
    known = silver(table)
    states, rows = cube.build(known, SMALL, frequency=frequency), reference.build(known, SMALL, frequency=frequency)
    if not rows.num_rows:
        return
    array = cube.dense(states, frequency=frequency)
    assert np.count_nonzero(~np.isnan(array.values)) == rows.num_rows
    for row in rows.slice(0, 40).to_pylist():
        cell = array.sel(as_of=np.datetime64(row["as_of"]), lag=row["lag"], series=row["series_id"])
        assert cell.item() == row["value"]
        assert bool(cell.complete) is row["complete"]
        assert cell.known_at.values.astype("datetime64[D]") == np.datetime64(row["known_at"])


@given(facts(), st.dates(FIRST_DAY, LAST_DAY), st.sampled_from(["M", "Q"]))
def test_what_follows_changes_no_bit_of_a_slice(table: pa.Table, day: dt.date, frequency: CubeFrequency) -> None:
    whole = cells(knowledge.recorded_only(silver(table)), SMALL, frequency=frequency, start=FIRST_DAY, end=day)
    short = upto(table, day, "realtime_start")
    cut = cells(silver(short), SMALL, frequency=frequency, start=FIRST_DAY, end=day, strict=True)
    # an unrevised series whose recording began later is known earlier by rule: only then is there more to see
    begun = pc.unique(short["series_id"])
    seen = whole.filter(pc.is_in(whole["series_id"], begun))
    assert seen.equals(cut)


@given(facts())
def test_rows_in_any_order_give_the_same_cube(table: pa.Table) -> None:
    known = silver(table)
    assert cells(known, SMALL).equals(cells(known.take(pa.array(np.arange(len(known))[::-1])), SMALL))


@given(facts())
def test_no_cell_knows_more_than_its_date(table: pa.Table) -> None:
    built = cells(silver(table), SMALL)
    assert not built.num_rows or pc.all(pc.less_equal(built["known_at"], built["as_of"])).as_py()


@given(st.lists(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=70), min_size=1, max_size=30))
def test_sums_of_segments_do_not_depend_on_their_neighbours(groups: list[list[float]]) -> None:
    starts = np.cumsum([0] + [len(group) for group in groups[:-1]])
    together = np.add.reduceat(np.concatenate([np.array(group) for group in groups]), starts)
    alone = [np.add.reduceat(np.array(group), [0])[0] for group in groups]
    assert together.tobytes() == np.array(alone).tobytes()


MONTHS = [dt.date(2005, month, 1) for month in range(1, 7)]


def monthly(values: list[float], lag: int = 14) -> list[tuple]:
    rule = SMALL.series["MONTHLY"].known_by_rule
    return [("MONTHLY", day, rule(day), value, "published") for day, value in zip(MONTHS, values, strict=False)]


def test_unpublished_is_absent_and_lag_counts_calendar_months() -> None:
    built = cells(silver(bronze(monthly([1.0, 2.0, 3.0]))), SMALL, end=dt.date(2005, 3, 31))
    march = upto(built, dt.date(2005, 3, 31), "as_of").filter(pc.equal(built["as_of"], dt.date(2005, 3, 31)))
    assert march["lag"].to_pylist() == [1, 2]
    assert march["period"].to_pylist() == [dt.date(2005, 2, 28), dt.date(2005, 1, 31)]
    assert march["value"].to_pylist() == [2.0, 1.0]


def test_a_running_quarter_holds_the_mean_rate_of_what_is_known() -> None:
    known = silver(bronze(monthly([10.0, 20.0, 90.0])))
    built = cells(known, SMALL, frequency="Q", start=dt.date(2005, 3, 31), end=dt.date(2005, 6, 30))
    first, second = rows_of(built)
    assert first[4:] == (15.0, dt.date(2005, 3, 14), 2, False)
    assert second[4:] == (40.0, dt.date(2005, 4, 14), 3, True)


def test_a_withdrawn_value_vanishes_from_later_slices_only() -> None:
    rows = [*monthly([1.0, 2.0]), ("MONTHLY", MONTHS[0], dt.date(2005, 4, 10), None, "withdrawn")]
    built = cells(silver(bronze(rows)), SMALL, end=dt.date(2005, 4, 30))
    assert dt.date(2005, 1, 31) in upto(built, dt.date(2005, 3, 31), "as_of")["period"].to_pylist()
    april = built.filter(pc.equal(built["as_of"], dt.date(2005, 4, 30)))
    assert april["period"].to_pylist() == [dt.date(2005, 2, 28)]


def test_one_slice_holds_one_base() -> None:
    """After a change of base every lag of later slices is in the new base, earlier slices stay in the old."""
    rebased = [("MONTHLY", day, dt.date(2005, 5, 20), value / 2, "published")
               for day, value in zip(MONTHS, [100.0, 102.0, 104.0], strict=False)]  # fmt: skip
    built = cells(silver(bronze([*monthly([100.0, 102.0, 104.0]), *rebased])), SMALL, end=dt.date(2005, 5, 31))
    slices = {day: [row[4] for row in rows_of(built) if row[0] == day] for day in set(built["as_of"].to_pylist())}
    assert slices[dt.date(2005, 4, 30)] == [104.0, 102.0, 100.0]
    assert slices[dt.date(2005, 5, 31)] == [52.0, 51.0, 50.0]


def test_quarterly_values_stand_in_the_last_month_of_their_quarter() -> None:
    rows = [("QUARTERLY", dt.date(2005, 1, 1), dt.date(2005, 4, 30), 3.0, "published")]
    built = cells(silver(bronze(rows)), SMALL, start=dt.date(2005, 4, 30), end=dt.date(2005, 5, 31))
    assert built["lag"].to_pylist() == [1, 2]
    assert set(built["period"].to_pylist()) == {dt.date(2005, 3, 31)}


def test_weeks_belong_to_the_month_of_their_date() -> None:
    week = [("WEEKLY", dt.date(2005, 1, 29), dt.date(2005, 2, 3), 1.0, "published"),
            ("WEEKLY", dt.date(2005, 2, 5), dt.date(2005, 2, 10), 5.0, "published")]  # fmt: skip
    built = cells(silver(bronze(week)), SMALL, end=dt.date(2005, 2, 28))
    assert list(zip(built["lag"].to_pylist(), built["value"].to_pylist(), strict=True)) == [(0, 5.0), (1, 1.0)]


def daily(days: list[dt.date]) -> pa.Table:
    rule = SMALL.series["DAILY_MEAN"].known_by_rule
    return silver(bronze([("DAILY_MEAN", day, rule(day), 1.0, "published") for day in days]))


def completeness(days: list[dt.date], as_of: dt.date) -> list[bool]:
    """Of March and, when there is one, the month before, as of one day."""
    return cells(daily(days), SMALL, start=as_of, end=as_of)["complete"].to_pylist()


def test_a_month_is_complete_once_its_last_weekday_is_known() -> None:
    march = [dt.date(2006, 3, day) for day in range(1, 32) if dt.date(2006, 3, day).weekday() < 5]
    assert completeness(march, dt.date(2006, 3, 31)) == [False], "the 31st is known on 1 April"
    assert completeness(march, dt.date(2006, 4, 30)) == [True]
    assert completeness(march[:-1], dt.date(2006, 4, 30)) == [False]
    assert completeness(march[:8] + march[15:], dt.date(2006, 4, 30)) == [False], "a hole of more than a week"
    assert completeness(march[6:], dt.date(2006, 4, 30)) == [False], "began in the second week"


def test_a_later_day_shows_that_a_month_ended_in_holidays() -> None:
    march = [dt.date(2006, 3, day) for day in range(1, 28) if dt.date(2006, 3, day).weekday() < 5]
    april = [dt.date(2006, 4, 3)]
    assert completeness(march, dt.date(2006, 4, 30)) == [False]
    assert completeness([*march, *april], dt.date(2006, 4, 30)) == [False, True]


def test_a_series_with_weekends_needs_the_last_calendar_day() -> None:
    april = [dt.date(2006, 4, day) for day in range(1, 31)]
    assert completeness(april[:-1], dt.date(2006, 5, 31)) == [False], "Friday the 28th is not the end"
    assert completeness(april, dt.date(2006, 5, 31)) == [True]
    weekdays = [day for day in april if day.weekday() < 5]
    assert completeness(weekdays, dt.date(2006, 4, 30)) == [True]


def test_memorial_day_is_not_waited_for() -> None:
    may = [dt.date(2004, 5, day) for day in range(3, 29) if dt.date(2004, 5, day).weekday() < 5]
    assert completeness(may, dt.date(2004, 5, 31)) == [True]


def test_strict_cubes_wait_for_the_recorded_vintage() -> None:
    late = dt.date(2006, 2, 1)
    rows = [("MONTHLY", day, late, 1.0, "published") for day in MONTHS]
    compiled = silver(bronze(rows))
    assert cells(compiled, SMALL, strict=True).num_rows == 0
    known = silver(bronze([*rows, ("MONTHLY", MONTHS[0], dt.date(2006, 3, 14), 2.0, "published")]))
    assert cells(known, SMALL)["as_of"].to_pylist()[0] == dt.date(2005, 2, 28)
    strict = cells(known, SMALL, start=dt.date(2005, 1, 31), end=dt.date(2006, 2, 28), strict=True)
    assert set(strict["as_of"].to_pylist()) == {dt.date(2006, 2, 28)}


def test_dense_labels_values_and_carries_what_is_known_about_them() -> None:
    known = silver(bronze(monthly([1.0, 2.0, 3.0])))
    table = cube.build(known, SMALL, start=dt.date(2005, 2, 28), end=dt.date(2005, 5, 31))
    array = cube.dense(table, series=["MONTHLY", "ABSENT"])
    assert array.dims == ("as_of", "lag", "series")
    assert array.shape == (4, 48, 2)
    cell = array.sel(as_of="2005-03-31", lag=1, series="MONTHLY")
    assert cell.item() == 2.0
    assert bool(cell.complete)
    assert cell.known_at.values.astype("datetime64[D]") == np.datetime64("2005-03-14")
    assert np.isnan(array.sel(series="ABSENT").values).all()
    assert cube.dense(table, depth=2).shape == (4, 2, 1)


def test_bad_requests_are_refused_with_a_remedy() -> None:
    with pytest.raises(InvalidInputError, match="Use frequency M or Q"):
        cells(silver(bronze([])), SMALL, frequency="W")  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="at least one known fact"):
        cube.dense(cube.build(silver(bronze([])), SMALL))
