"""Every recipe of the catalogue has a function, and an entry in a user's folder is enough to add a shock."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.catalog.makers import MAKERS
from macro_assets.signals import shocks
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import cube, prices
from macro_assets_tests.signals.shock_world import END, START, World, surprises, world

RECIPES = {
    "event_sum": '{name: event_sum}, inputs: ["ff4_surprises:ff4"]',
    "gap": "{name: gap, series: GDPC1, span: 4}, inputs: [GDPC1]",
    "innovation": "{name: innovation, series: PAYEMS, lags: 2, window: 60, minimum: 40}, inputs: [PAYEMS]",
    "monthly_series": '{name: monthly_series}, inputs: ["kaenzig_oil_news_monthly:oil_news_shock"]',
    "orthogonal_surprise": '{name: orthogonal_surprise}, inputs: ["ff4_surprises:ff4", PAYEMS]',
    "rate_change": "{name: rate_change, splice: policy_rate}, inputs: [DFF, FEDFUNDS]",
    "spread_change": "{name: spread_change, splice: term_spread}, inputs: [T10Y3M]",
}


@pytest.fixture(scope="module")
def facts() -> World:
    return world()


def with_shock(folder: Path, recipe: str, name: str = "mine") -> Path:
    (folder / "shocks.yaml").write_text(
        f"shocks:\n  - {{name: {name}, title: Mine, definition: As the recipe says, unit: units, tier: T4,"
        f" sign: positive = more, citation: none, maker: {recipe}}}\n"
    )
    return folder


def test_every_recipe_has_its_function_and_no_function_is_without_a_recipe() -> None:
    assert set(shocks.MAKERS) == set(MAKERS) == set(RECIPES)


@pytest.mark.parametrize("kind", MAKERS)
def test_an_entry_alone_adds_a_shock_of_every_kind(kind: str, tmp_path: Path, facts: World) -> None:
    catalog = load_catalog(with_shock(tmp_path, RECIPES[kind]))
    mine = catalog.model_copy(update={"shocks": {"mine": catalog.shocks["mine"]}})
    observations = facts.observations()
    bars = prices.build(pa.Table.from_pylist(facts.bars, schema=TABLES["bronze/yahoo_bars"].schema))
    monthly = cube.build(observations, mine, start=START, end=END)
    table = shocks.build(observations, monthly, surprises(facts.events), bars, mine)
    assert table.num_rows > 30
    assert set(zip(table["shock"].to_pylist(), table["unit"].to_pylist(), table["tier"].to_pylist(), strict=True)) == {
        ("mine", "units", "T4")
    }
    delay = pc.subtract(table["known_at"].cast(pa.int32()), table["month"].cast(pa.int32()))
    assert pc.max(delay).as_py() <= 1  # a market rate of the last day of a month is published on the next
    assert min(table["month"].to_pylist()) >= dt.date(1990, 1, 31)
