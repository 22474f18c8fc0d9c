"""Results present themselves: printed, as a notebook cell, as a table and as a picture of their own numbers."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed, Result
from macro_assets.recession import odds, outlook, presets
from macro_assets.recession.data import FeatureTables
from macro_assets.recession.evaluation import decision, scoring
from macro_assets.recession.evaluation.table import EvaluationTable
from macro_assets.recession.evaluation.walk_forward import walk_forward
from macro_assets_tests.recession import synthetic

FEW = ("climatology", "probit_spread_lag", "logit_l2", "logit_path")


@pytest.fixture(scope="module")
def fitted() -> odds.FittedOdds:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(presets, "CANDIDATES", tuple(presets.candidate(name) for name in FEW))
        return odds.fit(FeatureTables(synthetic.feature_table()), synthetic.target_table())


@pytest.fixture(scope="module")
def found() -> outlook.ImpactOutlook:
    return outlook.fit(synthetic.feature_table(), synthetic.target_table(), presets.candidate("logit_l2"))


@pytest.fixture(scope="module")
def table() -> EvaluationTable:
    data, chosen = synthetic.monthly_data(), [presets.candidate(name) for name in FEW]
    rows = walk_forward(data, chosen, start=date(1991, 1, 31), end=date(2002, 12, 31))
    return EvaluationTable((scoring.score_panel(data, rows, replications=20),), None, rows)


@pytest.fixture(scope="module")
def judged(table: EvaluationTable) -> decision.Judgement:
    data, rows = synthetic.monthly_data(), table.forecasts
    from macro_assets.recession.evaluation import evidence, gate

    sample = scoring.Sample.join(data, rows)
    regrets, beaten = evidence.regrets(sample, data.state, "logit_path"), evidence.beaten(sample, "logit_path")
    verdict = gate.decide("logit_path", regrets, beaten, stress_worst=0.1, leak_count=0)
    found = {"logit_path": beaten}
    return decision.Judgement(verdict, found, {"logit_path": regrets}, table.panels[0], rows, sample, data.state)


@pytest.fixture
def results(
    fitted: odds.FittedOdds, found: outlook.ImpactOutlook, table: EvaluationTable, judged: decision.Judgement
) -> list[Displayed]:
    return [fitted, fitted.candidate("logit_path"), found, found.forecast, found.impacts[0], table, judged]


def test_every_public_result_prints_shows_and_draws_itself(results: list[Displayed]) -> None:
    for result in results:
        assert isinstance(result, Result)
        assert str(result) == result.summary()
        assert len(result.to_frame()) > 0
        html = result._repr_html_()
        assert "<table" in html
        assert result.summary().splitlines()[0].split(":")[0].split("<")[0] in html
        axes = result.plot()
        assert axes.has_data()
        assert result.plot(axes) is axes


def test_odds_state_the_newest_probability_of_every_model(fitted: odds.FittedOdds) -> None:
    frame = fitted.to_frame()
    newest = odds.answer(fitted).to_pandas()
    assert set(newest["as_of"]) == {date(2004, 12, 31)}
    merged = frame.merge(newest, on=["target", "model"], suffixes=("", "_stored"))
    assert len(merged) == len(frame) == 2 * len(FEW)
    assert np.allclose(merged["probability"], merged["probability_stored"], atol=1e-12)
    months = frame[frame["target"] == "recession_within_6m"]["probability"]
    assert f"{months.min():.1%} to {months.max():.1%}, by 4 models" in str(fitted)
    dots: Any = fitted.plot().lines[1].get_xdata()
    assert sorted(dots) == pytest.approx(sorted(months))
    with pytest.raises(InvalidInputError, match=r"Candidate 'forest' was not trained\. Available: climatology"):
        fitted.candidate("forest")


def test_a_candidate_ranks_its_inputs(fitted: odds.FittedOdds) -> None:
    logit: Any = fitted.candidate("logit_path")
    frame = logit.to_frame()
    assert frame["importance"].is_monotonic_decreasing
    sizes = dict(zip(logit.columns, np.abs(logit.model.weights), strict=True))
    assert dict(zip(frame["feature"], frame["importance"], strict=True)) == pytest.approx(sizes)
    widths = [bar.get_width() for bar in logit.plot(top=5).patches][::-1]
    assert widths == pytest.approx(frame["importance"].head(5).tolist())
    assert f"alarm above {logit.threshold:.0%}" in str(logit)
    assert not fitted.candidate("climatology").to_frame()["importance"].any()


def test_a_forecast_names_its_drivers_and_what_was_missing(found: outlook.ImpactOutlook) -> None:
    forecast = replace(found.forecast, missing=("baa_spread",), impacts=found.impacts)
    text = str(forecast)
    assert f"Recession as of 2004-12-31: {forecast.probability:.1%} (logit_l2" in text
    assert "Missing, at training medians: baa_spread." in text
    assert all(driver.feature in text for driver in forecast.drivers)
    assert all(impact.target in text for impact in found.impacts)
    bars: Any = forecast.plot().patches
    widths = [bar.get_width() for bar in bars][::-1]
    assert widths == pytest.approx([driver.contribution for driver in forecast.drivers])


def test_impacts_are_drawn_with_their_intervals_and_marked_without_skill(found: outlook.ImpactOutlook) -> None:
    figure: Any = found.figure()
    assert [axes.get_xlabel() for axes in figure.axes] == ["" if one.skill else "no skill" for one in found.impacts]
    assert [axes.lines[0].get_ydata()[0] for axes in figure.axes] == [one.value for one in found.impacts]
    widest = figure.axes[0].collections[0].get_segments()[0][:, 1]
    assert widest == pytest.approx(found.impacts[0].intervals[0.90])
    last = found.impacts[-1]
    assert found.plot(target=last.target).get_ylabel() == last.unit
    with pytest.raises(InvalidInputError, match=r"Unknown target 'gold'\. Available: unemployment_rate_change_pp"):
        found.plot(target="gold")
    assert f"{sum(one.skill for one in found.impacts)} of 3 impacts" in str(found)


def test_an_evaluation_and_a_judgement_say_who_is_best(table: EvaluationTable, judged: decision.Judgement) -> None:
    best = min(table.panels[0].scores, key=lambda score: score.brier)
    assert f"{best.name} has the smallest Brier score, {best.brier:.3f}" in str(table)
    assert table.plot().get_yticklabels()[0].get_text() == best.name
    dots: Any = table.plot(frequency="M", mode="vintage").lines[0].get_xdata()
    assert dots[0] == best.brier
    assert str(judged).startswith("logit_path may become champion: every condition holds.")
    assert "Expected calibration error" in str(judged)
    refused = replace(judged, decision=replace(judged.decision, promoted=False))
    assert str(refused).startswith("logit_path stays out")
    assert list(judged.to_frame().columns) == ["condition", "value", "limit", "passed"]
    assert set(judged.figures()) == {"probability_through_time", "reliability", "roc_and_precision"}


def test_stage_two_of_an_evaluation_is_a_table(table: EvaluationTable) -> None:
    assert table.impact_frame().empty
    assert isinstance(table.impact_frame(), pd.DataFrame)
