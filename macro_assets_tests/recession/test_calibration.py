"""Calibration learns from rows left out, thresholds from a stated cost."""

import numpy as np
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.inference import logistic
from macro_assets.recession import calibration


def test_sigmoid_is_logistic_regression_on_log_odds() -> None:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    z = rng.normal(size=400)
    y = (rng.random(400) < logistic.expit(0.5 + 1.7 * z)).astype(float)
    reference = LogisticRegression(C=1e6).fit(z[:, None], y)
    fitted = logistic.fit_sigmoid(z, y)
    assert fitted.slope == pytest.approx(reference.coef_[0, 0], rel=1e-2)
    assert fitted.intercept == pytest.approx(reference.intercept_[0], abs=1e-2)


def test_sigmoid_survives_separation_and_never_turns_the_ranking_round() -> None:
    z = np.linspace(-2, 2, 40)
    separated = logistic.fit_sigmoid(z, (z > 0).astype(float))
    assert 1.0 < separated.slope < 100.0
    assert logistic.fit_sigmoid(z, (z < 0).astype(float)).slope == 0.0
    with pytest.raises(InvalidInputError):
        logistic.fit_sigmoid(z, np.zeros(40))


def test_cycles_end_with_their_recession() -> None:
    state = np.array([0, 0, 1, 1, 0, 0, 1, 0])
    assert calibration.cycles(state).tolist() == [0, 0, 0, 0, 1, 1, 1, 2]


def test_folds_leave_out_whole_cycles_and_keep_both_classes() -> None:
    cycle = np.repeat([0, 1, 2], 10)
    y = np.zeros(30)
    y[[5, 15, 25]] = 1
    masks = calibration.fold_groups(cycle, y)
    assert len(masks) == 3
    assert all(len(np.unique(cycle[mask])) == 1 for mask in masks)
    assert len(calibration.fold_groups(cycle, y, folds=2)) == 2
    only = np.zeros(30)
    only[5] = 1
    assert len(calibration.fold_groups(cycle, only)) == 2  # the cycle with the only event cannot be left out


def test_threshold_follows_the_cost_of_a_miss() -> None:
    rng = np.random.default_rng(1)
    p = rng.uniform(size=4000)
    y = (rng.random(4000) < p).astype(float)
    cheap, dear = calibration.threshold(p, y, cost_ratio=1.0), calibration.threshold(p, y, cost_ratio=4.0)
    assert cheap == pytest.approx(0.5, abs=0.11)
    assert dear == pytest.approx(0.2, abs=0.11)
    assert calibration.threshold(p, np.zeros(4000), 2.0) == pytest.approx(1 / 3)
