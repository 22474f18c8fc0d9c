"""Published regimes: both factors joined month by month, nothing rewritten, measured against what came."""

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.regimes import REGIMES, RegimeHistory, label_quality, regime_history
from macro_assets_tests.regimes import world


@pytest.fixture(scope="module")
def history() -> RegimeHistory:
    return world.labelled()[1]


def test_a_month_has_the_odds_of_its_nowcast_and_the_volatility_known_then(history: RegimeHistory) -> None:
    features, nowcast = world.simulate()
    labels = history.labels
    assert labels.index.equals(nowcast.index)
    np.testing.assert_array_equal(labels[REGIMES[0]], nowcast["probability"])
    np.testing.assert_allclose(labels["volatility"], np.exp(features["log_volatility_6m"].loc[labels.index]))
    usual = np.exp(features["log_volatility_6m"].loc[: labels.index[0]].mean())
    assert labels["calm_above"].iloc[0] == pytest.approx(usual), "months before the first nowcast count"
    np.testing.assert_allclose(labels[list(REGIMES)].sum(axis=1), 1.0)
    assert (labels["trained_through"] <= labels.index).all()


def test_the_newest_fit_speaks_only_of_revisions(history: RegimeHistory) -> None:
    features, nowcast = world.simulate()
    other = regime_history(nowcast.assign(newest=1.0), features)
    pd.testing.assert_frame_equal(other.labels, history.labels)
    assert (other.newest == REGIMES[0]).all()


def test_nothing_that_follows_rewrites_a_month(history: RegimeHistory) -> None:
    features, nowcast = world.simulate()
    for months in (150, 300, 479):
        day = features.index[months - 1]
        cut = regime_history(nowcast.loc[:day], features.loc[:day])
        pd.testing.assert_frame_equal(cut.labels, history.labels.loc[:day], check_exact=True, check_freq=False)


def test_a_gap_in_prices_is_bridged_for_three_months_only(history: RegimeHistory) -> None:
    features, nowcast = world.simulate()
    holed = features.copy()
    holed.iloc[200:205, 3:] = np.nan
    months = regime_history(nowcast, holed).labels.index
    assert features.index[202] in months
    assert features.index[203] not in months
    with pytest.raises(InvalidInputError, match="0 months have a nowcast and a volatility"):
        regime_history(nowcast, features.iloc[:50])
    with pytest.raises(InvalidInputError, match="in time order"):
        regime_history(nowcast.iloc[::-1], features)


def test_quality_counts_by_hand() -> None:
    months = pd.date_range("2000-01-31", periods=8, freq="ME")
    stress, calm, normal = REGIMES
    labels = pd.Series([normal, stress, stress, stress, normal, calm, calm, calm], months)
    newest = pd.Series([normal, normal, stress, stress, normal, normal, calm, calm], months)
    state = pd.Series([0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, np.nan], months)
    quality = label_quality(labels, newest, state)
    assert quality.recession_recall == pytest.approx(2 / 3)
    assert quality.recession_specificity == pytest.approx(3 / 4)
    assert quality.recession_balanced_accuracy == pytest.approx((2 / 3 + 3 / 4) / 2)
    assert quality.mean_duration_months == 8 / 4
    assert quality.switches_per_decade == 3 / 8 * 120
    assert (quality.revision_rate, quality.recession_revision_rate) == (2 / 8, 1 / 8)
    assert quality.share == {stress: 3 / 8, calm: 3 / 8, normal: 2 / 8}
    assert quality.numbers()["balanced_accuracy"] == quality.recession_balanced_accuracy
    unknown = label_quality(labels, newest, state * np.nan)
    assert unknown.recession_balanced_accuracy is None
    assert "balanced_accuracy" not in unknown.numbers()
    with pytest.raises(InvalidInputError, match="no labels"):
        label_quality(labels.iloc[:0], newest)


def test_the_history_says_by_which_rule(history: RegimeHistory) -> None:
    newest = history.labels.iloc[-1]
    text = str(history)
    assert text.startswith(f"{newest['label']} on {history.labels.index[-1]:%Y-%m-%d}: probability of a recession now")
    assert "called above 0.30 until below 0.15" in text
    assert f"calm below {newest['calm_below']:.1%} until above {newest['calm_above']:.1%}" in text
    assert len(history.refits) == 1 + (len(history.labels) - 1) // 12
