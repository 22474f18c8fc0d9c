"""A provider prints a wrong unit: the value is set aside, the rest loads, and the correction of the next day simply loads."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.defs.bronze import screening
from macro_assets.defs.bronze.answers import Fetched
from macro_assets.defs.bronze.lacking import AGAIN, set_aside
from macro_assets.errors import InvalidInputError
from macro_assets.plausibility.cases import Case
from macro_assets.sources.batch import SourceBatch
from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables.bronze import FRED_VINTAGES
from macro_assets_tests.defs.house import SERIES, World, checks, evaluate, failure, materialised, metadata, world

FRED, PAST, BANK = "bronze/fred_vintages", "bronze/fred_history", "bronze/world_bank_indicators"
SILVER, QUARANTINE, DECISIONS = "silver/observations", "bronze/quarantine", "bronze/quarantine_decisions"
MARCH, WRONG_DAY, NEXT_DAY = date(2012, 3, 1), date(2012, 6, 30), date(2012, 7, 1)


@pytest.fixture
def stricken(tmp_path: Path) -> Iterator[World]:
    """On 2012-06-30 payrolls of March are printed a hundred times too large."""
    with world(tmp_path, date(2012, 6, 29)) as loaded:
        assert loaded.run(PAST, checks=False).success
        loaded.sandbox.advance_to(WRONG_DAY)
        loaded.sandbox.revise("PAYEMS", day=MARCH, value=100.0 * of_march(loaded))
        assert loaded.run(FRED, SILVER, days=WRONG_DAY.isoformat()).success
        yield loaded


def of_march(loaded: World, table: str = FRED) -> float:
    """Payrolls of March as they stand in the lake."""
    where = {"series_id": "PAYEMS", "observation_date": MARCH}
    return float(loaded.lake.read(table, where=where).sort_by("realtime_start")["value"][-1].as_py())


def cases(loaded: World) -> list[Case]:
    return screening.cases(loaded.lake)


def test_only_the_wrong_value_is_set_aside_and_silver_is_built(stricken: World) -> None:
    (case,) = cases(stricken)
    assert (case.id, case.status, case.row["reason"]) == ("PAYEMS", "open", "bounds")
    assert case.row["observation_date"] == MARCH
    assert case.row["value"] == pytest.approx(100.0 * of_march(stricken))
    assert of_march(stricken, SILVER) == of_march(stricken) < 300_000
    report = stricken.instance.get_latest_materialization_event(dg.AssetKey(FRED.split("/")))
    assert report is not None
    assert report.asset_materialization is not None
    assert report.asset_materialization.metadata["rows_quarantined"].value == 1
    with stricken.entered():
        found = evaluate(QUARANTINE, "no_open_case")
    assert not found.passed
    assert "1 facts are set aside and open, of PAYEMS" in str(found.description)


def test_loading_the_same_answer_again_adds_no_case(stricken: World) -> None:
    assert stricken.run(FRED, days=WRONG_DAY.isoformat()).success
    assert len(cases(stricken)) == 1
    assert stricken.lake.read(QUARANTINE, superseded=True).num_rows == 1


def test_a_corrected_value_simply_loads_and_closes_the_case(stricken: World) -> None:
    before = of_march(stricken)
    stricken.sandbox.advance_to(NEXT_DAY)
    stricken.sandbox.revise("PAYEMS", day=MARCH, value=before + 12.0)
    result = stricken.run(FRED, SILVER, days=(WRONG_DAY.isoformat(), NEXT_DAY.isoformat()))
    assert result.success
    assert checks(result)[FRED, "rows_accounted"]
    assert of_march(stricken, SILVER) == before + 12.0
    assert [case.status for case in cases(stricken)] == ["corrected"]
    with stricken.entered():
        assert evaluate(QUARANTINE, "no_open_case").passed


def test_an_accepted_value_is_loaded_and_stays(stricken: World) -> None:
    wrong = 100.0 * of_march(stricken)
    decision = {"id": "PAYEMS", "decision": "accepted", "periods": ["2012-03-01"], "note": "checked by hand"}
    result = stricken.run(DECISIONS, QUARANTINE, config={"bronze__quarantine_decisions": {"config": decision}})
    assert result.success
    assert materialised(result) == {DECISIONS, QUARANTINE}
    assert of_march(stricken) == wrong
    assert [(case.status, case.note) for case in cases(stricken)] == [("accepted", "checked by hand")]
    assert stricken.run(FRED, days=WRONG_DAY.isoformat()).success
    assert of_march(stricken) == wrong
    with stricken.entered():
        assert not evaluate(FRED, "plausible_bounds").passed  # named, and nothing stops


def test_a_rejected_value_stays_out_and_waits_for_no_one(stricken: World) -> None:
    before = of_march(stricken)
    decided = decide(stricken, "rejected")
    assert [case.id for case in decided] == ["PAYEMS"]
    assert of_march(stricken) == before
    assert [case.status for case in cases(stricken)] == ["rejected"]
    with pytest.raises(InvalidInputError, match=r"PAYEMS has no open case\. Open cases: none\."):
        decide(stricken, "accepted")


def test_a_wrong_correction_of_a_stored_fact_leaves_the_stored_one(stricken: World) -> None:
    """The provider states another value for a fact that is kept; it is neither replaced nor closed."""
    stricken.sandbox.advance_to(NEXT_DAY)
    stricken.sandbox.revise("PAYEMS", day=MARCH, value=of_march(stricken) + 5.0)
    assert stricken.run(FRED, days=NEXT_DAY.isoformat()).success
    right = of_march(stricken)
    stricken.sandbox.revise("PAYEMS", day=MARCH, value=right * 100.0)
    assert stricken.run(FRED, days=NEXT_DAY.isoformat()).success
    assert of_march(stricken) == right
    newest = [case for case in cases(stricken) if case.row["realtime_start"] == NEXT_DAY]
    assert [(case.status, case.row["value"]) for case in newest] == [("open", right * 100.0)]


def test_a_world_bank_value_in_thousands_enters_silver_by_no_job(tmp_path: Path) -> None:
    with world(tmp_path, date(2012, 7, 2)) as loaded:
        assert loaded.run(PAST, checks=False).success
        loaded.sandbox.revise("NY.GDP.MKTP.KD.ZG", economy="USA", year=2010, value=2500.0)
        assert loaded.run(BANK, days="2012-07-02").success
        assert loaded.run(FRED, SILVER, days="2012-07-02").success
        growth = loaded.lake.read(SILVER, where={"series_id": "NY.GDP.MKTP.KD.ZG.USA"})
        assert growth.num_rows > 0
        assert pc.max(growth["value"]).as_py() < 100.0
        assert {(case.id, case.row["reason"]) for case in cases(loaded)} == {("NY.GDP.MKTP.KD.ZG.USA", "bounds")}


def hold_more(loaded: World, *periods: date) -> None:
    """Keep values of payrolls that the provider does not know."""
    rows = [
        {"series_id": "PAYEMS", "observation_date": period, "realtime_start": date(2012, 5, 4), "value": 130_000.0,
         "status": "published"}
        for period in periods
    ]  # fmt: skip
    loaded.lake.load(FRED, pa.Table.from_pylist(rows, schema=FRED_VINTAGES.source_schema))


@pytest.fixture
def lacking(tmp_path: Path) -> Iterator[World]:
    """The lake holds two periods as current that the answer of the day neither states nor withdraws."""
    with world(tmp_path, WRONG_DAY) as loaded:
        assert loaded.run(PAST, checks=False).success
        hold_more(loaded, OLD, OLDER)
        assert loaded.run(FRED, days=WRONG_DAY.isoformat()).success
        yield loaded


OLD, OLDER = date(1939, 2, 1), date(1939, 1, 1)


def standing(loaded: World) -> dict[date, str]:
    rows = loaded.lake.read(FRED, where={"series_id": "PAYEMS"}).sort_by("realtime_start").to_pylist()
    return {row["observation_date"]: row["status"] for row in rows if row["observation_date"] in (OLD, OLDER)}


def test_a_period_that_an_answer_leaves_out_is_set_aside_and_stands_until_a_person_decides(lacking: World) -> None:
    found = cases(lacking)
    assert [(case.row["observation_date"], case.row["reason"], case.status) for case in found] == [
        (OLDER, "lacking", "open"), (OLD, "lacking", "open"),
    ]  # fmt: skip
    assert "neither states nor withdraws a period that stands with 130000" in found[0].row["words"]
    assert found[0].row["compared_with"] == 130_000.0
    with lacking.entered():
        assert not evaluate(QUARANTINE, "no_open_case").passed
    assert lacking.run(FRED, days=WRONG_DAY.isoformat()).success
    assert len(cases(lacking)) == 2, "the same answer adds no case"
    screening.decide(lacking.lake, load_catalog(), NEXT_DAY, name="PAYEMS", decision="accepted", periods=[OLD])
    assert standing(lacking) == {OLD: "withdrawn", OLDER: "published"}, "one is withdrawn, and only that one"
    screening.decide(lacking.lake, load_catalog(), NEXT_DAY, name="PAYEMS", decision="rejected")
    assert standing(lacking)[OLDER] == "published"
    lacking.sandbox.advance_to(NEXT_DAY)
    assert lacking.run(FRED, days=NEXT_DAY.isoformat()).success
    assert [case.status for case in cases(lacking)] == ["rejected", "accepted"], "and nobody is asked twice"


def test_a_period_that_is_stated_again_closes_its_case_and_a_new_gap_opens_another(lacking: World) -> None:
    fred, catalog = next(one for one in PROVIDERS if one.name == "fred"), load_catalog()

    def answer(day: date, *missing: date) -> int:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        batch = SourceBatch(FRED_VINTAGES.source_schema.empty_table(), 1, 1, 1, lacking=missing)
        return set_aside(lacking.lake, fred, catalog, [Fetched("PAYEMS", (day, day), noon, noon, batch)])

    assert answer(NEXT_DAY, OLDER) == 0, "its case is open"
    assert [(case.status, case.note) for case in cases(lacking)] == [("open", ""), ("rejected", AGAIN)]
    assert answer(NEXT_DAY + timedelta(1), OLDER, OLD) == 1
    assert [case.status for case in cases(lacking)] == ["open", "rejected", "open"]
    assert standing(lacking) == {OLD: "published", OLDER: "published"}


def test_a_rejection_in_dagster_is_kept_with_its_note(stricken: World) -> None:
    before = of_march(stricken)
    decision = {"id": "PAYEMS", "decision": "rejected", "note": "a wrong unit"}
    assert stricken.run(DECISIONS, config={"bronze__quarantine_decisions": {"config": decision}}).success
    assert [(case.status, case.note) for case in cases(stricken)] == [("rejected", "a wrong unit")]
    assert of_march(stricken) == before
    shown = metadata(stricken.run(QUARANTINE, checks=False), QUARANTINE)
    assert (shown["cases_rejected"], shown["cases_open"]) == (1, 0)
    assert "a wrong unit" in shown["cases"]
    refused = stricken.run(DECISIONS, config={"bronze__quarantine_decisions": {"config": decision}})
    assert "PAYEMS has no open case" in str(failure(refused).description)


def test_recorded_days_set_nothing_aside(full: World) -> None:
    assert cases(full) == []
    assert set(full.lake.read(FRED)["series_id"].unique().to_pylist()) >= set(SERIES)


def decide(loaded: World, decision: str) -> list[Case]:
    return screening.decide(loaded.lake, load_catalog(), NEXT_DAY, name="PAYEMS", decision=decision)
