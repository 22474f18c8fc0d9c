"""Scores by hand: when a recession was called, what a label says of next month's return, and one span for all."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy.stats import norm

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Result
from macro_assets.regimes import REGIMES, RegimeValidation
from macro_assets.regimes.densities import ewma_scores, label_scores, monthly_returns, one_state_scores
from macro_assets.regimes.rivals.published import Published
from macro_assets.regimes.validation import TABLE, detection, validate
from macro_assets.tables.regimes import EWMA, ONE_STATE, TWO_FACTORS
from macro_assets.tables.registry import TABLES
from macro_assets_tests.regimes import world

STRESS, CALM, NORMAL = REGIMES


@pytest.fixture(scope="module")
def returns() -> pd.DataFrame:
    """Daily returns that are three times as wild in the world's recessions."""
    features, _ = world.simulate()
    days = pd.bdate_range("1960-01-01", features.index[-1] + pd.offsets.MonthEnd(1))
    deep = pd.Series(features["log_volatility_6m"] > np.log(0.2), features.index)
    wild = deep.reindex(days, method="bfill").fillna(value=False).to_numpy(dtype=bool)
    values = np.random.default_rng(2).standard_normal(len(days)) * np.where(wild, 0.03, 0.01)
    columns = {"symbol": ["^GSPC"] * len(days), "date": days.date, "total_return": values}
    return monthly_returns(pa.table(columns))


@pytest.fixture(scope="module")
def found(returns: pd.DataFrame) -> RegimeValidation:
    _, history = world.labelled()
    always = pd.Series(NORMAL, history.labels.index)
    published = {
        TWO_FACTORS: Published(history.labels["label"], history.newest),
        "hmm": Published(always.iloc[30:], always),
    }
    return validate(history, published, returns, {"jump_model": "needs jumpmodels: install the extra `evaluate`"})


def test_a_recession_is_called_when_the_first_of_its_months_is() -> None:
    months = pd.date_range("2000-01-31", periods=12, freq="ME")
    state = pd.Series([0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 1, np.nan], months, dtype=float)
    labels = pd.Series(NORMAL, months)
    labels.iloc[3] = STRESS
    labels.iloc[8] = STRESS  # after the second one is over: it was missed
    seen = detection(labels, state)
    assert (seen.lag_days, seen.missed, seen.recessions) == ((months[3] - months[1]).days, 1, 2)
    labels.iloc[6] = STRESS
    assert detection(labels, state).lag_days == pytest.approx((months[3] - months[1]).days / 2)
    assert detection(labels, state * np.nan).lag_days is None


def test_returns_by_month_and_what_volatility_lets_expect() -> None:
    days = pd.to_datetime(["2000-01-03", "2000-01-31", "2000-02-01", "2000-03-31"])
    table = pa.table({"symbol": ["^GSPC"] * 4, "date": days.date, "total_return": [0.01, -0.02, 0.03, 0.0]})
    frame = monthly_returns(table)
    logs = 100 * np.log1p([0.01, -0.02, 0.03, 0.0])
    assert frame["own"].tolist() == pytest.approx([logs[0] + logs[1], logs[2], 0.0])
    assert frame["following"].iloc[:2].tolist() == frame["own"].iloc[1:].tolist()
    assert frame["ewma"].iloc[0] == pytest.approx(21 * (0.94 * logs[0] ** 2 + 0.06 * logs[1] ** 2))


def test_a_density_rests_on_the_months_that_followed_the_same_label(returns: pd.DataFrame) -> None:
    _, history = world.labelled()
    labels = history.labels["label"].iloc[:60]
    scores = label_scores(returns, labels)
    month = labels.index[-1]
    past = returns["own"].loc[:month]
    same = labels.index[:-1][(labels.iloc[:-1] == labels.iloc[-1]).to_numpy()]
    squares = (returns["following"].loc[same] - past.mean()) ** 2
    variance = (squares.sum() + 12 * past.var()) / (len(same) + 12)
    expected = norm.logpdf(returns.loc[month, "following"], past.mean(), np.sqrt(variance))
    assert scores[-1] == pytest.approx(expected)
    one = one_state_scores(returns, labels.index)
    np.testing.assert_allclose(one, label_scores(returns, pd.Series(NORMAL, labels.index)))


def test_no_density_reads_what_follows_the_month_it_is_for(returns: pd.DataFrame) -> None:
    _, history = world.labelled()
    labels = history.labels["label"].iloc[:120]
    later = returns.copy()
    later.loc[later.index > labels.index[-1], ["own", "ewma"]] = 99.0
    later.loc[later.index > labels.index[-1], "following"] = 99.0
    np.testing.assert_array_equal(label_scores(later, labels), label_scores(returns, labels))
    np.testing.assert_array_equal(ewma_scores(later, labels.index), ewma_scores(returns, labels.index))


def test_all_models_are_scored_on_the_months_that_each_has(found: RegimeValidation) -> None:
    _, history = world.labelled()
    table = found.table()
    assert table.schema.equals(TABLES[TABLE].schema)
    frame = found.to_frame().set_index("model")
    assert list(frame.index) == [TWO_FACTORS, "hmm", ONE_STATE, EWMA]
    assert frame["served"].tolist() == [True, False, False, False]
    assert (frame["first_month"] == history.labels.index[30]).all()
    assert frame["months"].nunique() == 1
    assert frame.loc[TWO_FACTORS, "balanced_accuracy"] > 0.9
    assert frame.loc["hmm", "balanced_accuracy"] == 0.5
    assert frame.loc["hmm", "missed_recessions"] == frame.loc["hmm", "recessions"] > 0
    assert frame.loc[[ONE_STATE, EWMA], "balanced_accuracy"].isna().all()
    assert frame.loc[ONE_STATE, "density_gain"] == 0.0
    assert frame.loc["hmm", "density_gain"] == pytest.approx(0.0), "one label is one state"
    assert frame.loc[TWO_FACTORS, "density_gain"] > 2 * frame.loc[TWO_FACTORS, "density_stderr"] > 0


def test_the_result_shows_itself_and_says_what_is_absent(found: RegimeValidation) -> None:
    assert isinstance(found, Result)
    assert "jump_model: absent, needs jumpmodels" in str(found)
    assert f"{found.score(TWO_FACTORS)['months']} months" in str(found)
    title = found.plot().get_title(loc="left")
    assert title.startswith("Two factors tell recessions best")


def test_too_few_common_months_are_refused(returns: pd.DataFrame) -> None:
    _, history = world.labelled()
    few = Published(history.labels["label"].iloc[:40], history.newest)
    with pytest.raises(InvalidInputError, match="40 months with labels of all models"):
        validate(history, {TWO_FACTORS: few}, returns, {})
