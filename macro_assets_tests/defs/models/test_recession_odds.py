"""Recession odds: every row is what the registered model of its name answers, and the impacts are the hybrid's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from macro_assets.export import run_onnx
from macro_assets.recession import presets
from macro_assets.recession.impact_history import impact_outcomes
from macro_assets.recession.impacts import INPUTS, PROBABILITY
from macro_assets.signals.recession.monthly_spec import CLASSIC, FINANCIAL
from macro_assets_tests.world import tables
from macro_assets_tests.world.house import ModelsWorld

CLASSIFIER, PROBABILITIES = "models/recession_classifier", "models/recession_probabilities"
IMPACTS = "models/recession_impacts"
TARGETS = {"m": "recession_within_6m", "q": "recession_within_2q"}


@pytest.fixture(scope="module")
def odds(models_world: ModelsWorld) -> pd.DataFrame:
    frame = models_world.frame(PROBABILITIES)
    return frame.assign(as_of=pd.to_datetime(frame["as_of"]))


@pytest.fixture(scope="module")
def features(models_world: ModelsWorld) -> pd.DataFrame:
    rows = models_world.frame("features/recession_features_monthly")
    frame = rows.pivot(index="as_of", columns="feature", values="value")
    return frame.set_index(pd.DatetimeIndex(pd.to_datetime(frame.index)))


def registered(world: ModelsWorld) -> list[str]:
    world.require(CLASSIFIER)
    found = world.registry.client.search_registered_models(max_results=1000)
    return sorted(model.name for model in found if model.name.startswith(("recession_m_", "recession_q_")))


def test_probabilities_are_those_of_the_registered_graphs(
    models_world: ModelsWorld, odds: pd.DataFrame, features: pd.DataFrame
) -> None:
    names = registered(models_world)
    for candidate in presets.CHAMPIONS:
        assert {f"recession_m_{candidate}", f"recession_q_{candidate}"} <= set(names), "every candidate of the gate"
    for name in names:
        _, frequency, candidate = name.split("_", 2)
        loaded = models_world.registry.load(name, "challenger")
        stated = odds[(odds["target"] == TARGETS[frequency]) & (odds["model"] == candidate)].set_index("as_of")
        columns = features[loaded.tags["columns"].split(",")]
        rows = pd.concat([columns.tail(60), columns.loc[stated.index]]).to_numpy(np.float32)
        answer = run_onnx(loaded.model, rows)["probability"][:, 0]
        np.testing.assert_allclose(stated["probability"], answer[-len(stated) :], atol=1e-4, err_msg=name)
        assert answer.max() - answer.min() > 1e-3, f"{name} is constant"


def test_baselines_without_a_graph_state_what_their_data_say(
    odds: pd.DataFrame, features: pd.DataFrame, models_world: ModelsWorld
) -> None:
    """Climatology is the share of events in training."""
    targets = models_world.lake.read("targets/recession_targets").to_pandas()
    monthly = odds[odds["target"] == TARGETS["m"]]
    outcome = targets[(targets["frequency"] == "M") & (targets["target"] == TARGETS["m"])].set_index("period")["value"]
    through = pd.Timestamp(monthly["trained_through"].iloc[0])
    trained = features.loc[:through, "term_spread"].dropna().index
    stated = monthly.loc[monthly["model"] == presets.CLIMATOLOGY, "probability"].unique()
    assert list(stated) == pytest.approx([outcome.loc[trained.date].mean()], abs=1e-9)


def test_every_model_states_the_newest_month_and_quarter(odds: pd.DataFrame) -> None:
    newest = odds.groupby(["target", "model"])["as_of"].max()
    assert set(newest) == {pd.Timestamp(tables.TODAY)}
    states = {candidate.name for candidate in presets.candidates() if candidate.feature_set == "state"}
    wanted = {candidate.name for candidate in presets.candidates()} - states
    for target in TARGETS.values():
        assert set(newest.loc[target].index) == wanted


def test_training_ends_eighteen_months_before_today(odds: pd.DataFrame) -> None:
    assert set(odds["trained_through"]) == {(pd.Timestamp(tables.TODAY) - pd.offsets.MonthEnd(18)).date()}


@pytest.mark.parametrize(
    "columns", [CLASSIC, FINANCIAL, INPUTS], ids=["the classic indicators", "the financial ones", "stage two"]
)
def test_every_column_a_model_is_told_to_read_exists_and_is_known(
    columns: tuple[str, ...], features: pd.DataFrame
) -> None:
    """A misspelt name would be a column of missing values, and then of medians."""
    named = [name for name in columns if name != PROBABILITY]
    assert set(named) <= set(features.columns)
    assert features[named].tail(120).notna().all(axis=None)


def test_every_candidate_reads_only_columns_that_exist(features: pd.DataFrame) -> None:
    for candidate in presets.candidates():
        if candidate.feature_set == "compact":
            assert set(candidate.columns) <= set(features.columns), candidate.name


def test_impacts_are_those_of_the_registered_hybrid(models_world: ModelsWorld, features: pd.DataFrame) -> None:
    stated = models_world.frame(IMPACTS).set_index("target")
    hybrid = models_world.registry.load("recession_hybrid", "challenger").model
    history = impact_outcomes(models_world.lake.read("targets/recession_targets"))
    newest = features.tail(1).join(history.volatility)
    forecast = hybrid.predict(newest)
    assert set(stated["as_of"]) == {tables.TODAY}
    assert set(stated.index) == {regressor.target for regressor in hybrid.stage2}
    row = newest.assign(**{PROBABILITY: forecast.probability})
    for regressor in hybrid.stage2:
        found, one = regressor.forecast(row), stated.loc[regressor.target]
        assert one["value"] == pytest.approx(found.value), regressor.target
        for level in (80, 90):
            bounds = (one[f"lower_{level}"], one[f"upper_{level}"])
            assert bounds == pytest.approx(found.intervals[level / 100]), regressor.target
        assert one["skill"] == (one["method"] != "no skill")
        assert (one["probability"], one["errors"]) == (pytest.approx(forecast.probability), found.errors)
        assert (one["rule_80"], one["rule_90"]) == (found.rules[0.80], found.rules[0.90])
        joint = None if found.joint is None else found.joint.value
        assert (None if pd.isna(one["joint_probability"]) else one["joint_probability"]) == joint


def test_intervals_are_nested_and_hold_the_value_of_the_mean(models_world: ModelsWorld) -> None:
    stated = models_world.frame(IMPACTS)
    assert (stated["lower_90"] <= stated["lower_80"]).all()
    assert (stated["lower_80"] < stated["upper_80"]).all()
    assert (stated["upper_80"] <= stated["upper_90"]).all()


def test_stage_two_is_fed_with_the_probability_that_stage_one_states(
    models_world: ModelsWorld, odds: pd.DataFrame
) -> None:
    shown = models_world.require(IMPACTS).metadata
    stated = odds[(odds["target"] == TARGETS["q"]) & (odds["model"] == presets.DEFAULT)].set_index("as_of")
    assert shown["probability"] == pytest.approx(stated["probability"].iloc[-1], abs=1e-9)
