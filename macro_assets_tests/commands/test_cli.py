"""The command line on a small home: what it says, in words and as JSON, and how it refuses."""

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.sandbox import Archive, SandboxServer
from macro_assets_tests.commands.conftest import Call
from macro_assets_tests.commands.printed import lines_until
from macro_assets_tests.conftest import REPOSITORY
from macro_assets_tests.defs.house import KEY, World
from macro_assets_tests.sandbox.small_archive import LAST, small_archive


def test_the_doctor_names_a_remedy_and_never_the_key(call: Call, small: World, tmp_path: Path) -> None:
    result = call("doctor", home=small.home)
    assert result.exit_code == 0, result.output
    assert KEY not in result.output
    found = {row["subject"]: row for row in json.loads(call("doctor", "--json", home=small.home).stdout)}
    assert found["FRED"]["ok"] is True
    assert found["lake"]["found"].startswith(f"{len(small.lake.tables())} tables")
    empty = {row["subject"]: row for row in json.loads(call("doctor", "--json", home=tmp_path / "new").stdout)}
    assert empty["lake"]["ok"] is False
    assert "macro-assets demo" in empty["lake"]["remedy"]
    assert not (tmp_path / "new").exists(), "looking creates nothing"


def test_tables_show_whole_names_in_a_pipe(call: Call, small: World, tmp_path: Path) -> None:
    held = {row["name"]: row for row in json.loads(call("tables", "--json", home=small.home).stdout)}
    assert held["bronze/fred_vintages"]["rows"] > 3000
    shown = call("tables", home=small.home).stdout
    assert all(name in shown for name in held)
    assert f"{held['silver/observations']['rows']:,}" in shown
    assert "has no tables yet" in call("tables", home=tmp_path / "new").stdout
    assert not (tmp_path / "new").exists()


def test_as_of_shows_what_was_known_with_its_unit(call: Call, small: World) -> None:
    newest = {
        row["series_id"]: row for row in json.loads(call("as-of", "2012-07-05", "--json", home=small.home).stdout)
    }
    assert newest["PAYEMS"]["observation_date"] == "2012-05-01", "June is published on 6 July"
    assert newest["PAYEMS"]["unit"] == load_catalog().series["PAYEMS"].unit
    next_day = call("as-of", "2012-07-06", "--series", "PAYEMS", "--json", home=small.home).stdout
    assert json.loads(next_day)[-1]["observation_date"] == "2012-06-01"


def test_errors_go_to_the_error_stream_and_nothing_to_the_output(call: Call, small: World) -> None:
    refused = call("as-of", "2008-10-31", "--series", "NOPE", home=small.home)
    assert refused.exit_code == 1
    assert "NOPE" in refused.stderr
    assert refused.stdout == ""


def test_an_evaluation_is_run_with_the_options_of_the_command(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from macro_assets.commands import causal_evaluation

    options: dict[str, object] = {}
    monkeypatch.setattr(causal_evaluation, "run", lambda **given: options.update(given) or True)
    path = str(tmp_path / "out.json")
    given = ("--quick", "--replications", "50", "--jobs", "3", "--resume", str(tmp_path), "--json", path)
    assert call("evaluate", "causal", *given).exit_code == 0
    assert options == {
        "quick": True, "replications": 50, "jobs": 3, "resume_from": tmp_path, "json_file": tmp_path / "out.json"
    }  # fmt: skip


def test_strict_reads_leave_out_and_count_what_is_only_assumed_or_refuse_it(call: Call, small: World) -> None:
    question = ("as-of", "2008-10-31", "--series", "UNRATE", "--series", "PAYEMS")
    strict = call(*question, "--strict", "--json", home=small.home)
    assert {row["series_id"] for row in json.loads(strict.stdout)} == {"PAYEMS"}
    assert "Nothing is left of UNRATE" in strict.stderr
    refused = call(*question, "--strict-refuse", home=small.home)
    assert refused.exit_code == 1
    assert "pseudo" in refused.output
    assert call("as-of", "2008-10-31", "--series", "PAYEMS", "--strict-refuse", home=small.home).exit_code == 0


def test_a_day_that_the_lake_does_not_reach_is_flagged_and_the_future_refused(call: Call, small: World) -> None:
    early = call("as-of", "1950-01-01", home=small.home)
    assert "Nothing was known yet on 1950-01-01: the first fact" in early.stderr
    assert "lies in the future of" in call("as-of", "2100-01-01", home=small.home).output
    late = ("explain-value", "PAYEMS", "2010-03-01", "--as-of", "2100-01-01")
    assert call(*late, home=small.home).exit_code == 1


def test_explain_value_says_which_vintage_and_what_came_later(call: Call, small: World) -> None:
    question = ("explain-value", "PAYEMS", "2010-03-01", "--as-of", "2010-04-30")
    words = call(*question, home=small.home).stdout
    assert "vintage of 2010-04-06" in words
    assert "Not yet known then" in words
    answer = json.loads(call(*question, "--json", home=small.home).stdout)
    assert (answer["standing"]["realtime_start"], answer["after"][0]["realtime_start"]) == ("2010-04-06", "2010-05-05")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("explain-value", "PAYEMSX", "2010-03-01", "--as-of", "2010-04-30"), "Did you mean PAYEMS"),
        (("explain-value", "PAYEMS", "1990-03-01", "--as-of", "2010-04-30"), "Nothing was ever published"),
        (("as-of", "2010-04-30", "--series", "PAYEMSX"), "Did you mean PAYEMS"),
        (("as-of", "2010-04-30", "--series", "sp500"), "Read gold/asset_returns"),
        (("backfill", "bronze/nothing", "--from", "2012-06-26", "--to", "2012-06-26"), "bronze/fred_vintages"),
        (("backfill", "silver/prices", "--from", "2012-06-26", "--to", "2012-06-26"), "has no partitions"),
        (("backfill", "bronze/yahoo_bars", "--from", "1901-01-01", "--to", "1901-01-02"), "no partition between"),
    ],
)
def test_errors_are_one_line_with_a_remedy(call: Call, small: World, arguments: tuple[str, ...], text: str) -> None:
    refused = call(*arguments, home=small.home)
    assert refused.exit_code == 1
    assert text in refused.output
    assert "Traceback" not in refused.output
    assert len(refused.output.strip().splitlines()) == 1


