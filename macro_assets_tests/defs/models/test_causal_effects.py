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
IDENTIFYING = ("lead_placebo", "placebo_outcome", "overlap")
REQUIRED = (
    *IDENTIFYING, "placebo_shock", "injected_effect", "random_common_cause", "leave_one_recession_out", "trimmed",
    "interval_reliable",
)  # fmt: skip


@pytest.fixture(scope="module")
def effects(models_world: ModelsWorld) -> pd.DataFrame:
    return models_world.frame(ASSET)


@pytest.fixture(scope="module")
def verdicts(models_world: ModelsWorld) -> pd.DataFrame:
    """The verdict of every check of every cell that was checked in full, as the run logged them."""
    return models_world.logged(ASSET, "belief").set_index(CELL)


def word(tier: str, checks: pd.Series) -> str:
    """The rule for one cell on its own."""
    failed = {name for name in REQUIRED if checks[name] == "failed"}
    if failed & set(IDENTIFYING):
        return "not identified"
    return "causal" if tier in ("T1", "T2") and not failed else "association"


def expected(shock: str, outcome: str, horizon: int, tier: str, verdicts: pd.DataFrame) -> str:
    """A later month is never better identified than the month of the shock; without checks of its own, never causal."""
    first = word(tier, verdicts.loc[(shock, outcome, 0)])
    if first == "not identified":
        return first
    if (shock, outcome, horizon) not in verdicts.index:
        return "association"
    own = word(tier, verdicts.loc[(shock, outcome, horizon)])
    return "association" if own == "causal" and first != "causal" else own


def test_every_label_is_the_one_its_checks_earn(effects: pd.DataFrame, verdicts: pd.DataFrame) -> None:
    linear = effects[effects["learner"] == "linear"]
    rows = linear[[*CELL, "tier"]].itertuples(index=False, name=None)
    labels = {(s, o, h): expected(s, o, h, tier, verdicts) for s, o, h, tier in rows}
    assert linear.set_index(CELL)["label"].to_dict() == labels


def test_the_world_holds_every_case_of_the_rule(effects: pd.DataFrame, verdicts: pd.DataFrame) -> None:
    linear = effects[effects["learner"] == "linear"]
    found = set(linear[["tier", "label"]].itertuples(index=False, name=None))
    assert {("T1", "causal"), ("T1", "not identified"), ("T2", "causal"), ("T2", "association"),
            ("T3", "association"), ("T4", "not identified")} <= found  # fmt: skip
    own = {cell: word(verdicts.loc[cell, "tier"], verdicts.loc[cell]) for cell in verdicts.index}
    held_back = [cell for cell, label in own.items() if label == "causal" and own[(*cell[:2], 0)] == "association"]
    assert held_back, "a later month that would be causal, of a shock whose own month is not"


def test_only_checked_surprises_and_published_shocks_are_ever_causal(effects: pd.DataFrame) -> None:
    assert set(effects.loc[effects["label"] == "causal", "tier"]) == {"T1", "T2"}
    compared = effects[effects["learner"] != "linear"]
    assert len(compared) == len(tables.SHOCKS) * len(tables.OUTCOMES)
    assert set(compared["label"]) == {"association"}


def test_reasons_name_what_failed(effects: pd.DataFrame, verdicts: pd.DataFrame) -> None:
    linear = effects[effects["learner"] == "linear"].set_index(CELL)
    for cell, row in linear.iterrows():
        if row["label"] == "causal":
            assert "every required check passes" in row["reason"], cell
        failing = verdicts.loc[(*cell[:2], 0)]
        for name in IDENTIFYING:
            assert failing[name] != "failed" or name in row["reason"], cell


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
    causal = effects[effects["label"] == "causal"]
    assert len(causal) >= 15
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
    month = verdicts[(verdicts.index.get_level_values("horizon") == 0) & verdicts["tier"].isin(["T1", "T2"])]
    assert set(REQUIRED) <= set(checks)
    for name, found in checks.items():
        if name in month:
            assert found.passed == (month[name] != "failed").all(), name
    assert not all(check.passed for check in checks.values()), "this world has a cell that fails"
