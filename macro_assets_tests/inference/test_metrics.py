"""Scores agree with independent references."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.errors import InvalidInputError
from macro_assets.inference import metrics


def sample(seed: int = 0, n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    p = np.round(rng.beta(0.6, 2, n), 2)
    return (rng.random(n) < p).astype(float), p


def test_scores_agree_with_scikit_learn() -> None:
    from sklearn import metrics as reference

    y, p = sample()
    clipped = np.clip(p, 1e-6, 1 - 1e-6)
    assert metrics.brier(y, p) == pytest.approx(reference.brier_score_loss(y, p))
    assert metrics.log_score(y, p) == pytest.approx(reference.log_loss(y, clipped))
    assert metrics.roc_auc(y, p) == pytest.approx(reference.roc_auc_score(y, p))
    assert metrics.average_precision(y, p) == pytest.approx(reference.average_precision_score(y, p))
    counts = metrics.confusion(y, p, 0.3)
    called = p > 0.3
    assert counts.f1 == pytest.approx(reference.f1_score(y, called))
    assert counts.recall == pytest.approx(reference.recall_score(y, called))
    assert counts.precision == pytest.approx(reference.precision_score(y, called))
    assert counts.specificity == pytest.approx(reference.recall_score(1 - y, ~called))


@given(st.integers(0, 10_000))
def test_area_is_the_share_of_ordered_pairs(seed: int) -> None:
    y, p = sample(seed, 25)
    if 0 < y.sum() < len(y):
        pairs = [(a > b) + 0.5 * (a == b) for a in p[y == 1] for b in p[y == 0]]
        assert metrics.roc_auc(y, p) == pytest.approx(np.mean(pairs))


def test_calibration_measures_see_a_distortion() -> None:
    rng = np.random.default_rng(1)
    p = rng.uniform(0.05, 0.95, 20_000)
    y = (rng.random(len(p)) < p).astype(float)
    assert metrics.ece(y, p) < 0.02
    assert metrics.calibration_line(y, p).slope == pytest.approx(1.0, abs=0.05)
    shrunk = 0.5 + (p - 0.5) / 2
    assert metrics.ece(y, shrunk) > 0.1
    assert metrics.calibration_line(y, shrunk).slope > 1.5


def test_murphy_terms_add_up_when_bins_hold_one_value() -> None:
    p = np.repeat([0.1, 0.3, 0.5, 0.7, 0.9], 20)
    y = (np.tile(np.arange(20), 5) < np.repeat([2, 6, 10, 14, 18], 20)).astype(float)
    parts = metrics.murphy(y, p)
    assert parts.reliability - parts.resolution + parts.uncertainty == pytest.approx(metrics.brier(y, p))
    assert parts.reliability == pytest.approx(0.0)


def test_skill_is_zero_for_the_reference_and_one_class_has_no_area() -> None:
    y, p = sample()
    assert metrics.skill(y, p, p) == 0.0
    assert np.isnan(metrics.roc_auc(np.zeros(5), np.linspace(0, 1, 5)))
    with pytest.raises(InvalidInputError, match="unknown rows"):
        metrics.brier(np.array([0.0, np.nan]), np.array([0.1, 0.2]))
