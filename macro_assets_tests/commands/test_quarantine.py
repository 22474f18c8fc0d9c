"""`macro-assets quarantine`: what is set aside in a home, and what a person decides on it."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from macro_assets.cli import app
from macro_assets.lake import Lake
from macro_assets.plausibility import study
from macro_assets.plausibility.cases import Case, cases_of, groups
from macro_assets.tables.bronze import FRED_VINTAGES
from macro_assets.tables.quarantine import QUARANTINE
from macro_assets_tests.defs.house import failure, house
from macro_assets_tests.sandbox.small_archive import small_archive

MARCH, STATED = date(2012, 3, 1), date(2012, 6, 30)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with unemployment as published, and one value in a wrong unit set aside."""
    monkeypatch.setenv("MACRO_TODAY", "2012-07-01")
    lake = Lake(tmp_path / "lake")
    good = {"series_id": "UNRATE", "observation_date": date(2012, 2, 1), "realtime_start": date(2012, 3, 9), "value": 8.3,
            "status": "published"}  # fmt: skip
    lake.load(FRED_VINTAGES.name, pa.Table.from_pylist([good], schema=FRED_VINTAGES.source_schema))
    wrong = good | {"observation_date": MARCH, "realtime_start": STATED, "value": 820.0}
    row = {
        "table": FRED_VINTAGES.name, "id": "UNRATE", "observation_date": MARCH, "realtime_start": STATED, "value": 820.0,
        "unit": "percent", "reason": "bounds", "words": "820 lies outside the plausible bounds 1 to 30 (percent).",
        "compared_with": None, "fact": json.dumps(wrong, default=str),
    }  # fmt: skip
    lake.load(QUARANTINE.name, pa.Table.from_pylist([row], schema=QUARANTINE.source_schema))
    return tmp_path


def call(home: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["quarantine", *words, "--home", str(home)])
    return result.exit_code, result.output


def test_the_list_says_what_waits_and_why(home: Path) -> None:
    (line,) = json.loads(call(home, "list", "--json")[1])
    assert (line["id"], line["status"], line["facts"], line["value"]) == ("UNRATE", "open", 1, 820.0)
    assert line["words"] == "820 lies outside the plausible bounds 1 to 30 (percent)."


def test_an_accepted_case_is_loaded_and_listed_no_more(home: Path) -> None:
    code, output = call(home, "accept", "UNRATE", "--period", "2012-03-01", "--note", "true")
    assert code == 0, output
    assert 820.0 in Lake(home / "lake").read(FRED_VINTAGES.name)["value"].to_pylist()
    assert "Nothing is set aside." in call(home, "list")[1]
    assert [line["status"] for line in json.loads(call(home, "list", "--all", "--json")[1])] == ["accepted"]


def test_a_rejected_case_stays_out(home: Path) -> None:
    assert call(home, "reject", "UNRATE")[0] == 0
    assert Lake(home / "lake").read(FRED_VINTAGES.name).num_rows == 1
    assert call(home, "list", "--json")[1].strip() == "[]"


def test_a_series_without_a_case_is_refused_with_those_that_have_one(home: Path) -> None:
    code, output = call(home, "accept", "PAYEMS")
    assert code == 1
    assert "PAYEMS has no open case. Open cases: UNRATE." in output


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_archive().write(tmp_path_factory.mktemp("recorded"))


def test_the_rules_are_measured_on_a_folder_of_recorded_data(recorded: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    words = ["quarantine", "validate", "--archive", str(recorded), "--json", str(figures)]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.output
    report = json.loads(figures.read_text())
    facts = pq.read_table(recorded / "fred" / "observations.parquet").num_rows
    assert f"{report['false_alarms']['judged_since_1960']:,} true facts" in result.output
    assert 0 < report["false_alarms"]["judged_since_1960"] <= facts
    caught = {(row["kind"], row["factor"]): row["share"] for row in report["newest_value"]}
    assert caught["level", 1000.0] == 1.0
    refused = CliRunner().invoke(app, ["quarantine", "validate", "--archive", str(tmp_path)])
    assert refused.exit_code == 1
    assert "not a folder of recorded data" in " ".join(refused.output.split())


def test_dagster_measures_the_rules_too(recorded: Path, tmp_path: Path) -> None:
    job = house().resolve_job_def("quarantine_validation_job")

    def measured(folder: Path) -> dg.ExecuteInProcessResult:
        config = {"ops": {"measure_the_rules": {"config": {"archive": str(folder)}}}}
        return job.execute_in_process(run_config=config, raise_on_error=False)

    result, alone = measured(recorded), study.validate(recorded)
    (output,) = [event.step_output_data for event in result.all_events if event.is_successful_output]
    assert output.metadata["true_facts"].value == alone["false_alarms"]["judged_since_1960"]
    assert output.metadata["false_alarms"].value == len(alone["false_alarms"]["set_aside"])
    assert set(study.STUDIES) & set(output.metadata) == {name for name in study.STUDIES if alone[name]}
    assert "not a folder of recorded data" in str(failure(measured(tmp_path)).description)


def at(hour: int) -> datetime:
    return datetime(2012, 6, 30, hour, tzinfo=UTC)


def test_a_case_is_corrected_by_a_later_statement_and_by_no_earlier_one() -> None:
    row = {"table": "t", "id": "X", "observation_date": MARCH, "realtime_start": STATED, "value": 1.0,
           "loaded_at": at(5)}  # fmt: skip
    key = ("t", "X", MARCH)
    statements = {
        "open": [
            (date(2012, 6, 1), at(9)),
            (STATED, at(4)),
        ],  # an earlier vintage, and what stood before it was set aside
        "corrected": [(STATED, at(6))],
    }
    for status, stated in statements.items():
        assert [case.status for case in cases_of([row], [], {key: stated})] == [status]
    assert [case.status for case in cases_of([row], [], {key: [(date(2012, 7, 1), at(1))]})] == ["corrected"]


def test_a_whole_vintage_is_one_line() -> None:
    row = {
        "id": "X",
        "realtime_start": STATED,
        "reason": "restated",
        "value": 1.0,
        "words": "",
        "observation_date": MARCH,
    }
    assert [line["facts"] for line in groups([Case(row, "open")] * 600)] == [600]
