"""The network attends over time, is deterministic, looks only back, learns what was known, and is reported honestly."""

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
    QuarterAhead,
    RegimeHistory,
    RegimeReport,
    classifier_inputs,
    quarter_ahead,
    quarter_outcomes,
    report_of,
    train,
)
from macro_assets.regimes.report import NETWORK, SHARES, TEACHER, log_scores
from macro_assets.regimes.training import LABEL_COLUMNS, transition_shares
from macro_assets_tests.regimes import world

STRESS, CALM, NORMAL = REGIMES


@pytest.fixture(scope="module")
def history() -> RegimeHistory:
    return world.labelled(480)[1]


@pytest.fixture(scope="module")
def inputs(history: RegimeHistory) -> pd.DataFrame:
    return classifier_inputs(world.labelled(480)[0], history.labels["label"])


@pytest.fixture(scope="module")
def came(history: RegimeHistory) -> pd.DataFrame:
    return quarter_outcomes(history)


@pytest.fixture(scope="module")
def past(inputs: pd.DataFrame, history: RegimeHistory, came: pd.DataFrame) -> QuarterAhead:
    return quarter_ahead(inputs, history, came, years=6, epochs=15)


@pytest.fixture(scope="module")
def report(past: QuarterAhead, came: pd.DataFrame) -> RegimeReport:
    return report_of(past, came)


def test_an_outcome_is_the_regime_of_the_third_month_ahead_known_with_its_state(
    history: RegimeHistory, came: pd.DataFrame
) -> None:
    day = history.labels.index[40]
    third = day + pd.offsets.MonthEnd(3)
    calm = bool(history.labels.loc[third, "calm"])
    expected = STRESS if history.state[third] == 1.0 else CALM if calm else NORMAL
    assert came.loc[day, "label"] == expected
    assert came.loc[day, "known_at"] == history.state_known_at[third] > third
    assert set(came["label"].dropna()) == set(REGIMES)
    assert came["label"].iloc[-3:].isna().all(), "nobody knows what has not come"
    unknown = replace(history, state=history.state.where(history.state.index <= day))
    assert quarter_outcomes(unknown).loc[day:, "label"].isna().all()


def test_the_network_reads_the_label_of_its_own_month_and_raw_columns(
    inputs: pd.DataFrame, history: RegimeHistory
) -> None:
    for column, name in zip(LABEL_COLUMNS, REGIMES, strict=True):
        assert (inputs[column] == (history.labels["label"] == name)).all()
    assert inputs.index.equals(history.labels.index)
    pd.testing.assert_frame_equal(
        inputs[list(world.FEATURES)], world.labelled(480)[0].loc[inputs.index], check_freq=False
    )


def test_earlier_months_matter() -> None:
    torch.manual_seed(0)
    net = AttentionRegimeClassifier.source_document(4).eval()
    x = torch.randn(2, 12, 4)
    moved = x.clone()
    moved[:, 0, :] += 1.0
    assert not torch.allclose(net(x), net(moved))
    assert (net.lookback, net.attention.num_heads, net.attention.embed_dim) == (12, 4, 32)


def test_an_untrained_network_states_what_followed_each_label(inputs: pd.DataFrame, came: pd.DataFrame) -> None:
    outcome = came["label"].dropna()
    trained = train(inputs, outcome, epochs=0)
    stated = trained.predict(inputs)
    called = inputs[list(LABEL_COLUMNS)].idxmax(axis=1).map(LABEL_COLUMNS.index)
    fitted = outcome.index[: -max(12, int(len(outcome.index[11:]) * 0.2))]
    shares = transition_shares(called.loc[fitted], outcome.loc[fitted])
    np.testing.assert_allclose(stated, shares[called.loc[stated.index]], atol=1e-5)


def test_shares_of_moves_by_hand() -> None:
    called = pd.Series([0, 0, 1, 2, 2], list("abcde"))
    outcome = pd.Series([STRESS, CALM, CALM, NORMAL, None], list("abcde"))
    expected = np.array([[0.4, 0.4, 0.2], [0.25, 0.5, 0.25], [0.25, 0.25, 0.5]])
    np.testing.assert_allclose(transition_shares(called, outcome), expected)