def test_a_backfill_is_one_run_that_marks_its_days_and_repeats_nothing(call: Call, small: World) -> None:
    rows = small.lake.read("bronze/fred_vintages", columns=["series_id"]).num_rows
    result = call(
        "backfill", "bronze/fred_vintages", "--from", "2012-06-26", "--to", "2012-06-28", "--json", home=small.home
    )
    assert result.exit_code == 0, result.output
    (run,) = json.loads(result.stdout)
    assert run["assets"] == "bronze/fred_vintages"
    assert run["failed"] == "bronze/fred_vintages catalogue_covered", "the archive lacks most of the catalogue"
    assert small.lake.read("bronze/fred_vintages", columns=["series_id"]).num_rows == rows
    with dg.DagsterInstance.from_config(str(small.home / "dagster")) as instance:
        done = instance.get_materialized_partitions(dg.AssetKey(["bronze", "fred_vintages"]))
    assert {"2012-06-26", "2012-06-27", "2012-06-28"} <= done


def test_a_series_is_added_from_what_fred_says(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "mine"
    with SandboxServer(with_another_series("NEWJOBS"), today=LAST) as sandbox:
        monkeypatch.setenv("MACRO_FRED_URL", sandbox.urls["MACRO_FRED_URL"])
        result = call("add-series", "NEWJOBS", "--directory", str(mine))
    assert result.exit_code == 0, result.output
    assert f"MACRO_CATALOG_DIR={mine}" in result.output
    entry = load_catalog(mine).series["NEWJOBS"]
    assert (entry.frequency, entry.release_id, entry.publication_lag_days) == ("M", 50, 5)
    assert 0 < entry.lower < 2_000 < 200_000 < entry.upper < 20_000_000
    assert f"plausible from {entry.lower:g} to {entry.upper:g} by its history" in result.output


def test_what_cannot_be_added_is_refused(call: Call, tmp_path: Path) -> None:
    for name, text in (("PAYEMS", "already has 'PAYEMS'"), ("NOSUCHSERIES", "FRED has no series")):
        refused = call("add-series", name, "--directory", str(tmp_path / "mine"))
        assert refused.exit_code == 1
        assert text in refused.output
        assert KEY not in refused.output


def with_another_series(name: str) -> Archive:
    """The small archive and a series that the catalogue does not know: PAYEMS under another id."""
    small = small_archive()
    rows = small.observations.filter(pc.equal(small.observations["series_id"], "PAYEMS"))
    renamed = rows.set_column(0, rows.schema.field(0), pa.repeat(name, rows.num_rows))
    described = small.series[small.series["series_id"] == "PAYEMS"].assign(series_id=name)
    return replace(
        small,
        observations=pa.concat_tables([small.observations, renamed]),
        series=pd.concat([small.series, described], ignore_index=True),
    )


def test_the_page_of_tables_is_the_declared_one(call: Call) -> None:
    printed = call("data-dictionary").stdout
    assert (REPOSITORY / "docs" / "data_dictionary.md").read_text() == printed, "run `make docs`"


def test_the_sandbox_prints_the_settings_of_the_real_clients(tmp_path: Path) -> None:
    small_archive().write(tmp_path / "archive")
    command = [
        sys.executable,
        "-m",
        "macro_assets.cli",
        "sandbox",
        "--port",
        "0",
        "--archive",
        str(tmp_path / "archive"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        text = lines_until(process, "/control/faults")
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    settings = dict(line.removeprefix("export ").strip().split("=", 1) for line in text if line.startswith("export "))
    assert {
        "MACRO_FRED_URL",
        "MACRO_YAHOO_URL",
        "MACRO_WORLD_BANK_URL",
        "MACRO_SURPRISES_URL",
        "MACRO_SANDBOX_URL",
    } <= set(settings)
    assert settings["MACRO_FRED_URL"].startswith("http://127.0.0.1:")


def test_every_command_has_a_sentence(call: Call) -> None:
    result = call("--help").output
    for command in (
        "demo",
        "sandbox",
        "ui",
        "backfill",
        "doctor",
        "tables",
        "as-of",
        "explain-value",
        "add-series",
        "quarantine",
        "evaluate",
    ):
        assert command in result
    assert all(kind in call("evaluate", "--help").output for kind in ("causal", "impacts", "spread", "recession"))
