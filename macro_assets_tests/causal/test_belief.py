"""What a cell may be called, and why."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from macro_assets.causal import (
    EffectPanel,
    EffectSettings,
    Evidence,
    Shock,
    answer,
    belief_report,
    belief_table,
    estimate_effect,
)
from macro_assets.causal.belief.confounding import partial_r2, robustness_value
from macro_assets.causal.belief.moved import MovedShock
from macro_assets.causal.belief.protocol import Cell
from macro_assets.causal.belief.stability import sup_wald
from macro_assets.causal.engine.design import outcome_paths, usable_rows
from macro_assets.causal.engine.effects import assemble, linear_cells
from macro_assets.causal.engine.inputs import validate
from macro_assets.causal.engine.linear import fit_cells
from macro_assets.causal.engine.projection import Projection
from macro_assets.errors import InvalidInputError
from macro_assets_tests.causal.panels import ASSET, SHOCK, months, panel


@pytest.fixture(scope="module")
def surprise():
    return panel("iid_surprise", n=360, seed=2)


def tiered(t: pd.Series, tier: str):
    return replace(SHOCK, tier=tier).observed(t)


def test_a_clean_surprise_is_causal_and_a_raw_change_never_is(surprise) -> None:
    y, t, x = surprise
    evidence = Evidence(recessions=[(pd.Timestamp("1990-08-31"), pd.Timestamp("1991-03-31"))])
    report = belief_report(replace(ASSET, cost=0.0002).observed(y), tiered(t, "T1"), x, evidence=evidence)
    assert report.label == "causal"
    assert (report.estimate.words.identification, report.estimate.words.finding) == ("identified", "effect found")
    assert report.failed == ()
    assert "a causal effect." in report.summary()
    for tier in ("T3", "T4", ""):
        weak = belief_report(y, tiered(t, tier), x)
        assert (weak.label, weak.estimate.words.finding) == ("association", "effect found")
        assert "an association, not an effect." in weak.sentence()
    assert "identifies no effect" in belief_report(y, tiered(t, "T4"), x).identification.reason


def test_policy_that_answers_last_months_return_is_identified_given_it(surprise) -> None:
    """The outcome of the month before enters the controls, the past is asked again, and the move is said."""
    y, t, x = surprise
    policy = t + 0.6 * y.shift(1).fillna(0.0)
    report = belief_report(y, tiered(policy, "T1"), x)
    assert report.identification.added == ("asset",)
    assert report.identification.past_again is None or report.identification.past_again.p_value >= 0.05
    assert report.label == "causal"


def test_a_shock_its_controls_explain_is_not_identified(surprise) -> None:
    y, t, x = surprise
    explained = 0.1 * t + 3.0 * x["x0"]
    report = belief_report(y, Shock("gap", tier="T2").observed(explained), x)
    assert report.label == "not identified"
    assert report.identification.overlap < 0.1
    assert "too little to tell its effect from theirs" in report.identification.reason
    assert "answers nothing" in report.sentence()


def test_one_recession_or_five_months_that_make_the_effect_are_found(surprise) -> None:
    y, t, x = surprise
    span = slice("2008-01-31", "2008-12-31")
    y, t = y.copy(), t.copy()
    t[span] *= 6.0
    y[span] -= 4.0 * t[span]
    spans = [
        (pd.Timestamp("1991-01-31"), pd.Timestamp("1991-06-30")),
        (pd.Timestamp("2008-01-31"), pd.Timestamp("2008-12-31")),
    ]
    report = belief_report(y, tiered(t, "T1"), x, evidence=Evidence(recessions=spans))
    left_out = report.result("leave_one_recession_out")
    assert left_out.passed is False
    assert report.estimate.words.identification == "identified", "cuts of single recessions are shown, not required"
    assert left_out.to_frame()["tried"].tolist() == ["1991-01", "2008-01"]
    assert left_out.to_frame()["value"].max() == left_out.value


def test_a_break_is_found_and_shown_by_the_rolling_effect(surprise) -> None:
    y, t, x = surprise
    late = (np.arange(360) >= 200).astype(float)
    report = belief_report(y + 1.5 * late * t, tiered(t, "T1"), x)
    assert report.result("stability").passed is False
    assert report.label == "causal", "stability informs"
    assert report.rolling["effect"].iloc[-1] - report.rolling["effect"].iloc[0] > 1.0
    assert report.plot().lines


def test_unknown_words_are_refused(surprise) -> None:
    y, t, x = surprise
    with pytest.raises(InvalidInputError, match=r"Unknown tier 'T9' of shock 'shock'. Available: T1, T2, T3, T4"):
        tiered(t, "T9")
    with pytest.raises(InvalidInputError, match=r"Unknown check 'luck'. Available: placebo_shock"):
        belief_report(y, t, x).result("luck")
    with pytest.raises(InvalidInputError, match="Checks rest on the linear learner"):
        belief_report(y, t, x, settings=EffectSettings(learner="ridge"))


def test_stability_test_has_its_size() -> None:
    found = [belief_stability(seed) for seed in range(120)]
    assert np.mean(np.asarray(found) < 0.05) <= 0.11


def belief_stability(seed: int) -> float:
    rng = np.random.default_rng(seed)
    t, y = rng.standard_normal((2, 300))
    return sup_wald(fit_cells(y[:, None], t, Projection.onto(np.ones((300, 1)))))[1]


def test_robustness_value_is_cinelli_and_hazlett() -> None:
    # a confounder with both partial R2 equal to the value brings the t-statistic to zero: value^2 / (1 - value) = f2
    value = robustness_value(0.04)
    assert value**2 / (1.0 - value) == pytest.approx(0.04)


def test_partial_r2_of_every_regressor_is_that_of_its_t_value() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((500, 3)) @ np.array([[1.0, 0.5, 0.9], [0.0, 1.0, 0.1], [0.0, 0.0, 0.2]])
    y = x @ [1.0, 0.0, -0.5] + rng.standard_normal(500)
    others = np.column_stack([np.ones(500), rng.standard_normal((500, 2))])
    fitted = sm.OLS(y, np.column_stack([others, x])).fit()
    squared = fitted.tvalues[3:] ** 2
    assert partial_r2(y, x, others) == pytest.approx(squared / (squared + fitted.df_resid), rel=1e-6)
    assert partial_r2(y, x[:, :1], np.ones((500, 1))) == pytest.approx([np.corrcoef(x[:, 0], y)[0, 1] ** 2])
    repeated = partial_r2(y, np.column_stack([x, x[:, 0] + x[:, 1], np.ones(500)]), others)
    assert repeated[[0, 1, 3, 4]] == pytest.approx(np.zeros(4), abs=1e-12)
    assert repeated[2] > 0.0


def test_reports_of_an_answer_say_what_each_cell_says_alone() -> None:
    """Checks share their moved shocks across cells, and each pair has its own sample."""
    y, t, x = panel("iid_surprise", n=240)
    outcomes = pd.DataFrame({"asset": y, "other": y.iloc[::-1].to_numpy(), "late": y.where(np.arange(240) >= 60)})
    found = answer(
        EffectPanel(outcomes, t.to_frame(), x, measured_shocks={"shock": replace(SHOCK, tier="T1")}), horizons=(6,)
    )
    table = belief_table(found.reports).set_index("outcome")
    assert table.loc["asset", "n"] == table.loc["late", "n"] + 60
    assert {"injected_effect", "label", "identification", "finding", "specification", "tier"} <= set(table.columns)
    assert months(240)[62] == table.loc["late", "sample_start"]
    for report in found.reports:
        cell = report.estimate
        one = outcomes[cell.outcome.name].dropna()
        shock = tiered(t, "T1").on(one.index)
        alone = belief_report(one, shock, x.loc[one.index], horizon=cell.horizon)
        columns = [name for name in report.to_frame() if name != "label"]
        pd.testing.assert_frame_equal(report.to_frame()[columns], alone.to_frame()[columns])


@pytest.mark.parametrize("horizon", [0, 6])
@pytest.mark.parametrize("lags", [0, 2])
def test_effects_of_moved_shocks_are_those_of_the_engine(horizon: int, lags: int) -> None:
    y, t, x = panel("iid_surprise", n=200)
    sample = validate(y, t, x)
    rows = usable_rows(0, 199, horizon, lags)
    cells = linear_cells(sample, rows, lags)
    settings = EffectSettings(lags=lags)
    cell = Cell(sample, rows, cells, assemble(sample, rows, cells, settings), settings)
    moved = MovedShock.of(cell, t.to_numpy(), 3, 11)
    theta = 0.3
    added = theta * outcome_paths(moved.shock, rows)
    found = moved.effect(cell, added=added)
    for draw, values in enumerate(moved.shock):
        shifted = pd.Series(values, t.index, name="shock")
        engine = estimate_effect(y + theta * shifted, shifted, x, horizon=horizon, settings=settings)
        expected = [engine.point, engine.stderr, engine.degrees_of_freedom]
        assert [value[draw] for value in found] == pytest.approx(expected, rel=1e-8)
