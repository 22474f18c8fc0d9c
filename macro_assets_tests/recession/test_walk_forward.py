"""Walk-forward rows depend on what was known at their origin, however and whenever they are computed."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.recession import presets, training
from macro_assets.recession.data import RecessionData
from macro_assets.recession.evaluation import walk_forward
from macro_assets_tests.recession import synthetic

FAST = [c for c in presets.candidates() if c.name in ("climatology", "probit_spread_lag", "logit_l2", "logit_path")]


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return walk_forward.walk_forward(synthetic.monthly_data(), FAST, start=date(1995, 1, 31), end=date(1997, 12, 31))


def test_training_ends_eighteen_months_before_the_refit_and_uses_known_labels_only() -> None:
    data = synthetic.monthly_data()
    for origin in pd.date_range("1980-01-31", "2000-01-31", freq="5YE") + pd.offsets.MonthEnd(1):
        rows = data.training_rows(origin)
        assert rows.as_of[-1] <= origin - pd.offsets.MonthEnd(18)
        assert (data.known_at.loc[rows.as_of] <= origin).all()
        assert (data.state_known_at.loc[rows.as_of] <= origin).all()
        assert data.training_rows(origin).as_of.equals(rows.as_of)


def test_unknown_months_are_dropped_for_both_classes() -> None:
    data = synthetic.monthly_data()
    inside = data.training_rows(pd.Timestamp("1973-08-31"))  # peak of April 1972 announced, trough of June 1973 not
    assert inside.as_of[-1] < pd.Timestamp("1972-02-29")


def test_one_origin_one_year_and_all_years_give_the_same_rows(rows: pd.DataFrame) -> None:
    data = synthetic.monthly_data()
    one = walk_forward.evaluate_origins(data, [date(1996, 7, 31)], FAST)
    year = walk_forward.evaluate_origins(data, data.index[data.index.year == 1996], FAST)
    for part in (one, year):
        merged = part.merge(rows, on=["candidate", "as_of"], suffixes=("", "_all"))
        assert len(merged) == len(part)
        assert (merged["probability"] == merged["probability_all"]).all()
        assert (merged["threshold"] == merged["threshold_all"]).all()
    assert (rows["refit"] == pd.to_datetime(rows["as_of"].dt.year.astype(str) + "-01-31")).all()


def test_later_data_change_no_past_forecast(rows: pd.DataFrame) -> None:
    through = date(1997, 12, 31)
    short = RecessionData.from_tables(
        "M", "vintage", synthetic.feature_table("1997-12"), synthetic.target_table(through)
    )
    again = walk_forward.walk_forward(short, FAST, start=date(1995, 1, 31), end=through)
    merged = again.merge(rows, on=["candidate", "as_of"], suffixes=("", "_all"))
    assert len(merged) == len(rows)
    assert np.abs(merged["probability"] - merged["probability_all"]).max() < 1e-12
    assert (merged["threshold"] == merged["threshold_all"]).all()


def test_a_candidate_never_sees_the_label_unless_it_is_the_cheat_row() -> None:
    reading = [c for c in presets.candidates(wide=True) if c.feature_set == "state"]
    assert [c.name for c in reading] == ["nber_state", "announced_state"]
    data = synthetic.monthly_data()
    assert not [c for c in data.compact.columns if "usrec" in c.lower() or "nber" in c.lower()]
    turned = RecessionData(**{**data.__dict__, "state": 1 - data.state})
    assert turned.features("compact").equals(data.compact)


def test_the_announced_state_lags_the_true_one() -> None:
    state = synthetic.monthly_data().features("state")
    during = state.loc["1972-05":"1973-06"]
    assert (during["nber_state"] == 1).all()
    assert (during["announced_state"] == 0).all()


def test_impossible_requests_say_what_to_do() -> None:
    data = synthetic.monthly_data()
    with pytest.raises(InvalidInputError, match="calendar year"):
        walk_forward.evaluate_origins(data, [date(1995, 1, 31), date(1996, 1, 31)], FAST)
    with pytest.raises(InvalidInputError, match="Extend the cube"):
        walk_forward.evaluate_origins(data, [date(2030, 1, 31)], FAST)
    with pytest.raises(InvalidInputError, match="Begin at 1969-01-31 or later"):
        training.fit_year(data, pd.Timestamp("1963-01-31"), FAST)


def test_finished_years_are_read_and_those_of_other_data_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, chosen, span = synthetic.monthly_data(), FAST[:2], (date(1993, 1, 31), date(1994, 12, 31))
    rows = walk_forward.walk_forward(data, chosen, start=span[0], end=span[1], keep=tmp_path)
    assert len(list(tmp_path.glob("vintage_M_*_199?.parquet"))) == 2
    (tmp_path / next(path.name for path in tmp_path.glob("*1994.parquet"))).unlink()  # stopped before the second year
    fitted: list[int] = []
    real = walk_forward.evaluate_origins

    def counted(data: RecessionData, days: pd.DatetimeIndex, *rest: Any) -> pd.DataFrame:
        fitted.append(days[0].year)
        return real(data, days, *rest)

    monkeypatch.setattr(walk_forward, "evaluate_origins", counted)
    again = walk_forward.walk_forward(data, chosen, start=span[0], end=span[1], keep=tmp_path)
    assert fitted == [1994]
    pd.testing.assert_frame_equal(again.drop(columns="stress"), rows.drop(columns="stress"), check_dtype=False)
    assert np.array_equal(np.stack(again["stress"].tolist()), np.stack(rows["stress"].tolist()), equal_nan=True)
    other = replace(data, compact=data.compact + 0.01)
    walk_forward.walk_forward(other, chosen, start=span[0], end=date(1993, 12, 31), keep=tmp_path)
    assert fitted == [1994, 1993]
