"""Own files through the graph: loaded, screened by their own history, refused by name, and never lost in silence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pytest
from typer.testing import CliRunner

import macro_assets
from macro_assets.catalog import load_catalog
from macro_assets.cli import app
from macro_assets.defs.bronze import screening
from macro_assets_tests.defs.house import World, checks, evaluate, failure, metadata, world
from macro_assets_tests.own_data.files import declare, months, write

OWN, SILVER = "bronze/own_data", "silver/observations"
TODAY = date(2012, 6, 29)
DAY = "2012-06-28"


@pytest.fixture
def mine(tmp_path: Path) -> Iterator[World]:
    """Two series of four years: an index without vintages, a rate with them."""
    folder = tmp_path / "own"
    declare(folder, "index", publication_lag_days=5)
    write(folder, "index", [(month, 100 + at % 7) for at, month in enumerate(months())])
    declare(folder, "rate", unit="percent", publication_lag_days=5)
    rows = [(month, month[:8] + "20", 2.5 + at % 5) for at, month in enumerate(months())]
    write(folder, "rate", rows, "date,realtime_start,value")
    with world(tmp_path / "home", TODAY, MACRO_OWN_DATA=str(folder)) as loaded:
        yield loaded


def folder_of(mine: World) -> Path:
    return Path(mine.changes["MACRO_OWN_DATA"])


def append(mine: World, name: str, *rows: str) -> None:
    path = folder_of(mine) / f"{name}.csv"
    path.write_text(path.read_text() + "\n".join(rows) + "\n")


def ids(mine: World) -> dict[str, int]:
    rows = mine.lake.read(OWN).group_by("series_id").aggregate([([], "count_all")])
    return dict(zip(rows["series_id"].to_pylist(), rows["count_all"].to_pylist(), strict=True))


def command(mine: World, *words: str) -> tuple[int, str]:
    with mine.entered():
        result = CliRunner().invoke(app, ["own-data", *words, "--home", str(mine.home)])
    return result.exit_code, result.output


def test_files_are_facts_with_their_day_of_knowledge_and_loading_again_adds_none(mine: World) -> None:
    result = mine.run(OWN, SILVER, days=DAY)
    assert result.success
    assert checks(result)[OWN, "rows_accounted"]
    silver = mine.lake.read(SILVER)
    rules = set(zip(silver["series_id"].to_pylist(), silver["known_by"].to_pylist(), strict=True))
    assert rules == {("INDEX", "compiled"), ("RATE", "vintage")}
    first = silver.filter(pc.equal(silver["series_id"], "INDEX")).slice(0, 1).to_pylist()[0]
    assert (first["observation_date"], first["known_from"]) == (date(2008, 1, 1), date(2008, 2, 5))
    assert set(mine.lake.as_of(TODAY, strict=True)["series_id"].to_pylist()) == {"RATE"}, (
        "compiled facts are left out by strict"
    )
    again = mine.run(OWN, days=DAY)
    assert (metadata(again, OWN)["rows_new"], metadata(again, OWN)["rows_already_stored"]) == (0, 48)


def test_a_bad_file_stops_no_other_and_is_named_with_row_and_column(mine: World) -> None:
    for name in ("a", "b", "c", "d"):
        declare(folder_of(mine), name)
        write(folder_of(mine), name, ["2012-01-01,1", "2012-02-01,?"])
    (folder_of(mine) / "rate.yaml").write_text("id: RATE\n")
    result = mine.run(OWN, days=DAY)
    assert not result.success
    said = failure(result).description
    assert "5 files cannot be loaded" in said
    for name in ("a", "b", "c", "d"):
        assert f"{name}.csv, row 3, column 'value': '?' is not a number." in said
    assert "rate.yaml is not valid: field title" in said
    assert ids(mine) == {"INDEX": 48}


def test_a_wrong_unit_is_set_aside_by_the_history_of_the_file_itself(mine: World) -> None:
    assert mine.run(OWN, days=DAY).success
    append(mine, "index", "2012-01-01,106", "2012-02-01,103000", "2012-03-01,104")
    append(mine, "rate", "2012-01-01,2012-02-20,350")
    result = mine.run(OWN, days=DAY)
    assert result.success
    assert metadata(result, OWN)["rows_quarantined"] == 2
    found = {(case.id, case.row["value"], case.row["reason"]) for case in screening.cases(mine.lake)}
    assert found == {("INDEX", 103000.0, "bounds"), ("RATE", 350.0, "bounds")}
    assert ids(mine) == {"INDEX": 50, "RATE": 48}


def test_a_removed_file_is_refused_by_name_until_its_removal_is_confirmed(mine: World) -> None:
    assert mine.run(OWN, days=DAY).success
    for path in folder_of(mine).glob("index.*"):
        path.unlink()
    result = mine.run(OWN, days=DAY)
    assert not result.success
    assert "Own series INDEX has stored facts, but no valid declaration" in failure(result).description
    assert "own-data confirm-removal INDEX" in failure(result).description
    assert ids(mine) == {"INDEX": 48, "RATE": 48}, "nothing is lost"
    shown = json.loads(command(mine, "list", "--json")[1])
    assert [row["problem"] for row in shown if row["id"] == "INDEX"] == ["no valid declaration"]
    code, output = command(mine, "confirm-removal", "INDEX")
    assert (code, "48 facts of INDEX are closed, 0 stand" in output) == (0, True), output
    assert mine.run(OWN, SILVER, days=DAY).success
    assert set(mine.lake.read(SILVER)["series_id"].to_pylist()) == {"RATE"}
    assert mine.lake.read(OWN, superseded=True).num_rows == 3 * 48, "the lake forgets nothing"
    mine.changes["MACRO_TODAY"] = "2012-08-31"
    with mine.entered():
        holes = evaluate("bronze/coverage", "vintage_days_complete").metadata["failing_rows"].value
        assert "RATE" in str(holes)
        assert "INDEX" not in str(holes), "no day of it is missing any more"
        assert evaluate("bronze/coverage", "series_known_to_provider").passed


def test_removed_rows_are_refused_until_confirmed_and_may_come_back(mine: World) -> None:
    assert mine.run(OWN, days=DAY).success
    path = folder_of(mine) / "rate.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:10], *lines[12:]]) + "\n")
    refused = mine.run(OWN, days=DAY)
    assert "lacks 2 of 48 stored rows of own series RATE, the first of 2008-10-01" in failure(refused).description
    assert command(mine, "confirm-removal", "INDEX")[0] == 1, "nothing of it is gone"
    assert "2 facts of RATE are closed, 46 stand" in command(mine, "confirm-removal", "RATE")[1]
    assert mine.run(OWN, days=DAY).success
    assert ids(mine) == {"INDEX": 48, "RATE": 46}
    path.write_text("\n".join(lines) + "\n")
    assert mine.run(OWN, days=DAY).success
    assert ids(mine) == {"INDEX": 48, "RATE": 48}


def test_a_changed_value_is_a_correction_of_a_stated_day_and_news_otherwise(mine: World) -> None:
    assert mine.run(OWN, days=DAY).success
    for name, old, new in (("index", "2011-12-01,105", "2011-12-01,106"), ("rate", "11-20,3.5", "11-20,4.5")):
        path = folder_of(mine) / f"{name}.csv"
        assert path.read_text().count(old) >= 1
        path.write_text(path.read_text().replace(old, new))
    result = mine.run(OWN, days=DAY)
    assert result.success
    assert metadata(result, OWN)["rows_corrected"] >= 1
    newest = mine.lake.read(OWN, where={"series_id": "INDEX", "observation_date": date(2011, 12, 1)}).to_pylist()
    assert [(row["value"], str(row["realtime_start"]), row["dated_by"]) for row in newest] == [
        (105.0, "2012-01-05", "rule"), (106.0, "2012-06-29", "found"),
    ]  # fmt: skip


def test_a_file_that_is_closed_whole_is_stated_as_if_for_the_first_time(mine: World) -> None:
    assert mine.run(OWN, days=DAY).success
    path = folder_of(mine) / "index.csv"
    path.write_text(path.read_text().replace("2011-12-01,105", "2011-12-01,106"))
    assert "48 facts of INDEX are closed, 0 stand" in command(mine, "confirm-removal", "INDEX", "--whole")[1]
    assert mine.run(OWN, days=DAY).success
    newest = mine.lake.read(OWN, where={"series_id": "INDEX", "observation_date": date(2011, 12, 1)}).to_pylist()
    assert [(row["value"], str(row["realtime_start"]), row["dated_by"]) for row in newest] == [
        (106.0, "2012-01-05", "rule")
    ]


def test_an_accepted_case_of_a_file_is_loaded(mine: World) -> None:
    assert mine.run(OWN, days=DAY).success
    append(mine, "index", "2012-01-01,103000")
    assert mine.run(OWN, days=DAY).success
    with mine.entered():
        decided = screening.decide(mine.lake, load_catalog(), TODAY, name="INDEX", decision="accepted")
    assert [case.row["value"] for case in decided] == [103000.0]
    assert ids(mine) == {"INDEX": 49, "RATE": 48}
    assert mine.run(OWN, days=DAY).success
    assert ids(mine) == {"INDEX": 49, "RATE": 48}


def test_a_value_without_a_stated_day_explains_itself(mine: World) -> None:
    assert mine.run(OWN, SILVER, days=DAY).success
    with mine.entered():
        said = macro_assets.explain_value("INDEX", "2010-05-01", "2011-01-01").summary()
    assert (
        "your file states no realtime_start, so it counts from the end of its period (2010-05-31) plus 5 days" in said
    )


def test_the_list_shows_every_file_with_its_use_and_tier(mine: World) -> None:
    declare(folder_of(mine), "spills", "shock: {tier: T2, sign: positive = more}", feature="true")
    shown = {row["id"]: row for row in json.loads(command(mine, "list", "--json")[1])}
    assert set(shown) == {"INDEX", "RATE", "SPILLS"}
    assert shown["SPILLS"]["used_as"] == "series, shock (T2, stated by you), feature"
    assert "spills.csv of own series SPILLS does not exist" in shown["SPILLS"]["problem"]
    assert shown["INDEX"]["problem"] == ""


def test_without_a_folder_there_is_nothing_to_load_and_nothing_fails(tmp_path: Path) -> None:
    with world(tmp_path, TODAY) as bare:
        result = bare.run(OWN, days=DAY)
        assert result.success
        assert metadata(result, OWN)["rows_offered"] == 0
        assert load_catalog().own == {}
