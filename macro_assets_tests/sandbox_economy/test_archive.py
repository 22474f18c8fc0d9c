"""The archive is complete, plausible, and says nothing before its day."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.errors import InvalidInputError
from macro_assets.sandbox.economy import SimulatedEconomy, simulate
from macro_assets.sandbox.economy.releases import LATE_SERIES


def test_every_catalogue_entry_is_simulated(economy: SimulatedEconomy) -> None:
    catalog, archive = load_catalog(), economy.archive
    assert set(catalog.series) == set(archive.series["series_id"])
    assert set(catalog.assets) == set(archive.bars)
    assert set(catalog.indicators) == set(archive.indicators)
    wanted = {source for shock in catalog.shocks.values() for source in shock.inputs if ":" in source}
    published = {f"{name}:{column}" for name, frame in archive.surprises.items() for column in frame.columns}
    assert wanted <= published


@pytest.mark.parametrize("seed", [7, 12, 13, 209, 287])
def test_values_of_any_history_lie_inside_the_catalogue_bounds(seed: int) -> None:
    catalog = load_catalog()
    values = simulate(seed).archive.observations.select(["series_id", "value"]).to_pandas()
    spans = values.groupby("series_id")["value"].agg(["min", "max"])
    outside = [
        name
        for name, row in spans.iterrows()
        if row["min"] < catalog.series[str(name)].lower or row["max"] > catalog.series[str(name)].upper
    ]
    assert outside == []


def test_nothing_is_published_before_its_period_ends(facts: pd.DataFrame) -> None:
    catalog = load_catalog()
    first = facts.drop_duplicates(["series_id", "date"])  # rows are in the order of publication
    first = first[first["date"].dt.year % 7 == 0]
    for name, rows in first.groupby("series_id"):
        series = catalog.series[str(name)]
        ends = pd.to_datetime([series.period_end(day.date()) for day in rows["date"]])
        delay = (pd.DatetimeIndex(rows["realtime_start"]) - ends).days
        assert delay.min() >= 0, name
        if len(delay) and name not in (LATE_SERIES, "USREC"):
            assert abs(np.median(delay) - series.publication_lag_days) <= 3, name


def test_size_and_description(economy: SimulatedEconomy) -> None:
    assert 300_000 < economy.archive.observations.num_rows < 600_000
    assert economy.archive.series["vintage_kind"].isin(["recorded", "unrevised"]).all()
    assert economy.default_today == date(2024, 12, 31)
    assert economy.archive.last_day > economy.default_today


def test_same_seed_same_economy_and_another_seed_another(short: SimulatedEconomy) -> None:
    again = simulate(end=date(1984, 6, 15))
    assert again.archive.observations.equals(short.archive.observations)
    assert again.truth == short.truth
    pd.testing.assert_frame_equal(again.archive.bars["SPY"], short.archive.bars["SPY"])
    other = simulate(seed=8, end=date(1984, 6, 15))
    assert not other.archive.observations.equals(short.archive.observations)


def test_what_is_known_does_not_depend_on_the_end(economy: SimulatedEconomy, short: SimulatedEconomy) -> None:
    columns = ["series_id", "date", "value", "realtime_start"]
    long_facts = economy.archive.observations.select(columns).to_pandas()
    known = long_facts[long_facts["realtime_start"] <= date(1984, 6, 15)].reset_index(drop=True)
    pd.testing.assert_frame_equal(known, short.archive.observations.select(columns).to_pandas())
    for symbol, bars in short.archive.bars.items():
        scale = 2.0 if symbol == "SPY" else 1.0  # the long history restates for the later split
        np.testing.assert_allclose(economy.archive.bars[symbol]["Close"][: len(bars)] * scale, bars["Close"], atol=2e-6)
    for name, frame in short.archive.surprises.items():
        pd.testing.assert_frame_equal(economy.archive.surprises[name].iloc[: len(frame)], frame)


def test_release_dates_are_the_days_of_change(economy: SimulatedEconomy, facts: pd.DataFrame) -> None:
    releases = economy.archive.release_dates
    employment = set(releases.loc[releases["release_id"] == 50, "date"])
    assert set(facts.loc[facts["series_id"] == "PAYEMS", "realtime_start"]) <= employment
    assert {day.weekday() for day in employment} == {4}


def test_yearly_indicators_are_known_in_july(economy: SimulatedEconomy) -> None:
    for frame in economy.archive.indicators.values():
        known = pd.to_datetime(frame["known_from"])
        assert set(frame["iso3"]) == {"USA", "CHN", "JPN", "DEU", "GBR"}
        assert ((known.dt.year == frame["year"] + 1) & (known.dt.month == 7) & (known.dt.day == 1)).all()


def test_impossible_histories_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="first of a month"):
        simulate(start=date(1970, 1, 15))
    with pytest.raises(InvalidInputError, match="three years"):
        simulate(end=date(1971, 1, 1))
