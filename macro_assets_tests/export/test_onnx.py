"""Exports say what the originals say, within 1e-5 on every row, or they are refused."""

import numpy as np
import pandas as pd
import pytest
from econml.dml import CausalForestDML, LinearDML
from econml.grf import CausalForest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Lasso, LogisticRegression
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from xgboost import XGBClassifier, XGBRegressor

from macro_assets.errors import InvalidInputError, RegistryError
from macro_assets.export import (
    classifier_to_onnx,
    compare,
    forest_to_onnx,
    network_to_onnx,
    regressor_to_onnx,
    run_onnx,
)
from macro_assets.export.forest import _floor_to_float32

RNG = np.random.default_rng(1)
X = RNG.normal(size=(200, 5)).astype(np.float32)
NOISE = RNG.normal(size=200)
Y = ((X[:, 0] + NOISE) > 0).astype(int)


def booster() -> XGBClassifier:
    return XGBClassifier(n_estimators=20, max_depth=3, n_jobs=1, random_state=0)


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression()),
        CalibratedClassifierCV(booster(), cv=3, method="sigmoid"),
        booster(),
    ],
    ids=["logit", "calibrated booster", "booster"],
)
def test_classifiers_with_missing_values(model):
    rows = X.copy()
    rows[::7, 2] = np.nan
    exported, parity = classifier_to_onnx(model.fit(rows, Y), rows)
    assert parity.passed
    assert parity.n_rows == 200
    assert "equals the original" in parity.summary()
    assert run_onnx(exported, rows[:1])["probabilities"].shape == (1, 2)


@pytest.mark.parametrize(
    "model",
    [
        MultiOutputRegressor(XGBRegressor(n_estimators=10, max_depth=2, n_jobs=1)),
        RandomForestRegressor(10, max_depth=4, random_state=0),
    ],
    ids=["several targets", "forest"],
)
def test_regressors(model):
    targets = np.column_stack([X[:, 0], X[:, 1] + NOISE])
    _, parity = regressor_to_onnx(model.fit(X, targets), X)
    assert parity.passed


def test_a_booster_fitted_on_a_frame_is_refused_with_the_remedy():
    frame = pd.DataFrame(X, columns=list("abcde"))
    with pytest.raises(RegistryError, match="Fit boosters on arrays"):
        classifier_to_onnx(booster().fit(frame, Y), X)


def test_a_network_for_any_batch_size():
    import torch

    from macro_assets.regimes import AttentionRegimeClassifier

    torch.manual_seed(0)
    net = AttentionRegimeClassifier(8, persistent=True)
    windows = RNG.normal(size=(30, 12, 8)).astype(np.float32)
    windows[3, 4, 1] = np.nan
    exported, parity = network_to_onnx(net, windows)
    assert parity.passed
    assert run_onnx(exported, windows[:1])["logits"].shape == (1, 3)
    with pytest.raises(RegistryError, match="two rows"):
        network_to_onnx(net, windows[:1])


@pytest.fixture(scope="module")
def data() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    treatment = X[:, 0] + RNG.normal(size=200)
    return (1 + X[:, 1]) * treatment + X[:, 0] + NOISE, treatment, X.astype(float)


@pytest.mark.parametrize(("trees", "intercept"), [(48, True), (400, True), (48, False)])
def test_a_causal_forest_with_its_standard_error(data, trees, intercept):
    y, treatment, modifiers = data
    forest = CausalForest(
        n_estimators=trees, fit_intercept=intercept, min_samples_leaf=5, inference=True, n_jobs=1, random_state=0
    ).fit(modifiers, treatment.reshape(-1, 1), y.reshape(-1, 1))
    exported, parity = forest_to_onnx(forest, modifiers)
    assert parity.max_abs_difference < 2e-6
    answers = run_onnx(exported, X[:3])
    assert answers["effect"].shape == answers["stderr"].shape == (3,)
    assert (answers["stderr"] > 0).all()


def test_a_double_ml_forest_answers_as_its_own_inference(data):
    y, treatment, modifiers = data
    estimator = CausalForestDML(
        model_y=Lasso(0.05), model_t=Lasso(0.05), n_estimators=40, min_samples_leaf=10, n_jobs=1, random_state=0
    ).fit(y, treatment, X=modifiers)
    exported, parity = forest_to_onnx(estimator, modifiers)
    inference = estimator.effect_inference(X[:20].astype(float))
    answers = run_onnx(exported, X[:20])
    assert parity.passed
    np.testing.assert_allclose(answers["effect"], inference.point_estimate, atol=2e-6)
    np.testing.assert_allclose(answers["stderr"], inference.stderr, atol=2e-6)


def test_forests_that_cannot_be_exported_are_refused(data):
    y, treatment, modifiers = data
    without = CausalForest(n_estimators=8, inference=False, n_jobs=1).fit(
        modifiers, treatment.reshape(-1, 1), y.reshape(-1, 1)
    )
    with pytest.raises(RegistryError, match="no standard error"):
        forest_to_onnx(without, modifiers)
    two = CausalForest(n_estimators=8, inference=True, n_jobs=1).fit(
        modifiers, np.column_stack([treatment, X[:, 2]]), y.reshape(-1, 1)
    )
    with pytest.raises(RegistryError, match="only one can be exported"):
        forest_to_onnx(two, modifiers)
    with pytest.raises(RegistryError, match="not a causal forest"):
        forest_to_onnx(LinearDML(), modifiers)


def test_parity_counts_missing_answers_as_infinite():
    assert compare("x", np.array([1.0, np.nan]), np.array([1.0, np.nan])).passed
    broken = compare("x", np.array([1.0, 2.0]), np.array([1.0, np.nan]))
    assert not broken.passed
    assert "DIFFERS" in broken.summary()
    with pytest.raises(InvalidInputError, match="shape"):
        compare("x", np.zeros(2), np.zeros(3))


@given(threshold=st.floats(-1e6, 1e6))
def test_rows_in_single_precision_stay_on_their_side_of_a_threshold(threshold: float) -> None:
    stored = _floor_to_float32(np.array([threshold]))[0]
    near = np.float32(threshold)
    for row in (np.nextafter(near, np.float32(-np.inf)), near, np.nextafter(near, np.float32(np.inf))):
        assert (row <= stored) == (np.float64(row) <= threshold)
