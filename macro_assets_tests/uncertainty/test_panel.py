"""Rows hold what was known at their month end: daily volatility, shocks of the month, states; and the next month's value."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.uncertainty import panel, volatility
from macro_assets_tests.world.house import ModelsWorld

DAY = pd.Timestamp("1990-06-30")


def test_volatility_is_the_weighted_mean_of_squares_of_the_changes_known_then() -> None:
    rng = np.random.default_rng(0)
    known = np.datetime64("2000-01-01", "D") + np.arange(400)
    value = rng.normal(0.0, 0.01, 400)
    origins = np.array([known[300], known[100], known[-1] + 60], dtype="datetime64[D]")
    found = volatility.ewma_volatility(volatility.DailyChanges(known, value), origins)
    weights = 0.94 ** np.arange(250)
    expected = np.sqrt(21.0 * np.average(value[:301][::-1][:250] ** 2, weights=weights))
    assert found[0] == pytest.approx(expected)
    assert np.isnan(found[1:]).all(), "too few changes; changes that ended two months before"


def built(world: ModelsWorld, until: pd.Timestamp | None = None) -> panel.SpreadPanel:
    """The panel of the models world, or of what was known on a day."""
    from macro_assets.catalog import load_catalog

    names = {"gold/asset_returns": "known_at", "silver/prices": "known_from", "silver/observations": "known_from",
             "treatments/macro_shocks": "known_at", "features/recession_features_monthly": "known_at"}  # fmt: skip
    tables = {}
    world.require("features/recession_features_monthly")
    for name, column in names.items():
        rows = world.lake.read(name)
        if until is not None:
            rows = rows.filter(pd.to_datetime(rows[column].to_pandas()).le(until).to_numpy())
        tables[name] = rows
    states = panel.states_of(tables["features/recession_features_monthly"])
    returns, prices, observations, shocks = (tables[name] for name in list(names)[:4])
    return panel.build(returns, prices, observations, shocks, states, load_catalog())


def test_no_row_changes_with_what_becomes_known_later(models_world: ModelsWorld) -> None:
    whole, short = built(models_world), built(models_world, DAY)
    rows = whole.rows[whole.rows["as_of"] <= DAY].reset_index(drop=True)
    assert len(short.rows) > 200
    merged = short.rows.merge(rows, on=["as_of", "outcome"], suffixes=("", "_later"))
    assert len(merged) == len(short.rows)
    pd.testing.assert_series_equal(merged["volatility"], merged["volatility_later"], check_names=False)
    known = merged["known_at_later"] <= DAY
    assert merged["value"].notna().equals(known)
    assert merged.loc[known, "value"].equals(merged.loc[known, "value_later"])
    assert (whole.rows["known_at"].dropna() > whole.rows["as_of"][whole.rows["known_at"].notna()]).all()
    mine = short.rows.merge(rows.reset_index(), on=["as_of", "outcome"])["index"]
    again = whole.inputs.loc[mine, short.inputs.columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(short.inputs, again)


def test_a_value_is_that_of_the_month_after(models_world: ModelsWorld) -> None:
    whole = built(models_world)
    returns = models_world.lake.read("gold/asset_returns").to_pandas()
    returns["month"] = pd.to_datetime(returns["month"])
    row = whole.rows[(whole.rows["outcome"] == "sp500") & (whole.rows["as_of"] == DAY)].iloc[0]
    ahead = returns[(returns["outcome"] == "sp500") & (returns["month"] == pd.Timestamp("1990-07-31"))]
    assert row["value"] == ahead["value"].iloc[0]


def test_a_lake_without_daily_changes_is_refused(models_world: ModelsWorld) -> None:
    from macro_assets.catalog import load_catalog

    lake = models_world.lake
    tables = [lake.read(name) for name in ("gold/asset_returns", "silver/prices", "silver/observations")]
    shocks = lake.read("treatments/macro_shocks")
    with pytest.raises(InvalidInputError, match="No outcome has a month with daily changes"):
        panel.build(tables[0], tables[1].slice(0, 0), tables[2].slice(0, 0), shocks, pd.DataFrame(), load_catalog())


def test_the_command_scores_a_home(models_world: ModelsWorld) -> None:
    from macro_assets.commands import spread_evaluation

    models_world.require("features/recession_features_monthly")
    with models_world.entered():
        found = spread_evaluation.run(1984, 0)
    assert found.first == pd.Timestamp("1994-01-31")
    assert {row["method"] for row in spread_evaluation.shown(found)} == {"network", "ewma"}
    assert spread_evaluation.figures(found)["served"] == found.served
