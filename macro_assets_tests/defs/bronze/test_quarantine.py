"""A provider prints a wrong unit: the value is set aside, the rest loads, and the correction of the next day simply loads."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pyarrow.compute as pc
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.defs.bronze import screening
from macro_assets.errors import InvalidInputError
from macro_assets.plausibility.cases import Case
from macro_assets_tests.defs.house import SERIES, World, checks, evaluate, materialised, world

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


def test_recorded_days_set_nothing_aside(full: World) -> None:
    assert cases(full) == []
    assert set(full.lake.read(FRED)["series_id"].unique().to_pylist()) >= set(SERIES)


def decide(loaded: World, decision: str) -> list[Case]:
    return screening.decide(loaded.lake, load_catalog(), NEXT_DAY, name="PAYEMS", decision=decision)
