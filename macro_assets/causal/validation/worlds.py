"""Worlds in which a referee knows what may be said: shocks that are right and wrong, specifications that are and are not.

Belongs here: data-generating processes of a shock, its controls, four outcomes and the days of its events, with the true effect
of the month. Does not belong here: coverage of the engine alone (simulation.py), what is asked of a world (referee.py).

Three hundred months; controls are known before the shock of their row. A month has 21 trading days, its event falls on the
twelfth; what was out before spreads over the days [-5, -2].
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.causal.engine.variables import Outcome, Shock
from macro_assets.causal.events.effects import EventShock
from macro_assets.causal.events.windows import Closes

Array = NDArray[np.float64]

__all__ = ["EFFECT", "WORLDS", "Drawn", "World"]

MONTHS, CONTROLS, OUTCOMES = 300, 4, 4
TRADING_DAYS, EVENT_DAY = 21, 11
EFFECT = 0.5
NEWS = 0.3
BEFORE = range(EVENT_DAY - 5, EVENT_DAY - 1)


@dataclass(frozen=True)
class Drawn:
    """One history. panel : one shock, `y0` the outcome whose effect is judged. event, closes : days, where the world has them."""

    panel: EffectPanel
    truth: float
    event: EventShock | None = None
    closes: tuple[Closes, ...] = ()


@dataclass(frozen=True)
class World:
    """A process. right : whether its shock is identified; None where only the source of the shock could say."""

    name: str
    title: str
    draw: Callable[[np.random.Generator], Drawn]
    right: bool | None = True
    kind: str = "identification"


@dataclass
class _Parts:
    """What worlds change before outcomes are made. scale : volatility common to shock and outcomes."""

    rng: np.random.Generator
    controls: Array = field(init=False)
    news: Array = field(init=False)
    noise: Array = field(init=False)
    weights: Array = field(init=False)

    def __post_init__(self) -> None:
        draws = self.rng.standard_normal((MONTHS + 100, CONTROLS))
        state = np.zeros_like(draws)
        for row in range(1, len(draws)):
            state[row] = 0.9 * state[row - 1] + draws[row]
        self.controls = state[100:]
        self.news = self.rng.standard_normal(MONTHS)
        common = self.rng.standard_normal((MONTHS, 1))
        self.noise = 0.6 * common + 0.8 * self.rng.standard_normal((MONTHS, OUTCOMES))
        self.weights = 0.3 * self.rng.standard_normal((CONTROLS, OUTCOMES))

    @property
    def policy(self) -> Array:
        """What the shock owes to the controls."""
        return 0.3 * self.controls[:, 0] - 0.2 * self.controls[:, 1]

    @property
    def drift(self) -> Array:
        """What the outcomes owe to the controls (months, outcomes)."""
        return self.controls @ self.weights


def _panel(controls: Array, shock: Array, outcomes: Array, extra: dict[str, Array] | None = None) -> EffectPanel:
    index = pd.date_range("1985-01-31", periods=MONTHS, freq="ME")
    columns = {f"x{k}": controls[:, k] for k in range(controls.shape[1])} | (extra or {})
    names = {f"y{k}": Outcome(f"y{k}", "percent") for k in range(outcomes.shape[1])}
    return EffectPanel(
        pd.DataFrame(outcomes, index, list(names)), pd.DataFrame({"shock": shock}, index), pd.DataFrame(columns, index),
        names, {"shock": Shock("shock", "percentage point", "positive = tighter", "T1")},
    )  # fmt: skip


def _clean(rng: np.random.Generator) -> Drawn:
    parts = _Parts(rng)
    shock = parts.policy + parts.news
    outcomes = EFFECT * shock[:, None] + parts.drift + parts.noise
    event, closes = _days(rng, parts.news, np.zeros(MONTHS), share=0.0)
    return Drawn(_panel(parts.controls, shock, outcomes), EFFECT, event, closes)


def _controlled_past(rng: np.random.Generator) -> Drawn:
    """Policy answers last month's return, which is among the controls."""
    parts = _Parts(rng)
    shock, outcomes = np.zeros(MONTHS), np.zeros((MONTHS, OUTCOMES))
    for month in range(MONTHS):
        past = outcomes[month - 1, 0] if month else 0.0
        shock[month] = parts.policy[month] + 0.4 * past + parts.news[month]
        outcomes[month] = EFFECT * shock[month] + parts.drift[month] + parts.noise[month]
    past = np.concatenate([[0.0], outcomes[:-1, 0]])
    return Drawn(_panel(parts.controls, shock, outcomes, {"y0_before": past}), EFFECT)


def _same_month_news(share: float) -> Callable[[np.random.Generator], Drawn]:
    """News of the month moves shock and outcomes; `share` of it was out in the days before the event."""

    def draw(rng: np.random.Generator) -> Drawn:
        parts = _Parts(rng)
        other = rng.standard_normal(MONTHS)
        shock = parts.policy + parts.news + other
        outcomes = EFFECT * (shock - other)[:, None] + NEWS * other[:, None] + parts.drift + parts.noise
        event, closes = _days(rng, parts.news, other, share=share)
        return Drawn(_panel(parts.controls, shock, outcomes), EFFECT, event, closes)

    return draw


