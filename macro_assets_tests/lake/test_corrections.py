"""What a provider says twice about the same day: the answer received last counts, and nothing that was stored is lost."""

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macro_assets.errors import InvalidInputError
from macro_assets.lake import Lake, LoadWindow
from macro_assets.tables.registry import TABLES
from macro_assets_tests.lake.examples import VINTAGES, fact, facts, stated

NOON = dt.datetime(2025, 1, 15, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DAYS = [dt.date(2025, 1, day) for day in (13, 14, 15, 16)]
SERIES = ("DGS2", "DGS10", "T10Y2Y")


def values(lake: Lake, **read: object) -> list[float | None]:
    return lake.read(VINTAGES, **read)["value"].to_pylist()  # type: ignore[arg-type]


def test_a_correction_of_the_same_day_loads_with_the_rest_of_the_day(tmp_path: Path) -> None:
    lake, day = Lake(tmp_path), {"observed": "2025-01-14", "began": "2025-01-15"}
    lake.load(VINTAGES, facts([fact("DGS2", value=4.19, **day), fact("DGS10", value=4.65, **day)]), received_at=NOON)
    morning = facts(
        [fact("DGS2", value=4.05, **day), fact("DGS10", value=4.65, **day), fact("VIXCLS", value=16.1, **day)]
    )
    report = lake.load(VINTAGES, morning, received_at=NOON + 20 * HOUR)
    assert (report.new, report.corrected, report.stored, report.late) == (2, 1, 1, 0)
    assert values(lake) == [4.65, 4.05, 16.1]
    assert values(lake, loaded_by=NOON + HOUR) == [4.65, 4.19]
    assert values(lake, superseded=True) == [4.65, 4.19, 4.05, 16.1]
    assert values(lake, where={"value": 4.19}) == [], "a condition on values is asked of rows that count"
    assert values(lake, where=pc.field("value") < 4.1) == [4.05]


def test_there_and_back_again_ends_where_the_provider_ended(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for hour, value in enumerate([1.0, 2.0, 1.0]):
        assert lake.load(VINTAGES, facts([fact(value=value)]), received_at=NOON + hour * HOUR).new == 1
    assert values(lake) == [1.0]
    assert [values(lake, loaded_by=NOON + hour * HOUR) for hour in range(3)] == [[1.0], [2.0], [1.0]]


def test_two_writers_whose_commits_come_in_the_opposite_order_of_their_answers(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.load(VINTAGES, facts([fact(value=2.0)]), received_at=NOON + HOUR)
    report = lake.load(VINTAGES, facts([fact(value=1.0)]), received_at=NOON)
    assert (report.new, report.stored, report.late) == (0, 1, 1)
    assert values(lake, superseded=True) == [2.0]


def test_what_a_complete_answer_no_longer_states_is_retracted_and_may_come_back(tmp_path: Path) -> None:
    lake, first = Lake(tmp_path), fact(began="2025-01-02", value=1.0)
    day = LoadWindow(("CPIAUCSL",), dt.date(2025, 1, 15), dt.date(2025, 1, 15))
    lake.load(VINTAGES, facts([first]), received_at=NOON)
    lake.load(VINTAGES, facts([fact(began="2025-01-15", value=2.0)]), window=day, received_at=NOON + HOUR)
    report = lake.load(VINTAGES, facts([]), window=day, received_at=NOON + 2 * HOUR)
    assert (report.offered, report.new, report.retracted) == (0, 0, 1)
    assert values(lake) == [1.0], "the value before counts again"
    assert lake.load(VINTAGES, facts([]), window=day, received_at=NOON + 3 * HOUR).retracted == 0
    assert lake.read(VINTAGES, superseded=True)["status"].to_pylist() == ["published", "published", "retracted"]
    again = lake.load(VINTAGES, facts([fact(began="2025-01-15", value=2.0)]), received_at=NOON + 4 * HOUR)
    assert (again.new, again.corrected) == (1, 1)
    assert values(lake) == [1.0, 2.0]


def test_an_answer_says_nothing_of_other_days_and_series(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    rows = facts(
        [fact(series, began=began) for series in ("CPIAUCSL", "UNRATE") for began in ("2025-01-14", "2025-01-15")]
    )
    lake.load(VINTAGES, rows, received_at=NOON)
    window = LoadWindow(("UNRATE",), dt.date(2025, 1, 15), dt.date(2025, 1, 15))
    assert lake.load(VINTAGES, facts([]), window=window, received_at=NOON + HOUR).retracted == 1
    assert stated(lake).num_rows == 3
    with pytest.raises(InvalidInputError, match="1 lie outside the window"):
        lake.load(VINTAGES, facts([fact("UNRATE", began="2025-01-16")]), window=window)
    with pytest.raises(InvalidInputError, match="have no status"):
        lake.load("bronze/yahoo_bars", lake.read("bronze/yahoo_bars", missing_ok=True), window=window)


def test_facts_that_keep_no_instant_of_loading_are_appended_once_and_never_corrected(tmp_path: Path) -> None:
    lake, name = Lake(tmp_path), "bronze/series_facts"
    row = {"provider": "fred", "series_id": "GDPC1", "received_at": NOON, "first_vintage": DAYS[0], "vintages": 1,
           "units": "Percent", "frequency": "Q", "seasonal_adjustment": "SA", "last_updated": NOON}  # fmt: skip
    rows = pa.Table.from_pylist([row], schema=TABLES[name].schema)
    assert (lake.load(name, rows).new, lake.load(name, rows).new) == (1, 0)
    other = pa.Table.from_pylist([row | {"vintages": 2}], schema=TABLES[name].schema)
    assert (lake.load(name, other).new, lake.read(name)["vintages"].to_pylist()) == (0, [1])


@dataclass(frozen=True)
class Answer:
    """One drawn answer: what a provider says of some series and days; all of it where a window says so."""

    rows: tuple[dict, ...]
    window: LoadWindow | None

    def load(self, lake: Lake, number: float) -> None:
        lake.load(VINTAGES, facts(self.rows), window=self.window, received_at=NOON + number * HOUR)


@st.composite
def answers(draw: st.DrawFn, whole: bool = True) -> Answer:
    ids = tuple(draw(st.sets(st.sampled_from(SERIES), min_size=1)))
    first, last = sorted(draw(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS))))
    keys = [(name, day) for name in ids for day in DAYS if first <= day <= last]
    kept = draw(st.lists(st.sampled_from(keys), unique=True))
    rows = tuple(fact(name, "2025-01-10", day.isoformat(), draw(st.sampled_from([1.0, 2.0, None])),
                      draw(st.sampled_from(["published", "missing"]))) for name, day in kept)  # fmt: skip
    first_asked = None if first == DAYS[0] and draw(st.booleans()) else first
    return Answer(rows, LoadWindow(ids, first_asked, last) if whole or draw(st.booleans()) else None)


def plain(received: list[Answer]) -> list[dict]:
    """The rule in words: of each fact the last answer that covers it decides, and it may say that there is none."""
    count: dict[tuple, dict] = {}
    for answer in received:
        window = answer.window
        if window is not None:
            first = window.first or DAYS[0]
            count = {key: row for key, row in count.items()
                     if key[0] not in window.ids or not first <= key[1] <= window.last}  # fmt: skip
        count |= {(row["series_id"], row["realtime_start"]): row for row in answer.rows}
    return [count[key] for key in sorted(count)]


@settings(max_examples=25, deadline=None)
@given(received=st.lists(answers(), min_size=1, max_size=5), data=st.data())
def test_answers_in_their_order_give_the_rows_of_the_plain_rule(received: list[Answer], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(folder)
        for number, answer in enumerate(received):
            answer.load(lake, number)
            assert stated(lake).equals(facts(plain(received[: number + 1])))
            before = lake.read(VINTAGES, superseded=True, missing_ok=True)
            answer.load(lake, number + data.draw(st.sampled_from([0.0, 0.5])))
            assert lake.read(VINTAGES, superseded=True, missing_ok=True).equals(before), "loading twice changes nothing"
        for number in range(len(received)):
            view = lake.read(VINTAGES, loaded_by=NOON + number * HOUR, missing_ok=True).drop_columns(["loaded_at"])
            assert view.equals(facts(plain(received[: number + 1])))


def test_a_bucket_never_holds_more_than_twenty_files(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for day in range(45):
        began = (dt.date(2025, 1, 1) + dt.timedelta(day)).isoformat()
        lake.load(VINTAGES, facts([fact("DGS2", began=began), fact("DGS10", began=began)]))
        counts = [len(list(each.glob("*.parquet"))) for each in Path(lake.table_uri(VINTAGES)).glob("bucket=*")]
        assert len(counts) == 2
        live = lake.info(VINTAGES).files
        assert live <= 40
    assert stated(lake).num_rows == 90
    assert lake.info(VINTAGES).files < 20
    assert pa.types.is_timestamp(lake.read(VINTAGES)["loaded_at"].type)
