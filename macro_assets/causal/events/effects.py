"""Effects by event day: the slope of a window's reaction on the surprise, over the events of one shock.

Belongs here: estimates with small-sample inference, the check by moved events, the finding. Does not belong here:
windows (windows.py), the placebo before the event (pre_event.py), months after the month of the shock (engine/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from macro_assets.causal.engine.multiplicity import holm
from macro_assets.causal.events.windows import DAY, Closes, Window, reactions
from macro_assets.errors import InvalidInputError
from macro_assets.inference.small_sample import SlopeFit, fit_slopes, slope_t

Array = NDArray[np.float64]
Days = NDArray[np.datetime64]
Sample = Literal["all", "scheduled", "unscheduled"]

MINIMUM_EVENTS = 12
MINIMUM_EFFECTIVE = 8.0
SHIFTS = tuple(range(-30, -7)) + tuple(range(8, 31))
POWER = 0.80

__all__ = ["MINIMUM_EFFECTIVE", "MINIMUM_EVENTS", "EventEffect", "EventShock", "event_effects", "window_slope"]


@dataclass(frozen=True)
class EventShock:
    """Surprises of one kind of event.

    Attributes
    ----------
    name, tier : of the shock. unit : of `surprise`. sign : what a positive surprise means.
    per, per_unit : the size the effect is stated for, in units of the surprise, and its name ("25 basis points").
    days : (k,) event days in order of time, several events of a day summed before.
    surprise : (k,). scheduled : (k,) whether the day was announced beforehand; None where that is not known.
    note : what a reader should know of the list, a sentence; empty = nothing.
    """

    name: str
    tier: str
    unit: str
    sign: str
    days: Days
    surprise: Array
    per: float = 1.0
    per_unit: str = ""
    scheduled: NDArray[np.bool_] | None = None
    note: str = ""

    def rows(self, sample: Sample) -> NDArray[np.bool_]:
        """Which events belong to a sample."""
        if sample == "all":
            return np.ones(len(self.days), dtype=bool)
        if self.scheduled is None:
            return np.zeros(len(self.days), dtype=bool)
        return self.scheduled if sample == "scheduled" else ~self.scheduled


@dataclass(frozen=True)
class EventEffect:
    """Reaction of one outcome in one window per `per_unit` of the surprise.

    Attributes
    ----------
    point, stderr, lower, upper : unit of the outcome. degrees : of the Student t reference.
    p_value : two-sided. p_adjusted : Holm, over the outcomes of the shock in this window and sample.
    shift_p_value : share of moved calendars of the same events with as large a t statistic.
    n, effective_n : events, and equally large surprises that would carry as much.
    finding : effect found (p_adjusted and shift_p_value below alpha), nothing found, or too few events.
    detectable : smallest effect found with 80 % power.
    """

    shock: str
    outcome: str
    tier: str
    window: Window
    sample: Sample
    point: float
    stderr: float
    degrees: float
    lower: float
    upper: float
    p_value: float
    p_adjusted: float
    shift_p_value: float
    n: int
    effective_n: float
    finding: str
    detectable: float
    unit: str
    sign: str
    first: pd.Timestamp
    last: pd.Timestamp


def window_slope(
    shock: EventShock, closes: Closes, window: Window, sample: Sample = "all"
) -> tuple[SlopeFit, Days] | None:
    """Slope of a window's reaction on the surprise, per `per`, with the event days used; None with too few events."""
    chosen = shock.rows(sample) & np.isfinite(shock.surprise)
    days, surprise = shock.days[chosen], shock.surprise[chosen] / shock.per
    reaction = reactions(closes, days, window)
    observed = np.isfinite(reaction)
    if observed.sum() < MINIMUM_EVENTS or np.ptp(surprise[observed]) == 0.0:
        return None
    return fit_slopes(surprise[observed], reaction[observed]), days[observed]


