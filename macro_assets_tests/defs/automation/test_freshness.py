"""When an asset counts as stale: by the cadence at which its content really changes, on a frozen clock."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
import time_machine
from dagster._core.definitions.freshness import FreshnessState
from dagster._core.definitions.freshness_evaluator import FRESHNESS_EVALUATORS_BY_POLICY_TYPE
from dagster._core.loader import LoadingContextForTest

from macro_assets_tests.defs.house import house

MORNING = ("bronze/fred_vintages", "bronze/yahoo_bars", "silver/observations", "silver/prices", "gold/monthly_cube",
           "gold/quarterly_cube", "gold/asset_returns", "features/causal_features", "treatments/macro_shocks",
           "targets/recession_targets")  # fmt: skip
WEEK = ("bronze/world_bank_indicators", "bronze/policy_surprises", "evaluation/missing_origins",
        "maintenance/lake_upkeep", "models/regime_classifier", "models/regime_probabilities")  # fmt: skip
FRESH, WARN, STALE = FreshnessState.PASS, FreshnessState.WARN, FreshnessState.FAIL


def state(name: str, loaded: str, now: str) -> FreshnessState:
    """The state that the daemon would show at one time for an asset materialised at another (New York)."""
    node = house().resolve_asset_graph().get(dg.AssetKey(name.split("/")))
    with dg.DagsterInstance.ephemeral() as instance:
        with time_machine.travel(new_york(loaded), tick=False):
            instance.report_runless_asset_event(dg.AssetMaterialization(node.key, partition=None))
        with time_machine.travel(new_york(now), tick=False):
            assert node.freshness_policy is not None
            evaluator = FRESHNESS_EVALUATORS_BY_POLICY_TYPE[type(node.freshness_policy)]()
            return asyncio.run(evaluator.evaluate_freshness(LoadingContextForTest(instance), node))


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))


@pytest.mark.parametrize("name", [MORNING[0], MORNING[-1]])
def test_daily_assets_are_due_at_nine_in_new_york(name: str) -> None:
    assert state(name, "2014-07-01 07:40", "2014-07-01 09:05") is FRESH
    assert state(name, "2014-07-01 07:40", "2014-07-02 08:55") is FRESH
    assert state(name, "2014-07-01 07:40", "2014-07-02 09:05") is STALE
    assert state(name, "2014-11-01 07:40", "2014-11-02 08:55") is FRESH, "the night the clocks go back"


def test_assets_of_longer_cadence_are_not_stale_the_next_morning() -> None:
    weekly, monthly = WEEK[0], "evaluation/recession_walk_forward_monthly"
    assert state(weekly, "2014-07-01 08:00", "2014-07-08 12:00") is FRESH
    assert state(weekly, "2014-07-01 08:00", "2014-07-09 12:00") is WARN
    assert state(weekly, "2014-07-01 08:00", "2014-07-11 12:00") is STALE
    assert state(monthly, "2014-07-06 08:00", "2014-08-05 12:00") is FRESH, "its next month end is added on 3 August"
    assert state(monthly, "2014-07-06 08:00", "2014-08-16 12:00") is STALE
    quarterly = "evaluation/recession_walk_forward_quarterly"
    assert state(quarterly, "2014-07-06 08:00", "2014-10-05 12:00") is FRESH
    assert state(quarterly, "2014-07-06 08:00", "2014-10-20 12:00") is STALE


def test_every_asset_has_the_policy_of_its_cadence() -> None:
    graph = house().resolve_asset_graph()
    policies = {key.to_user_string(): graph.get(key).freshness_policy for key in graph.get_all_asset_keys()}
    assert len({str(policies[name]) for name in MORNING}) == 1
    assert len({str(policies[name]) for name in WEEK}) == 1
    assert all(policies[name] is not None for name in (*MORNING, *WEEK))
    assert policies["bronze/fred_history"] is None, "loaded by hand, never due"
