"""Checks of tables of effects pass on what the room answers and fail on damaged tables, each blocking what follows."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from macro_assets.causal import answer, search_variation
from macro_assets.causal.belief.declarations import DECLARATIONS
from macro_assets.causal.engine.headline import Headline
from macro_assets.causal.estimators import variation_estimators
from macro_assets.causal.heterogeneity import Cells
from macro_assets.defs.models.causal import CELLS_STABLE, SHOCKS_IDENTIFIED
from macro_assets.lake import Lake
from macro_assets.tables.rows import table_of
from macro_assets_tests.causal.panels import world
from macro_assets_tests.defs.checks import damage
from macro_assets_tests.defs.house import assert_turns_red, evaluate, house

EFFECTS, HETEROGENEITY = "models/causal_effects", "models/effect_heterogeneity"


def change(table: str, query: str, **values: object):
    """One row that answers the query, changed."""

    def apply(lake: Lake) -> None:
        rows = lake.read(table)
        frame = rows.to_pandas()
        at = frame.query(query).index[0]
        for name, value in values.items():
            frame.at[at, name] = value
        damage.rewrite(lake, table, table_of(frame, table))

    return apply


CASES = {
    (EFFECTS, "schema_and_keys"): damage.repeated(EFFECTS),
    (EFFECTS, "earned_words"): change(EFFECTS, "tier == 'T4'", causal=True),
    (EFFECTS, "samples_in_time"): change(EFFECTS, "horizon == 0", sample_end=date(2030, 1, 31)),
    (EFFECTS, "fitted_by_as_of"): change(EFFECTS, "horizon == 0", trained_through=date(2030, 1, 31)),
    (HETEROGENEITY, "fitted_by_as_of"): change(
        HETEROGENEITY, "method == 'x_learner'", trained_through=date(2030, 1, 31)
    ),
    (HETEROGENEITY, "schema_and_keys"): damage.repeated(HETEROGENEITY),
    (HETEROGENEITY, "variation_by_the_rule"): change(HETEROGENEITY, "method == 'causal_forest'", reported=9.0),
    (HETEROGENEITY, "samples_in_time"): change(HETEROGENEITY, "method == 'x_learner'", as_of=date(1990, 1, 31)),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with both tables, as the room answers them."""
    home = tmp_path_factory.mktemp("effects")
    panel = world(200).only(shocks=["surprise", "raw"], outcomes=["sp500"])
    calm = (panel.controls["x1"] > 0).astype(float)
    cells = Cells(Headline("surprise", "sp500"), ("sp500",))
    few = variation_estimators(null_draws=2, bootstrap_draws=20)
    found = search_variation(panel, pd.DataFrame({"calm": calm, "stress": 1 - calm}), cells, estimators=few)
    flat = tuple(replace(one, heterogeneity_p_value=0.9) if one in found.forests else one for one in found.results)
    lake = Lake(home / "lake")
    lake.replace(EFFECTS, answer(panel, horizons=(0, 1)).to_table())
    lake.replace(HETEROGENEITY, replace(found, results=flat).to_table())
    return home


@pytest.fixture
def lake(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setenv("MACRO_HOME", str(tmp_path))
    shutil.copytree(good / "lake", tmp_path / "lake")
    return Lake(tmp_path / "lake")


def test_every_check_of_these_tables_is_shown_here_or_declared_as_a_belief_check() -> None:
    keys = {(key.asset_key.to_user_string(), key.name) for key in house().resolve_asset_graph().asset_check_keys}
    belief = {(EFFECTS, declared.name) for declared in DECLARATIONS}
    belief |= {(EFFECTS, name) for name in (SHOCKS_IDENTIFIED, CELLS_STABLE)}
    assert {key for key in keys if key[0] in (EFFECTS, HETEROGENEITY)} == set(CASES) | belief


@pytest.mark.parametrize(("asset", "name"), CASES, ids=lambda text: text)
def test_passes_on_good_tables_and_fails_on_damaged_ones(lake: Lake, asset: str, name: str) -> None:
    assert_turns_red(lake, asset, name, CASES[asset, name])


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("method == 'by_regime'", {"label": "not identified"}),
        ("method == 'by_regime'", {"identified": False}),
        ("method == 'x_learner'", {"reported_upper": -99.0}),
        ("method == 'by_regime'", {"reported_lower": -9.0, "reported": -99.0, "reported_upper": 9.0}),
        ("method == 'causal_forest'", {"label": "causal"}),
    ],
)
def test_other_ways_to_report_variation_that_is_not_there(lake: Lake, query: str, values: dict) -> None:
    change(HETEROGENEITY, query, **values)(lake)
    assert not evaluate(HETEROGENEITY, "variation_by_the_rule").passed


@pytest.mark.parametrize(
    "values",
    [
        {"causal": True, "learner": "ridge"},
        {"causal": True, "interval_unreliable": True},
        {"causal": True, "finding": "nothing found"},
        {"identification": "identified", "tier": "T3"},
    ],
)
def test_other_ways_to_be_called_causal_without_grounds(lake: Lake, values: dict) -> None:
    change(EFFECTS, "tier == 'T1'", **values)(lake)
    assert not evaluate(EFFECTS, "earned_words").passed


def test_a_sample_that_ends_as_it_begins_is_seen(lake: Lake) -> None:
    change(EFFECTS, "horizon == 0", sample_start=date(1990, 1, 31), sample_end=date(1990, 1, 31))(lake)
    assert not evaluate(EFFECTS, "samples_in_time").passed
