"""What is served is what won by the written rule, its table is possible, and its rank is that of its own history."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.tables.registry import TABLES
from macro_assets.uncertainty import answers, quality, scores, walk_forward
from macro_assets.uncertainty.answers import PredictiveSpread
from macro_assets_tests.uncertainty import synthetic


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return walk_forward.intervals(walk_forward.walk_forward(synthetic.panel(300, warned=True), 2000))


@pytest.fixture(scope="module")
def found(rows: pd.DataFrame) -> PredictiveSpread:
    return answers.from_rows(rows, synthetic.recessions(301), first=pd.Timestamp("2010-01-31"))


def test_a_network_that_wins_is_served_for_the_newest_month(found: PredictiveSpread, rows: pd.DataFrame) -> None:
    assert found.report.served == "network"
    assert found.report.first == pd.Timestamp("2010-01-31")
    table = found.table()
    assert table.schema.equals(TABLES["models/predictive_spread"].schema, check_metadata=True)
    frame = table.to_pandas()
    assert frame["outcome"].tolist() == ["gld", "sp500"]
    assert set(frame["as_of"].astype(str)) == {"2014-12-31"}
    assert set(frame["trained_through"].astype(str)) == {"2013-11-30"}
    mine = rows[rows["outcome"] == "gld"]
    width = (mine["network_high_90"] - mine["network_low_90"]).to_numpy()
    past = width[:-1][np.isfinite(width[:-1])]
    assert frame.loc[0, "rank"] == pytest.approx((past <= width[-1]).mean())
    assert (
        frame.loc[0, ["lower_90", "upper_90"]].tolist() == mine.iloc[-1][["network_low_90", "network_high_90"]].tolist()
    )
    assert "Served: network" in str(found)
    dots: Any = found.plot().lines[0].get_xdata()
    assert dots.tolist() == sorted(frame["rank"], reverse=True)
    ratios: Any = found.report.plot().lines[1].get_xdata()
    assert len(ratios) == 2


def judged(**other: Any) -> scores.SpreadReport:
    one = scores.SpreadScore("network", 0.90, 0.85, 0.85, {"sp500": 1.0})
    day = pd.Timestamp("2000-01-31")
    return replace(scores.SpreadReport(one, replace(one, method="ewma"), 500, 60, 90, 0.99, day, day), **other)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ratio": 1.01}, "interval score is 1.01 times"),
        ({"network": replace(judged().network, coverage=0.93)}, "covers 0.930, outside"),
        ({"network": replace(judged().network, coverage=0.87)}, "covers 0.870, outside"),
        ({"network": replace(judged().network, coverage_recession=0.81)}, "0.810 in recessions"),
        ({"network": replace(judged().network, coverage_high_volatility=0.81)}, "0.810 in high volatility"),
    ],
)
def test_whatever_it_misses_the_rival_is_served_and_the_answer_says_why(change: dict[str, Any], words: str) -> None:
    assert judged().served == "network"
    lost = judged(**change)
    assert lost.served == "ewma"
    assert words in lost.summary()
    assert judged(**change, recession_rows=5, high_volatility_rows=5).served == (
        "network" if " in " in words else "ewma"
    ), "a handful of months decides nothing"


def test_scores_are_of_months_with_both_intervals_and_states_of_the_month_ahead() -> None:
    as_of = pd.to_datetime(["2000-01-31", "2000-02-29", "2000-03-31", "2000-04-30"])
    rows = pd.DataFrame({"as_of": as_of, "outcome": "sp500", "value": [0.0, 3.0, 0.0, np.nan], "volatility": 1.0})
    for method, high in zip(walk_forward.METHODS, (2.0, 4.0), strict=True):
        rows[walk_forward.bound(method, "low", 0.90)], rows[walk_forward.bound(method, "high", 0.90)] = -high, high
    state = pd.Series([0.0, 0.0, 1.0, 0.0, 0.0], pd.date_range("2000-01-31", periods=5, freq="ME"))
    found = scores.report(rows, state)
    assert (found.rows, found.recession_rows) == (3, 1)
    assert found.network.coverage == pytest.approx(2 / 3)
    assert found.network.coverage_recession == 0.0, "March, forecast at the end of February"
    assert found.network.interval_score["sp500"] == pytest.approx(4.0 + 20.0 / 3.0)
    assert found.ratio == pytest.approx((4.0 + 20.0 / 3.0) / 8.0)
    with pytest.raises(InvalidInputError, match="No month has intervals of both"):
        scores.report(rows.assign(value=np.nan), state)


@pytest.mark.parametrize(
    "damage",
    [
        {"lower_80": -9.0},
        {"rank": 1.2},
        {"level": "low", "rank": 0.9},
        {"upper_90": None},
        {"errors": 3, "widest_level": 0.75},
    ],
)
def test_a_spread_that_cannot_be_is_found(found: PredictiveSpread, damage: dict[str, object]) -> None:
    assert quality.impossible_spreads(found.table()).passed
    bad = found.table().to_pandas().assign(**damage)
    assert not quality.impossible_spreads(pa.Table.from_pandas(bad, preserve_index=False)).passed
