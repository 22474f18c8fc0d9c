"""A CSV placed in a folder becomes a shock in the treatments and in the effects, with its tier: nothing else is touched."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pytest

from macro_assets.lake import Lake
from macro_assets.signals.causal_features import FEATURE_SET
from macro_assets.signals.holes import series_behind
from macro_assets.tables.registry import TABLES
from macro_assets_tests.defs.house import checks, house
from macro_assets_tests.own_data.files import declare, write
from macro_assets_tests.world import cache, tables
from macro_assets_tests.world.house import SILENT, environment

OWN, FRED, SILVER, SHOCKS = "bronze/own_data", "bronze/fred_vintages", "silver/observations", "treatments/macro_shocks"
CUBE, RETURNS = "gold/monthly_cube", "gold/asset_returns"
FEATURES, EFFECTS, DAY = "features/causal_features", "models/causal_effects", "1999-12-30"
CONFIG = {"horizons": [0], "comparison_learner": "", "controls": ["inflation_yoy", "sp500_return", "mood"]}
TRUE_EFFECT = 2.0


@dataclass(frozen=True)
class Home:
    """A home with the facts of the models world, and files of a user in its folder `own`."""

    folder: Path
    spills: pd.Series

    @property
    def lake(self) -> Lake:
        return Lake(self.folder / "lake")

    def run(self, key: str, *, config: dict[str, Any] | None = None) -> dg.ExecuteInProcessResult:
        """Materialise an asset and its checks, a daily one for one day; the canary of cubes is left out."""
        ops = {key.replace("/", "__"): {"config": config}} if config else {}
        with environment(self.folder), dg.DagsterInstance.ephemeral() as instance:
            os.environ["MACRO_OWN_DATA"] = str(self.folder / "own")
            job = house().resolve_job_def("__ASSET_JOB")
            subset = job.get_subset(
                asset_selection={dg.AssetKey(key.split("/"))},
                asset_check_selection=set() if key.startswith("gold/") else None,
            )
            result = subset.execute_in_process(
                instance=instance, partition_key=DAY if key == OWN else None, run_config={**SILENT, "ops": ops},
            )  # fmt: skip
            assert result.success
            return result


def files(folder: Path, index: pd.DatetimeIndex) -> pd.Series:
    """A shock, a control and an outcome; the shock is returned."""
    rng = np.random.default_rng(11)
    spills, walk = pd.Series(rng.normal(0.0, 0.02, len(index)), index).round(6), np.cumsum(rng.normal(size=len(index)))
    declare(folder, "spills", "shock: {tier: T2, sign: positive = more spills}", unit="decimal")
    declare(folder, "mood", feature="true")
    declare(folder, "trade", "outcome: {kind: change, unit: points}", publication_lag_days=3)
    for name, values in (("spills", spills), ("mood", rng.normal(size=len(index))), ("trade", walk)):
        write(folder, name, [(day.date(), round(float(value), 6)) for day, value in zip(index, values, strict=True)])
    return spills


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Thirty years in which the S&P 500 feels twice the size of each spill; loaded, and rebuilt up to the features."""
    folder = tmp_path_factory.mktemp("own") / "home"
    cache.copy_to(folder, lambda root: tables.write(Lake(root / "lake")), key=cache.sources_hash())
    found = Home(folder, files(folder / "own", pd.date_range("1975-01-31", "1999-12-31", freq="ME")))
    lake, needed = found.lake, {"USREC", *series_behind(FEATURE_SET, tables.CATALOG)} & set(tables.CATALOG.series)
    silver = lake.read(SILVER, where={"series_id": sorted(needed)})
    lake.load(FRED, silver.select(TABLES[FRED].source_schema.names))
    for key in (OWN, SILVER, CUBE, RETURNS, FEATURES):
        found.run(key)
    returns = lake.read(RETURNS).to_pandas()
    returns = returns[returns["outcome"].isin(["sp500", "trade_outcome"])]
    felt = pd.to_datetime(returns["month"]).map(TRUE_EFFECT * found.spills).fillna(0.0)
    returns["value"] += felt.where(returns["outcome"] == "sp500", 0.0)
    lake.replace(RETURNS, returns)
    return found


