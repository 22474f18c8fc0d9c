"""When values count as known, the revised mode, the explanation of a value, delays of publication."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.catalog.periods import Frequency, period_end
from macro_assets.errors import InvalidInputError, UnknownSeriesError
from macro_assets.lake.as_of import snapshot
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import calendars, knowledge
from macro_assets.vintage.columns import encode
from macro_assets.vintage.delays import release_delays
from macro_assets.vintage.explain import explain
from macro_assets.vintage.statements import Recording, recordings
from macro_assets.vintage.validity import standing
from macro_assets_tests.vintage.facts import FIRST_DAY, LAST_DAY, SMALL, bronze, facts, observed, stated

MONTHS = [dt.date(2005, month, 1) for month in range(1, 7)]
LATE = dt.date(2005, 6, 20)


def silver(rows: list[tuple]) -> pa.Table:
    return observed(bronze(rows), SMALL)


def late_start(series: str) -> pa.Table:
    """Recording begins on 20 June 2005 with five months at once; one value is revised in July."""
    rows = [(series, day, LATE, 1.0, "published") for day in MONTHS[:5]]
    return silver([*rows, (series, MONTHS[0], dt.date(2005, 7, 14), 2.0, "published")])


def test_the_first_vintage_counts_from_the_end_of_its_periods_plus_the_lag() -> None:
    table = late_start("MONTHLY")
    assert table["known_by"].to_pylist() == ["pseudo", "vintage", "pseudo", "pseudo", "pseudo", "pseudo"]
    assert table["known_from"].to_pylist()[:3] == [dt.date(2005, 2, 14), dt.date(2005, 7, 14), dt.date(2005, 3, 14)]
    assert table["realtime_start"].to_pylist()[0] == LATE


def test_market_quantities_are_marked_by_their_lag_rule() -> None:
    rows = [("DAILY_LAST", dt.date(2005, 3, 1), LATE, 4.0, "published")]
    table = silver(rows)
    assert table["known_by"].to_pylist() == ["lag_rule"]
    assert table["known_from"].to_pylist() == [dt.date(2005, 3, 2)]


def test_the_rule_never_dates_a_value_after_its_recorded_vintage() -> None:
    table = silver([("MONTHLY", dt.date(2005, 5, 1), dt.date(2005, 6, 1), 1.0, "published")])
    assert table["known_from"].to_pylist() == [dt.date(2005, 6, 1)]
    assert table["known_by"].to_pylist() == ["vintage"]


@given(facts(), st.dates(FIRST_DAY, LAST_DAY))
def test_more_facts_never_change_the_rule_of_earlier_ones(table: pa.Table, day: dt.date) -> None:
    limit = pa.scalar(day, pa.date32())
    whole = observed(table, SMALL)
    past = table.filter(pc.less_equal(table["realtime_start"], limit))
    cut = knowledge.observations({"recorded_vintages": past}, SMALL, stated(table))
    assert cut.equals(whole.filter(pc.less_equal(whole["realtime_start"], limit)))


@given(facts(), st.dates(FIRST_DAY, LAST_DAY))
def test_intervals_say_on_every_day_what_the_snapshot_says(table: pa.Table, day: dt.date) -> None:
    known = observed(table, SMALL)
    names, codes = encode(known["series_id"])
    facts_ = standing(known, codes)
    there = facts_.on(np.datetime64(day))
    view = snapshot(known, day)
    assert [names[code] for code in facts_.series[there]] == view["series_id"].to_pylist()
    assert facts_.date[there].tolist() == view["observation_date"].to_pylist()
    np.testing.assert_array_equal(facts_.value[there], view["value"].to_numpy())
    assert known.take(pa.array(facts_.row[there])).equals(view)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(0, 30)), min_size=1), st.integers(0, 35))
def test_a_later_vintage_ends_an_earlier_one_even_when_known_before_it(rows: list[tuple], day: int) -> None:
    """Rules may date vintages out of order; the greatest realtime_start among the known ones still wins."""
    base = dt.date(2005, 2, 1)
    stated = {(MONTHS[month], base + dt.timedelta(begin)): base + dt.timedelta(known) for month, begin, known in rows}
    table = silver([("MONTHLY", date, begin, float(n), "published") for n, (date, begin) in enumerate(stated)])
    by_key = [stated[key] for key in zip(table["observation_date"].to_pylist(), table["realtime_start"].to_pylist(),
                                         strict=True)]  # fmt: skip
    table = table.set_column(3, table.schema.field(3), pa.array(by_key))
    facts_ = standing(table, np.zeros(table.num_rows, dtype=np.int64))
    there = facts_.on(np.datetime64(base) + day)
    assert facts_.value[there].tolist() == snapshot(table, base + dt.timedelta(day))["value"].to_pylist()


def test_a_statement_overtaken_before_it_was_known_is_never_taken() -> None:
    """By rule both count from the same day: the later vintage wins, as in the snapshot."""
    table = silver([("MONTHLY", MONTHS[0], dt.date(2005, 2, 14), 1.0, "published")])
    twin = table.set_column(2, table.schema.field(2), pa.array([dt.date(2005, 2, 20)]))
    both = pa.concat_tables([table, twin.set_column(5, table.schema.field(5), pa.array([9.0]))])
    assert standing(both, np.zeros(2, dtype=np.int64)).value.tolist() == [9.0]


def test_world_bank_values_count_from_july_of_the_next_year() -> None:
    schema = TABLES["bronze/world_bank_indicators"].source_schema
    rows = [{"indicator": "NY.GDP", "economy": "USA", "year": 2003, "realtime_start": day, "value": value,
             "status": "published"}
            for day, value in [(dt.date(2004, 7, 1), 2.5), (dt.date(2006, 3, 3), 2.7)]]  # fmt: skip
    table = knowledge.observations(
        {"first_of_july": pa.Table.from_pylist(rows, schema=schema)}, SMALL, stated(bronze([]))
    )
    assert table["series_id"].to_pylist() == ["NY.GDP.USA"] * 2
    assert table["observation_date"].to_pylist() == [dt.date(2003, 1, 1)] * 2
    assert table["known_by"].to_pylist() == ["compiled", "vintage"]
    assert knowledge.revised(table, SMALL)["known_from"].to_pylist() == [dt.date(2004, 7, 1)]


def test_the_revised_mode_has_the_newest_digits_on_the_days_of_the_rule() -> None:
    table = knowledge.revised(late_start("MONTHLY"), SMALL)
    assert table["value"].to_pylist() == [2.0, 1.0, 1.0, 1.0, 1.0]
    assert table["known_from"].to_pylist()[0] == dt.date(2005, 2, 14)
    assert set(table["known_by"].to_pylist()) == {"lag_rule"}


def test_an_explanation_says_which_vintage_since_when_and_by_which_rule() -> None:
    vintages = bronze([("MONTHLY", day, LATE, 1.0, "published") for day in MONTHS[:5]])
    table = late_start("MONTHLY")
    early = explain(table, stated(vintages), SMALL, "MONTHLY", dt.date(2005, 1, 17), dt.date(2005, 3, 1))
    assert early.standing is not None
    assert (early.standing.value, early.standing.known_by) == (1.0, "pseudo")
    assert "2005-01-31" in early.rule
    assert [one.value for one in early.after] == [2.0]
    on_the_day = explain(table, stated(vintages), SMALL, "MONTHLY", MONTHS[0], dt.date(2005, 7, 14))
    assert on_the_day.standing is not None
    assert (on_the_day.standing.value, on_the_day.after) == (2.0, ())
    later = explain(table, stated(vintages), SMALL, "MONTHLY", MONTHS[0], dt.date(2005, 8, 1))
    assert later.is_known
    assert "2 (vintage of 2005-07-14" in later.summary()
    assert "Known before: 1" in later.summary()
    statements = later.to_frame()
    assert statements["counts"].tolist() == ["before", "on the day"]
    assert statements["value"].tolist() == [1.0, 2.0]
    assert statements["known_from"].dtype.kind == "M"
    assert str(later) == later.summary()
    assert "2005-07-14" in later._repr_html_()
    nothing = explain(table, stated(vintages), SMALL, "MONTHLY", MONTHS[0], dt.date(2005, 2, 1))
    assert not nothing.is_known
    assert "was not known on 2005-02-01" in nothing.summary()


def test_an_explanation_of_nothing_names_the_remedy() -> None:
    table, vintages = late_start("MONTHLY"), bronze([])
    with pytest.raises(UnknownSeriesError, match="Did you mean MONTHLY"):
        explain(table, stated(vintages), SMALL, "MONTHLYY", MONTHS[0], LATE)
    with pytest.raises(InvalidInputError, match="run from 2005-01-01 to 2005-05-01"):
        explain(table, stated(vintages), SMALL, "MONTHLY", dt.date(1999, 1, 1), LATE)


def test_delays_come_from_values_first_seen_after_the_first_vintage() -> None:
    rows = [("MONTHLY", MONTHS[0], dt.date(2005, 2, 14), 1.0, "published")]
    rows += [("MONTHLY", day, period_end(day, "M") + dt.timedelta(late), 1.0, "published")
             for day, late in zip(MONTHS[1:4], (10, 12, 20), strict=True)]  # fmt: skip
    delays = release_delays(silver(rows), SMALL)
    assert delays.loc["MONTHLY", "n"] == 3
    assert delays.loc["MONTHLY", "median_days"] == 12
    assert delays.loc["MONTHLY", "catalog_lag_days"] == 14


@pytest.mark.parametrize("frequency", ["D", "W", "M", "Q", "A"])
def test_the_vectorised_calendar_agrees_with_the_catalogue(frequency: Frequency) -> None:
    dates = [dt.date(1959, 1, 1) + dt.timedelta(97 * n) for n in range(300)]
    ends = calendars.period_end(np.array(dates, dtype="datetime64[D]"), frequency)
    assert ends.tolist() == [period_end(day, frequency) for day in dates]


def test_a_rule_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(InvalidInputError, match=r"Unknown knowledge rule 'hearsay'\. Available: recorded_vintages"):
        knowledge.observations({"hearsay": bronze([])}, SMALL, stated(bronze([])))


def test_only_the_first_vintage_that_the_provider_states_is_moved_back() -> None:
    """A lake of a part of the facts: its first vintage is a revision of 2005, and recording began in 2004."""
    rows = [("MONTHLY", day, LATE, 1.0, "published") for day in MONTHS[:5]]
    whole = bronze([("MONTHLY", dt.date(2003, 12, 1), dt.date(2004, 1, 20), 1.0, "published"), *rows])
    part = knowledge.observations({"recorded_vintages": bronze(rows)}, SMALL, stated(whole))
    assert set(part["known_by"].to_pylist()) == {"vintage"}
    assert part["known_from"].equals(part["realtime_start"])
    unstated = knowledge.observations({"recorded_vintages": bronze(rows)}, SMALL, stated(bronze([])))
    assert unstated.equals(part)


@given(facts(), st.lists(st.dates(FIRST_DAY, LAST_DAY), max_size=4), st.randoms())
def test_a_lake_filled_in_any_order_knows_no_fact_earlier_than_a_whole_one(
    table: pa.Table, cuts: list[dt.date], random: random.Random
) -> None:
    """Windows of vintage days arrive in any order; each fact that is there counts from the same day, by the same rule."""
    edges = [dt.date.min, *sorted(cuts), dt.date.max]
    begins = table["realtime_start"].to_pylist()
    window = [sum(edge <= begin for edge in edges) for begin in begins]
    order = list(set(window))
    random.shuffle(order)
    whole = observed(table, SMALL)
    said = stated(table)
    for size in range(1, len(order) + 1):
        held = table.filter(pa.array([each in order[:size] for each in window]))
        part = knowledge.observations({"recorded_vintages": held}, SMALL, said)
        keys = ["series_id", "observation_date", "realtime_start"]
        same = whole.join(held.select(keys), keys, join_type="left semi")
        same = same.select(part.column_names).sort_by([(name, "ascending") for name in keys])
        assert part.equals(same.cast(part.schema))


def test_the_earliest_first_vintage_ever_stated_counts_and_the_newest_number_of_vintages() -> None:
    rows = [("MONTHLY", MONTHS[0], day, 1.0, "published") for day in (LATE, dt.date(2005, 7, 14))]
    early = stated(bronze(rows[:1]), dt.datetime(2005, 7, 1, tzinfo=dt.UTC))
    later = stated(bronze(rows[1:]), dt.datetime(2006, 1, 1, tzinfo=dt.UTC))
    assert recordings(early)["MONTHLY"] == Recording(LATE, is_compiled=True)
    assert recordings(pa.concat_tables([later, early]))["MONTHLY"].first_vintage == LATE
    assert not recordings(pa.concat_tables([early, stated(bronze(rows))]))["MONTHLY"].is_compiled


def test_digits_of_one_later_compilation_are_called_compiled_and_explained_so() -> None:
    rows = [("MONTHLY", day, LATE, 1.0, "published") for day in MONTHS[:5]]
    table, said = silver(rows), stated(bronze(rows))
    assert set(table["known_by"].to_pylist()) == {"compiled"}
    text = explain(table, said, SMALL, "MONTHLY", MONTHS[0], dt.date(2005, 3, 1)).summary()
    assert "Rule compiled" in text
    assert "compiled later, in 2005-06" in text
    assert knowledge.recorded_only(table).num_rows == 0
