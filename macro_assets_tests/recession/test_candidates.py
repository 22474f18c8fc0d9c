"""One contract for every stage-1 candidate of the list, and what the preset of the source document must not do."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import InvalidInputError, RegistryError
from macro_assets.export.recession import NotExported, classifier_graph, export_candidate
from macro_assets.recession import presets
from macro_assets.recession.candidates import Candidate, FittedCandidate, Selections
from macro_assets.recession.data import RecessionData, complete_rows
from macro_assets.recession.estimators import Boosting, ConstantModel, LogitPath, Probit
from macro_assets.recession.selection import Selector
from macro_assets.recession.training import fit_year
from macro_assets_tests.recession import synthetic

CANDIDATES = {candidate.name: candidate for candidate in presets.CANDIDATES}
COMPACT = [name for name, candidate in CANDIDATES.items() if candidate.feature_set == "compact"]
ORIGIN = pd.Timestamp("1998-01-31")


@pytest.fixture(scope="module")
def data() -> RecessionData:
    """Monthly data whose compact columns also stand for the thousands of quarterly ones."""
    monthly = synthetic.monthly_data()
    return replace(monthly, wide=monthly.compact.add_suffix("__lag1"))


@pytest.fixture(scope="module")
def training() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    monthly = synthetic.monthly_data()
    rows = monthly.training_rows(ORIGIN)
    return monthly.compact.loc[rows.as_of], rows.target, rows.recession


@pytest.fixture(scope="module")
def fitted(data: RecessionData) -> dict[str, FittedCandidate]:
    wide = replace(data, frequency="Q")
    return fit_year(wide, ORIGIN, presets.candidates(wide=True)).fitted


def test_the_list_is_what_is_trained_and_what_the_gate_may_promote(fitted: dict[str, FittedCandidate]) -> None:
    assert list(fitted) == list(CANDIDATES)
    assert [c.name for c in presets.candidates()] == [n for n, c in CANDIDATES.items() if c.feature_set != "wide"]
    assert set(presets.CHAMPIONS) == {n for n, c in CANDIDATES.items() if c.eligible}
    assert {presets.DEFAULT, presets.LOGIT_L2} <= set(presets.CHAMPIONS)
    assert {*presets.BASELINES, *presets.COMPARED} <= set(CANDIDATES)
    assert presets.candidate("logit_path") is CANDIDATES["logit_path"]
    with pytest.raises(InvalidInputError, match=r"Unknown candidate 'logit'\. Available: climatology"):
        presets.candidate("logit")


@pytest.mark.parametrize("name", CANDIDATES)
def test_contract(name: str, data: RecessionData, fitted: dict[str, FittedCandidate]) -> None:
    model, live = fitted[name], data.features(CANDIDATES[name].feature_set).loc["1998":"2000"]
    p = model.predict_proba(live)
    assert p.shape == (len(live),)
    assert ((p > 0) & (p < 1)).all()
    assert model.name == name
    assert model.candidate.description
    assert 0.1 <= model.threshold <= 0.9
    assert model.params["columns"] == len(model.columns)
    assert set(model.columns) <= set(live.columns)
    alone = np.array([model.predict_proba(live.iloc[[i]])[0] for i in range(6)])
    assert np.abs(alone - p[:6]).max() < 1e-12
    nothing = model.predict_proba(live.iloc[:2] * np.nan)
    assert np.isfinite(nothing).all()
    assert np.isfinite(model.predict_proba(live[[live.columns[0]]])).all()
    assert (model.out_of_fold.index <= ORIGIN - pd.offsets.MonthEnd(18)).all()


@pytest.mark.parametrize("name", CANDIDATES)
def test_every_candidate_is_exported_or_says_why_not(
    name: str, data: RecessionData, fitted: dict[str, FittedCandidate]
) -> None:
    exported = export_candidate(fitted[name], data)
    if isinstance(exported, NotExported):
        assert not CANDIDATES[name].eligible
        assert (exported.name, bool(exported.reason)) == (name, True)
        with pytest.raises(RegistryError, match=f"Candidate '{name}' may become champion but cannot be exported"):
            export_candidate(replace(fitted[name], candidate=replace(CANDIDATES[name], eligible=True)), data)
    else:
        assert exported.parity.passed
        assert exported.parity.n_rows == len(data.index)
        assert exported.answer.shape == (2, 1)


def test_a_model_of_an_unknown_kind_is_refused_or_listed_by_name(fitted: dict[str, FittedCandidate]) -> None:
    odd = replace(fitted["logit_l2"], model=ConstantModel(0.0))
    with pytest.raises(
        RegistryError, match="Candidate 'logit_l2' may become champion but cannot be exported: a Constant"
    ):
        export_candidate(odd, synthetic.monthly_data())
    with pytest.raises(RegistryError, match="a ConstantModel has no graph"):
        classifier_graph(odd)


def test_a_list_that_contradicts_itself_is_refused_by_name() -> None:
    logit = CANDIDATES["logit_l2"]
    with pytest.raises(InvalidInputError, match="Duplicate candidate 'logit_l2'"):
        presets.refuse_inconsistent((logit, logit))
    with pytest.raises(InvalidInputError, match="Candidate 'logit_l2': unknown features 'term_spreads'"):
        presets.refuse_inconsistent((replace(logit, columns=("term_spreads",)),))
    with pytest.raises(InvalidInputError, match="Candidate 'nber_state' reads the label"):
        presets.refuse_inconsistent((replace(CANDIDATES["nber_state"], eligible=True),))


@pytest.mark.parametrize("name", [n for n in COMPACT if n != "climatology"])
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
    shared: Selections = {}
    model = wide.fit(features, y, recession, shared)
    assert model.selection is not None
    assert len(model.columns) <= 8
    assert len(shared) == 3  # once on all rows, once per fold


def test_a_selection_is_found_again_only_for_the_same_selector_rows_and_outcomes(training) -> None:
    features, y = training[0].fillna(0.0), training[1]
    shared: Selections = {}

    def columns(selector: Selector, x: pd.DataFrame, target: np.ndarray) -> tuple[str, ...]:
        candidate = Candidate("c", "", LogitPath((0.1,)), selector=selector, folds=1)
        return candidate.fit(x, target, np.zeros(len(target)), shared).columns

    small = Selector(keep=4, trees=10)
    first = columns(small, features, y)
    assert len(columns(Selector(keep=9, trees=10), features, y)) > len(first)
    assert len(shared) == 2
    assert columns(small, features, y) == first
    assert len(shared) == 2
    turned = features.copy()
    turned.iloc[:, 20:] = turned.iloc[::-1, 20:].to_numpy()  # the first columns, and the outcomes, stay
    assert columns(small, turned, y) != first
    assert len(shared) == 3


def test_one_class_is_refused(training) -> None:
    features, y, recession = training
    with pytest.raises(InvalidInputError, match="both classes"):
        CANDIDATES["logit_l2"].fit(features, np.zeros_like(y), recession)