def event_effects(
    shock: EventShock,
    outcomes: Sequence[Closes],
    *,
    windows: Sequence[Window] = (DAY,),
    samples: Sequence[Sample] = ("all", "scheduled", "unscheduled"),
    alpha: float = 0.05,
) -> list[EventEffect]:
    """Every outcome in every window and sample that has enough events.

    Parameters
    ----------
    outcomes : daily closes.
    alpha : one minus the level of the intervals.

    Returns
    -------
    One row per outcome, window and sample with at least twelve events; a sample with fewer has no row.

    Raises
    ------
    InvalidInputError : alpha outside (0, 1), or events not in order of time.

    Source: Kuttner (2001), JME 47; Bernanke and Kuttner (2005), JF 60; inference as in inference/small_sample.py.
    """
    if not 0.0 < alpha < 1.0:
        raise InvalidInputError(f"Alpha {alpha!r} is not between 0 and 1.", remedy="Use 0.05 for 95 % intervals.")
    if (np.diff(shock.days.astype("datetime64[D]").astype(int)) <= 0).any():
        raise InvalidInputError(
            f"Events of {shock.name!r} are not one a day in order of time.", remedy="Sum the events of a day and sort."
        )
    effects = []
    for window in windows:
        for sample in samples:
            fitted = ((closes, window_slope(shock, closes, window, sample)) for closes in outcomes)
            family = [_effect(shock, closes, window, sample, *fit, alpha) for closes, fit in fitted if fit is not None]
            effects += _with_findings(family, alpha)
    return effects


def _with_findings(family: list[EventEffect], alpha: float) -> list[EventEffect]:
    """Holm over the outcomes of one window and sample, and what may be said."""
    adjusted = holm([one.p_value for one in family])
    out = []
    for one, p_adjusted in zip(family, adjusted, strict=True):
        enough = one.effective_n >= MINIMUM_EFFECTIVE
        clear = max(p_adjusted, one.shift_p_value) < alpha
        finding = "too few events" if not enough else "effect found" if clear else "nothing found"
        out.append(replace(one, p_adjusted=p_adjusted, finding=finding))
    return out


def _effect(
    shock: EventShock, closes: Closes, window: Window, sample: Sample, fit: SlopeFit, days: Days, alpha: float
) -> EventEffect:
    point, stderr = float(fit.point[0]), float(fit.stderr[0])
    critical = float(stats.t.ppf(1.0 - alpha / 2.0, fit.degrees))
    p_value = float(2.0 * stats.t.sf(abs(point) / stderr, fit.degrees)) if stderr > 0.0 else 1.0
    shifted = _shifted_p_value(shock, closes, window, sample, abs(point) / stderr if stderr > 0.0 else 0.0)
    detectable = stderr * (critical + float(stats.t.ppf(POWER, fit.degrees)))
    per = shock.per_unit or f"{shock.per:g} {shock.unit}"
    return EventEffect(
        shock.name, closes.name, shock.tier, window, sample, point, stderr, fit.degrees,
        point - critical * stderr, point + critical * stderr, p_value, p_value, shifted, fit.n, fit.effective_n, "", detectable,
        f"{closes.unit} per {per}", shock.sign, pd.Timestamp(days[0]), pd.Timestamp(days[-1]),
    )  # fmt: skip


def _shifted_p_value(shock: EventShock, closes: Closes, window: Window, sample: Sample, statistic: float) -> float:
    """Rank of the t statistic among the same surprises moved by 8 to 30 trading days either way: days without the event.

    The surprises keep their order, so their dependence and their outliers stay; only the days are wrong.
    """
    chosen = shock.rows(sample) & np.isfinite(shock.surprise)
    days, surprise = shock.days[chosen], shock.surprise[chosen] / shock.per
    larger = total = 0
    row = np.searchsorted(closes.days, days)
    for shift in SHIFTS:
        place = row + shift
        inside = (place >= 0) & (place < len(closes.days))
        reaction = np.full(len(days), np.nan)
        reaction[inside] = reactions(closes, closes.days[place[inside]], window)
        observed = np.isfinite(reaction)
        if observed.sum() < MINIMUM_EVENTS or np.ptp(surprise[observed]) == 0.0:
            continue
        total += 1
        larger += bool(abs(slope_t(surprise[observed], reaction[observed])[0]) >= statistic)
    return (1 + larger) / (1 + total)
