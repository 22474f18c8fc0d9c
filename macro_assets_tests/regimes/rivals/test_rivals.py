"""Every rival of the list publishes labels that no later month changes; each finds the states of a known economy."""

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.inference.scores import balanced_accuracy
from macro_assets.regimes import REGIMES
from macro_assets.regimes.rivals.activity import markov_labels, sahm_labels
from macro_assets.regimes.rivals.presets import RIVALS
from macro_assets.regimes.rivals.published import Published, refit_rows
from macro_assets.tables.regimes import REGIME_RIVALS
from macro_assets_tests.regimes.rivals import economy

MINIMUM, CUT = 180, 250


@pytest.fixture(scope="module")
def world() -> tuple[pd.DataFrame, pd.Series]:
    """The economy of the hidden Markov model's tests, with the columns that rivals read besides."""
    features, truth = economy.simulate(300)
    stress = (truth == REGIMES[0]).to_numpy()
    rise = np.where(stress, 1.2, 0.1) + 0.1 * np.random.default_rng(0).standard_normal(len(stress))
    return features.assign(unemployment_rise_pp=rise, log_volatility_6m_stderr=0.1), truth


@pytest.fixture(scope="module")
def published(world: tuple[pd.DataFrame, pd.Series]) -> dict[str, Published]:
    return {name: rival.publish(world[0], MINIMUM, 12) for name, rival in RIVALS.items()}


def test_the_list_is_the_declared_one() -> None:
    assert tuple(RIVALS) == REGIME_RIVALS


@pytest.mark.parametrize("name", RIVALS)
def test_it_tells_recessions_of_a_known_economy(
    name: str, published: dict[str, Published], world: tuple[pd.DataFrame, pd.Series]
) -> None:
    labels = published[name].labels
    true = world[1].loc[labels.index] == REGIMES[0]
    assert set(labels) <= set(REGIMES)
    assert balanced_accuracy(true, labels == REGIMES[0]) > 0.85
    assert labels.index.isin(published[name].newest.index).all()


@pytest.mark.parametrize("name", RIVALS)
def test_no_later_month_changes_a_published_label(
    name: str, published: dict[str, Published], world: tuple[pd.DataFrame, pd.Series]
) -> None:
    cut = RIVALS[name].publish(world[0].iloc[:CUT], MINIMUM, 12).labels
    assert len(cut) >= CUT - MINIMUM
    assert published[name].labels.loc[cut.index].tolist() == cut.tolist()


def test_unemployment_calls_a_recession_above_half_a_point_and_no_longer() -> None:
    months = pd.date_range("2000-01-31", periods=6, freq="ME")
    rise = [np.nan, 0.5, 0.51, np.nan, 0.5, 0.49]
    frame = pd.DataFrame(
        {"unemployment_rise_pp": rise, "log_volatility_6m": -2.0, "log_volatility_6m_stderr": 0.1}, months
    )
    called = sahm_labels(frame).labels == REGIMES[0]
    assert called.index[0] == months[1]
    assert called.tolist() == [False, True, True, True, False]


def test_fits_are_in_the_chosen_month_and_too_few_months_are_refused() -> None:
    months = pd.date_range("2000-01-31", periods=40, freq="ME")
    assert refit_rows(months, 12, 14) == [13, 23, 35]
    with pytest.raises(InvalidInputError, match="labels need 41"):
        refit_rows(months, 12, 41)
    with pytest.raises(InvalidInputError, match="labels need 240"):
        markov_labels(pd.DataFrame({"activity": np.zeros(40)}, months))
