"""The tables below the upper floors, built from the facts by the rooms' own functions and written straight into a lake.

Belongs here: which economy, which of its shocks and outcomes, the order of the tables. Does not belong here: facts
(facts.py), anything an asset of the groups features, models, evaluation or registry makes.

The choice keeps every case of the label rule, and few cells: a T1 and a T2 shock that are causal, a T1 shock that is
causal in its month and fails a placebo a month later, a T2 cell that fails a robustness check, an innovation, and a raw
change that fails the lead placebo.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog import load_catalog
from macro_assets.lake import Lake
from macro_assets.sandbox.economy import SimulatedEconomy, simulate
from macro_assets_tests.integration.floors import Bronze, Floors
from macro_assets_tests.world import facts

SEED, START, TODAY = 5, dt.date(1970, 1, 1), dt.date(1999, 12, 31)
CATALOG = load_catalog()
SHOCKS = ("fed_surprise", "fed_surprise_orthogonal", "oil_supply_news", "cpi_innovation", "cpi_trend_gap")
OUTCOMES = ("sp500", "tlt", "eurusd", "us10y")


def economy() -> SimulatedEconomy:
    """Thirty years with five recessions."""
    return simulate(seed=SEED, start=START, end=TODAY)


def bronze() -> Bronze:
    archive, catalog = economy().archive, CATALOG
    return Bronze(
        facts.vintages(archive, catalog),
        facts.bars(archive, catalog),
        facts.indicators(archive, catalog),
        facts.surprises(archive),
    )


def tables() -> dict[str, pa.Table]:
    """The published shock series, then silver to targets without the features, by table name."""
    facts_of_bronze = bronze()
    floors = Floors(facts_of_bronze, TODAY)
    return {
        "bronze/policy_surprises": facts_of_bronze.surprises,
        "silver/observations": floors.silver,
        "silver/prices": floors.prices,
        "gold/monthly_cube": floors.monthly_cube,
        "gold/quarterly_cube": floors.quarterly_cube,
        "gold/asset_returns": chosen(floors.asset_returns, "outcome", OUTCOMES),
        "treatments/macro_shocks": chosen(floors.macro_shocks, "shock", SHOCKS),
        "targets/recession_targets": floors.recession_targets,
    }


def chosen(table: pa.Table, column: str, names: tuple[str, ...]) -> pa.Table:
    return table.filter(pc.is_in(table[column], pa.array(names)))


def write(lake: Lake) -> None:
    for name, table in tables().items():
        lake.replace(name, table)
