"""What every estimator of the list keeps: it finds a known effect, names what it measured, repeats, refuses bad input."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from macro_assets.causal import ESTIMATORS, EffectSettings, Estimator, Outcome, Question, Shock
from macro_assets.causal.engine.learners import ML_LEARNERS
from macro_assets.causal.estimators import CausalForest, XLearner
from macro_assets.causal.variation.searched import ROW_COLUMNS, VariedEffects
from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Result
from macro_assets.tables.effects import EFFECT_HETEROGENEITY
from macro_assets.tables.rows import table_of
from macro_assets_tests.causal.panels import months

N, EFFECT = 220, -0.8
FEW_FOLDS = EffectSettings(fold_count=3)
QUICK = {CausalForest: {"null_draws": 2}, XLearner: {"draws": 20}}
NAMES = [one.name for one in ESTIMATORS]


def quick(one: Estimator) -> Estimator:
    """The estimator with few draws."""
    return replace(one, **QUICK.get(type(one), {}))  # type: ignore[type-var]


def question(n: int = N, *, effect: float = EFFECT) -> Question:
    """A confounded shock with a known effect, loud enough in both directions for a contrast."""
    rng = np.random.default_rng(4)
    index = months(n)
    state = pd.DataFrame(rng.standard_normal((n, 2)), index, ["a", "b"])
    shock = pd.Series(1.5 * rng.standard_normal(n) + 0.5 * state["a"], index)
    outcome = pd.Series(effect * shock + 0.5 * state["a"] + 0.5 * rng.standard_normal(n), index)
    calm = (state["b"] > 0).astype(float)
    return Question(
        Outcome("bond", "basis points", 0.25).observed(outcome),
        Shock("surprise", "percentage points", "positive = tighter", "T1").observed(shock),
        state,
        regimes=pd.DataFrame({"calm": calm, "stress": 1.0 - calm}),
    )


def effect_of(result: Result) -> tuple[float, float]:
    """The effect a reader would quote, per unit of the shock, and its standard error (0 where there is none)."""
    if isinstance(result, VariedEffects):
        rows = result.rows()
        effect = float(np.average(rows["reported"], weights=rows["months"]))
        return (effect / abs(result.threshold) / 1.5 if hasattr(result, "threshold") else effect), 0.0
    return result.point, result.stderr  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def answers() -> dict[str, Result]:
    return {one.name: quick(one).estimate(question(), FEW_FOLDS) for one in ESTIMATORS}


def test_names_are_unique_and_every_learner_is_listed() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert {f"double_ml_{learner}" for learner in ML_LEARNERS} <= set(NAMES)
    assert all(one.words.endswith(".") and one.words[0].isupper() for one in ESTIMATORS)


@pytest.mark.parametrize("name", NAMES)
def test_it_finds_a_known_effect(answers: dict[str, Result], name: str) -> None:
    effect, stderr = effect_of(answers[name])
    sign = -1.0 if name == "x_learner_easing" else 1.0
    slack = 0.35 if name.startswith(("x_learner", "event_study")) else 0.12
    assert sign * effect == pytest.approx(EFFECT, abs=max(slack, 3 * stderr))


@pytest.mark.parametrize("learner", ML_LEARNERS)
def test_double_ml_estimates_with_its_own_learner(answers: dict[str, Result], learner: str) -> None:
    assert answers[f"double_ml_{learner}"].learner == learner  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
def test_its_result_names_what_was_measured_and_shows_itself(answers: dict[str, Result], name: str) -> None:
    result = answers[name]
    assert isinstance(result, Result)
    assert (result.outcome.name, result.shock.name, result.shock.tier) == ("bond", "surprise", "T1")  # type: ignore[attr-defined]
    assert result.unit.startswith("basis points")  # type: ignore[attr-defined]
    assert result.sign_convention == "positive = tighter"  # type: ignore[attr-defined]
    assert str(result) == result.summary()
    assert "surprise" in result.summary()
    assert "bond" in result.summary()
    assert "<table" in result._repr_html_()
    assert len(result.to_frame()) >= 1
    assert result.plot().get_ylabel().replace("\n", " ") == result.unit  # type: ignore[attr-defined]
    assert result.figure().axes  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("by_", "causal_", "x_"))])
def test_a_search_for_variation_answers_in_the_columns_of_the_table(answers: dict[str, Result], name: str) -> None:
    result = answers[name]
    assert isinstance(result, VariedEffects)
    rows = result.rows()
    assert set(ROW_COLUMNS) <= set(rows.columns)
    table = table_of(rows.assign(as_of=result.sample_end, trained_through=result.sample_end), EFFECT_HETEROGENEITY)
    assert table.num_rows == rows["state"].nunique()


@pytest.mark.parametrize("one", ESTIMATORS, ids=NAMES)
def test_it_refuses_what_it_cannot_use_and_leaves_its_input_alone(one: Estimator) -> None:
    asked = question()
    before = asked.outcome.values.copy(), asked.shock.values.copy(), asked.controls.copy()
    for broken in (
        replace(asked, shock=Shock("surprise").observed(asked.shock.values * 0.0)),
        replace(asked, outcome=Outcome("bond").observed(asked.outcome.values.iloc[::-1])),
        question(20),
    ):
        with pytest.raises(InvalidInputError):
            quick(one).estimate(broken)
    pd.testing.assert_series_equal(asked.outcome.values, before[0])
    pd.testing.assert_series_equal(asked.shock.values, before[1])
    pd.testing.assert_frame_equal(asked.controls, before[2])


@pytest.mark.parametrize("one", ESTIMATORS, ids=NAMES)
def test_it_repeats_exactly_and_follows_its_level(answers: dict[str, Result], one: Estimator) -> None:
    again = quick(one).estimate(question(), FEW_FOLDS)
    pd.testing.assert_frame_equal(again.to_frame(), answers[one.name].to_frame())
    narrow = quick(one).estimate(question(), replace(FEW_FOLDS, alpha=0.5))
    frame, wide = narrow.to_frame(), answers[one.name].to_frame()
    assert ((frame["upper"] - frame["lower"]) < (wide["upper"] - wide["lower"])).all()
