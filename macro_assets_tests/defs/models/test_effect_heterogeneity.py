"""How effects vary: by the regime known before the shock, re-derived from the tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from macro_assets_tests.defs.models import plain
from macro_assets_tests.world.house import ModelsWorld

ASSET = "models/effect_heterogeneity"
SHOCK = "fed_surprise"


@pytest.fixture(scope="module")
def by_regime(models_world: ModelsWorld) -> pd.DataFrame:
    rows = models_world.frame(ASSET).query("method == 'by_regime'")
    return rows.rename(columns={"state": "regime", "months": "expected_months"}).set_index(["outcome", "regime"])


@pytest.fixture(scope="module")
def filtered(models_world: ModelsWorld) -> pd.DataFrame:
    """Filtered probabilities by the month end on which they were stated."""
    rows = models_world.lake.read("models/regime_probabilities", where={"model": "two_factors"}).to_pandas()
    frame = rows.pivot(index="as_of", columns="regime", values="probability")
    return frame.set_index(pd.DatetimeIndex(pd.to_datetime(frame.index)))


def sample(by_regime: pd.DataFrame, outcome: str) -> pd.DatetimeIndex:
    row = by_regime.loc[outcome].iloc[0]
    return pd.date_range(row["sample_start"], row["sample_end"], freq="ME")


@pytest.mark.parametrize("outcome", ["sp500", "us10y"])
def test_the_regime_of_a_month_is_the_one_stated_at_the_end_of_the_month_before(
    by_regime: pd.DataFrame, filtered: pd.DataFrame, outcome: str
) -> None:
    months = sample(by_regime, outcome)
    before = filtered.loc[[month - pd.offsets.MonthEnd(1) for month in months]].sum()
    assert by_regime.loc[outcome]["expected_months"].to_dict() == pytest.approx(before.to_dict(), abs=1e-8)
    assert np.abs(filtered.loc[months].sum() - before).max() > 1e-6, "the same month would tell no difference"


@pytest.mark.parametrize("outcome", ["sp500", "us10y"])
def test_effects_by_regime_are_those_of_plain_interactions(
    by_regime: pd.DataFrame, filtered: pd.DataFrame, models_world: ModelsWorld, outcome: str
) -> None:
    months, regimes = sample(by_regime, outcome), list(by_regime.loc[outcome].index)
    before = filtered[regimes].set_index(filtered.index + pd.offsets.MonthEnd(1)).loc[months].to_numpy()
    t, y = plain.shock(models_world, SHOCK), plain.outcome(models_world, outcome)
    state = np.column_stack([plain.background(models_world, y, t, months), before[:, 1:]])
    news = plain.residuals(t.reindex(months).to_numpy(), state)
    interactions = plain.residuals(news[:, None] * before, state)
    effects = np.linalg.lstsq(interactions, y.reindex(months).to_numpy(), rcond=None)[0]
    np.testing.assert_allclose(by_regime.loc[outcome]["effect"], effects, rtol=1e-5)


def test_no_sample_begins_before_the_first_stated_regime(by_regime: pd.DataFrame, filtered: pd.DataFrame) -> None:
    first = pd.to_datetime(by_regime["sample_start"]).min()
    assert first > filtered.index[0]
