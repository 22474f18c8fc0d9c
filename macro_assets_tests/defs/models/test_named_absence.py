"""Without the usual shock and outcome both assets of effects answer on what is there and name what is absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from macro_assets.lake import Lake
from macro_assets_tests.world.house import ModelsWorld, RunResult, materialise
from macro_assets_tests.world.tables import chosen

ASSETS = ("models/causal_effects", "models/effect_heterogeneity")


@pytest.fixture(scope="module")
def poorer(models_world: ModelsWorld, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world without `fed_surprise` and `sp500`, as a user's catalogue or a young lake may have it."""
    models_world.require("features/causal_features")
    models_world.require("models/regime_probabilities")
    home = tmp_path_factory.mktemp("poorer")
    lake = Lake(home / "lake")
    for name in ("features/causal_features", "silver/observations", "silver/prices", "models/regime_probabilities",
                 "bronze/policy_surprises"):  # fmt: skip
        lake.replace(name, models_world.lake.read(name))
    shocks, returns = (models_world.lake.read(name) for name in ("treatments/macro_shocks", "gold/asset_returns"))
    lake.replace("treatments/macro_shocks", chosen(shocks, "shock", ("oil_supply_news", "cpi_trend_gap")))
    lake.replace("gold/asset_returns", chosen(returns, "outcome", ("us10y",)))
    return home


@pytest.fixture(scope="module")
def results(poorer: Path) -> dict[str, RunResult]:
    return {name: materialise(poorer, name)[name] for name in ASSETS}


@pytest.mark.parametrize("asset", ASSETS)
def test_the_asset_answers_and_names_what_is_absent(results: dict[str, RunResult], poorer: Path, asset: str) -> None:
    assert results[asset].failure == ""
    absent = results[asset].metadata["headline_absent"]
    assert "fed_surprise is absent" in absent
    assert "oil_supply_news stands in" in absent
    assert "us10y stands in" in absent
    frame = Lake(poorer / "lake").read(asset).to_pandas()
    assert set(frame["outcome"]) == {"us10y"}
    assert set(frame["shock"]) <= {"oil_supply_news", "cpi_trend_gap"}


def test_the_registered_model_bears_the_name_of_its_cell(results: dict[str, RunResult]) -> None:
    assert "model_uri_oil_supply_news_on_us10y" in results["models/causal_effects"].metadata


def test_outcomes_without_history_are_named(results: dict[str, RunResult]) -> None:
    assert results["models/effect_heterogeneity"].metadata["without_enough_months"] == "sp500"