def _persistent_news(rng: np.random.Generator) -> Drawn:
    """Unseen news with a memory moves shock and outcomes: months cannot tell."""
    parts = _Parts(rng)
    other = np.zeros(MONTHS)
    for month in range(1, MONTHS):
        other[month] = 0.8 * other[month - 1] + 0.6 * rng.standard_normal()
    shock = parts.policy + parts.news + other
    outcomes = EFFECT * shock[:, None] + other[:, None] + parts.drift + parts.noise
    return Drawn(_panel(parts.controls, shock, outcomes), EFFECT)


def _long_lags(rng: np.random.Generator) -> Drawn:
    """A control confounds at lag six."""
    parts = _Parts(rng)
    innovations = rng.standard_normal(MONTHS)
    controls = np.column_stack([parts.controls, innovations])
    late = np.concatenate([np.zeros(6), innovations[:-6]])
    shock = parts.policy + parts.news + 0.7 * late
    outcomes = EFFECT * shock[:, None] + 0.7 * late[:, None] + parts.drift + parts.noise
    return Drawn(_panel(controls, shock, outcomes), EFFECT)


def _squares(rng: np.random.Generator) -> Drawn:
    """The square of a control moves both."""
    parts = _Parts(rng)
    square = 0.25 * (parts.controls[:, 0] ** 2 - np.mean(parts.controls[:, 0] ** 2))
    shock = parts.policy + parts.news + square
    outcomes = EFFECT * shock[:, None] + square[:, None] + parts.drift + parts.noise
    return Drawn(_panel(parts.controls, shock, outcomes), EFFECT)


def _breaks(rng: np.random.Generator) -> Drawn:
    """The rule of policy, and what prices make of the state, change sign in the middle."""
    parts = _Parts(rng)
    sign = np.where(np.arange(MONTHS) < MONTHS // 2, 1.0, -1.0)
    state = 0.5 * sign * parts.controls[:, 0]
    shock = parts.policy + parts.news + state
    outcomes = EFFECT * shock[:, None] + state[:, None] + parts.drift + parts.noise
    return Drawn(_panel(parts.controls, shock, outcomes), EFFECT)


def _sparse(rng: np.random.Generator) -> Drawn:
    """Events in a third of the months, with three degrees of freedom; the shock owes nothing to the state."""
    parts = _Parts(rng)
    shock = np.where(rng.random(MONTHS) < 1 / 3, rng.standard_t(3, MONTHS), 0.0)
    outcomes = EFFECT * shock[:, None] + parts.drift + parts.noise
    return Drawn(_panel(parts.controls, shock, outcomes), EFFECT)


def _common_volatility(rng: np.random.Generator) -> Drawn:
    """One stochastic volatility, persistent, of shock and outcomes."""
    parts = _Parts(rng)
    log = np.zeros(MONTHS)
    for month in range(1, MONTHS):
        log[month] = 0.95 * log[month - 1] + 0.25 * rng.standard_normal()
    scale = np.exp(log)
    shock = parts.policy + scale * parts.news
    outcomes = EFFECT * shock[:, None] + parts.drift + scale[:, None] * parts.noise
    return Drawn(_panel(parts.controls, shock, outcomes), EFFECT)


def _days(
    rng: np.random.Generator, news: Array, other: Array, *, share: float
) -> tuple[EventShock, tuple[Closes, ...]]:
    """Daily closes of the outcomes and the surprise of each month's event; `share` of `other` out in the days before."""
    first = pd.bdate_range("1985-01-01", periods=MONTHS * TRADING_DAYS)
    days = first.to_numpy().astype("datetime64[D]")
    closes = []
    for name in (f"y{k}" for k in range(OUTCOMES)):
        moves = rng.standard_normal((MONTHS, TRADING_DAYS)) / np.sqrt(TRADING_DAYS)
        moves[:, list(BEFORE)] += share * NEWS * other[:, None] / len(BEFORE)
        moves[:, EVENT_DAY] += EFFECT * news + (1.0 - share) * NEWS * other
        closes.append(Closes(name, "percent", days, np.cumsum(moves.ravel()), "change", 1.0))
    events = days.reshape(MONTHS, TRADING_DAYS)[:, EVENT_DAY]
    shock = EventShock("announcement", "T1", "percentage point", "positive = tighter", events, news + other)
    return shock, tuple(closes)


WORLDS: dict[str, World] = {
    world.name: world
    for world in (
        World("clean", "a surprise, and prices that know the state", _clean),
        World("controlled_past", "policy answers last month's controlled return", _controlled_past),
        World("sparse_events", "sparse events with heavy tails", _sparse),
        World("common_volatility", "one stochastic volatility of all", _common_volatility),
        World("news_out_before", "same-month news, all out before the event", _same_month_news(1.0), right=False),
        World("news_half_out", "same-month news, half out before the event", _same_month_news(0.5), right=False),
        World("persistent_news", "unseen news with a memory", _persistent_news, right=None),
        World("long_lags", "a control that confounds at lag six", _long_lags, kind="specification"),
        World("squares", "the square of a control in both equations", _squares, kind="specification"),
        World("breaks", "a rule that changes sign", _breaks, kind="specification"),
    )
}
