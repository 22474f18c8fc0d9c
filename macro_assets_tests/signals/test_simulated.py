"""On the simulated economy: cube, outcomes and features of a day are the same bits whatever follows it."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macro_assets.catalog import load_catalog
from macro_assets.sandbox.economy import simulate
from macro_assets.signals import causal_features, outcomes
from macro_assets.vintage import cube, knowledge, prices
from macro_assets.vintage.layout import lay_out
from macro_assets_tests.vintage import recorded
from macro_assets_tests.vintage.facts import observed

CATALOG = load_catalog()
START, END = dt.date(1996, 1, 1), dt.date(2007, 12, 31)
Facts = tuple[pa.Table, pa.Table]
Panels = tuple[pa.Table, pa.Table, pa.Table]


def panels(facts: Facts, start: dt.date, end: dt.date) -> Panels:
    """Cube, features and outcomes; strict, so that no value counts before the day it was recorded."""
    silver = knowledge.recorded_only(observed(facts[0], CATALOG))
    quotes = prices.build(facts[1])
    both = knowledge.facts(silver, quotes)
    built = cube.build(both, CATALOG, start=start, end=end)
    returns = outcomes.asset_returns(quotes, silver, CATALOG)
    return built, causal_features.build(built, returns, CATALOG), returns


def upto(table: pa.Table, column: str, day: dt.date) -> pa.Table:
    return table.filter(pc.less_equal(table[column], pa.scalar(day, pa.date32())))


@pytest.fixture(scope="module")
def facts() -> Facts:
    archive = simulate(seed=5, start=START, end=END).archive
    rows = recorded.in_order(archive.observations)
    return recorded.fred_vintages(rows), recorded.simulated_bars(archive.bars)


@pytest.fixture(scope="module")
def whole(facts: Facts) -> Panels:
    return panels(facts, START, END)


@settings(max_examples=6)
@given(day=st.dates(dt.date(1999, 1, 1), END))
def test_what_follows_changes_nothing(facts: Facts, whole: Panels, day: dt.date) -> None:
    cut = panels((upto(facts[0], "realtime_start", day), upto(facts[1], "realtime_start", day)), START, day)
    assert lay_out(cut[0], frequency="M").equals(lay_out(whole[0], frequency="M", end=day))
    assert cut[1].equals(upto(whole[1], "as_of", day))
    assert upto(cut[2], "known_at", day).equals(upto(whole[2], "known_at", day))


def test_every_outcome_and_feature_has_a_history(whole: Panels) -> None:
    assert set(pc.unique(whole[2]["outcome"]).to_pylist()) == set(CATALOG.outcomes)
    last = whole[1].filter(pc.equal(whole[1]["as_of"], pa.scalar(END, pa.date32())))
    assert last["feature"].to_pylist() == list(causal_features.FEATURE_SET.names)
