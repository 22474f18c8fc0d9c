"""The gate's limits, each from both sides, and its order of candidates."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.recession.evaluation import gate
from macro_assets.recession.evaluation.evidence import Evidence, WindowRegret


def panel(**brier: float) -> Any:
    return SimpleNamespace(scores=[SimpleNamespace(name=name, brier=value) for name, value in brier.items()])


def regret(climatology: float = 0.0, rivals: float = 0.0, *, events: int = 10, alarm_months: int = 0) -> WindowRegret:
    return WindowRegret("whole span", "1980-01-31", "2000-01-31", 200, events, climatology, rivals, alarm_months)


def evidence(restarted: float) -> Evidence:
    path = np.array([1.0, restarted])
    return Evidence(pd.DatetimeIndex(["2000-01-31", "2000-02-29"]), path, path)


def decided(
    one: WindowRegret | None = None, *, restarted: float = 1.0, stress: float = 0.1, leaks: int = 0
) -> gate.GateDecision:
    return gate.decide("bounded_votes", [one or regret()], evidence(restarted), stress_worst=stress, leak_count=leaks)


def test_candidates_go_by_their_brier_score_and_a_missing_one_does_not_count() -> None:
    assert gate.by_brier(panel(logit_l2=float("nan"), financial_only=0.1, logit_path=0.2, nber_state=0.01)) == [
        "financial_only",
        "logit_path",
    ]
    with pytest.raises(InvalidInputError, match="none of the eligible"):
        gate.by_brier(panel(logit_l2=float("nan"), climatology=0.01))


def test_every_limit_holds_from_both_sides() -> None:
    assert decided().promoted
    assert decided(regret(0.01, 0.01), restarted=399.9, stress=0.35).promoted
    for refused, reason in (
        (decided(regret(0.0101)), "Brier regret against climatology, whole span: 0.0101 against a limit of 0.01"),
        (decided(regret(0.0, 0.0101)), "Brier regret against the mean of simple rivals, whole span: 0.0101"),
        (decided(restarted=400.0), "evidence that simple rivals lose less"),
        (decided(stress=0.351), "largest movement under stress: 0.351 against a limit of 0.35"),
        (decided(stress=float("nan")), "largest movement under stress"),
        (decided(leaks=1), "leaks: 1 against a limit of 0"),
    ):
        assert not refused.promoted
        assert len(refused.reasons) == 1
        assert reason in refused.reasons[0]


def test_a_window_without_an_event_tests_nothing_and_counts_months_of_alarm() -> None:
    calm = decided(regret(float("nan"), float("nan"), events=0, alarm_months=12))
    assert calm.promoted
    assert calm.findings[0].condition == "cannot test, whole span: months of alarm"
    assert not decided(regret(float("nan"), float("nan"), events=0, alarm_months=13)).promoted


def test_one_who_knows_the_label_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="reads the label"):
        gate.decide("nber_state", [regret()], evidence(1.0), stress_worst=0.0, leak_count=0)
