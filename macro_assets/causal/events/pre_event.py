"""The placebo that bites: did outcomes already move with the surprise in the days before the event?

Belongs here: the joint test of slopes in [-5, -2], the slope of the day before (shown apart as leakage), its power.
Does not belong here: the rule that identification follows from it (belief/), effects (effects.py).

Drift before meetings is in the mean of the window, not in its slope on the surprise, so the constant takes it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from macro_assets.causal.events.effects import MINIMUM_EVENTS, EventShock
from macro_assets.causal.events.windows import DAY, DRIFT, PRE_EVENT, Closes, Window, reactions
from macro_assets.inference.small_sample import fit_slopes

Array = NDArray[np.float64]

__all__ = ["PreEventTest", "pre_event_power", "pre_event_test"]

DRAWS = 999


@dataclass(frozen=True)
class PreEventTest:
    """Joint test that no outcome's reaction in the window before moved with the surprise.

    Attributes
    ----------
    statistic : largest |t| over outcomes. p_value : by random signs of the surprises' deviations.
    slopes, t_statistics : by outcome, per unit of the shock's `per`. leakage : t statistics of the day before.
    events : number used. outcomes : names, in order.
    """

    window: Window
    statistic: float
    p_value: float
    slopes: dict[str, float]
    t_statistics: dict[str, float]
    leakage: dict[str, float]
    events: int

    @property
    def named(self) -> tuple[str, ...]:
        """Outcomes whose own |t| exceeds 2, largest first: what a rejection names."""
        strong = [name for name, t in self.t_statistics.items() if abs(t) > 2.0]
        return tuple(sorted(strong, key=lambda name: -abs(self.t_statistics[name])))


def pre_event_test(
    shock: EventShock, outcomes: Sequence[Closes], *, window: Window = PRE_EVENT, draws: int = DRAWS, seed: int = 0
) -> PreEventTest | None:
    """Joint test over outcomes; None when no outcome has twelve events.

    Each outcome uses every event it has closes for. The null distribution keeps each outcome's residuals and draws
    Rademacher signs on the deviation of the surprise, one sign an event and the same for all outcomes, so dependence
    between outcomes stays; unlike a circular shift it keeps its size when volatility is shared and clustered.

    Source: Wu (1986); Davidson and Flachaire (2008), J. Econometrics 146, for Rademacher signs.
    """
    columns, slopes, t_values, leak = [], {}, {}, {}
    finite = np.isfinite(shock.surprise)
    days, surprise = shock.days[finite], shock.surprise[finite] / shock.per
    for closes in outcomes:
        reaction = reactions(closes, days, window)
        present = np.isfinite(reaction)
        if present.sum() < MINIMUM_EVENTS or np.ptp(surprise[present]) == 0.0:
            continue
        fit = fit_slopes(surprise[present], reaction[present])
        columns.append((present, reaction[present] - reaction[present].mean()))
        slopes[closes.name], t_values[closes.name] = float(fit.point[0]), float(fit.point[0] / fit.stderr[0])
        leak[closes.name] = _t_value(surprise, reactions(closes, days, DRIFT))
    if not columns:
        return None
    signs = np.random.default_rng(seed).choice((-1.0, 1.0), size=(draws, len(days)))
    null = np.stack([_signed(surprise, present, centred, signs) for present, centred in columns])
    observed = np.array([_plain(surprise[present], centred) for present, centred in columns])
    statistic = float(np.abs(observed).max())
    p_value = (1 + int((np.abs(null).max(axis=0) >= statistic).sum())) / (1 + draws)
    most = max(int(present.sum()) for present, _ in columns)
    return PreEventTest(window, statistic, p_value, slopes, t_values, leak, most)


def pre_event_power(
    shock: EventShock,
    outcomes: Sequence[Closes],
    *,
    share: float,
    level: float = 0.05,
    window: Window = PRE_EVENT,
    draws: int = 399,
    seed: int = 0,
) -> float:
    """Probability that the joint test rejects if `share` of the news of each event were out in the days before.

    Each outcome's days before keep their residuals, with random signs an event, and gain share / (1 - share) of the
    slope that was estimated on the day: what the day shows is the part that was left.
    """
    finite = np.isfinite(shock.surprise)
    days, surprise = shock.days[finite], shock.surprise[finite] / shock.per
    rng = np.random.default_rng(seed)
    null, moved = (rng.choice((-1.0, 1.0), size=(draws, len(days))) for _ in range(2))
    under_null, under_news = [], []
    for closes in outcomes:
        before, on_day = reactions(closes, days, window), reactions(closes, days, DAY)
        present = np.isfinite(before) & np.isfinite(on_day)
        if present.sum() < MINIMUM_EVENTS or np.ptp(surprise[present]) == 0.0:
            continue
        slope = float(fit_slopes(surprise[present], on_day[present]).point[0])
        residual = fit_slopes(surprise[present], before[present]).residuals[:, 0]
        deviation = surprise[present] - surprise[present].mean()
        under_null.append(_scores(deviation, null[:, present] * residual))
        leaked = share / (1.0 - share) * slope * deviation
        under_news.append(_scores(deviation, moved[:, present] * residual + leaked))
    if not under_null:
        return float("nan")
    critical = float(np.quantile(np.abs(np.stack(under_null)).max(axis=0), 1.0 - level))
    return float(np.mean(np.abs(np.stack(under_news)).max(axis=0) > critical))


def _scores(deviation: Array, reaction: Array) -> Array:
    """(draws,) HC-studentised score of each row of reactions, centred."""
    score = deviation * (reaction - reaction.mean(axis=1, keepdims=True))
    return np.asarray(score.sum(axis=1) / np.sqrt(np.sum(score**2, axis=1)))


def _plain(surprise: Array, centred: Array) -> float:
    """HC-studentised score of one outcome: sum v y over the root of the sum of its squares, imposing the null."""
    score = (surprise - surprise.mean()) * centred
    return float(score.sum() / np.sqrt(np.sum(score**2)))


def _signed(surprise: Array, present: NDArray[np.bool_], centred: Array, signs: Array) -> Array:
    """(draws,) the same statistic with random signs on the events' deviations, centred again in each draw."""
    deviation = signs[:, present] * (surprise[present] - surprise[present].mean())
    deviation = deviation - deviation.mean(axis=1, keepdims=True)
    score = deviation * centred
    return np.asarray(score.sum(axis=1) / np.sqrt(np.sum(score**2, axis=1)))


def _t_value(surprise: Array, reaction: Array) -> float:
    present = np.isfinite(reaction)
    if present.sum() < MINIMUM_EVENTS or np.ptp(surprise[present]) == 0.0:
        return float("nan")
    fit = fit_slopes(surprise[present], reaction[present])
    return float(fit.point[0] / fit.stderr[0])
