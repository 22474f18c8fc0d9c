"""One contract for every stage-1 candidate, and what the preset of the source document must not do."""

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.recession import presets
from macro_assets.recession.candidates import Candidate, complete_rows
from macro_assets.recession.estimators import Boosting, LogitPath, Probit
from macro_assets.recession.selection import Selector
from macro_assets_tests.recession import synthetic

CANDIDATES = {candidate.name: candidate for candidate in presets.candidates()}
HONEST = [name for name, candidate in CANDIDATES.items() if candidate.feature_set == "compact"]
ORIGIN = pd.Timestamp("1998-01-31")


@pytest.fixture(scope="module")
def training() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    data = synthetic.monthly_data()
    rows = data.training_rows(ORIGIN)
    return data.compact.loc[rows.as_of], rows.target, rows.recession


@pytest.fixture(scope="module")
def fitted(training) -> dict:
    return {name: CANDIDATES[name].fit(*training) for name in HONEST}


@pytest.mark.parametrize("name", HONEST)
def test_contract(name: str, fitted: dict) -> None:
    model, live = fitted[name], synthetic.monthly_data().compact.loc["1998":"2000"]
    p = model.predict_proba(live)
    assert p.shape == (len(live),)
    assert ((p > 0) & (p < 1)).all()
    assert model.name == name
    assert 0.1 <= model.threshold <= 0.9
    assert model.params["columns"] == len(model.columns)
    alone = np.array([model.predict_proba(live.iloc[[i]])[0] for i in range(6)])
    assert np.abs(alone - p[:6]).max() < 1e-12
    nothing = model.predict_proba(live.iloc[:2] * np.nan)
    assert np.isfinite(nothing).all()
    assert np.isfinite(model.predict_proba(live[["baa_spread"]])).all()


@pytest.mark.parametrize("name", [n for n in HONEST if n != "climatology"])
def test_a_shock_of_a_size_never_seen_moves_no_further_than_the_largest_seen(name: str, fitted: dict) -> None:
    row = synthetic.monthly_data().compact.loc[["1999-06-30"]].fillna(0.0)
    columns = [c for c in row if "claims" in c or "spread" in c]
    large, huge = row.copy(), row.copy()
    large[columns], huge[columns] = 40.0, 40_000.0
    assert fitted[name].predict_proba(large) == pytest.approx(fitted[name].predict_proba(huge))


def test_training_is_reproducible(training, fitted: dict) -> None:
    for name in ("logit_path", "boosting_shallow"):
        again = CANDIDATES[name].fit(*training)
        live = synthetic.monthly_data().compact.loc["1999"]
        assert np.array_equal(again.predict_proba(live), fitted[name].predict_proba(live))


def test_out_of_fold_forecasts_are_worse_than_in_sample_ones(training, fitted: dict) -> None:
    features, y, _ = training
    model = fitted["logit_path"]
    held_out = 1 / (1 + np.exp(-model.out_of_fold.to_numpy()))
    rows = features.index.isin(model.out_of_fold.index)
    inside = model.predict_proba(features[rows])
    assert np.mean((held_out - y[rows]) ** 2) > np.mean((inside - y[rows]) ** 2)


def test_class_weights_are_refused_beside_calibration() -> None:
    assert "scale_pos_weight" not in presets.SEED_CLASSIFIER
    with pytest.raises(InvalidInputError, match="class weights"):
        Candidate("x", "", Boosting({"scale_pos_weight": 1.86}), calibrated=True)


def test_probit_agrees_with_statsmodels() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 2))
    y = (x @ [1.0, -0.5] + rng.normal(size=400) > 0.8).astype(float)
    model = Probit(ridge=0.0).fit(x, y)
    inside = np.clip(x, model.scaler.low, model.scaler.high)
    reference = sm.Probit(y, sm.add_constant(inside)).fit(disp=0)
    p = 1 / (1 + np.exp(-model.log_odds(x)))
    assert p == pytest.approx(reference.predict(sm.add_constant(inside)), abs=1e-6)


def test_logit_agrees_with_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 12))
    y = (x[:, 0] - x[:, 1] + rng.normal(size=300) > 1.0).astype(float)
    model = LogitPath((0.03,)).fit(x, y)
    reference = LogisticRegression(C=0.03, tol=1e-10, max_iter=1000).fit(model.scaler.apply(x), y)
    assert model.weights == pytest.approx(reference.coef_[0], abs=1e-6)
    assert model.intercept == pytest.approx(reference.intercept_[0], abs=1e-6)


def test_rows_with_unborn_indicators_are_scored_but_not_learned_from() -> None:
    x = np.ones((100, 20))
    x[:30, :5] = np.nan
    y = np.tile([0.0, 1.0], 50)
    assert complete_rows(x, y).sum() == 70
    x[50:, 10:15] = np.nan
    assert complete_rows(x, y).sum() == 70  # indicators that have ceased do not remove the later rows
    x[:, :10] = np.where(np.arange(100)[:, None] < 99, np.nan, 1.0)
    assert complete_rows(x, y).all()  # hardly a row is complete: better all rows than none


def test_selection_happens_inside_the_training_rows(training) -> None:
    features, y, recession = training
    wide = Candidate(
        "wide",
        "",
        Boosting({"n_estimators": 20, "max_depth": 2}),
        selector=Selector(keep=8, trees=20),
        calibrated=True,
        folds=2,
    )
    shared: dict = {}
    model = wide.fit(features, y, recession, shared)
    assert model.selection is not None
    assert len(model.columns) <= 8
    assert len(shared) == 3  # once on all rows, once per fold


def test_one_class_is_refused(training) -> None:
    features, y, recession = training
    with pytest.raises(InvalidInputError, match="both classes"):
        CANDIDATES["logit_l2"].fit(features, np.zeros_like(y), recession)
