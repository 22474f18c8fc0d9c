"""Loading is idempotent and does not depend on how facts are cut into batches."""

import datetime as dt
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from hypothesis import given, settings
from hypothesis import strategies as st

from macro_assets.errors import InvalidInputError, SchemaError
from macro_assets.lake import Lake, LoadReport
from macro_assets.tables.registry import TABLES
from macro_assets_tests.lake.examples import RETURNS, VINTAGES, fact, facts, many_facts, returns, stated

drawn_facts = st.lists(
    st.builds(
        fact,
        series=st.sampled_from(["GDPC1", "UNRATE", "^odd 'id"]),
        observed=st.sampled_from(["1999-12-01", "2000-01-01", "2000-02-01"]),
        began=st.sampled_from(["1999-12-31", "2000-01-01", "2000-06-30", "2001-03-01"]),
        value=st.one_of(st.none(), st.floats(-1e6, 1e6)),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda row: (row["series_id"], row["observation_date"], row["realtime_start"]),
)


@settings(max_examples=15)
@given(rows=drawn_facts, data=st.data())
def test_any_split_and_order_of_the_same_facts_gives_the_same_rows(rows: list[dict], data: st.DataObject) -> None:
    whole = facts(rows)
    order = data.draw(st.permutations(range(len(rows))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    batches = [whole.take(pa.array(part, pa.int64())) for part in np.split(np.array(order, dtype=np.int64), cuts)]
    overlap = data.draw(st.sampled_from(batches))
    with tempfile.TemporaryDirectory() as folder:
        once, piecewise = Lake(Path(folder) / "once"), Lake(Path(folder) / "pieces")
        once.load(VINTAGES, whole)
        reports = [piecewise.load(VINTAGES, batch) for batch in [*batches, overlap]]
        assert sum(report.new for report in reports) == len(rows)
        assert (reports[-1].new, reports[-1].stored) == (0, overlap.num_rows)
        assert stated(piecewise).equals(stated(once))


def test_loading_twice_reports_and_commits_nothing(tmp_path: Path) -> None:
    lake, batch, at = Lake(tmp_path), many_facts("DFF", 400), dt.datetime.now(dt.UTC)
    twice = pa.concat_tables([batch, batch])
    assert lake.load(VINTAGES, batch, received_at=at) == LoadReport(VINTAGES, 400, 400, 0, 0, 1)
    assert lake.load(VINTAGES, twice, received_at=at) == LoadReport(VINTAGES, 800, 0, 400, 400, 1)
    files = lake.info(VINTAGES).files
    assert lake.load(VINTAGES, twice).new == 0
    assert (lake.read(VINTAGES, superseded=True).num_rows, lake.info(VINTAGES).files) == (400, files)


def test_a_batch_is_one_commit_over_all_its_series(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.load(VINTAGES, many_facts("DFF", 1000))
    report = lake.load(VINTAGES, pa.concat_tables([many_facts("DFF", 2000), many_facts("BAA", 10)]))
    assert (report.new, report.stored, report.version) == (1010, 1000, 2)


def test_a_day_without_releases_is_no_commit(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert lake.load(VINTAGES, facts([])).version is None
    assert not lake.exists(VINTAGES)
    lake.load(VINTAGES, facts([fact()]))
    assert lake.load(VINTAGES, facts([])) == LoadReport(VINTAGES, 0, 0, 0, 0, 1)


def test_units_survive_the_round_trip(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.load(VINTAGES, facts([fact()]))
    assert lake.read(VINTAGES).schema.equals(TABLES[VINTAGES].schema, check_metadata=True)
    stored = DeltaTable(lake.table_uri(VINTAGES)).schema().to_arrow()
    assert pa.schema(stored).field("value").metadata[b"unit"] == b"unit of the series"


def test_no_writer_of_any_kind_can_edit_facts(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.load(VINTAGES, facts([fact()]))
    with pytest.raises(InvalidInputError, match=r"Use Lake\.load"):
        lake.replace(VINTAGES, facts([]))
    with pytest.raises(InvalidInputError, match=r"Use Lake\.replace"):
        lake.load(RETURNS, returns(["2008-10-31"]))
    with pytest.raises(Exception, match="append-only"):
        write_deltalake(lake.table_uri(VINTAGES), lake.read(VINTAGES), mode="overwrite")


def test_a_table_of_other_columns_is_refused(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    write_deltalake(lake.table_uri(VINTAGES), pa.table({"series": ["GDP"]}))
    with pytest.raises(SchemaError, match=r"stored with columns \['series'\].*macro-assets migrate"):
        lake.load(VINTAGES, facts([fact()]))