@pytest.fixture(scope="module")
def shocks(home: Home) -> dg.ExecuteInProcessResult:
    return home.run(SHOCKS)


@pytest.fixture(scope="module")
def effects(home: Home, shocks: dg.ExecuteInProcessResult) -> pd.DataFrame:
    """Of the spills, and of one shock of the package beside them."""
    rows = home.lake.read(SHOCKS)
    home.lake.replace(SHOCKS, rows.filter(pc.is_in(rows["shock"], pc.cast(["spills", "oil_supply_news"], "string"))))
    home.run(EFFECTS, config=CONFIG)
    return home.lake.read(EFFECTS).to_pandas().set_index(["shock", "outcome"])


def test_the_file_is_a_shock_with_the_tier_that_its_user_states(home: Home, shocks: dg.ExecuteInProcessResult) -> None:
    rows = home.lake.read(SHOCKS).to_pandas()
    spills = rows[rows["shock"] == "spills"].set_index("month")
    assert set(spills[["tier", "tier_stated_by", "unit"]].itertuples(index=False, name=None)) == {
        ("T2", "user", "decimal")
    }
    assert set(rows.loc[rows["shock"] != "spills", "tier_stated_by"]) == {"catalogue"}
    stated = home.spills.loc[: tables.TODAY.isoformat()].iloc[:-1]  # December was not over on the 30th
    assert np.allclose(spills["value"].to_numpy(), stated.to_numpy())
    assert list(spills.index) == [day.date() for day in stated.index] == list(spills["known_at"])
    assert all(checks(shocks).values()), checks(shocks)
    assert "spills" in str(
        shocks.asset_materializations_for_node("treatments__macro_shocks")[-1].metadata["diagnostics"]
    )


def test_its_effect_is_found_identified_and_says_who_states_the_tier(effects: pd.DataFrame) -> None:
    cell = effects.loc[("spills", "sp500")]
    assert (cell["tier"], cell["tier_stated_by"], cell["causal"]) == ("T2", "user", True)
    assert cell["lower"] < TRUE_EFFECT < cell["upper"]
    assert cell["lower"] > 0
    assert cell["identification_reason"].startswith(
        "spills is a published external shock (tier T2, stated by the user); "
    )
    other = effects.loc[("oil_supply_news", "sp500")]
    assert other["tier_stated_by"] == "catalogue"
    assert "stated by" not in other["identification_reason"]


def test_its_outcome_is_an_outcome_of_the_effects(home: Home, effects: pd.DataFrame) -> None:
    assert ("spills", "trade_outcome") in effects.index
    walk = home.lake.read(RETURNS).to_pandas().query("outcome == 'trade_outcome'")
    raw = pd.read_csv(home.folder / "own" / "trade.csv", parse_dates=["date"]).set_index("date")["value"]
    expected = raw.diff().dropna()
    assert np.allclose(walk["value"], expected.iloc[: len(walk)])
    assert str(walk["known_at"].iloc[0]) == "1975-03-03", "three days after the end of February"


def test_its_feature_is_a_column_and_a_control(home: Home, effects: pd.DataFrame) -> None:
    rows = home.lake.read(FEATURES).to_pandas().query("feature == 'mood'").set_index("as_of")
    raw = pd.read_csv(home.folder / "own" / "mood.csv", parse_dates=["date"]).set_index("date")["value"]
    assert rows.loc[pd.Timestamp("1990-06-30").date(), "value"] == pytest.approx(raw.loc["1990-06-30"])
    assert set(rows["unit"]) == {"index points"}
    assert effects["n"].min() > 200
