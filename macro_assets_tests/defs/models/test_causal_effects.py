"""The table of effects: labels by the rule, cell by cell; numbers that cover the economy's true effects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from macro_assets.catalog import load_catalog
from macro_assets_tests.defs.models import plain
from macro_assets_tests.world import tables
from macro_assets_tests.world.house import ModelsWorld

ASSET = "models/causal_effects"
CELL = ["shock", "outcome", "horizon"]


@pytest.fixture(scope="module")
def effects(models_world: ModelsWorld) -> pd.DataFrame:
    return models_world.frame(ASSET)


@pytest.fixture(scope="module")
def verdicts(models_world: ModelsWorld) -> pd.DataFrame:
    """The verdict of every check of every cell that was checked in full, as the run logged them."""
    return models_world.logged(ASSET, "belief").set_index(CELL)


def test_causal_is_said_of_cells_whose_shock_is_identified_and_that_found_an_effect(effects: pd.DataFrame) -> None:
    linear = effects[effects["learner"] == "linear"]
    found = (
        (linear["identification"] == "identified") & (linear["p_romano_wolf"] < 0.05) & ~linear["interval_unreliable"]
    )
    assert linear["causal"].tolist() == found.tolist()
    assert (linear["finding"] == np.where(linear["p_romano_wolf"] < 0.05, "effect found", "nothing found")).all()
    assert linear.groupby("shock")["identification"].nunique().eq(1).all(), "one verdict a shock"
    assert set(effects.loc[effects["causal"], "tier"]) == {"T1", "T2"}
    compared = effects[effects["learner"] != "linear"]
    assert len(compared) == len(tables.SHOCKS) * len(tables.OUTCOMES)
    assert not compared["causal"].any()


def test_each_shock_says_why_and_each_cell_what(effects: pd.DataFrame) -> None:
    linear = effects[effects["learner"] == "linear"]
    for shock, reason in zip(linear["shock"], linear["identification_reason"], strict=True):
        assert reason.startswith(f"{shock} is ")
    causal = linear[linear["causal"]]
    assert causal["in_words"].str.contains(": a causal effect.", regex=False).all()
    nothing = linear[(linear["identification"] == "identified") & (linear["finding"] == "nothing found")]
    assert nothing["in_words"].str.contains("or more would have been, with 80 % power", regex=False).all()
    assert (nothing["minimum_detectable"] > 2.5 * nothing["stderr"]).all()
    assert linear["expected_coverage"].between(0.5, 1.0).all()


def test_every_shock_outcome_and_month_asked_for_is_there_with_its_tier(effects: pd.DataFrame) -> None:
    linear = effects[effects["learner"] == "linear"]
    wanted = {(s, o, h) for s in tables.SHOCKS for o in tables.OUTCOMES for h in (0, 1)}
    assert set(linear[CELL].itertuples(index=False, name=None)) == wanted
    catalog = load_catalog()
    assert dict(zip(linear["shock"], linear["tier"], strict=True)) == {s: catalog.shocks[s].tier for s in tables.SHOCKS}
    assert dict(zip(linear["shock"], linear["sign_convention"], strict=True)) == {
        s: catalog.shocks[s].sign for s in tables.SHOCKS
    }


def test_intervals_of_causal_cells_cover_the_true_effects(effects: pd.DataFrame) -> None:
    truth = tables.economy().truth
    causal = effects[effects["causal"]]
    assert len(causal) >= 8
    true = np.array([truth.effect(s, o, h) for s, o, h in causal[CELL].itertuples(index=False, name=None)])
    missed = (true < causal["lower"]) | (true > causal["upper"])
    assert missed.sum() <= 3, causal.loc[missed, CELL]
    tight = causal["stderr"] < np.abs(true) / 3
    assert tight.any(), "some effects are known well enough to tell their sign"
    assert (np.sign(causal["point"]) == np.sign(true))[tight].all()


def test_points_are_those_of_ordinary_least_squares(effects: pd.DataFrame, models_world: ModelsWorld) -> None:
    """The month of the shock from the long tables: the state known at the end of the month before, and two lags."""
    linear = effects[(effects["learner"] == "linear") & (effects["horizon"] == 0)].set_index(["shock", "outcome"])
    for pair in (("fed_surprise", "sp500"), ("cpi_innovation", "us10y")):
        row = linear.loc[pair]
        t, y = plain.shock(models_world, pair[0]), plain.outcome(models_world, pair[1])
        months = pd.date_range(row["sample_start"], row["sample_end"], freq="ME")
        assert len(months) == row["n"]
        state = plain.background(models_world, y, t, months)
        news = plain.residuals(t.reindex(months).to_numpy(), state)
        assert news @ y.reindex(months).to_numpy() / (news @ news) == pytest.approx(row["point"], rel=1e-6)


def test_the_belief_checks_of_the_asset_count_the_failing_cells(
    models_world: ModelsWorld, verdicts: pd.DataFrame
) -> None:
    checks = models_world.result(ASSET).checks
    assert set(verdicts.index.get_level_values("horizon")) == {0}
    assert set(verdicts["tier"]) == {"T1", "T2"}
    for name, found in checks.items():
        if name in verdicts:
            assert found.passed == (verdicts[name] != "failed").all(), name
    assert {"shocks_identified", "causal_cells_stable"} <= set(checks)
    assert not all(check.passed for check in checks.values()), "this world has a cell that fails"
