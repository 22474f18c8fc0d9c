"""The nowcast through time: refits, what each may know, and what it says of months it has not learned from."""

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.inference.scores import balanced_accuracy
from macro_assets.recession import nowcast_history, nowcast_inputs
from macro_assets.recession.curve import NOW, NOWCAST, fit_point
from macro_assets_tests.recession import synthetic


@pytest.fixture(scope="module")
def history() -> pd.DataFrame:
    return nowcast_history(synthetic.feature_table(), synthetic.target_table(), minimum_months=240)


def test_every_row_is_what_the_fit_of_the_december_before_says(history: pd.DataFrame) -> None:
    data = synthetic.monthly_data()
    assert history.index[0] == data.index[239]
    assert set(history["refit"].iloc[12:].dt.month) == {12}
    day = pd.Timestamp("1995-08-31")
    year = fit_point(data, NOWCAST, NOW, pd.Timestamp("1994-12-31"))
    expected = year.fitted[NOWCAST.name].predict_proba(data.compact.loc[[day]])[0]
    assert history.loc[day, "probability"] == pytest.approx(expected, rel=1e-12)
    assert history.loc[day, "trained_through"] == year.trained_through
    assert (history["trained_through"] < history.index).all()
    assert (history["refit"] <= history.index).all()


def test_later_months_change_no_earlier_statement(history: pd.DataFrame) -> None:
    day = pd.Timestamp("1996-05-31")
    features = synthetic.feature_table(end="1996-05")
    cut = nowcast_history(features, synthetic.target_table(day.date()), minimum_months=240)
    stated = ["probability", "trained_through", "refit"]
    pd.testing.assert_frame_equal(cut[stated], history.loc[:day, stated], check_exact=True, check_freq=False)
    assert not np.allclose(cut["newest"], history.loc[:day, "newest"]), "revisions are measured by another fit"


def test_it_tells_recessions_it_has_not_learned_from(history: pd.DataFrame) -> None:
    dated = history[history["state"].notna()]
    assert balanced_accuracy(dated["state"] > 0.5, dated["probability"] > 0.3) > 0.9
    assert (dated["state_known_at"] > dated.index).all()
    assert dated["state"].equals(synthetic.monthly_data().state.loc[dated.index].astype(float))


def test_its_inputs_are_the_columns_it_reads_missing_ones_too() -> None:
    data, inputs = synthetic.monthly_data(), nowcast_inputs(synthetic.feature_table())
    pd.testing.assert_frame_equal(inputs, data.compact[list(NOWCAST.columns)], check_names=False, check_freq=False)


def test_too_short_a_history_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="it needs 600"):
        nowcast_history(synthetic.feature_table(), synthetic.target_table(), minimum_months=600)
