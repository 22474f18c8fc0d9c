"""The as-of rule against a plain loop, and what it must never show."""

import datetime as dt
import itertools
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from deltalake import write_deltalake
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.errors import InvalidInputError, LakeError, TableNotFoundError
from macro_assets.lake import Lake, snapshot
from macro_assets.lake.strict import left_out
from macro_assets.tables.buckets import bucket_column
from macro_assets.tables.registry import TABLES
from macro_assets_tests.lake.examples import OBSERVATIONS, observation, observations

DAYS = [f"2008-{month:02d}-{day:02d}" for month in (9, 10, 11) for day in (1, 15, 28)]

drawn_rows = st.lists(
    st.builds(
        observation,
        series=st.sampled_from(["GDPC1", "UNRATE", "DFF"]),
        observed=st.sampled_from(["2008-06-01", "2008-07-01", "2008-08-01"]),
        began=st.sampled_from(DAYS),
        known_from=st.one_of(st.none(), st.sampled_from(DAYS)),
        value=st.one_of(st.none(), st.floats(-10, 10)),
        status=st.sampled_from(["published", "published", "withdrawn"]),
    ),
    max_size=30,
    unique_by=lambda row: (row["series_id"], row["observation_date"], row["realtime_start"]),
)


def plain(rows: list[dict], day: dt.date) -> list[dict]:
    """The rule in words: of each observation the newest vintage among those known, unless it is a withdrawal."""
    newest: dict[tuple, dict] = {}
    for row in rows:
        name = (row["series_id"], row["observation_date"])
        if row["known_from"] <= day and (name not in newest or newest[name]["realtime_start"] < row["realtime_start"]):
            newest[name] = row
    return [newest[name] for name in sorted(newest) if newest[name]["status"] != "withdrawn"]


@given(rows=drawn_rows, day=st.sampled_from(DAYS), data=st.data())
def test_it_equals_the_plain_loop_whatever_the_order(rows: list[dict], day: str, data: st.DataObject) -> None:
    when = dt.date.fromisoformat(day)
    shuffled = [rows[place] for place in data.draw(st.permutations(range(len(rows))))]
    found = snapshot(observations(shuffled), when)
    assert found.equals(observations(plain(rows, when)))
    assert all(known <= when for known in found["known_from"].to_pylist())


@given(rows=drawn_rows, day=st.sampled_from(DAYS))
def test_what_follows_the_day_changes_nothing(rows: list[dict], day: str) -> None:
    when = dt.date.fromisoformat(day)
    past = [row for row in rows if row["known_from"] <= when]
    assert snapshot(observations(rows), when).equals(snapshot(observations(past), when))


def test_a_printed_gap_stays_null_and_a_withdrawal_is_left_out_until_a_new_value() -> None:
    rows = observations(
        [
            observation(began="2008-10-16", value=1.0),
            observation(began="2008-11-01", value=None, status="missing"),
            observation(began="2008-12-01", value=None, status="withdrawn"),
            observation(began="2009-01-01", value=2.0),
        ]
    )
    months = [dt.date(2008, 10, 31), dt.date(2008, 11, 30), dt.date(2008, 12, 31), dt.date(2009, 1, 31)]
    assert [snapshot(rows, day)["value"].to_pylist() for day in months] == [[1.0], [None], [], [2.0]]


STRICT = [
    observation(series="PCEPI", began="2000-09-01", known_by="pseudo", known_from="1999-02-01", value=1.0),
    observation(series="PCEPI", began="2001-01-01", value=2.0),
    observation(series="DFF", began="1999-01-05", value=3.0),
    observation(series="GDP", began="2021-12-31", known_by="compiled", known_from="1999-01-30", value=4.0),
]


def test_strict_leaves_out_what_was_not_recorded_by_the_day_and_counts_it() -> None:
    """One pseudo fact no longer refuses the whole view; from its recorded vintage on it counts, compiled digits never do."""
    rows = observations(STRICT)
    values = {
        day: snapshot(rows, dt.date.fromisoformat(day), strict=True)
        for day in ("1999-12-31", "2000-09-01", "2022-01-01")
    }
    assert [view["value"].to_pylist() for view in values.values()] == [[3.0], [3.0, 1.0], [3.0, 2.0]]
    assert {rule for view in values.values() for rule in view["known_by"].to_pylist()} == {"vintage"}
    report = left_out(snapshot(rows, dt.date(1999, 12, 31)), dt.date(1999, 12, 31))
    assert (report.facts, report.pseudo, report.compiled) == (2, 1, 1)
    assert (report.by_series, report.empty) == ({"GDP": 1, "PCEPI": 1}, ("GDP", "PCEPI"))
    assert (
        "2 observations of 2 series left out (1 pseudo, 1 compiled). Nothing is left of GDP, PCEPI" in report.summary()
    )
    later = left_out(snapshot(rows, dt.date(2000, 9, 1)), dt.date(2000, 9, 1))
    assert (later.pseudo, later.empty) == (0, ("GDP",))


@given(
    rows=drawn_rows,
    day=st.sampled_from(DAYS),
    rules=st.lists(st.sampled_from(["vintage", "pseudo", "compiled"]), min_size=30),
)
def test_the_strict_view_and_what_it_leaves_out_are_the_view(rows: list[dict], day: str, rules: list[str]) -> None:
    """On series whose facts are each the only one of their observation, what is kept and what is counted add up."""
    when = dt.date.fromisoformat(day)
    alone = {
        (row["series_id"], row["observation_date"]): row
        | {"known_by": rule, "known_from": min(row["known_from"], row["realtime_start"])}
        for row, rule in zip(rows, rules, strict=False)
    }
    table = observations(list(alone.values()))
    view, strict = snapshot(table, when), snapshot(table, when, strict=True)
    assert view.num_rows == strict.num_rows + left_out(view, when).facts


