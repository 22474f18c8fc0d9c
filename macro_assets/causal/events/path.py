"""The path around an event: slope of each trading day's close on the surprise, the close of the day before as base.

Belongs here: one fit over the events whose whole span is covered. Does not belong here: the answer of the day itself,
which uses every event (effects.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from macro_assets.causal.events.effects import MINIMUM_EVENTS, EventShock
from macro_assets.causal.events.windows import Closes, Window, reactions
from macro_assets.inference.small_sample import fit_slopes

Array = NDArray[np.float64]

__all__ = ["BEFORE", "AFTER", "EventPath", "event_path"]

BEFORE, AFTER = 5, 20


@dataclass(frozen=True)
class EventPath:
    """Slopes by trading day.

    Attributes
    ----------
    days : (k,) trading days from the event, without -1, the base. point, lower, upper : (k,) in `unit`. n : events.
    """

    days: NDArray[np.int64]
    point: Array
    lower: Array
    upper: Array
    unit: str
    n: int


def event_path(shock: EventShock, closes: Closes, alpha: float = 0.05) -> EventPath | None:
    """Slopes from five trading days before to twenty after; None with fewer than twelve events covered throughout.

    A day before the event shows how much lower or higher the close stood than the base, so that an effect known in
    advance appears as a path that has begun before day 0.
    """
    finite = np.isfinite(shock.surprise)
    event_days, surprise = shock.days[finite], shock.surprise[finite] / shock.per
    steps = np.array([*range(-BEFORE, -1), *range(0, AFTER + 1)])
    moved = np.column_stack([_from_base(closes, event_days, int(step)) for step in steps])
    whole = np.isfinite(moved).all(axis=1)
    if whole.sum() < MINIMUM_EVENTS or np.ptp(surprise[whole]) == 0.0:
        return None
    fit = fit_slopes(surprise[whole], moved[whole])
    reach = float(stats.t.ppf(1.0 - alpha / 2.0, fit.degrees)) * fit.stderr
    return EventPath(
        steps, fit.point, fit.point - reach, fit.point + reach, f"{closes.unit} per {shock.per_unit}", int(whole.sum())
    )


def _from_base(closes: Closes, event_days: NDArray[np.datetime64], step: int) -> Array:
    """Move of the close of a trading day from the close of the day before the event."""
    if step >= 0:
        return reactions(closes, event_days, Window(0, step))
    back = reactions(closes, event_days, Window(step + 1, -1))
    return -back if closes.kind == "change" else closes.scale * (1.0 / (1.0 + back / closes.scale) - 1.0)
