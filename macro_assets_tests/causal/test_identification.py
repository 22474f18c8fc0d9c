"""Is a shock identified: the joint test against the past has its size and power, and the rule says what follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from macro_assets.causal import Shock
from macro_assets.causal.belief.exogeneity import Exogeneity, exogeneity_test
from macro_assets.causal.belief.identification import identify

N = 240


def world(seed: int, *, volatile: bool = False) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Shock, two controls and four outcomes; with one stochastic volatility common to all when asked."""
    rng = np.random.default_rng(seed)
    scale = np.ones(N)
    if volatile:
        log = np.zeros(N)
        for t in range(1, N):
            log[t] = 0.95 * log[t - 1] + 0.3 * rng.standard_normal()
        scale = np.exp(log)
    controls = rng.standard_normal((N, 2))
    shock = scale * rng.standard_normal(N) + 0.5 * controls[:, 0]
    outcomes = {name: scale * rng.standard_normal(N) + 0.3 * shock for name in ("a", "b", "c", "d")}
    return shock, controls, outcomes


@pytest.mark.parametrize("volatile", [False, True])
def test_a_clean_shock_is_rejected_no_more_often_than_the_level(volatile: bool) -> None:
    p_values = []
    for seed in range(150):
        test = exogeneity_test(*world(seed, volatile=volatile), draws=199)
        assert test is not None
        p_values.append(test.p_value)
    assert np.mean(np.array(p_values) < 0.05) <= 0.09
    assert 0.35 < np.median(p_values) < 0.65


@pytest.mark.parametrize("lag", [1, 2, 3])
def test_a_shock_that_follows_an_outcome_is_found_and_the_outcome_named(lag: int) -> None:
    shock, controls, outcomes = world(3)
    shock[lag:] += 0.5 * outcomes["c"][:-lag]
    test = exogeneity_test(shock, controls, outcomes)
    assert test is not None
    assert test.p_value <= 0.002
    assert test.named[0] == "c"
    assert test.t_statistics["c"] > 3.0


def test_what_is_conditioned_on_already_is_not_tested() -> None:
    shock, controls, outcomes = world(4)
    only = {"control": controls[:, 0], "itself": shock}
    assert exogeneity_test(shock, controls, {"control": np.roll(controls[:, 0], -1)}, lags=2) is None
    found = exogeneity_test(shock, controls, only | outcomes)
    assert found is not None
    assert found.tested == 3 * 4 + 1 + 1, "lag three of control and shock is beyond the lags conditioned on"


def test_a_late_outcome_is_tested_on_its_own_months_and_a_short_one_not() -> None:
    shock, controls, outcomes = world(5)
    late, short = outcomes["a"].copy(), outcomes["b"].copy()
    late[:100], short[:-10] = np.nan, np.nan
    late[101:] += 0.0
    shock[101:] += 0.8 * late[100:-1]
    found = exogeneity_test(shock, controls, {"late": late, "short": short})
    assert found is not None
    assert found.named == ("late",)
    assert "short" not in found.t_statistics


@dataclass(frozen=True)
class Days:
    verdict: str
    reason: str = "Outcomes did not move with the surprise in the days before."


CLEAN = Exogeneity(1.0, 3.0, 0.6, {"a": 1.0}, 200, 3)
BROKEN = Exogeneity(6.0, 3.0, 0.001, {"a": 6.0}, 200, 3)


@pytest.mark.parametrize(
    ("tier", "past", "again", "added", "days", "overlap", "verdict"),
    [
        ("T1", CLEAN, None, (), None, 1.0, "identified"),
        ("T2", CLEAN, None, (), Days("identified"), 1.0, "identified"),
        ("T1", CLEAN, None, (), Days("not identified"), 1.0, "not identified"),
        ("T1", BROKEN, CLEAN, ("a",), None, 1.0, "identified"),
        ("T1", BROKEN, None, ("a",), None, 1.0, "identified"),
        ("T1", BROKEN, BROKEN, ("a",), None, 1.0, "not identified"),
        ("T1", BROKEN, None, (), None, 1.0, "not identified"),
        ("T1", CLEAN, None, (), None, 0.05, "not identified"),
        ("T1", None, None, (), None, 1.0, "identified"),
        ("T3", CLEAN, None, (), None, 1.0, "association"),
        ("T3", BROKEN, BROKEN, ("a",), None, 1.0, "not identified"),
        ("T4", CLEAN, None, (), Days("identified"), 1.0, "association"),
        ("", CLEAN, None, (), None, 1.0, "association"),
    ],
)
def test_the_verdict_is_that_of_the_rule(tier, past, again, added, days, overlap, verdict) -> None:
    p = 1.0 if past is None else past.p_value
    found = identify(
        Shock("s", tier=tier), past, p, again, added=added, overlap=overlap, effective_n=100.0, before=days
    )
    assert found.verdict == verdict
    assert found.reason.startswith("s is ")
    assert found.reason.endswith(".")
    assert ".." not in found.reason


def test_a_few_months_that_carry_the_shock_identify_nothing() -> None:
    few = identify(Shock("s", tier="T1"), CLEAN, 0.6, None, overlap=1.0, effective_n=9.9)
    assert few.verdict == "not identified"
    assert "10 effective months" in few.reason
