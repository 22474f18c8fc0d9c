"""Bounded votes: inputs, conditional means, effective number, slope, the choice of a design, and what no input can do."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from macro_assets.inference.logistic import expit, fit_sigmoid
from macro_assets.recession import presets
from macro_assets.recession.candidates import FittedCandidate
from macro_assets.recession.drivers import contributions
from macro_assets.recession.families import DESIGNS, FAMILIES, family_of
from macro_assets.recession.inputs import BOUND, BoundedInputs
from macro_assets.recession.nested import SettledVotes, _chosen, eras
from macro_assets.recession.stress import ORDER, movements, scenarios
from macro_assets.recession.votes import LARGEST_MOVEMENT, VoteModel, _floor, bounded_sigmoid, effective_votes
from macro_assets.signals.recession import monthly_spec
from macro_assets_tests.recession import synthetic


@pytest.fixture(scope="module")
def fitted() -> FittedCandidate:
    data = synthetic.monthly_data()
    rows = data.training_rows(pd.Timestamp("1998-01-31"))
    return presets.candidate("bounded_votes").fit(data.compact.loc[rows.as_of], rows.target, rows.recession)


def model_of(fitted: FittedCandidate) -> VoteModel:
    assert isinstance(fitted.model, VoteModel)
    return fitted.model


def test_every_column_belongs_to_one_family_and_no_design_reads_another() -> None:
    columns = [name for family in FAMILIES for name in family.columns]
    assert sorted(columns) == sorted(monthly_spec.names())
    assert family_of("payrolls_growth_3m") == "labour"
    assert DESIGNS[0].families == FAMILIES, "the design with everything is the first"
    assert len({design.name for design in DESIGNS}) == len(DESIGNS)
    for design in DESIGNS:
        assert [family.name for family in design.families] == [family.name for family in FAMILIES]
        assert all(family.columns for family in design.families)
        assert design.clip <= 2.0


def test_robust_scores_are_clipped_and_missing_cells_stand_at_their_conditional_mean() -> None:
    rng = np.random.default_rng(1)
    factor = rng.normal(size=(500, 1))
    x = factor + 0.3 * rng.normal(size=(500, 4))
    inputs = BoundedInputs.learn(x)
    assert np.abs(inputs.scores(x * 1e6)).max() == BOUND
    row = x[:1].copy()
    row[0, 2] = np.nan
    present = [0, 1, 3]
    s, z = inputs.covariance, inputs.scores(row)[0]
    weights = np.linalg.solve(s[np.ix_(present, present)], s[present, 2])
    expected = inputs.mean[2] + (z[present] - inputs.mean[present]) @ weights
    assert inputs.fill(row)[0, 2] == pytest.approx(expected)
    high, low = np.array([[3.0, 3.0, np.nan, 3.0]]), np.array([[-3.0, -3.0, np.nan, -3.0]])
    assert inputs.fill(high)[0, 2] > 1.0 > -1.0 > inputs.fill(low)[0, 2]
    assert inputs.fill(row * np.nan)[0] == pytest.approx(inputs.mean)
    missing = np.isnan(row[0])
    assert inputs.uncertainty(missing)[0] ** 2 == pytest.approx(s[2, 2] - s[2, present] @ weights)


def test_leverage_is_one_on_average_in_training_and_names_the_strangest_column() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(400, 5))
    inputs = BoundedInputs.learn(x)
    assert inputs.leverage(inputs.fill(x)).mean() == pytest.approx(1.0)
    odd = np.array([[0.0, 0.0, 2.9, 0.0, 0.1]])
    assert inputs.strangest(inputs.fill(odd)[0])[0] == 2
    assert inputs.leverage(inputs.fill(odd))[0] > 1.2


def test_a_row_is_filled_and_measured_the_same_to_the_last_bit_alone_and_among_others() -> None:
    rng = np.random.default_rng(5)
    x = np.where(rng.random((200, 40)) < 0.1, np.nan, rng.normal(size=(200, 40)))
    inputs = BoundedInputs.learn(x)
    filled = inputs.fill(x)
    alone = np.vstack([inputs.fill(x[i : i + 1]) for i in range(50)])
    assert np.array_equal(alone, filled[:50])
    assert np.array_equal([inputs.leverage(filled[i : i + 1])[0] for i in range(50)], inputs.leverage(filled)[:50])


def test_effective_votes_go_from_all_to_one() -> None:
    rng = np.random.default_rng(3)
    alone = rng.normal(size=(20_000, 5))
    assert effective_votes(alone) == pytest.approx(5.0, abs=0.2)
    assert effective_votes(np.repeat(alone[:, :1], 5, axis=1)) == pytest.approx(1.0)
    assert effective_votes(alone[:, :1]) == 1.0
    assert effective_votes(-alone[:, :1] @ np.array([[1.0, -1.0]])) == 2.0, "a negative correlation is none"
    stuck = np.column_stack([alone[:, 0], np.ones(20_000)])
    assert effective_votes(stuck) == 1.0


def test_the_slope_is_the_smaller_of_the_learned_one_and_the_limit_and_the_mean_is_kept() -> None:
    rng = np.random.default_rng(4)
    z = rng.normal(-1.5, 1.0, 3000)
    y = (rng.random(3000) < expit(-1.5 + 2.0 * (z + 1.5))).astype(float)
    base = np.full(3000, -1.5)
    for limit, slope in ((1.2, 1.2), (9.0, fit_sigmoid(z, y).slope)):
        sigmoid, calibrated = bounded_sigmoid(z, base, y, limit)
        assert sigmoid.slope == pytest.approx(slope)
        assert expit(calibrated).mean() == pytest.approx(y.mean())
        assert calibrated == pytest.approx(base + sigmoid.intercept + sigmoid.slope * (z - base))


def test_no_family_can_move_the_probability_further_than_promised(fitted: FittedCandidate) -> None:
    model = replace(model_of(fitted), steps_back=False)
    live = synthetic.monthly_data().compact.loc["1985":"2003"].fillna(0.0)  # a wrong family also fills others' gaps
    fitted = replace(fitted, model=model)
    votes = model.votes(live.to_numpy())
    assert votes.max() <= model.clip
    assert (votes.min(axis=0) >= [max(voter.floor, -model.clip) for voter in model.voters]).all()
    widest = max(model.clip - max(voter.floor, -model.clip) for voter in model.voters)
    largest = np.tanh(widest * fitted.sigmoid.slope / len(model.voters) / 4.0)
    assert largest <= LARGEST_MOVEMENT + 1e-12
    for family in FAMILIES:
        wild = live.copy()
        for value in (1e9, -1e9, np.nan):
            wild[list(family.columns)] = value
            moved = np.abs(fitted.predict_proba(wild) - fitted.predict_proba(live))
            assert 0.0 < moved.max() <= largest + 1e-12


def test_a_vote_claims_no_more_calm_than_the_calmer_half_of_months_has_shown() -> None:
    vote = np.arange(100.0)
    y = np.zeros(100)
    y[[5, 20, 40, 70, 80, 90]] = 1.0
    assert _floor(vote, y, base=-1.0) == pytest.approx(np.log(3.5 / 47.5) + 1.0)
    assert _floor(vote, y, base=-4.0) == 0.0


def test_scenarios_touch_one_family_each_and_movements_keep_their_order() -> None:
    names = monthly_spec.names()
    rows, earlier, spread = np.zeros((2, len(names))), np.full((2, len(names)), 7.0), np.full(len(names), 0.5)
    found = list(scenarios(rows, earlier, names, spread))
    assert tuple((one.family, one.kind) for one in found) == ORDER
    inside = np.isin(names, FAMILIES[2].columns)
    wrong = {one.kind: one.rows for one in found if one.family == "labour"}
    assert (wrong["shift up"][:, inside] == 3.0).all()
    assert (wrong["shift down"][:, inside] == -3.0).all()
    assert np.isnan(wrong["missing"][:, inside]).all()
    assert (wrong["frozen"][:, inside] == 7.0).all()
    assert all((one[:, ~inside] == 0.0).all() for one in wrong.values())
    moved = movements(lambda x: np.nansum(x, axis=1), rows, earlier, names, spread)
    assert moved["labour", "shift up"] == pytest.approx(3.0 * inside.sum())
    assert moved["labour", "shift down"] == pytest.approx(-3.0 * inside.sum())


def test_the_choice_is_recorded_and_follows_the_rule_of_one_standard_error(fitted: FittedCandidate) -> None:
    chosen = fitted.candidate.estimator
    assert isinstance(chosen, SettledVotes)
    assert [trial.design for trial in chosen.trials] == [design.name for design in DESIGNS]
    assert fitted.params["estimator.design"] == chosen.design.name == model_of(fitted).design
    first = np.array([0.1, 0.1, 0.1, 0.1])
    little, clear, uneven = (
        first + 0.0,
        first + np.array([0.1, 0.12, 0.1, 0.09]),
        first + np.array([0.4, -0.2, -0.1, 0.0]),
    )
    assert _chosen([[first, first], [little, little]], [0.4, 0.4]) == 0
    assert _chosen([[first, first], [clear, clear]], [0.4, 0.8]) == 1
    assert _chosen([[first, first], [clear, uneven]], [0.4, 0.6]) == 0, "both foldings must agree"
    assert _chosen([[first, first], [clear, clear], [clear * 2, clear * 2]], [0.4, 0.8, 0.9]) == 2


def test_eras_are_fifteen_years_long() -> None:
    assert eras(pd.DatetimeIndex(["1961-01-31", "1975-12-31", "1976-01-31", "2020-12-31"])).tolist() == [0, 0, 1, 3]


def test_stepping_back_draws_rows_unlike_training_towards_the_base_rate(fitted: FittedCandidate) -> None:
    model = replace(model_of(fitted), steps_back=True)
    plain = replace(model, steps_back=False)
    usual = model.inputs.median[None, :]
    odd = usual + np.where(np.arange(len(model.inputs.median)) % 2, 9.0, -9.0) * model.inputs.spread
    assert model.log_odds(usual) == pytest.approx(plain.log_odds(usual))
    assert np.abs(model.log_odds(odd) - model.base) < np.abs(plain.log_odds(odd) - model.base)


def test_contributions_point_where_the_votes_point(fitted: FittedCandidate) -> None:
    live = synthetic.monthly_data().compact.loc["1985":"2003"]
    parts = contributions(fitted, live)
    assert parts.shape == (len(live), len(fitted.columns))
    distance = fitted.log_odds(live) - fitted.log_odds(live).mean()
    assert np.corrcoef(parts.sum(axis=1), distance)[0, 1] > 0.9
