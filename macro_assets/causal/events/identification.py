"""What the days before an event say about it: the rule by which a shock's event days are called identified.

Belongs here: the verdict from the placebo before the event, what adding the days before does to the estimates, how
large a violation would have to be. Does not belong here: the test itself (pre_event.py), months (belief/).

A rejection alone refutes nothing: the days before enter as controls, and the verdict falls only where an estimate then
moves by more than one standard error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from macro_assets.causal.engine.variables import CAUSAL_TIERS
from macro_assets.causal.events.effects import EventEffect, EventShock, window_slope
from macro_assets.causal.events.pre_event import PreEventTest, pre_event_power, pre_event_test
from macro_assets.causal.events.windows import DAY, PRE_EVENT, Closes, reactions
from macro_assets.tables.effects import IDENTIFICATIONS

__all__ = ["EventIdentification", "breakdown", "identify_events", "verdicts_by_shock"]

LEVEL = 0.05
ORDER = IDENTIFICATIONS
HALF = 0.5


@dataclass(frozen=True)
class EventIdentification:
    """Verdict on the event days of one shock.

    Attributes
    ----------
    verdict : identified, association, or not identified. reason : one sentence.
    test : the placebo before the event; None with fewer than twelve events.
    moves : outcome -> move of its event-day estimate when the days before are controlled for, in standard errors.
    power : probability that the placebo rejects when half of the news is out before the event.
    """

    shock: str
    verdict: str
    reason: str
    test: PreEventTest | None
    moves: dict[str, float]
    power: float


def identify_events(shock: EventShock, outcomes: Sequence[Closes], *, seed: int = 0) -> EventIdentification:
    """The verdict: tier first, then the days [-5, -2], jointly over outcomes, on events announced beforehand where known."""
    test = pre_event_test(scheduled_only(shock), outcomes, seed=seed)
    moves = {closes.name: move for closes in outcomes if (move := _move(shock, closes)) is not None}
    power = pre_event_power(scheduled_only(shock), outcomes, share=HALF, seed=seed) if test else float("nan")
    if shock.tier not in CAUSAL_TIERS:
        verdict, reason = (
            "association",
            "A forecast error without a consensus: markets may have known part of it before.",
        )
    elif test is None:
        verdict, reason = "not identified", "Too few events for the placebo before the event."
    elif test.p_value >= LEVEL:
        verdict = "identified"
        reason = (
            f"Outcomes did not move with the surprise in the days before (p = {test.p_value:.2f}; had half of the news "
            f"been out, the test would have seen it with probability {power:.2f})."
        )
    else:
        verdict, reason = _after_rejection(test, moves)
    return EventIdentification(shock.name, verdict, f"{reason} {shock.note}".strip(), test, moves, power)


def verdicts_by_shock(
    events: Sequence[EventShock], outcomes: Sequence[Closes], shocks: Mapping[str, str], *, seed: int = 0
) -> dict[str, EventIdentification]:
    """Verdict of the event days behind each monthly shock; of several kinds of announcement the least favourable.

    shocks : announcement -> shock, as in the catalogue. Without closes nothing can be said of any.
    """
    found: dict[str, EventIdentification] = {}
    for event in events if outcomes else ():
        verdict = identify_events(event, outcomes, seed=seed)
        name = shocks[event.name]
        if name not in found or ORDER.index(verdict.verdict) > ORDER.index(found[name].verdict):
            found[name] = verdict
    return found


def scheduled_only(shock: EventShock) -> EventShock:
    """The events announced beforehand, where that is known: an unscheduled one answers the days before it."""
    if shock.scheduled is None or not shock.scheduled.any():
        return shock
    kept = shock.scheduled
    return EventShock(
        shock.name,
        shock.tier,
        shock.unit,
        shock.sign,
        shock.days[kept],
        shock.surprise[kept],
        shock.per,
        shock.per_unit,
    )


def breakdown(effect: EventEffect, test: PreEventTest | None) -> float | None:
    """How many times the move seen before the event, day for day, would bring the interval of an effect to zero.

    Zero when the interval holds zero already; None without a slope before the event. Source: the relative-magnitude
    bound of Rambachan and Roth (2023), Review of Economic Studies 90(5), with one pre-period.
    """
    slope = None if test is None else test.slopes.get(effect.outcome)
    if slope is None or slope == 0.0:
        return None
    length = test.window.last - test.window.first + 1 if test is not None else 1
    nearest = min(abs(effect.lower), abs(effect.upper)) if effect.lower * effect.upper > 0.0 else 0.0
    days = effect.window.last - effect.window.first + 1
    return float(nearest / (abs(slope) / length * days))


def _after_rejection(test: PreEventTest, moves: dict[str, float]) -> tuple[str, str]:
    worst = max(moves, key=lambda name: abs(moves[name]), default="")
    seen = f"Outcomes moved with the surprise in the days before (p = {test.p_value:.3f}"
    seen += f", above all {test.named[0]})" if test.named else ")"
    if not worst or abs(moves[worst]) <= 1.0:
        return "identified", f"{seen}, but controlling for these days moves no estimate by a standard error."
    return "not identified", (
        f"{seen}, and controlling for these days moves {worst} by {abs(moves[worst]):.1f} standard errors."
    )


def _move(shock: EventShock, closes: Closes) -> float | None:
    """Move of the event-day slope when the outcome's own days before are a regressor, in standard errors."""
    fitted = window_slope(shock, closes, DAY)
    if fitted is None:
        return None
    fit, days = fitted
    before = reactions(closes, days, PRE_EVENT)
    observed = np.isfinite(before)
    rows = np.isin(shock.days, days[observed])
    surprise = shock.surprise[rows] / shock.per
    reaction = reactions(closes, days[observed], DAY)
    if len(surprise) != len(reaction) or fit.stderr[0] == 0.0:
        return None
    design = np.column_stack([np.ones(len(surprise)), surprise, before[observed]])
    with_before = float(np.linalg.lstsq(design, reaction, rcond=None)[0][1])
    without = float(np.linalg.lstsq(design[:, :2], reaction, rcond=None)[0][1])
    return (with_before - without) / float(fit.stderr[0])
