"""The network attends over time, is deterministic, looks only back, and is reported honestly."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from macro_assets.errors import InvalidInputError
from macro_assets.regimes import (
    REGIMES,
    AttentionRegimeClassifier,
    RegimeReport,
    TrainedClassifier,
    classifier_inputs,
    evaluate_classifier,
    train,
)
from macro_assets.regimes.report import _persistence, log_scores
from macro_assets.regimes.training import PAST_LABEL_COLUMNS
from macro_assets_tests.regimes import world

Evaluated = tuple[RegimeReport, TrainedClassifier]


@pytest.fixture(scope="module")
def features() -> pd.DataFrame:
    return world.simulate(360)[0]


@pytest.fixture(scope="module")
def labels() -> pd.DataFrame:
    return world.labelled(360)[1].labels


@pytest.fixture(scope="module")
def evaluated(features: pd.DataFrame, labels: pd.DataFrame) -> Evaluated:
    return evaluate_classifier(features, labels)


def test_earlier_months_matter(features: pd.DataFrame) -> None:
    torch.manual_seed(0)
    net = AttentionRegimeClassifier.source_document(4).eval()
    x = torch.randn(2, 12, 4)
    moved = x.clone()
    moved[:, 0, :] += 1.0
    assert not torch.allclose(net(x), net(moved))
    assert net.lookback == 12
    assert net.attention.num_heads == 4
    assert net.attention.embed_dim == 32


def test_an_untrained_persistent_network_is_the_persistence_forecast(
    features: pd.DataFrame, labels: pd.DataFrame
) -> None:
    inputs = classifier_inputs(features, labels)
    trained = train(inputs, labels, seed=0, epochs=0)
    called = trained.predict(inputs).idxmax(axis=1)
    assert (called == labels["label"].shift(1).loc[called.index]).all()


def test_training_is_deterministic_and_leaves_the_generator_alone(features: pd.DataFrame, labels: pd.DataFrame) -> None:
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    one = train(features, labels, seed=1, epochs=15)
    assert torch.rand(1) == expected
    two = train(features, labels, seed=1, epochs=15)
    pd.testing.assert_frame_equal(one.predict(features), two.predict(features), check_exact=True)
    other = train(features, labels, seed=2, epochs=15)
    assert not np.allclose(one.predict(features), other.predict(features))


def test_a_forecast_looks_back_only(features: pd.DataFrame, labels: pd.DataFrame, evaluated: Evaluated) -> None:
    _, trained = evaluated
    inputs = classifier_inputs(features, labels)
    whole = trained.predict(inputs)
    part = trained.predict(inputs.iloc[:200])
    np.testing.assert_allclose(whole.loc[part.index], part, atol=1e-6)
    assert len(part) == 200 - 11


def test_the_report_ranks_by_log_score_and_claims_nothing_it_cannot(evaluated: Evaluated, labels: pd.DataFrame) -> None:
    report, trained = evaluated
    frame = report.to_frame().set_index("model")
    assert list(frame.index) == ["attention network", "persistence", "majority"]
    assert frame.loc["attention network", "accuracy"] > 0.85
    assert frame.loc["attention network", "log_score"] > frame.loc["majority", "log_score"]
    assert ("network beats the persistence forecast" in report.summary()) == report.beats_persistence
    assert trained.trained_through == report.train_through.date()
    assert report.test_from > report.train_through


@pytest.mark.parametrize(("gap", "stderr", "beats"), [(0.1, 0.05, True), (0.1, 0.07, False), (-0.1, 0.05, False)])
def test_better_means_beyond_the_standard_error_and_above_zero(
    evaluated: Evaluated, gap: float, stderr: float, beats: bool
) -> None:
    report = replace(evaluated[0], difference_to_persistence=gap, difference_to_persistence_stderr=stderr)
    assert report.beats_persistence == beats
    assert ("does not beat" in report.summary()) == (not beats)


def test_log_scores_are_floored() -> None:
    forecast = pd.DataFrame([[0.0, 1.0, 0.0]], columns=list(REGIMES))
    assert log_scores(forecast, pd.Series([REGIMES[0]]))[0] == pytest.approx(np.log(1e-3))


def test_missing_features_do_not_poison_a_forecast(features: pd.DataFrame, labels: pd.DataFrame) -> None:
    trained = train(features, labels, epochs=5)
    holed = features.copy()
    holed.iloc[50, 2] = np.nan
    assert trained.predict(holed).notna().all().all()


def test_too_little_history_is_refused(features: pd.DataFrame, labels: pd.DataFrame) -> None:
    with pytest.raises(InvalidInputError, match="needs 60"):
        train(features.iloc[:50], labels)
    with pytest.raises(InvalidInputError, match="hold-out needs 24"):
        evaluate_classifier(features.iloc[:225], labels.iloc[:106], test_share=0.2)


def test_the_network_reads_the_label_of_the_month_before_never_its_own(
    features: pd.DataFrame, labels: pd.DataFrame
) -> None:
    inputs = classifier_inputs(features, labels)
    before = labels["label"].shift(1).loc[inputs.index]
    for column, name in zip(PAST_LABEL_COLUMNS, REGIMES, strict=True):
        assert (inputs[column] == (before == name)).all()
    changed = labels["label"].to_numpy()[1:] != labels["label"].to_numpy()[:-1]
    assert changed.sum() >= 5  # otherwise both labels would be the same
    same_month = np.column_stack([labels["label"].loc[inputs.index] == name for name in REGIMES])
    assert (inputs[list(PAST_LABEL_COLUMNS)].to_numpy() != same_month).any()


def test_scores_and_picture_of_the_report(evaluated: Evaluated) -> None:
    report, _ = evaluated
    axes: Any = report.plot()
    assert [bar.get_width() for bar in axes.patches] == [one.log_score for one in report.scores]
    assert axes.get_title(loc="left").replace("\n", " ") == report.summary().splitlines()[0]


def test_standard_errors_of_the_report_are_those_of_statsmodels(
    features: pd.DataFrame, labels: pd.DataFrame, evaluated: Evaluated
) -> None:
    import statsmodels.api as sm

    report, trained = evaluated
    truth = labels.loc[labels.index > report.train_through, "label"]
    repeated = _persistence(labels["label"], labels["label"].loc[: report.train_through], truth.index)
    network = trained.predict(classifier_inputs(features, labels)).loc[truth.index]
    difference = log_scores(network, truth) - log_scores(repeated, truth)
    fit = sm.OLS(difference, np.ones(len(difference))).fit(cov_type="HAC", cov_kwds={"maxlags": 12})
    assert report.difference_to_persistence == pytest.approx(difference.mean(), abs=1e-6)
    assert report.difference_to_persistence_stderr == pytest.approx(fit.bse[0], rel=1e-4)
