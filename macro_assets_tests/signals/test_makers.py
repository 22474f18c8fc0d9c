"""Every recipe of the catalogue has a function, and an entry in a user's folder is enough to add a shock."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.catalog.makers import MAKERS
from macro_assets.signals import shocks
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import cube, prices
from macro_assets_tests.signals.shock_world import CATALOG, END, START, World, surprises, world

RECIPES = {
    "event_sum": '{name: event_sum}, inputs: ["ff4_surprises:ff4"]',
    "gap": "{name: gap, series: GDPC1, span: 4}, inputs: [GDPC1]",
    "innovation": "{name: innovation, series: PAYEMS, lags: 2, window: 60, minimum: 40}, inputs: [PAYEMS]",
    "monthly_series": '{name: monthly_series}, inputs: ["kaenzig_oil_news_monthly:oil_news_shock"]',
    "orthogonal_surprise": '{name: orthogonal_surprise}, inputs: ["ff4_surprises:ff4", PAYEMS]',
    "rate_change": "{name: rate_change, splice: policy_rate}, inputs: [DFF, FEDFUNDS]",
    "spread_change": "{name: spread_change, splice: term_spread}, inputs: [T10Y3M]",
    "stated_series": "{name: stated_series, series: PAYEMS, dated: known}, inputs: [PAYEMS]",
}

OWN = "stated_series"  # of own files: no embedded shock has it


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


def news_of(table: pa.Table) -> dict[str, list[tuple[dt.date, float]]]:
    """Months and values of each shock."""
    found: dict[str, list[tuple[dt.date, float]]] = {name: [] for name in CATALOG.shocks}
    for row in table.to_pylist():
        found[row["shock"]].append((row["month"], row["value"]))
    return found


def changed(facts: World, name: str) -> World:
    """The same world with other values of one input: a series, a ticker, or a published measure."""
    rng = np.random.default_rng(5)
    factor = dict(zip(sorted({fact[1] for fact in facts.facts}), rng.normal(1, 0.05, 10**5), strict=False))
    return replace(
        facts,
        facts=[(*fact[:3], fact[3] * factor[fact[1]], fact[4]) if fact[0] == name and fact[3] else fact
               for fact in facts.facts],
        bars=[row | {"close": row["close"] * float(rng.normal(1, 0.05))} if row["symbol"] == name else row
              for row in facts.bars],
        events=[(*event[:4], event[4] + float(rng.normal(0, 0.1))) if f"{event[0]}:{event[1]}" == name else event
                for event in facts.events],
    )  # fmt: skip


def test_a_shock_is_made_of_the_inputs_that_its_entry_names_and_of_nothing_else(facts: World) -> None:
    inputs = {fact[0] for fact in facts.facts} | {row["symbol"] for row in facts.bars}
    inputs |= {f"{event[0]}:{event[1]}" for event in facts.events}
    before = news_of(facts.build())
    for name in sorted(inputs):
        after = news_of(changed(facts, name).build())
        touched = {shock for shock in before if before[shock] != after[shock]}
        assert touched == {shock for shock, entry in CATALOG.shocks.items() if name in entry.inputs}, name


@pytest.mark.parametrize("day", [dt.date(1999, 6, 30), dt.date(2003, 8, 31)])
def test_what_follows_changes_no_shock_of_any_recipe(facts: World, day: dt.date) -> None:
    whole, cut = facts.build(), facts.until(day).build()
    limit = pa.scalar(day, pa.date32())
    assert {CATALOG.shocks[name].maker.name for name in whole["shock"].unique().to_pylist()} == set(MAKERS) - {OWN}
    for name, entry in CATALOG.shocks.items():
        short, longer = (table.filter(pc.equal(table["shock"], name)) for table in (cut, whole))
        early = longer.filter(pc.and_(pc.less_equal(longer["known_at"], limit), pc.less_equal(longer["month"], limit)))
        short = short.filter(pc.less_equal(short["known_at"], limit))
        assert early.slice(0, short.num_rows).equals(short), name
        later = early.slice(short.num_rows)["value"].to_pylist()
        quiet = entry.maker.name in ("event_sum", "orthogonal_surprise")  # zero, once a later event shows that it was
        assert later == ([0.0] * len(later) if quiet else []), name


def test_every_shock_has_one_finite_value_a_month_in_order(facts: World) -> None:
    table = facts.build()
    assert pc.all(pc.is_finite(table["value"])).as_py()
    for name in table["shock"].unique().to_pylist():
        months = table.filter(pc.equal(table["shock"], name))["month"].to_pylist()
        assert months == sorted(set(months)), name
