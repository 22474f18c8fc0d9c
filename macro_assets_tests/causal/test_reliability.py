"""Expected coverage of a cell from its own dynamics, against the coverage that many histories of the same process have."""

from __future__ import annotations

import numpy as np
import pytest

from macro_assets.causal import Outcome, Shock, estimate_effect
from macro_assets.causal.engine.inputs import Sample
from macro_assets.causal.engine.linear import linear_stderr
from macro_assets.causal.engine.reliability import (
    autoregressive_root,
    cautious_root,
    is_unreliable,
    simulated_coverage,
)
from macro_assets.causal.validation.coverage import batched_cells, flagged
from macro_assets.causal.validation.simulation import Process, SimulatedPanel, simulate
from macro_assets.inference.longrun import student_quantile
from macro_assets_tests.causal.panels import months, panel

HISTORIES = 12
WORLDS = {
    "persistent": (Process("persistent", "", 0.99, 0.99, 0.0), 200, 12),
    "healthy": (Process("healthy", "", 0.9, 0.0, 0.0), 300, 3),
}


def sample_of(drawn: SimulatedPanel, number: int, *, outcome: str = "outcome") -> Sample:
    names = tuple(f"x{column}" for column in range(drawn.controls.shape[-1]))
    n = drawn.outcome.shape[-1]
    return Sample(
        months(n),
        drawn.outcome[number],
        drawn.shock[number],
        drawn.controls[number],
        Outcome(outcome),
        Shock("shock"),
        names,
    )


@pytest.mark.parametrize("world", WORLDS)
def test_it_expects_the_coverage_that_the_process_has(world: str) -> None:
    process, n, horizon = WORLDS[world]
    drawn = simulate(process, replications=300, n=n, rng=np.random.default_rng(1))
    cells = batched_cells(drawn, horizon)
    stderr, degrees = linear_stderr(cells, horizon)
    true = np.mean(np.abs(cells.point - drawn.response(horizon)) <= student_quantile(0.05, degrees) * stderr)
    found = [simulated_coverage([sample_of(drawn, k)], (horizon,), seed=k) for k in range(HISTORIES)]
    expected = np.mean([next(iter(one.values())) for one in found])
    assert true - 0.15 < expected < true + 0.05, "it may lean to persistence"
    flags = np.mean([flagged(drawn, horizon, k) for k in range(HISTORIES)])
    assert flags >= 0.6 if world == "persistent" else flags <= 0.1


def test_cells_of_one_window_are_those_of_each_alone_and_a_seed_repeats_them() -> None:
    drawn = simulate(WORLDS["healthy"][0], replications=2, n=200, rng=np.random.default_rng(2))
    first = sample_of(drawn, 0)
    other = Sample(
        first.index,
        drawn.outcome[1],
        first.shock,
        first.controls,
        Outcome("other"),
        first.measured_shock,
        first.control_names,
    )
    both = simulated_coverage([first, other], (0, 6), seed=4)
    assert both == simulated_coverage([first], (0, 6), seed=4) | simulated_coverage([other], (0, 6), seed=4)
    assert both == simulated_coverage([first, other], (0, 6), seed=4)
    assert list(both) == [("shock", name, h) for name in ("outcome", "other") for h in (0, 6)]


def test_months_without_a_value_are_left_out_of_the_fit() -> None:
    drawn = simulate(WORLDS["healthy"][0], replications=1, n=200, rng=np.random.default_rng(2))
    sample = sample_of(drawn, 0)
    sample.outcome[50:53] = np.nan
    assert 0.8 < simulated_coverage([sample], (0,))[("shock", "outcome", 0)] <= 1.0


def test_a_root_leans_to_persistence_where_least_squares_leans_to_zero() -> None:
    rng = np.random.default_rng(0)
    found, plain = [], []
    for _ in range(60):
        walk = np.zeros(300)
        for step in range(1, 300):
            walk[step] = 0.97 * walk[step - 1] + rng.standard_normal()
        walk = walk[100:]
        found.append(cautious_root(walk, np.empty((200, 0))))
        plain.append(float(np.polyfit(walk[:-1], walk[1:], 1)[0]))
    assert 0.965 < np.median(found) < 0.99, "a root that leans to persistence, not to zero"
    assert np.median(plain) < 0.96
    noise = rng.standard_normal(300)
    assert abs(autoregressive_root(noise, np.empty((300, 0)))) < 0.15
    assert autoregressive_root(np.cumsum(noise), np.empty((300, 0))) > 0.95


def test_the_flag_is_nine_in_ten_and_an_unasked_coverage_is_not_flagged() -> None:
    assert {c: is_unreliable(c) for c in (0.80, 0.899, 0.90, 0.95)} == {
        0.80: True,
        0.899: True,
        0.90: False,
        0.95: False,
    }
    estimate = estimate_effect(*panel("S1", n=120), horizon=0)
    assert np.isnan(estimate.words.expected_coverage)
    assert not estimate.interval_unreliable
    assert "INTERVAL UNRELIABLE" in estimate.judged(expected_coverage=0.8).summary()
    words = {"identification": "identified", "finding": "effect found"}
    assert estimate.judged(**words).causal
    assert not estimate.judged(**words, expected_coverage=0.8).causal, "no effect by an interval known to fail"
