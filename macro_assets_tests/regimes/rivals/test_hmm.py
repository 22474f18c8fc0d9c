"""The hidden Markov model: right on a known economy, named by the rule, never rewritten by what follows."""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.regimes import REGIMES, label_quality
from macro_assets.regimes.rivals.hmm import RegimeFit, fit_hmm
from macro_assets.regimes.rivals.hmm_labels import hindsight_labels, hmm_labels, matched, with_hysteresis
from macro_assets.regimes.rivals.state_names import ORIENTATION, name_states
from macro_assets_tests.regimes.rivals.economy import simulate

History = tuple[pd.DataFrame, list[RegimeFit]]


@pytest.fixture(scope="module")
def features() -> pd.DataFrame:
    return simulate()[0]


@pytest.fixture(scope="module")
def truth() -> pd.Series:
    return simulate()[1]


@pytest.fixture(scope="module")
def history(features: pd.DataFrame) -> History:
    return hmm_labels(features, minimum_months=240)


def test_labels_find_the_true_regimes(history: History, truth: pd.Series) -> None:
    labels, _ = history
    published = labels[labels["published"]]
    assert (published["label"] == truth.loc[published.index]).mean() > 0.93
    assert list(published.columns[:3]) == list(REGIMES)
    np.testing.assert_allclose(published[list(REGIMES)].sum(axis=1), 1.0)


def test_nothing_that_follows_rewrites_a_label(features: pd.DataFrame, history: History) -> None:
    for months in (241, 300, 371):
        before, _ = hmm_labels(features.iloc[:months])
        pd.testing.assert_frame_equal(before, history[0].iloc[: len(before)], check_exact=True, check_freq=False)


def test_months_before_the_first_fit_are_not_published(history: History) -> None:
    labels, fits = history
    assert labels.index[labels["published"]][0] == labels.index[239]
    assert len(fits) == 1 + sum(1 for month in labels.index[240:] if month.month == 12)
    assert fits[0].trained_through == labels.index[239].date()


def test_quality_against_the_truth(history: History, features: pd.DataFrame, truth: pd.Series) -> None:
    labels, fits = history
    newest = hindsight_labels(fits[-1], features)
    quality = label_quality(labels.loc[labels["published"], "label"], newest, (truth == REGIMES[0]).astype(float))
    assert (quality.recession_balanced_accuracy or 0.0) > 0.93
    assert quality.mean_duration_months > 10
    assert quality.revision_rate < 0.05


@pytest.mark.parametrize("seed", range(6))
def test_the_states_of_a_fit_stand_in_the_order_of_the_regimes_whatever_the_start(
    features: pd.DataFrame, seed: int
) -> None:
    fit = fit_hmm(features.iloc[:300], seed=seed, starts=1)
    assert fit.named_by_rule == REGIMES
    activity = list(fit.columns).index("activity")
    assert fit.means[:, activity].argmin() == 0
    assert fit.means[:, activity].argmax() == 1


def test_a_refit_whose_rule_names_the_states_otherwise_keeps_the_labels(
    features: pd.DataFrame, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rule can change its mind with the moments; labels must not: states are matched to the fit before."""

    def renamed(past: pd.DataFrame, *, previous: RegimeFit | None = None, **settings: Any) -> RegimeFit:
        fit = fit_hmm(past, previous=previous, **settings)
        return fit if previous is None else replace(fit.permuted(np.array([1, 2, 0])), named_by_rule=REGIMES)

    monkeypatch.setattr("macro_assets.regimes.rivals.hmm_labels.fit_hmm", renamed)
    again, _ = hmm_labels(features, minimum_months=240)
    assert again["label"].equals(history[0]["label"])


def test_naming_is_fixed_by_moments() -> None:
    means = np.array([[0.9, 0.0], [0.1, -0.2], [-1.0, 1.0]])
    names = name_states(means, ["activity", "log_volatility_3m"])
    assert names == ("normal", "low_volatility_expansion", "recession_or_high_stress")
    with pytest.raises(InvalidInputError, match="has an orientation"):
        name_states(means, ["sp500_return", "x"])


def test_a_refit_in_another_order_is_matched_to_the_fit_before(features: pd.DataFrame) -> None:
    fit = fit_hmm(features.iloc[:300])
    shuffled = fit.permuted(np.array([2, 0, 1]))
    again = matched(shuffled, fit, features.iloc[:300])
    np.testing.assert_array_equal(again.means, fit.means)
    assert fit.expected_duration_months[REGIMES[0]] == pytest.approx(1 / (1 - fit.transition[0, 0]))


def test_missing_months_and_features_are_bridged(features: pd.DataFrame) -> None:
    holed = features.copy()
    holed.iloc[:30, 3] = np.nan
    holed.iloc[280, :] = np.nan
    labels, _ = hmm_labels(holed, minimum_months=240)
    assert labels[list(REGIMES)].notna().all().all()
    assert labels.index[0] == features.index[30]
    assert not labels["published"].iloc[238]


@pytest.mark.parametrize("last", [0.59, 0.6, 0.61])
def test_a_label_leaves_only_above_the_threshold(last: float) -> None:
    path = np.array([[1.0, 0.0, 0.0], [1.0 - last, last, 0.0]])
    assert with_hysteresis(path, 0.6)[1] == (REGIMES[1] if last > 0.6 else REGIMES[0])


def test_the_columns_stand_in_the_order_of_the_regimes(
    history: History, features: pd.DataFrame, truth: pd.Series
) -> None:
    """The most probable column is the regime that is true, whichever order the estimation found the states in."""
    labels, fits = history
    called = np.array(REGIMES)[labels[list(REGIMES)].to_numpy().argmax(axis=1)]
    for regime in REGIMES:
        assert (called[(truth.loc[labels.index] == regime).to_numpy()] == regime).mean() > 0.85
    means = fits[-1].to_frame()
    assert means["activity"].idxmin() == REGIMES[0]
    assert means["log_volatility_3m"].idxmin() == REGIMES[1]


def test_labels_hold_until_another_regime_is_clearly_ahead() -> None:
    path = np.array([[0.9, 0.05, 0.05], [0.45, 0.5, 0.05], [0.3, 0.65, 0.05], [0.5, 0.4, 0.1]])
    assert with_hysteresis(path, 0.6) == [REGIMES[0], REGIMES[0], REGIMES[1], REGIMES[1]]


def test_what_cannot_be_labelled_is_refused(features: pd.DataFrame) -> None:
    with pytest.raises(InvalidInputError, match="labels need 240"):
        hmm_labels(features.iloc[:200], minimum_months=240)
    with pytest.raises(InvalidInputError, match="needs 120"):
        fit_hmm(features.iloc[:100])
    with pytest.raises(InvalidInputError, match="time order"):
        fit_hmm(features.iloc[::-1])
    with pytest.raises(InvalidInputError, match="Constant features"):
        fit_hmm(features.assign(credit_gap=1.0))
    with pytest.raises(InvalidInputError, match="The features lack"):
        fit_hmm(features).filtered(features.drop(columns="credit_gap"))
    assert set(ORIENTATION) == set(features.columns)
    assert fit_hmm(features).trained_through == dt.date(2004, 12, 31)
