"""On recorded data: nothing looks ahead, and every day is rebuilt exactly through the whole path.

The archive is served by the sandbox, fetched by the real clients over HTTP and cut at three days. Series recorded only
after such a day hold no earlier past here, so unlike in the simulated economy no series needs to be left out.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.lake import Lake, snapshot
from macro_assets.lake.strict import left_out
from macro_assets.sandbox import NO_LIMITS, Archive, SandboxServer
from macro_assets.settings import Settings
from macro_assets.sources.fred.source import FredSource
from macro_assets.sources.statements import statement_table
from macro_assets.vintage import knowledge
from macro_assets.vintage.explain import explain
from macro_assets_tests.integration import agreement
from macro_assets_tests.integration.floors import CATALOG, Bronze, Floors
from macro_assets_tests.vintage.facts import observed

pytestmark = pytest.mark.archive

DAYS = (dt.date(1987, 10, 31), dt.date(2001, 9, 30), dt.date(2008, 10, 31))
CRISIS = DAYS[2]
# Rebased output, withdrawn pasts, daily rates, the label, a late recording, a month-end survey.
KINDS = ("GDPC1", "INDPRO", "PAYEMS", "CPIAUCSL", "BUSLOANS", "DGS10", "DFF", "USREC", "RSAFS", "UMCSENT")


@pytest.fixture(scope="module")
def short(recorded: Bronze) -> dict[dt.date, Floors]:
    return {day: Floors(recorded.through(day), day) for day in DAYS}


@agreement.on_days(DAYS)
def test_no_table_looks_ahead(
    short: dict[dt.date, Floors], recorded_floors: Floors, assert_final: agreement.Check, day: dt.date
) -> None:
    assert_final(short[day], recorded_floors, day)


def test_no_recession_forecast_or_score_changes(short: dict[dt.date, Floors], recorded_floors: Floors) -> None:
    agreement.assert_recession_forecasts(short[CRISIS], recorded_floors, CRISIS, since=dt.date(2001, 1, 31))


def test_no_effect_changes(short: dict[dt.date, Floors], recorded_floors: Floors) -> None:
    shocks = ["fed_rate_change", "fed_surprise", "cpi_innovation", "payrolls_innovation"]
    agreement.assert_causal_grid(short[CRISIS], recorded_floors, CRISIS, outcomes=["sp500", "us10y"], shocks=shocks)


def test_digits_compiled_later_say_so_and_a_strict_view_leaves_them_out(archive: Archive) -> None:
    """GDP of the archive is one compilation of its last day: in November 2008 nobody knew these digits."""
    with SandboxServer(archive, today=archive.last_day) as sandbox:
        addresses = {name.removeprefix("MACRO_").lower(): value for name, value in (sandbox.urls | NO_LIMITS).items()}
        fred = FredSource(Settings.model_validate({**addresses, "today": archive.last_day}))
        facts, said = fred.history("GDP", archive.last_day).table, statement_table([fred.statement("GDP")])
        assert fred.history("GDP", archive.last_day - dt.timedelta(1)).table.num_rows == 0
    silver = knowledge.observations({"recorded_vintages": facts}, CATALOG, said)
    assert set(silver["known_by"].to_pylist()) == {"compiled"}
    found = explain(silver, said, CATALOG, "GDP", dt.date(2008, 7, 1), dt.date(2008, 11, 15))
    assert found.is_known
    assert "compiled later, in 2021-12" in found.rule
    assert snapshot(silver, CRISIS).num_rows > 200
    assert snapshot(silver, CRISIS, strict=True).num_rows == 0
    assert left_out(snapshot(silver, CRISIS), CRISIS).empty == ("GDP",)


@pytest.fixture(scope="module")
def lake(recorded: Bronze, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A few series of every kind, loaded in two unequal parts and derived as the silver asset does."""
    loaded = Lake(tmp_path_factory.mktemp("lake"))
    facts = recorded.fred.filter(pc.is_in(recorded.fred["series_id"], pa.array(KINDS)))
    loaded.load("bronze/fred_vintages", facts.slice(facts.num_rows // 3))
    loaded.load("bronze/fred_vintages", facts)
    loaded.replace(
        "silver/observations",
        observed(loaded.read("bronze/fred_vintages"), CATALOG),
    )
    return loaded


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_lake_as_of_a_day_is_the_recorded_state_of_that_day(lake: Lake, archive: Archive, day: dt.date) -> None:
    rows, when = archive.observations, pa.scalar(day, pa.date32())
    begun, not_over = pc.less_equal(rows["realtime_start"], when), pc.greater_equal(rows["realtime_end"], when)
    valid = rows.filter(pc.and_(pc.and_(begun, not_over), pc.is_in(rows["series_id"], pa.array(KINDS))))
    view = lake.as_of(day, series=KINDS)
    assert len(pc.unique(view["series_id"])) >= len(KINDS) - 1, "retail sales were recorded from 1992 on"
    assert view["series_id"].to_pylist() == valid["series_id"].to_pylist()
    assert view["observation_date"].equals(valid["date"])
    assert view["realtime_start"].equals(valid["realtime_start"])
    bits = [table["value"].fill_null(np.nan).to_numpy().tobytes() for table in (view, valid)]
    assert bits[0] == bits[1]


def test_the_notebooks_one_call_reads_the_same(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    import macro_assets

    monkeypatch.setenv("MACRO_LAKE_URI", str(Path(lake.address.root)))
    frame = macro_assets.as_of("2008-10-31", series=["GDPC1", "UMCSENT"])
    assert len(frame) == lake.as_of(CRISIS, series=["GDPC1", "UMCSENT"]).num_rows > 500
    assert frame["known_from"].max().date() <= CRISIS
