"""Every fault of a provider ends in a retry that succeeds or in a failure a person can read; nothing is lost."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from macro_assets_tests.defs.house import KEY, World, failure, materialised, metadata, retries, stated, world

FRED, YAHOO = "bronze/fred_vintages", "bronze/yahoo_bars"
BANK, SURPRISES = "bronze/world_bank_indicators", "bronze/policy_surprises"
DAYS = ("2012-06-04", "2012-06-08")
TWO = {"bronze__fred_vintages": {"config": {"series": ["PAYEMS", "UNRATE"]}},
       "bronze__yahoo_bars": {"config": {"symbols": ["TLT", "SPY"]}}}  # fmt: skip
PASSING = ("429", "500", "timeout", "reset", "truncated", "garbage", "html", "blank", "nulls")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("faults"), date(2012, 6, 29), MACRO_HTTP_TIMEOUT_SECONDS="5") as loaded:
        assert loaded.run(FRED, YAHOO, days=DAYS, config=TWO, checks=False).success
        assert loaded.run(BANK, days=DAYS, checks=False).success
        assert loaded.run(SURPRISES, checks=False).success
        yield loaded


@pytest.fixture
def faulty(shared: World, tmp_path: Path) -> Iterator[World]:
    """A world whose next answers the test spoils; afterwards no key is in anything that was written down."""
    loaded = shared.elsewhere(tmp_path)
    yield loaded
    shared.sandbox.faults.clear()
    assert KEY not in loaded.written()
    loaded.instance.dispose()


def run(loaded: World, asset: str) -> dg.ExecuteInProcessResult:
    return loaded.run(asset, days=None if asset == SURPRISES else DAYS, config=TWO, checks=False)


@pytest.mark.parametrize("kind", PASSING)
def test_what_passes_is_tried_again_and_loses_nothing(
    faulty: World, shared: World, kind: str, capfd: pytest.CaptureFixture[str], pauses: list[float]
) -> None:
    if kind == "timeout":
        faulty.changes["MACRO_HTTP_TIMEOUT_SECONDS"] = "0.2"
    shared.sandbox.faults.inject(kind, path="/fred/series/observations", series="UNRATE", seconds=0.05 if kind == "429"
                                 else 1.0)  # fmt: skip
    result = run(faulty, FRED)
    assert result.success
    assert retries(result) == 1
    assert pauses == [0.05 if kind == "429" else 15.0], "the provider's own Retry-After counts"
    assert stated(faulty.lake, FRED).equals(stated(shared.lake, FRED))
    assert metadata(result, FRED)["rows_already_stored"] > 0, "what had come before the fault was kept"
    shown = capfd.readouterr()
    assert KEY not in shown.out + shown.err


@pytest.mark.parametrize(
    ("asset", "path"), [(YAHOO, "*/chart/SPY"), (BANK, "/v2/en/sources/2/series/*"), (SURPRISES, "/surprises/m*.csv")]
)
@pytest.mark.parametrize("kind", ["500", "truncated"])
def test_every_provider_may_have_a_bad_moment(faulty: World, shared: World, asset: str, path: str, kind: str) -> None:
    shared.sandbox.faults.inject(kind, path=path)
    result = run(faulty, asset)
    assert result.success
    assert retries(result) == 1
    assert stated(faulty.lake, asset).equals(stated(shared.lake, asset))


def test_a_provider_that_stays_down_fails_in_words_after_three_retries(
    faulty: World, shared: World, pauses: list[float]
) -> None:
    shared.sandbox.faults.inject("500", path="/fred/*", series="UNRATE", times=None)
    result = run(faulty, FRED)
    assert not result.success
    assert retries(result) == 3
    assert pauses == [15.0, 30.0, 60.0]
    message = failure(result)
    assert message.metadata["error_type"].value == "TransientSourceError"
    assert "FRED answered 500" in message.description
    assert FRED not in materialised(result), "no day is green"
    assert faulty.instance.get_materialized_partitions(dg.AssetKey(FRED.split("/"))) == set()
    assert set(faulty.lake.read(FRED)["series_id"].to_pylist()) == {"PAYEMS"}, "what came is kept"
    shared.sandbox.faults.clear()
    assert run(faulty, FRED).success
    assert stated(faulty.lake, FRED).equals(stated(shared.lake, FRED)), "the rerun completes it"


def test_a_provider_that_wants_to_be_left_alone_for_years_is_not_waited_for(
    faulty: World, shared: World, pauses: list[float]
) -> None:
    shared.sandbox.faults.inject("429", path="/fred/*", series="UNRATE", seconds=1e9)
    result = run(faulty, FRED)
    assert (retries(result), pauses) == (0, [])
    assert failure(result).metadata["error_type"].value == "TransientSourceError"
    assert run(faulty, FRED).success
    assert stated(faulty.lake, FRED).equals(stated(shared.lake, FRED))


def test_one_empty_answer_is_a_fault_that_passes(faulty: World, shared: World) -> None:
    """FRED repeats standing rows: an answer without any does not mean that nothing was published."""
    shared.sandbox.faults.inject("empty", path="/fred/series/observations", times=1)
    result = run(faulty, FRED)
    assert (result.success, retries(result)) == (True, 1)
    assert stated(faulty.lake, FRED).equals(stated(shared.lake, FRED))


def test_answers_that_stay_empty_are_a_failure(faulty: World, shared: World) -> None:
    shared.sandbox.faults.inject("empty", path="/fred/series/observations", times=None)
    result = run(faulty, FRED)
    assert retries(result) == 3
    assert failure(result).metadata["error_type"].value == "EmptyDataError"
    assert not faulty.lake.exists(FRED)


def test_the_world_bank_being_down_leaves_its_last_good_rows(faulty: World, shared: World) -> None:
    assert run(faulty, BANK).success
    shared.sandbox.faults.inject("html", path="/v2/*", times=None)
    message = failure(run(faulty, BANK))
    assert "The World Bank answered HTML where JSON was expected" in message.description
    assert stated(faulty.lake, BANK).equals(stated(shared.lake, BANK))


def test_a_value_that_changes_is_a_new_fact_and_the_old_one_stays(tmp_path: Path) -> None:
    with world(tmp_path, date(2012, 6, 29)) as loaded:
        day = "2012-06-29"
        assert loaded.run(FRED, "bronze/fred_history", days=day, config=TWO | {
            "bronze__fred_history": {"config": {"series": ["PAYEMS"]}}}, checks=False).success  # fmt: skip
        before = loaded.lake.read(FRED)
        loaded.sandbox.advance_to(date(2012, 6, 30))
        loaded.sandbox.revise("PAYEMS", day=date(2012, 3, 1), value=123_456.0)
        assert loaded.run(FRED, days="2012-06-30", config=TWO, checks=False).success
        after = loaded.lake.read(FRED)
        fresh = [row for row in after.to_pylist() if row["realtime_start"] == date(2012, 6, 30)]
        assert [(row["observation_date"], row["value"]) for row in fresh] == [(date(2012, 3, 1), 123_456.0)]
        assert after.num_rows == before.num_rows + 1


@pytest.mark.parametrize(
    ("asset", "revised", "day"),
    [(YAHOO, {"series": "SPY", "day": date(2012, 6, 20), "value": 120.25}, date(2012, 6, 20)),
     (BANK, {"series": "FP.CPI.TOTL.ZG", "economy": "USA", "year": 2010, "value": 1.25}, 2010)],
    ids=["yahoo", "world bank"],
)  # fmt: skip
def test_a_correction_of_what_is_stored_is_one_more_fact(
    asset: str, revised: dict[str, object], day: object, tmp_path: Path
) -> None:
    """Providers without vintages are compared with what the lake holds: else the correction would contradict it."""
    with world(tmp_path, date(2012, 6, 29)) as loaded:
        assert loaded.run(asset, days=("2012-06-18", "2012-06-29"), config=TWO, checks=False).success
        before = loaded.lake.read(asset)
        loaded.sandbox.advance_to(date(2012, 6, 30))
        loaded.sandbox.revise(**revised)  # type: ignore[arg-type]
        assert loaded.run(asset, days="2012-06-30", config=TWO, checks=False).success
        fresh = [row for row in loaded.lake.read(asset).to_pylist() if row["realtime_start"] == date(2012, 6, 30)]
    assert len(fresh) == 1
    assert day in fresh[0].values()
    assert revised["value"] in fresh[0].values()
    assert before.num_rows + 1 == loaded.lake.read(asset).num_rows
