"""Scores of labels and intervals are those of the textbooks and of scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as reference

from macro_assets.errors import InvalidInputError
from macro_assets.inference.scores import balanced_accuracy, categorical_log_scores, class_recalls, interval_score

NAMES = np.array(["a", "b", "c"])


@given(st.integers(0, 10_000))
def test_balanced_accuracy_is_that_of_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth, called = NAMES[rng.integers(0, 3, 40)], NAMES[rng.integers(0, 3, 40)]
    assert balanced_accuracy(truth, called) == pytest.approx(reference.balanced_accuracy_score(truth, called))
    recalls = class_recalls(truth, called)
    expected = reference.recall_score(truth, called, average=None, labels=list(recalls), zero_division=0.0)
    assert list(recalls.values()) == pytest.approx(expected.tolist())


def test_classes_that_do_not_occur_have_no_recall_and_nothing_is_no_comparison() -> None:
    assert class_recalls([True, True], [True, False]) == {True: 0.5}
    with pytest.raises(InvalidInputError, match="cannot be compared"):
        class_recalls([], [])
    with pytest.raises(InvalidInputError, match="cannot be compared"):
        balanced_accuracy(["a"], ["a", "b"])


def test_the_log_score_is_of_the_class_that_came_and_has_a_floor() -> None:
    probabilities = np.array([[0.2, 0.8, 0.0], [0.1, 0.9, 0.0]])
    scores = categorical_log_scores(probabilities, np.array([1, 2]))
    assert scores == pytest.approx([np.log(0.8), np.log(1e-3)])


def test_the_interval_score_is_smallest_at_the_true_quantiles() -> None:
    y = np.random.default_rng(0).normal(size=20_000)
    ends = {
        width: interval_score(y, np.full_like(y, -width), np.full_like(y, width), 0.9) for width in (1.0, 1.645, 2.5)
    }
    assert min(ends, key=ends.__getitem__) == 1.645
    assert interval_score(np.array([3.0]), np.array([0.0]), np.array([2.0]), 0.9) == pytest.approx(2 + 20)
    assert interval_score(np.array([-1.0]), np.array([0.0]), np.array([2.0]), 0.8) == pytest.approx(2 + 10)


def test_the_interval_score_is_that_of_scoringrules() -> None:
    import scoringrules

    rng = np.random.default_rng(2)
    y, low, high = rng.normal(size=200), rng.normal(-1.5, 0.3, 200), rng.normal(1.5, 0.3, 200)
    reference = np.mean(scoringrules.interval_score(y, low, high, 0.1))
    assert interval_score(y, low, high, 0.9) == pytest.approx(float(reference))
