"""The code location: it loads light and offline, and every asset says what it is."""

import os
import subprocess
import sys
from typing import Any

import dagster as dg
import pytest

from macro_assets_tests.defs.house import house

LOAD = """
import socket, sys

def refuse(*args, **kwargs):
    raise AssertionError("a socket was opened")

socket.socket.connect = socket.socket.bind = refuse
from macro_assets.definitions import defs
keys = defs().resolve_asset_graph().get_all_asset_keys()
heavy = {"torch", "econml", "xgboost", "mlflow", "sklearn", "shap", "matplotlib", "scipy", "statsmodels", "yfinance"}
print(len(keys), sorted(heavy & set(sys.modules)))
"""
GRAPH = {
    "bronze/fred_vintages": {"fred"},
    "bronze/fred_history": {"fred"},
    "bronze/yahoo_bars": {"yahoo"},
    "bronze/yahoo_history": {"yahoo"},
    "bronze/world_bank_indicators": {"world_bank"},
    "bronze/policy_surprises": {"policy_surprises"},
    "bronze/series_facts": {"fred"},
    "bronze/release_days": {"fred"},
    "bronze/own_data": {"own_data"},
    "bronze/coverage": {"fred", "yahoo", "world_bank", "policy_surprises", "own_data"},
    "silver/observations": {
        "bronze/fred_vintages", "bronze/fred_history", "bronze/world_bank_indicators", "bronze/own_data",
        "bronze/series_facts"},
    "silver/prices": {"bronze/yahoo_bars", "bronze/yahoo_history"},
    "gold/monthly_cube": {"silver/observations", "silver/prices"},
    "gold/quarterly_cube": {"silver/observations", "silver/prices"},
    "gold/asset_returns": {"silver/observations", "silver/prices"},
    "features/causal_features": {"gold/monthly_cube", "gold/asset_returns"},
    "treatments/macro_shocks": {
        "silver/observations", "silver/prices", "gold/monthly_cube", "bronze/policy_surprises"},
    "targets/recession_targets": {"silver/observations", "silver/prices"},
    "maintenance/lake_upkeep": set(),
}  # fmt: skip
POOLS = {
    "bronze/fred_vintages": "fred_api", "bronze/fred_history": "fred_api", "bronze/yahoo_bars": "yahoo_api",
    "bronze/yahoo_history": "yahoo_api", "bronze/world_bank_indicators": "world_bank_api",
    "bronze/series_facts": "fred_api", "bronze/release_days": "fred_api",
}  # fmt: skip
DAILY = ("bronze/fred_vintages", "bronze/yahoo_bars", "bronze/world_bank_indicators", "bronze/own_data")


@pytest.fixture(scope="module")
def specs() -> dict[str, dg.AssetSpec]:
    """Specs of everything that can be materialised."""
    graph = house().resolve_asset_graph()
    keys = {key for key in graph.get_all_asset_keys() if graph.get(key).is_materializable}
    return {s.key.to_user_string(): s for s in house().resolve_all_asset_specs() if s.key in keys}


def test_loads_without_environment_network_or_heavy_libraries() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOAD], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    number, heavy = done.stdout.split(maxsplit=1)
    assert int(number) >= 19
    assert heavy.strip() == "[]"


def test_the_graph_from_providers_to_targets(specs: dict[str, dg.AssetSpec]) -> None:
    found = {name: {dep.asset_key.to_user_string() for dep in spec.deps} for name, spec in specs.items()}
    assert {name: found.get(name) for name in GRAPH} == GRAPH
    layers = {name.split("/")[0] for name in GRAPH}
    assert {name for name in found if name.split("/")[0] in layers} >= set(GRAPH)


def test_every_asset_says_what_it_is(specs: dict[str, dg.AssetSpec]) -> None:
    for name, spec in specs.items():
        assert len(spec.description or "") > 40, name
        assert spec.owners == ["team:macro-research"], name
        assert spec.group_name == name.split("/")[0] == spec.tags["layer"], name
        assert spec.kinds, name
        assert spec.code_version, name


def test_partitions_policies_and_pools_are_as_declared(specs: dict[str, dg.AssetSpec]) -> None:
    graph = house().resolve_asset_graph()
    for name in GRAPH:
        node = graph.get(specs[name].key)
        assert node.pools == ({POOLS[name]} if name in POOLS else set()), name
        assert (node.partitions_def is not None) == (name in DAILY), name
        if name in DAILY:
            assert isinstance(node.partitions_def, dg.DailyPartitionsDefinition)
            assert node.partitions_def.timezone == "America/New_York"
            assert node.backfill_policy == dg.BackfillPolicy.multi_run(366)


def test_what_derives_rebuilds_itself_and_what_loads_does_not(specs: dict[str, dg.AssetSpec]) -> None:
    automated = {"silver", "gold", "features", "treatments", "targets"}
    for name in GRAPH:
        assert (specs[name].automation_condition is not None) == (name.split("/")[0] in automated), name
    sensor: Any = house().resolve_sensor_def("derived_assets_automation")
    assert sensor.emit_backfills
    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED
    targeted = sensor.asset_selection.resolve(house().resolve_asset_graph())
    assert {key.to_user_string() for key in targeted} >= {n for n in GRAPH if n.split("/")[0] in automated}
    assert not {key.path[0] for key in targeted} - automated


def test_every_bronze_to_gold_asset_carries_its_blocking_checks() -> None:
    graph = house().resolve_asset_graph()
    blocking = {(k.asset_key.to_user_string(), k.name) for k in graph.asset_check_keys if graph.get(k).blocking}
    for name in GRAPH:
        if name.split("/")[0] in ("bronze", "silver", "gold"):
            assert (name, "schema_and_keys") in blocking
    facts = set(POOLS) - {"bronze/series_facts", "bronze/release_days"}  # statements, not rows of an answer
    assert {(name, "rows_accounted") for name in facts} <= blocking
