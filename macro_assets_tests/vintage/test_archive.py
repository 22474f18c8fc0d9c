"""On recorded vintages: every day is rebuilt exactly, and nothing looks ahead."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.lake.as_of import snapshot
from macro_assets.signals import causal_features, outcomes
from macro_assets.vintage import cube, knowledge, prices
from macro_assets.vintage.calendars import CubeFrequency
from macro_assets.vintage.delays import release_delays
from macro_assets.vintage.layout import lay_out
from macro_assets_tests.vintage import naive, recorded
from macro_assets_tests.vintage.facts import observed

CATALOG = load_catalog()
YEARS = 5


@dataclass(frozen=True)
class Recorded:
    rows: pa.Table
    vintages: pa.Table
    bars: pa.Table


@dataclass(frozen=True)
class Built:
    cube: pa.Table
    returns: pa.Table
    features: pa.Table


@pytest.fixture(scope="module")
def archive(archive_dir: Path) -> Recorded:
    rows = recorded.recorded(archive_dir)
    return Recorded(rows, recorded.fred_vintages(rows), recorded.yahoo_bars(archive_dir))


@pytest.fixture(scope="module")
def silver(archive: Recorded) -> pa.Table:
    return observed(archive.vintages, CATALOG)


def upto(table: pa.Table, column: str, day: dt.date) -> pa.Table:
    return table.filter(pc.less_equal(table[column], pa.scalar(day, pa.date32())))


@pytest.mark.archive
@pytest.mark.parametrize("day", ["1972-03-15", "1999-08-31", "2008-10-31", "2015-12-31"])
def test_the_recorded_state_of_a_day_is_rebuilt_exactly(archive: Recorded, silver: pa.Table, day: str) -> None:
    when = pa.scalar(dt.date.fromisoformat(day), pa.date32())
    rows = archive.rows
    begun, not_over = pc.less_equal(rows["realtime_start"], when), pc.greater_equal(rows["realtime_end"], when)
    valid = rows.filter(pc.and_(begun, not_over))
    view = snapshot(silver, dt.date.fromisoformat(day))
    assert view["series_id"].to_pylist() == valid["series_id"].to_pylist()
    assert view["observation_date"].equals(valid["date"])
    assert view["realtime_start"].equals(valid["realtime_start"])
    assert view["value"].to_numpy().tobytes() == valid["value"].to_numpy().tobytes()


def build(vintages: pa.Table, bars: pa.Table, start: dt.date, end: dt.date, frequency: CubeFrequency) -> Built:
    silver = observed(vintages, CATALOG)
    quotes = prices.build(bars)
    facts = knowledge.facts(silver, quotes)
    built = cube.build(facts, CATALOG, frequency=frequency, start=start, end=end)
    returns = outcomes.asset_returns(quotes, silver, CATALOG)
    features = causal_features.build(built, returns) if frequency == "M" else pa.table({})
    return Built(built, returns, features)


@pytest.mark.archive
@pytest.mark.parametrize(
    ("day", "frequency"), [(dt.date(1987, 10, 31), "M"), (dt.date(2001, 9, 14), "Q"), (dt.date(2008, 12, 1), "M")]
)
def test_nothing_looks_ahead(archive: Recorded, day: dt.date, frequency: CubeFrequency) -> None:
    start = day.replace(year=day.year - YEARS)
    whole = build(archive.vintages, archive.bars, start, day, frequency)
    cut = build(upto(archive.vintages, "realtime_start", day), upto(archive.bars, "realtime_start", day), start, day,
                frequency)  # fmt: skip
    assert lay_out(cut.cube, frequency=frequency).num_rows > 10_000
    assert cut.cube.equals(whole.cube)
    assert cut.features.equals(whole.features)
    assert upto(cut.returns, "known_at", day).equals(upto(whole.returns, "known_at", day))


@pytest.mark.archive
def test_one_slice_agrees_with_the_plain_reference(silver: pa.Table) -> None:
    day = dt.date(2008, 10, 31)
    wanted = silver.filter(pc.is_in(silver["series_id"], pa.array(["GDPC1", "DGS10", "DFF", "ICSA", "UNRATE"])))
    built = lay_out(cube.build(wanted, CATALOG, start=day, end=day), frequency="M")
    rows = list(zip(*built.to_pydict().values(), strict=True))
    assert rows == naive.cube(wanted, CATALOG, "M", 48, day, day)


@pytest.mark.archive
def test_growth_of_rebased_output_stays_plausible(silver: pa.Table) -> None:
    """GDP changed its base in 1985, 1991, 1996, 1999, 2003, 2009, 2013 and 2018: no slice mixes two.

    A mixed base shows as growth of ten percent or more. Only the shutdown and the reopening of 2020 come near to that.
    """
    gdp = silver.filter(pc.equal(silver["series_id"], "GDPC1"))
    array = cube.dense(cube.build(gdp, CATALOG, frequency="Q", start=dt.date(1970, 1, 1)), frequency="Q")
    growth = np.abs(np.diff(np.log(array.values[:, ::-1, 0]), axis=1))
    as_of = array["as_of"].values.astype("datetime64[M]").astype(int) // 3
    quarter = as_of[:, None] - np.arange(growth.shape[1])[::-1]  # quarters since 1970 of each growth rate
    pandemic = np.isin(quarter, [4 * 50 + 1, 4 * 50 + 2])  # the second and third of 2020
    assert np.nanmax(growth[~pandemic]) < 0.05
    assert not np.isfinite(growth[pandemic]).any() or 0.05 < np.nanmax(growth[pandemic]) < 0.10


@pytest.mark.archive
def test_output_of_a_quarter_was_first_published_a_month_later(silver: pa.Table) -> None:
    delays = release_delays(silver, CATALOG)
    assert 25 <= delays.loc["GDPC1", "median_days"] <= 31
    assert delays.loc["DGS10", "p90_days"] == 1
