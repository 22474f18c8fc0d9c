"""What the house says of worlds whose truth is known: identified when right, refused when wrong, fragile when fragile.

Belongs here: shares of words over many histories, size of the joint test, flags of reliability, family-wise error, effects of
regimes. Does not belong here: the worlds (worlds.py), coverage of the engine (coverage.py), the targets (words.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from macro_assets.causal.belief.identification import identify_shocks
from macro_assets.causal.belief.protocol import Evidence
from macro_assets.causal.belief.report import examine
from macro_assets.causal.engine.design import usable_rows
from macro_assets.causal.engine.grid import estimate_grid
from macro_assets.causal.engine.inputs import validate
from macro_assets.causal.engine.linear import linear_stderr
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.causal.engine.results import IDENTIFIED, STABLE
from macro_assets.causal.engine.settings import DEFAULT, HORIZONS
from macro_assets.causal.events.identification import verdicts_by_shock
from macro_assets.causal.validation.coverage import MASTER_SEED, batched_cells, flagged
from macro_assets.causal.validation.simulation import Process, simulate
from macro_assets.causal.validation.worlds import WORLDS, Drawn
from macro_assets.causal.variation.by_regime import regime_effects
from macro_assets.inference.longrun import student_quantile

__all__ = ["PERSISTENCE", "REGIMES", "family_wise_error", "regime_coverage", "reliability_flags", "world_words"]

LEVEL = 0.05
JUDGED = "y0"
PERSISTENCE: dict[str, tuple[Process, int, int, int]] = {
    "root .99, 200 months, ten controls, h=12": (Process("p1", "", 0.99, 0.99, 0.0), 200, 10, 12),
    "root .99, 120 months, ten controls, h=12": (Process("p2", "", 0.95, 0.99, 0.0), 120, 10, 12),
    "root .98, 200 months, ten controls, h=12": (Process("p3", "", 0.98, 0.98, 0.0), 200, 10, 12),
    "root .95, 150 months, ten controls, h=6": (Process("p4", "", 0.95, 0.95, 0.0), 150, 10, 6),
    "root .9, 300 months, h=12": (Process("p8", "", 0.95, 0.9, 0.0), 300, 10, 12),
    "root .9, 300 months, h=6": (Process("p9", "", 0.95, 0.9, 0.0), 300, 10, 6),
    "white shock, 300 months, h=3": (Process("p5", "", 0.9, 0.0, 0.0), 300, 10, 3),
    "root .8, 300 months, h=12": (Process("p6", "", 0.9, 0.8, 0.8), 300, 10, 12),
    "root .9, 500 months, h=3": (Process("p7", "", 0.95, 0.9, 0.0), 500, 10, 3),
}
"""Name -> process, months, controls, horizon."""
REGIMES = {"equal effects": (1.0, 1.0), "unequal effects": (1.8, 0.6), "one regime only": (1.5, 0.0)}
"""Name -> effect in stress and in calm, in units of the average."""
FAMILY = (9, 8)
"""Shocks and outcomes of the grid whose family-wise error is measured: 360 cells over five horizons."""


def world_words(name: str, draws: int) -> dict[str, Any]:
    """Shares over histories of one world.

    Returns
    -------
    identified : share of verdicts `identified`. rejected : share of the joint test against the past at 5 %.
    coverage, bias : of the effect on the judged outcome in the month of the shock. stable : share of specifications.
    """
    rows = []
    for draw in range(draws):
        drawn = WORLDS[name].draw(np.random.default_rng([MASTER_SEED, list(WORLDS).index(name), draw]))
        rows.append(_judged(drawn, draw))
    frame = pd.DataFrame(rows)
    means = {column: float(frame[column].mean()) for column in ("identified", "rejected", "coverage", "bias", "stable")}
    return {"world": name, "draws": draws, **means}


def _judged(drawn: Drawn, seed: int) -> dict[str, float]:
    days = {}
    if drawn.event is not None:
        days = verdicts_by_shock([drawn.event], drawn.closes, {drawn.event.name: "shock"}, seed=seed)
    found = identify_shocks(drawn.panel, days=days, settings=DEFAULT)["shock"]
    sample = validate(*drawn.panel.pair(JUDGED, "shock"))
    _, estimate = examine(sample, usable_rows(0, len(sample.index) - 1, 0, DEFAULT.lags), DEFAULT, Evidence())
    low, high = estimate.confidence_interval
    return {
        "identified": found.verdict == IDENTIFIED, "rejected": found.past is not None and found.past.p_value < LEVEL,
        "coverage": low <= drawn.truth <= high, "bias": estimate.point - drawn.truth,
        "stable": estimate.words.specification == STABLE,
    }  # fmt: skip


def reliability_flags(name: str, draws: int, *, flags: int) -> dict[str, Any]:
    """Coverage of a persistent process and the share of its histories whose interval is flagged (the first `flags`)."""
    process, n, controls, horizon = PERSISTENCE[name]
    rng = np.random.default_rng([MASTER_SEED, 71, list(PERSISTENCE).index(name)])
    panel = simulate(process, replications=draws, n=n, rng=rng, controls=controls)
    cells = batched_cells(panel, horizon)
    stderr, degrees = linear_stderr(cells, horizon)
    inside = np.abs(cells.point - panel.response(horizon)) <= student_quantile(LEVEL, degrees) * stderr
    share = float(np.mean([flagged(panel, horizon, number) for number in range(flags)]))
    return {"world": name, "draws": draws, "coverage": float(np.mean(inside)), "flagged": share, "flags": flags}


def family_wise_error(runs: int, first: int = 0) -> dict[str, Any]:
    """Share of grids of 360 cells without any effect in which some cell is found."""
    false = 0
    for run in range(first, first + runs):
        rng = np.random.default_rng([MASTER_SEED, 72, run])
        grid = estimate_grid(_null_panel(rng), horizons=HORIZONS)
        assert grid.adjusted is not None
        false += bool((grid.adjusted["p_romano_wolf"] < LEVEL).any())
    return {"runs": runs, "cells": FAMILY[0] * FAMILY[1] * len(HORIZONS), "false": false}


def regime_coverage(name: str, draws: int) -> dict[str, Any]:
    """Coverage of the effect of each regime, by calibrated filtered probabilities of the month before."""
    stress_effect, calm_effect = REGIMES[name]
    inside = np.zeros(2)
    for draw in range(draws):
        rng = np.random.default_rng([MASTER_SEED, 73, list(REGIMES).index(name), draw])
        y, t, x, probability = _regime_world(rng, stress_effect, calm_effect)
        frame = regime_effects(y, t, x, probability).frame
        truth = np.array([stress_effect, calm_effect])
        inside += ((frame["lower"] <= truth) & (truth <= frame["upper"])).to_numpy()
    stress, calm = inside / draws
    return {"world": name, "draws": draws, "stress": float(stress), "calm": float(calm)}


def _null_panel(rng: np.random.Generator, months: int = 400) -> EffectPanel:
    """Shocks and correlated outcomes of fat tails that owe each other nothing; nine persistent controls."""
    shocks, outcomes = FAMILY
    index = pd.date_range("1985-01-31", periods=months, freq="ME")
    state = np.zeros((months + 100, 9))
    for row in range(1, len(state)):
        state[row] = 0.9 * state[row - 1] + rng.standard_normal(9)
    state = state[100:]
    news = rng.standard_t(5, (months, shocks)) + 0.5 * rng.standard_normal((months, 1)) + 0.3 * state[:, :1]
    moves = rng.standard_t(5, (months, outcomes)) + rng.standard_normal((months, 1)) + 0.3 * state[:, 1:2]
    return EffectPanel(
        pd.DataFrame(moves, index, [f"y{k}" for k in range(outcomes)]),
        pd.DataFrame(news, index, [f"s{k}" for k in range(shocks)]),
        pd.DataFrame(state, index, [f"x{k}" for k in range(9)]),
    )


def _regime_world(
    rng: np.random.Generator, stress_effect: float, calm_effect: float, months: int = 400
) -> tuple[pd.Series, pd.Series, pd.DataFrame, pd.DataFrame]:
    """A hidden two-state chain (stress 15 % of months, loud), its filtered probability before each month, and its effects."""
    index = pd.date_range("1985-01-31", periods=months, freq="ME")
    state = np.zeros(months, dtype=int)
    for month in range(1, months):
        stay = 0.85 if state[month - 1] else 0.97
        state[month] = state[month - 1] if rng.random() < stay else 1 - state[month - 1]
    signal = state + 0.6 * rng.standard_normal(months)
    probability = np.empty(months)
    belief = 1 / 6
    for month in range(months):
        probability[month] = belief  # before the month, from signals of earlier ones
        likely = belief * np.exp(-((signal[month] - 1.0) ** 2) / 0.72)
        calm = (1 - belief) * np.exp(-(signal[month] ** 2) / 0.72)
        now = likely / (likely + calm)
        belief = 0.85 * now + 0.03 * (1 - now)
    controls = rng.standard_normal((months, 3))
    loud = np.where(state == 1, 1.8, 1.0)
    news = rng.standard_normal(months) + 0.3 * controls[:, 0]
    effect = probability * stress_effect + (1 - probability) * calm_effect
    moves = effect * news + 0.3 * controls[:, 1] + loud * rng.standard_normal(months)
    return (
        pd.Series(moves, index, name="outcome"), pd.Series(news, index, name="shock"),
        pd.DataFrame(controls, index, ["x0", "x1", "x2"]),
        pd.DataFrame({"stress": probability, "calm": 1.0 - probability}, index),
    )  # fmt: skip
