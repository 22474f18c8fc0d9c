"""Recessions are as frequent as in life, and visible before and while they last, but not perfectly."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from macro_assets.sandbox.economy import DEFAULT, SimulatedEconomy
from macro_assets.sandbox.economy.histories import Histories, simulate_histories
from macro_assets.sandbox.economy.regimes import regime_shares, transition_matrix

HORIZON = 6


@pytest.fixture(scope="module")
def histories() -> Histories:
    return simulate_histories(range(100, 124), 660)


def test_transitions_are_probabilities() -> None:
    matrix = transition_matrix(DEFAULT)
    np.testing.assert_allclose(matrix.sum(axis=1), 1.0)
    assert (matrix >= 0).all()
    assert 0.12 < regime_shares(DEFAULT)[0] < 0.15


def test_recessions_of_the_default_history(economy: SimulatedEconomy) -> None:
    recession = economy.histories.macro.regime[:, 0] == 0
    assert 0.11 < recession.mean() < 0.16
    starts = np.diff(recession[: 12 * 47].astype(int)) == 1
    assert starts.sum() >= 6


def _auc(columns: list[np.ndarray], histories: Histories, onset: bool) -> float:
    """Mean over histories of the in-sample AUC for a recession month within six months.

    One column is a score as it stands; several are combined by a logit.
    """
    found = []
    for history in range(histories.macro.regime.shape[1]):
        now = histories.macro.regime[:, history] == 0
        months = len(now) - HORIZON
        target = np.array([now[t + 1 : t + 1 + HORIZON].any() for t in range(12, months)])
        features = np.column_stack([column[12:months, history] for column in columns])
        features = (features - features.mean(axis=0)) / features.std(axis=0)
        score = features[:, 0]
        if len(columns) > 1:
            score = LogisticRegression().fit(features, target).decision_function(features)
        used = ~now[12:months] if onset else np.ones(len(target), dtype=bool)
        found.append(roc_auc_score(target[used], score[used]))
    return float(np.mean(found))


def test_the_curve_and_activity_tell_recessions_imperfectly(histories: Histories) -> None:
    macro, markets = histories.macro, histories.markets
    spread = markets.ten_year_pct - markets.three_month_pct
    jobs = np.cumsum(macro.employment_growth_pct, axis=0)

    def before(path: np.ndarray, months: int) -> np.ndarray:
        return np.concatenate([np.repeat(path[:1], months, axis=0), path[:-months]])

    rich = [spread, before(spread, 6), macro.stress_pp, before(jobs, 1) - before(jobs, 4), markets.vix_points]
    rich.append(before(macro.unemployment_pct, 1) - before(macro.unemployment_pct, 4))
    assert 0.85 < _auc([-spread], histories, onset=True) < 0.96
    assert 0.70 < _auc([spread, before(spread, 6)], histories, onset=False) < 0.90
    assert 0.92 < _auc(rich, histories, onset=False) < 0.985


def test_the_curve_inverts_before_recessions(histories: Histories) -> None:
    spread = histories.markets.ten_year_pct - histories.markets.three_month_pct
    recession = histories.macro.regime == 0
    starts = [(t + 24, s) for t, s in np.argwhere(recession[24:] & ~recession[23:-1])]
    lowest = [np.min(spread[t - 12 : t, s]) for t, s in starts]
    assert np.mean(np.array(lowest) < 0.0) > 0.75
    assert np.mean([spread[t - 24, s] for t, s in starts]) > 0.8