def test_strict_may_refuse_instead() -> None:
    rows = observations(STRICT)
    with pytest.raises(LakeError, match=r"1999-12-31 has no recorded vintage for 2 .* of GDP, PCEPI.*strict=True"):
        snapshot(rows, dt.date(1999, 12, 31), strict="refuse")
    recorded = rows.filter(pc.field("series_id") == "DFF")
    assert snapshot(recorded, dt.date(1999, 12, 31), strict="refuse").num_rows == 1
    with pytest.raises(InvalidInputError, match=r"strict cannot be 'warn'"):
        snapshot(rows, dt.date(1999, 12, 31), strict="warn")  # type: ignore[arg-type]


def test_a_day_before_everything_is_empty_in_the_declared_schema() -> None:
    rows = observations([observation()])
    assert snapshot(rows, dt.date(1900, 1, 1)).schema.equals(rows.schema)


def test_the_lake_answers_as_the_rule_does(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    day = dt.date(2008, 10, 31)
    with pytest.raises(TableNotFoundError, match="silver/observations"):
        lake.as_of(day)
    rows = observations([observation(series=name, began=began) for name in ("A", "B") for began in DAYS])
    lake.replace(OBSERVATIONS, rows)
    assert lake.as_of(day).equals(snapshot(rows, day))
    assert lake.as_of(day, series=["B"])["series_id"].to_pylist() == ["B"]
    assert lake.as_of(day, series=["C"]).num_rows == 0


@pytest.mark.parametrize("strict", [False, True])
def test_the_lake_answers_as_the_rule_does_however_its_files_lie(tmp_path: Path, strict: bool) -> None:
    """Sixteen series in some buckets, each bucket in two files of which one repeats the order of the other backwards."""
    rules = itertools.cycle(["vintage", "pseudo", "compiled"])
    rows = [
        observation(series=f"S{name}", observed=observed, began=began, known_from=DAYS[0] if at % 5 == 0 else None,
                    known_by=next(rules))
        for name in range(16) for observed in ("2008-06-01", "2008-08-01") for at, began in enumerate(DAYS)
    ]  # fmt: skip
    lake, whole = Lake(tmp_path), observations(rows)
    lake.replace(OBSERVATIONS, whole.take(pa.array(range(0, whole.num_rows, 2))))
    rest = observations(rows[1::2][::-1])
    buckets = bucket_column(rest["series_id"], TABLES[OBSERVATIONS].buckets)
    write_deltalake(lake.table_uri(OBSERVATIONS), rest.append_column("bucket", buckets), mode="append")
    for day in map(dt.date.fromisoformat, DAYS):
        assert lake.as_of(day, strict=strict).equals(snapshot(whole, day, strict=strict))
    some = lake.as_of(dt.date(2008, 11, 1), strict=strict, series=["S3", "S11"])
    assert set(some["series_id"].to_pylist()) == {"S3", "S11"}


@pytest.mark.archive
def test_the_recorded_vintages_are_rebuilt_exactly(tmp_path: Path, archive_dir: Path) -> None:
    """Through load and as-of, three days of an archive equal the rows it says were valid then."""
    import pyarrow.parquet as pq

    recorded = pq.read_table(archive_dir / "fred" / "observations.parquet")
    recorded = recorded.filter(pc.field("series_id").isin(["GDPC1", "INDPRO", "USREC", "ICSA"]))
    lake = Lake(tmp_path)
    lake.load("bronze/fred_vintages", _facts_of(recorded))
    stored = lake.read("bronze/fred_vintages").drop_columns(["loaded_at"])
    silver = stored.append_column("known_from", stored["realtime_start"]).append_column(
        "known_by", pa.array(["vintage"] * stored.num_rows)
    )
    for day in (dt.date(1985, 3, 31), dt.date(1999, 10, 31), dt.date(2013, 10, 31)):
        valid = recorded.filter((pc.field("realtime_start") <= day) & (pc.field("realtime_end") >= day))
        valid = valid.sort_by([("series_id", "ascending"), ("date", "ascending")])
        found = snapshot(silver, day)
        assert found.num_rows > 1000
        for name, recorded_name in (("series_id",) * 2, ("observation_date", "date"), ("value",) * 2):
            assert found[name].combine_chunks().equals(valid[recorded_name].combine_chunks())


def _facts_of(recorded: pa.Table) -> pa.Table:
    """Facts of validity intervals: each beginning, and a withdrawal where an interval ends without a successor."""
    frame = recorded.to_pandas().sort_values(["series_id", "date", "realtime_start"])
    one_day = dt.timedelta(days=1)
    following = frame.groupby(["series_id", "date"])["realtime_start"].shift(-1)
    ends = [None if end == dt.date(9999, 12, 31) else end + one_day for end in frame["realtime_end"]]
    gone = [end is not None and end != begins for end, begins in zip(ends, following, strict=True)]
    begun = frame.assign(status=["missing" if missing else "published" for missing in frame["value"].isna()])
    ended = frame.assign(realtime_start=ends, value=None, status="withdrawn")[gone]
    columns = {"date": "observation_date"}
    names = ["series_id", "observation_date", "realtime_start", "value", "status"]
    parts = [pa.Table.from_pandas(part.rename(columns=columns)[names], preserve_index=False) for part in (begun, ended)]
    return pa.concat_tables([part.set_column(3, "value", part["value"].cast(pa.float64())) for part in parts])
