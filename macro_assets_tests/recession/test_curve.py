"""The curve of odds: targets by horizon, nesting, intervals, what is missing and what the answer says."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.recession import presets
from macro_assets.recession.curve import HORIZONS, NOW, CurvePoint, at_horizon, fit_point, nested
from macro_assets.recession.evaluation.walk_forward import walk_forward
from macro_assets.recession.odds_answer import OddsAnswer, answer_odds, missing_inputs, skill_in_words
from macro_assets.tables.registry import spec
from macro_assets.tables.rows import table_of
from macro_assets_tests.recession import synthetic

TABLE = "evaluation/recession_walk_forward_monthly"
VOTES, FEW = presets.candidate("bounded_votes"), ("climatology", "logit_l2")
ORIGIN = date(1999, 5, 31)


@pytest.fixture(scope="module")
def stored() -> pd.DataFrame:
    chosen = [presets.candidate(name) for name in FEW]
    return walk_forward(synthetic.monthly_data(), chosen, start=date(1992, 1, 31), end=date(1999, 6, 30))


@pytest.fixture(scope="module")
def answer(stored: pd.DataFrame) -> OddsAnswer:
    rows = table_of(stored[spec(TABLE).schema.names], TABLE)
    return answer_odds(
        synthetic.feature_table(), synthetic.target_table(), presets.candidate("logit_l2"), "champion", rows,
        as_of=date(1999, 6, 15), draws=12,
    )  # fmt: skip


def test_targets_of_a_horizon_are_what_its_months_hold_and_known_with_the_last_of_them() -> None:
    data = synthetic.monthly_data()
    assert at_horizon(data, 6).target.equals(data.target.astype(float))
    both = at_horizon(data, 6).known_at.notna()
    assert (at_horizon(data, 6).known_at[both] >= data.known_at[both]).all()
    now, year = at_horizon(data, NOW), at_horizon(data, 24)
    dated = data.state_known_at.notna()
    assert now.target[dated].equals(data.state[dated].astype(float))
    day = pd.Timestamp("1970-02-28")
    window = data.state.loc[day + pd.offsets.MonthEnd(1) : day + pd.offsets.MonthEnd(24)]
    assert len(window) == 24
    assert year.target[day] == window.max()
    assert year.known_at[day] == data.state_known_at.loc[window.index].max()
    assert year.target.iloc[-24:].isna().all()


def test_no_horizon_learns_from_outcomes_that_were_not_known() -> None:
    data, origin = synthetic.monthly_data(), pd.Timestamp(ORIGIN)
    for months in HORIZONS:
        seen = at_horizon(data, months)
        rows = seen.training_rows(origin)
        assert (seen.known_at.loc[rows.as_of] <= origin).all()
        assert rows.as_of[-1] + pd.offsets.MonthEnd(months) <= origin
    with pytest.raises(InvalidInputError, match="-1 months"):
        fit_point(data, VOTES, -1, origin)


def test_longer_windows_are_never_less_likely_and_now_stays() -> None:
    def point(months: int, p: float) -> CurvePoint:
        return CurvePoint(months, p, p / 2, (1 + p) / 2, 0.1, "x", pd.Timestamp(ORIGIN))

    curve = nested([point(NOW, 0.9), point(3, 0.4), point(6, 0.2), point(12, 0.5), point(24, 0.5)])
    assert [one.probability for one in curve] == pytest.approx([0.9, 0.3, 0.3, 0.5, 0.5])
    assert all(one.low <= one.probability <= one.high for one in curve)


def test_the_answer_holds_the_curve_its_history_and_its_skill(answer: OddsAnswer) -> None:
    assert answer.as_of == ORIGIN, "the newest month end by the day asked"
    assert [one.months for one in answer.curve] == list(HORIZONS)
    later = [one.probability for one in answer.curve[1:]]
    assert later == sorted(later)
    for one in answer.curve:
        assert 0.0 < one.low <= one.probability <= one.high < 1.0
        assert one.low < one.high
        assert one.trained_through < pd.Timestamp(ORIGIN)
    frame = answer.to_frame()
    assert (frame["months"].head(5) == list(HORIZONS)).all()
    past = frame.iloc[5:]
    assert len(past) > 60
    assert max(past["as_of"]) < ORIGIN
    assert (past["trained_through"] < past["as_of"]).all()
    head = str(answer).splitlines()[0]
    assert head.startswith("Recession within six months as of 1999-05-31: ")
    assert "(logit_l2, champion). In 199" in head, "the skill stands in the same breath"
    assert answer.plot().has_data()


def test_the_six_months_point_is_the_forecast_of_the_candidate_trained_that_day(answer: OddsAnswer) -> None:
    data = synthetic.monthly_data()
    rows = data.training_rows(pd.Timestamp(ORIGIN))
    fitted = presets.candidate("logit_l2").fit(data.compact.loc[rows.as_of], rows.target, rows.recession)
    p = fitted.predict_proba(data.compact.loc[[pd.Timestamp(ORIGIN)]])[0]
    six = next(one for one in answer.curve if one.months == 6)
    assert six.low <= p <= six.high
    assert six.probability == pytest.approx(p, abs=0.05), "apart from nesting"


def test_missing_inputs_are_named_with_the_movement_they_may_cause() -> None:
    data, origin = synthetic.monthly_data(), pd.Timestamp(ORIGIN)
    year = fit_point(data, presets.candidate("logit_l2"), 6, origin)
    row = data.compact.loc[[origin]].fillna(0.0)
    none = missing_inputs(year.fitted["logit_l2"], year.inputs, row)
    assert (none.names, none.low) == ((), none.high)
    row["term_spread"] = np.nan
    found = missing_inputs(year.fitted["logit_l2"], year.inputs, row)
    assert found.names == ("term_spread",)
    assert 0.0 < found.low < found.high < 1.0


def test_no_skill_is_said_and_so_is_what_cannot_be_tested(stored: pd.DataFrame) -> None:
    data, origin = synthetic.monthly_data(), pd.Timestamp("2004-12-31")
    assert "untested here" in skill_in_words(data, stored.iloc[:0], "logit_l2", origin)
    assert "below the base rate's" in skill_in_words(data, stored, "logit_l2", origin)
    turned = stored.assign(probability=stored["probability"].where(stored["candidate"] != "logit_l2", 0.99))
    assert "no skill beyond the base rate" in skill_in_words(data, turned, "logit_l2", origin)
    early = stored[stored["as_of"] <= "1993-06-30"]
    assert "cannot test it" in skill_in_words(data, early[early["as_of"] >= "1992-12-31"], "logit_l2", origin)


def test_the_command_states_the_odds_of_a_home_and_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from macro_assets.cli import app
    from macro_assets.lake import Lake

    lake = Lake(tmp_path / "lake")
    lake.replace("features/recession_features_monthly", synthetic.feature_table())
    lake.replace("targets/recession_targets", synthetic.target_table())
    monkeypatch.setattr(presets, "DEFAULT", "logit_l2")
    csv = tmp_path / "odds.csv"
    result = CliRunner().invoke(app, ["odds", "--home", str(tmp_path), "--as-of", "1999-06-15", "--csv", str(csv)])
    assert result.exit_code == 0, result.output
    assert "as of 1999-05-31" in result.output
    assert "(logit_l2, default, unproven). Its skill is untested here" in result.output
    assert [f"within {months} months" in result.output for months in HORIZONS[1:]] == [True] * 4
    written = pd.read_csv(csv)
    assert written["months"].tolist() == list(HORIZONS)
    assert written["probability"].between(0, 1).all()
