"""Published shock series: rows as the authors print them."""

import datetime as dt

import pytest

from macro_assets.errors import EmptyDataError, SchemaError, TransientSourceError
from macro_assets.sandbox import Archive, SandboxServer
from macro_assets.settings import Settings
from macro_assets.sources.policy_surprises import source
from macro_assets.sources.policy_surprises.files import SurpriseFile
from macro_assets.sources.policy_surprises.source import SurprisesSource, read_index, read_surprises

MEETINGS = SurpriseFile("meetings", "meetings.csv", (("mp1", "percentage points"), ("sp500", "percent")))


def test_every_value_of_every_file_comes(settings: Settings, archive: Archive) -> None:
    batch = SurprisesSource(settings).fetch()
    frame = batch.table.to_pandas()
    assert batch.table.num_rows == sum(len(table) for table in archive.surprises.values())
    assert batch.requests == 3
    meetings = frame[frame["source"] == "meetings"]
    assert meetings["value"].tolist() == archive.surprises["meetings"]["mp1"].tolist()
    assert set(meetings["time"]) == {"14:00:00"}
    assert set(frame["unit"]) == {"percentage points"}


def test_empty_cells_are_skipped_zeros_kept_and_events_numbered() -> None:
    text = "date,time,note,mp1,sp500\n2001-01-03,13:15,x,-0.2,\n2001-01-03,16:00,y,0,1.5\n2001-01-31,,z,NaN,0.0\n"
    rows, cells, empty = read_surprises(text, MEETINGS)
    assert [(row[1], row[2].day, row[3], row[4], row[5]) for row in rows] == [
        ("mp1", 3, 0, "13:15", -0.2),
        ("mp1", 3, 1, "16:00", 0.0),
        ("sp500", 3, 1, "16:00", 1.5),
        ("sp500", 31, 0, None, 0.0),
    ]
    assert (cells, empty) == (6, 2)


def test_the_authors_own_dates_are_read() -> None:
    monthly, _, _ = read_surprises("year,month,mp1,sp500\n1990,2,0.5,1\n", MEETINGS)
    assert {row[2] for row in monthly} == {dt.date(1990, 2, 1)}
    by_minute, _, _ = read_surprises("start,Event,mp1,sp500\n1987-11-04 08:30:00,what,0.5,1\n", MEETINGS)
    assert {row[2:5] for row in by_minute} == {(dt.date(1987, 11, 4), 0, "08:30:00")}


def test_without_an_index_the_authors_known_files_are_asked_for(
    settings: Settings, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = (SurpriseFile("meetings", "../meetings.csv", (("mp1", "percentage points"),)),)
    monkeypatch.setattr(source, "AUTHORS_FILES", known)
    moved = settings.model_copy(update={"surprises_url": settings.surprises_url + "/main"})
    batch = SurprisesSource(moved).fetch()
    assert set(batch.table["source"].to_pylist()) == {"meetings"}


def test_a_line_the_reader_loses_is_counted_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    read = source._lines
    monkeypatch.setattr(source, "_lines", lambda text, path, accepted: read(text, path, accepted)[:-1])
    rows, cells, empty = read_surprises("date,mp1,sp500\n2001-01-03,0.1,1\n2001-01-31,0.2,\n", MEETINGS)
    assert (len(rows), cells, empty) == (2, 4, 0), "two cells became nothing"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("<html></html>", TransientSourceError),
        ("date,mp1,sp500\n2001-01-03,0.1\n", TransientSourceError),
        ("date,mp1,sp500\n", EmptyDataError),
        ("date,mp1,sp500\n2001-01-03,,\n", EmptyDataError),
        ("date,mp1\n2001-01-03,1\n", SchemaError),
        ("date,mp1,sp500\n2001-01-03,many,1\n", SchemaError),
        ("date,mp1,sp500\nJan 2001,1,1\n", SchemaError),
    ],
)
def test_what_cannot_be_read_is_typed(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_surprises(text, MEETINGS)


def test_an_index_must_name_files_columns_and_units() -> None:
    index = read_index("file,column,unit\na.csv,x,percent\na.csv,y,\n")
    assert index == (SurpriseFile("a", "a.csv", (("x", "percent"), ("y", ""))),)
    with pytest.raises(EmptyDataError):
        read_index("file,column,unit\n")
    with pytest.raises(TransientSourceError):
        read_index("404: Not Found")
