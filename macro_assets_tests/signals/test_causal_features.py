"""The causal features: what they are, by hand, and the same bits whatever follows."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.signals import causal_features, outcomes
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import cube, frames, knowledge, prices
from macro_assets.vintage.layout import lay_out
from macro_assets_tests.vintage.facts import bar, bronze, observed
from macro_assets_tests.vintage.states import as_states

CATALOG = load_catalog()
START, END = dt.date(2000, 1, 3), dt.date(2004, 12, 31)
DAILY = ("DFF", "DGS10", "T10Y3M", "BAA10Y", "DCOILWTICO")
MONTHLY = ("CPIAUCSL", "PAYEMS", "UNRATE")


def simulated() -> tuple[pa.Table, pa.Table]:
    """Five years of random walks under catalogue ids: bronze facts and bars."""
    rng = np.random.default_rng(11)
    days = [day.date() for day in pd.bdate_range(START, END)]
    rows = []
    for series in DAILY:
        rule = CATALOG.series[series].known_by_rule
        walk = 5 + np.abs(rng.normal(size=len(days)).cumsum()) / 10
        rows += [(series, day, rule(day), value, "published") for day, value in zip(days, walk, strict=True)]
    for series, step in [(name, 1) for name in MONTHLY] + [("GDPC1", 3)]:
        rule = CATALOG.series[series].known_by_rule
        dates = [day.date() for day in pd.date_range(START.replace(day=1), END, freq=f"{step}MS")]
        walk = 100 + rng.normal(0.3, 0.2, size=len(dates)).cumsum()
        for day, value in zip(dates, walk, strict=True):
            rows.append((series, day, rule(day), value, "published"))
            rows.append((series, day, rule(day) + dt.timedelta(40), value + rng.normal() / 10, "published"))
    bars = [
        bar(day, day, level, 0.0, 1.0) | {"symbol": symbol}
        for symbol, base in (("^GSPC", 1000.0), ("^VIX", 20.0))
        for day, level in zip(days, base * np.exp(rng.normal(0, 0.01, size=len(days)).cumsum()), strict=True)
    ]
    return bronze(rows), pa.Table.from_pylist(bars, schema=TABLES["bronze/yahoo_bars"].schema)  # fmt: skip


def build(vintages: pa.Table, bars: pa.Table, end: dt.date) -> tuple[pa.Table, pa.Table, pa.Table]:
    silver, quotes = observed(vintages, CATALOG), prices.build(bars)
    facts = knowledge.facts(silver, quotes)
    built = cube.build(facts, CATALOG, start=dt.date(2000, 1, 31), end=end)
    returns = outcomes.asset_returns(quotes, silver, CATALOG)
    return built, returns, causal_features.build(built, returns, CATALOG)


@pytest.fixture(scope="module")
def facts() -> tuple[pa.Table, pa.Table]:
    return simulated()


@pytest.fixture(scope="module")
def whole(facts: tuple[pa.Table, pa.Table]) -> tuple[pa.Table, pa.Table, pa.Table]:
    return build(*facts, END)


def upto(table: pa.Table, column: str, day: dt.date) -> pa.Table:
    return table.filter(pc.less_equal(table[column], pa.scalar(day, pa.date32())))


def test_every_feature_is_known_at_the_end_and_never_later_than_its_date(whole: tuple) -> None:
    features = whole[2]
    assert features.schema.names == ["as_of", "feature", "value", "unit", "known_at"]
    assert pc.all(pc.less_equal(features["known_at"], features["as_of"])).as_py()
    last = frames.wide(features).loc["2004-12-31"]
    assert last.notna().all()
    assert set(last.index) == set(causal_features.FEATURE_SET.names)


@pytest.mark.parametrize("day", [dt.date(2003, 2, 28), dt.date(2004, 1, 31)])
def test_what_follows_changes_no_feature(facts: tuple, whole: tuple, day: dt.date) -> None:
    cut = build(upto(facts[0], "realtime_start", day), upto(facts[1], "realtime_start", day), day)
    assert cut[2].equals(upto(whole[2], "as_of", day))


def test_features_by_hand(facts: tuple, whole: tuple) -> None:
    vintages, bars = facts
    day = dt.date(2004, 6, 30)
    row = frames.wide(whole[2]).loc[pd.Timestamp(day)]

    def known(series: str) -> pd.Series:
        mine = upto(vintages.filter(pc.equal(vintages["series_id"], series)), "realtime_start", day).to_pandas()
        newest = mine.sort_values("realtime_start").groupby("observation_date")["value"].last()
        return newest.set_axis(pd.to_datetime(newest.index))

    cpi, gdp, rate = known("CPIAUCSL"), known("GDPC1"), known("DFF")
    assert row["inflation_yoy"] == pytest.approx(100 * (cpi.iloc[-1] / cpi.iloc[-13] - 1))
    assert row["gdp_growth"] == pytest.approx(400 * np.log(gdp.iloc[-1] / gdp.iloc[-2]))
    june, may = rate["2004-06"].mean(), rate["2004-05"].mean()
    assert row["policy_rate"] == pytest.approx(june)
    assert row["policy_rate_change"] == pytest.approx(june - may)
    assert row["real_rate"] == pytest.approx(june - row["inflation_yoy"])
    close = bars.filter(pc.equal(bars["symbol"], "^GSPC")).to_pandas().set_index("date")["close"]
    ends = close.groupby(pd.to_datetime(close.index).to_period("M")).last()
    returns = ends.pct_change()[:"2004-06"]
    assert row["sp500_return"] == pytest.approx(returns.iloc[-1])
    assert row["sp500_return_lag_3m"] == pytest.approx(returns.iloc[-4])
    assert row["sp500_volatility_12m"] == pytest.approx(returns.iloc[-12:].std() * np.sqrt(12))


def test_stocks_and_bonds_move_together_when_yields_fall_as_stocks_rise(whole: tuple) -> None:
    """The correlation is that with returns of bonds, which gain when yields fall."""
    row = frames.wide(whole[2]).loc["2004-12-31"]
    both = frames.wide(upto(whole[1], "known_at", dt.date(2004, 12, 31)))[["sp500", "us10y"]]
    returns = both.dropna().iloc[-24:]
    assert row["stock_bond_correlation_24m"] == pytest.approx(-returns.corr().iloc[0, 1])


def test_a_monthly_series_older_than_four_months_is_not_known(whole: tuple) -> None:
    states, returns, _ = whole
    day = pa.scalar(dt.date(2004, 12, 31))
    cells = lay_out(states, start=day.as_py(), end=day.as_py(), frequency="M")

    def features_of_day(newest_lag: int) -> set[str]:
        late = pc.and_(pc.equal(cells["series_id"], "UNRATE"), pc.less(cells["lag"], newest_lag))
        rest = as_states(cells.filter(pc.invert(late)))
        built = causal_features.build(rest, returns, CATALOG)
        return set(built.filter(pc.equal(built["as_of"], day))["feature"].to_pylist())

    assert "unemployment_rate" in features_of_day(4)
    assert "unemployment_rate" not in features_of_day(5)
