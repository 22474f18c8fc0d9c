"""Silver and cubes that follow loads step by step are, bit for bit, those built at once from everything."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macro_assets.defs.checks.scope import looked_at
from macro_assets.defs.gold.update import update_cube
from macro_assets.defs.silver.update import OBSERVATIONS, PRICES, update_observations, update_prices
from macro_assets.lake import Lake
from macro_assets.lake.incremental import Built, Derived, Update
from macro_assets.tables.buckets import bucket_of
from macro_assets.tables.registry import TABLES
from macro_assets_tests.lake.examples import observation, observations
from macro_assets_tests.vintage.facts import LAST_DAY, SMALL, bar, facts, stated

FRED, YAHOO, STATED, CUBE = "bronze/fred_vintages", "bronze/yahoo_bars", "bronze/series_facts", "gold/monthly_cube"
TODAY = LAST_DAY + dt.timedelta(60)
BARS = [bar(dt.date(2005, 1, 3) + dt.timedelta(day), dt.date(2005, 1, 3) + dt.timedelta(day), 50.0 + day, 0.0,
            2.0 if day == 40 else 1.0) for day in range(60)]  # fmt: skip


def follow(lake: Lake, rules: str = "one", today: dt.date = TODAY) -> dict[str, Update]:
    return {
        OBSERVATIONS: update_observations(lake, SMALL, rules),
        PRICES: update_prices(lake, rules),
        CUBE: update_cube(lake, SMALL, CUBE, "M", today, rules),
    }


def load(lake: Lake, rows: pa.Table, at: int) -> None:
    instant = dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=at)
    lake.load(FRED, rows, received_at=instant)
    if rows.num_rows:
        said = stated(lake.read(FRED), instant)
        lake.load(STATED, said.filter(pc.is_in(said["series_id"], pc.unique(rows["series_id"]))))
    lake.load(
        YAHOO, pa.Table.from_pylist(BARS[20 * at : 20 * at + 20], TABLES[YAHOO].source_schema), received_at=instant
    )


def assert_as_built_at_once(lake: Lake, today: dt.date = TODAY) -> None:
    stepwise = {name: lake.read(name) for name in (OBSERVATIONS, PRICES, CUBE)}
    follow(lake, "rules that no table was built by", today)
    for name, table in stepwise.items():
        assert lake.read(name).equals(table), name


@settings(max_examples=8, deadline=None)
@given(table=facts(), data=st.data())
def test_following_loads_gives_what_a_rebuild_gives(table: pa.Table, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, table.num_rows), min_size=2, max_size=3)))
    spans = list(zip([0, *cuts], [*cuts, table.num_rows], strict=True))
    today = LAST_DAY - dt.timedelta(40)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        for at, (first, stop) in enumerate(spans):
            load(lake, table.slice(first, stop - first), at)
            if data.draw(st.booleans()):
                follow(lake, today=today)
            today += dt.timedelta(data.draw(st.sampled_from([0, 1, 30])))
            if data.draw(st.booleans()):
                lake.compact(FRED)
        follow(lake, today=today)
        assert_as_built_at_once(lake, today)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Two years of two monthly series, followed once."""
    made = Lake(tmp_path)
    load(made, monthly(24), 0)
    follow(made)
    return made