def test_training_is_deterministic_and_leaves_the_generator_alone(inputs: pd.DataFrame, came: pd.DataFrame) -> None:
    outcome = came["label"].dropna()
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    one = train(inputs, outcome, seed=1, epochs=15)
    assert torch.rand(1) == expected
    two = train(inputs, outcome, seed=1, epochs=15)
    pd.testing.assert_frame_equal(one.predict(inputs), two.predict(inputs), check_exact=True)


def test_a_forecast_looks_back_only_and_a_missing_feature_does_not_poison_it(
    inputs: pd.DataFrame, came: pd.DataFrame
) -> None:
    trained = train(inputs, came["label"].dropna(), epochs=5)
    whole, part = trained.predict(inputs), trained.predict(inputs.iloc[:200])
    np.testing.assert_allclose(whole.loc[part.index], part, atol=1e-6)
    assert len(part) == 200 - 11
    holed = inputs.copy()
    holed.iloc[50, 2] = np.nan
    assert trained.predict(holed).notna().all().all()


def test_the_teacher_is_the_two_factors_moved_by_what_followed_labels_until_then(
    past: QuarterAhead, history: RegimeHistory, came: pd.DataFrame
) -> None:
    day = past.teacher.index[20]
    origin = past.trained_through[day]
    seen = came.loc[came["label"].notna() & (pd.to_datetime(came["known_at"]) <= origin), "label"]
    moves = transition_shares(history.labels["label"].map(REGIMES.index).loc[:origin], seen)
    expected = history.labels.loc[day, list(REGIMES)].to_numpy(dtype=float) @ moves
    np.testing.assert_allclose(past.teacher.loc[day], expected)
    for frame in (past.network, past.teacher, past.shares):
        np.testing.assert_allclose(frame.sum(axis=1), 1.0, atol=1e-6)


def test_the_report_claims_nothing_it_cannot(past: QuarterAhead, report: RegimeReport, came: pd.DataFrame) -> None:
    import statsmodels.api as sm

    truth = came["label"].reindex(past.network.index).dropna()
    frame = report.to_frame().set_index("model")
    assert list(frame.index) == [NETWORK, TEACHER, SHARES]
    assert frame.loc[TEACHER, "log_score"] > frame.loc[SHARES, "log_score"]
    gain = log_scores(past.network.loc[truth.index], truth) - log_scores(past.teacher.loc[truth.index], truth)
    fit = sm.OLS(gain, np.ones(len(gain))).fit(cov_type="HAC", cov_kwds={"maxlags": 12})
    assert report.difference == pytest.approx(gain.mean())
    assert report.stderr == pytest.approx(fit.bse[0], rel=1e-4)
    assert report.months == len(truth)
    axes: Any = report.plot()
    assert [bar.get_width() for bar in axes.patches] == [one.log_score for one in report.scores]
    assert axes.get_title(loc="left").replace("\n", " ") == report.verdict


@pytest.mark.parametrize(("gap", "stderr", "wins"), [(0.1, 0.05, True), (0.1, 0.07, False), (-0.1, 0.05, False)])
def test_promoted_means_better_beyond_the_standard_error(
    report: RegimeReport, gap: float, stderr: float, wins: bool
) -> None:
    other = replace(report, difference=gap, stderr=stderr)
    assert other.wins == wins
    assert ("is promoted: it beats" in other.verdict) == wins
    assert ("is not promoted: it does not beat" in str(other)) == (not wins)
    assert other.numbers() == {"network_wins": float(wins), "network_gain": gap}


def test_log_scores_are_floored() -> None:
    forecast = pd.DataFrame([[0.0, 1.0, 0.0]], columns=list(REGIMES))
    assert log_scores(forecast, pd.Series([STRESS]))[0] == pytest.approx(np.log(1e-3))


def test_too_little_history_is_refused(inputs: pd.DataFrame, came: pd.DataFrame) -> None:
    with pytest.raises(InvalidInputError, match="needs 60"):
        train(inputs.iloc[:50], came["label"].dropna())
