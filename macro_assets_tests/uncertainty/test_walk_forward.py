"""No label is used before it was known; the network is deterministic and earns its place, or steps back to its rival."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from macro_assets.inference.conformal import conformal_quantile
from macro_assets.inference.scores import interval_score
from macro_assets.uncertainty import walk_forward
from macro_assets.uncertainty.network import SpreadNetwork
from macro_assets.uncertainty.panel import SpreadPanel
from macro_assets_tests.uncertainty import synthetic

FIRST, MONTHS = 2000, 216


@pytest.fixture(scope="module")
def warned() -> SpreadPanel:
    return synthetic.panel(MONTHS, warned=True)


@pytest.fixture(scope="module")
def rows(warned: SpreadPanel) -> pd.DataFrame:
    return walk_forward.intervals(walk_forward.walk_forward(warned, FIRST))


def test_what_becomes_known_later_changes_no_forecast(warned: SpreadPanel, rows: pd.DataFrame) -> None:
    day = pd.Timestamp("2005-06-30")
    later = (warned.rows["known_at"] > day) | warned.rows["known_at"].isna()
    changed = replace(warned, rows=warned.rows.assign(value=warned.rows["value"].where(~later, 99.0)))
    again = walk_forward.intervals(walk_forward.walk_forward(changed, FIRST))
    upto = (rows["as_of"] <= day).to_numpy()
    columns = [name for name in rows if name not in ("value", "known_at")]
    pd.testing.assert_frame_equal(rows.loc[upto, columns], again.loc[upto, columns])
    assert not rows.loc[~upto, "network_low_90"].equals(again.loc[~upto, "network_low_90"])


def test_every_year_is_forecast_by_the_network_of_the_december_before(warned: SpreadPanel, rows: pd.DataFrame) -> None:
    forecast = rows.dropna(subset=["scale"])
    assert forecast["as_of"].min() == pd.Timestamp("2000-01-31")
    assert (forecast["trained_through"] == forecast["as_of"].map(lambda day: pd.Timestamp(day.year - 1, 11, 30))).all()
    trained = walk_forward.fit_as_of(warned, pd.Timestamp("2002-12-31"))
    assert trained is not None
    now = (rows["as_of"].dt.year == 2003).to_numpy()
    mean, scale = trained.predict(warned.inputs[now], rows.loc[now, "outcome"].to_numpy())
    assert rows.loc[now, "mean"].to_numpy() == pytest.approx(mean, abs=1e-12)
    assert rows.loc[now, "scale"].to_numpy() == pytest.approx(scale, abs=1e-12)
    assert walk_forward.fit_as_of(warned, pd.Timestamp("1993-01-31")) is None


def test_intervals_stand_at_ranks_of_the_outcome_s_own_errors_known_by_then(rows: pd.DataFrame) -> None:
    at = rows[(rows["as_of"] == pd.Timestamp("2006-03-31")) & (rows["outcome"] == "sp500")].iloc[0]
    past = rows[(rows["outcome"] == "sp500") & (rows["known_at"] <= at["as_of"])]
    assert past["as_of"].max() == pd.Timestamp("2006-02-28"), "the month itself is not over"
    plain = (past["value"] / past["volatility"]).to_numpy()
    assert at["ewma_high_90"] == pytest.approx(at["volatility"] * conformal_quantile(plain, 0.95))
    assert at["ewma_low_80"] == pytest.approx(-at["volatility"] * conformal_quantile(-plain, 0.9))
    errors = ((past["value"] / past["volatility"] - past["mean"]) / past["scale"]).dropna().to_numpy()
    high = at["volatility"] * (at["mean"] + at["scale"] * conformal_quantile(errors, 0.95))
    assert at["network_high_90"] == pytest.approx(high)
    assert at["network_errors"] == len(errors) == 74


def test_a_forewarned_spread_is_learned(rows: pd.DataFrame) -> None:
    scored = rows[(rows["as_of"] >= pd.Timestamp("2003-01-31")) & rows["value"].notna()]
    scores = {}
    for method in walk_forward.METHODS:
        low, high = (scored[walk_forward.bound(method, side, 0.90)].to_numpy() for side in ("low", "high"))
        value = scored["value"].to_numpy()
        assert 0.84 < np.mean((value >= low) & (value <= high)) < 0.96
        scores[method] = interval_score(value, low, high, 0.90)
    assert scores["network"] < 0.9 * scores["ewma"]


def test_without_anything_to_learn_it_says_what_volatility_says() -> None:
    trained = walk_forward.fit_as_of(synthetic.panel(seed=3), pd.Timestamp("2008-12-31"))
    assert trained is not None
    everything = synthetic.panel(seed=3)
    mean, scale = trained.predict(everything.inputs, everything.rows["outcome"].to_numpy())
    assert np.abs(mean).max() < 0.25
    assert 0.8 < np.median(scale) < 1.3


def test_the_likelihood_is_student_s_and_the_scale_is_a_softplus() -> None:
    from scipy.stats import t as student

    torch.manual_seed(0)
    network = SpreadNetwork(3)
    x, y = torch.randn(50, 3), torch.randn(50)
    mean, scale = network(x)
    assert mean.tolist() == [0.0] * 50
    assert scale.tolist() == pytest.approx([1.001] * 50, abs=1e-4)
    degrees = 2.0 + float(torch.nn.functional.softplus(network.tails).detach())
    expected = -student.logpdf(y.numpy(), degrees, loc=0.0, scale=1.001).mean()
    assert float(network.loss(x, y).detach()) == pytest.approx(expected, rel=1e-4)
    with torch.no_grad():
        network.scale.bias.fill_(-50.0)
    assert (network(x)[1] > 0.0).all()