def monthly(months: int, only: str = "", shift: float = 0.0) -> pa.Table:
    rows = [
        {"series_id": name, "observation_date": dt.date(2004 + month // 12, month % 12 + 1, 1), "value": month + shift,
         "realtime_start": dt.date(2004 + (month + 1) // 12, (month + 1) % 12 + 1, 20), "status": "published"}
        for name in ("MONTHLY", "MONTHLY_LAST") for month in range(months) if only in ("", name)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, TABLES[FRED].source_schema)


def files(lake: Lake, name: str) -> set[str]:
    return {path.name for path in Path(lake.table_uri(name)).rglob("*.parquet")}


def test_a_release_touches_its_series_alone(lake: Lake) -> None:
    before = {name: files(lake, name) for name in (OBSERVATIONS, CUBE)}
    load(lake, monthly(25, "MONTHLY_LAST"), 1)
    found = follow(lake)
    assert found[OBSERVATIONS].touched == frozenset({"MONTHLY_LAST"})
    assert found[CUBE].touched == frozenset({"MONTHLY_LAST", "TKR"})
    assert found[CUBE].rows is not None
    assert {name: len(files(lake, name) - old) for name, old in before.items()} == {OBSERVATIONS: 1, CUBE: 2}
    assert_as_built_at_once(lake)


def test_nothing_new_writes_nothing(lake: Lake) -> None:
    load(lake, monthly(24), 0)
    versions = {name: lake.version(name) for name in (OBSERVATIONS, PRICES, CUBE)}
    assert {update.touched for update in follow(lake).values()} == {frozenset()}
    assert {name: lake.version(name) for name in versions} == versions


def test_changed_code_rebuilds_whole(lake: Lake) -> None:
    assert {update.touched for update in follow(lake, "two").values()} == {None}


def test_a_month_that_ended_extends_every_state(lake: Lake) -> None:
    assert follow(lake, today=TODAY + dt.timedelta(31))[CUBE].touched is None
    assert_as_built_at_once(lake, TODAY + dt.timedelta(31))


def test_a_table_replaced_by_hand_and_a_load_that_names_no_ids_count_as_touched(lake: Lake) -> None:
    spoilt = lake.read(OBSERVATIONS).slice(1)
    lake.replace(OBSERVATIONS, spoilt)
    assert Derived(lake).built(OBSERVATIONS) is None
    found = follow(lake)
    assert found[OBSERVATIONS].touched is None
    assert found[CUBE].touched is None
    assert_as_built_at_once(lake)


def test_checks_look_at_what_was_touched_and_at_every_bucket_within_a_week(lake: Lake) -> None:
    load(lake, monthly(25, "MONTHLY_LAST"), 1)
    assert looked_at(lake, OBSERVATIONS, TODAY) is None, "it was rebuilt whole"
    follow(lake)
    week = [looked_at(lake, OBSERVATIONS, TODAY + dt.timedelta(day)) for day in range(7)]
    mine = bucket_of("MONTHLY_LAST", 64)
    assert all(part is not None and mine in part["bucket"] and len(part["bucket"]) < 12 for part in week)
    assert {bucket for part in week if part for bucket in part["bucket"]} == set(range(64))


def test_another_first_vintage_changes_the_series_it_is_about(lake: Lake) -> None:
    earlier = {"provider": "fred", "series_id": "MONTHLY", "received_at": dt.datetime(2021, 1, 1, tzinfo=dt.UTC),
               "first_vintage": dt.date(1999, 1, 1), "vintages": 30, "units": "Percent", "frequency": "M",
               "seasonal_adjustment": "SA", "last_updated": None}  # fmt: skip
    lake.load(STATED, pa.Table.from_pylist([earlier], TABLES[STATED].source_schema))
    assert follow(lake)[OBSERVATIONS].touched == frozenset({"MONTHLY"})
    assert_as_built_at_once(lake)


def test_another_series_of_the_same_bucket_stays(tmp_path: Path) -> None:
    mine, other = [name for name in map("S{}".format, range(500)) if bucket_of(name, 64) == bucket_of("S0", 64)][:2]
    derived, built = Derived(Lake(tmp_path)), Built({}, "one")
    before = observations([observation(series=name) for name in (mine, other)])
    derived.rebuild(OBSERVATIONS, lambda: [before], built)
    derived.exchange(OBSERVATIONS, observations([observation(series=mine, value=1.0)]), frozenset({mine}), built)
    assert dict(
        zip(*(derived.lake.read(OBSERVATIONS)[name].to_pylist() for name in ("series_id", "value")), strict=True)
    ) == {
        mine: 1.0,
        other: 218.8,
    }
