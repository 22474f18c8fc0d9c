"""The judgement of one series: which of the facts offered are implausible, and why.

Belongs here: the rules, applied in the order in which facts became known, each against what stood on its day. Does not
belong here: limits (limits.py), tables.

A fact that is set aside is not part of what the next one is compared with, so a corrected value simply passes. Facts
in one answer are judged as they would have been day by day: the result does not depend on how they were loaded.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import median
from typing import Literal

from macro_assets.plausibility.limits import (
    LIMITS,
    MIN_PRINTED,
    MOST_DECIMALS,
    RESTATED_PERIODS,
    RESTATED_RATIO,
    Limit,
    kind_of,
)
from macro_assets.plausibility.state import Fact, State

__all__ = ["Reason", "Rules", "Verdict", "judge", "median_ratio", "restated", "unlike_bounds", "verdict_on"]

Reason = Literal["not_a_number", "dates", "bounds", "decimals", "step", "revision", "restated"]

EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Rules:
    """What one series is judged by.

    Parameters
    ----------
    unit, frequency : of the series; decide its limit.
    lower, upper : plausible bounds, in `unit`.
    first_begin, last_begin : days since 1970-01-01 in which facts of this answer may begin.
    periods : whether to ask that a period begins where its frequency says.
    from_history : whether bounds and limits are those of the series' own history (bounds.py), and not known yet.
    printed : decimals the series is printed with; None = those of the facts before.
    limits : of steps, by kind and frequency.
    """

    unit: str
    frequency: str
    lower: float = -math.inf
    upper: float = math.inf
    first_begin: int | None = None
    last_begin: int | None = None
    periods: bool = True
    from_history: bool = False
    printed: int | None = None
    limits: Mapping[tuple[str, str], Limit] = field(default_factory=lambda: LIMITS, repr=False)


@dataclass(frozen=True)
class Verdict:
    """Why a fact was set aside.

    Parameters
    ----------
    reason : the rule. words : one sentence for a person.
    compared_with : the value it was held against, in the unit of the series; None where there was none.
    """

    reason: Reason
    words: str
    compared_with: float | None = None


def judge(
    rules: Rules,
    stored: Iterable[Fact],
    offered: Sequence[Fact],
    accepted: Collection[tuple[int, int, float | None]] = (),
) -> list[Verdict | None]:
    """Verdict on each fact offered; None where it is plausible.

    Parameters
    ----------
    rules : of the series.
    stored : facts that are kept already, each key once; they are not judged again.
    offered : facts of one answer, in any order. One whose key and value are stored is plausible.
    accepted : (period, begin, value) that a person accepted.
    """
    kept = {(fact.period, fact.begin): fact for fact in stored}
    verdicts: list[Verdict | None] = [None] * len(offered)
    suspects = [at for at, fact in enumerate(offered) if not _trusted(fact, kept, accepted)]
    corrections = [
        (offered[at].value, kept[offered[at].period, offered[at].begin].value)
        for at in suspects
        if (offered[at].period, offered[at].begin) in kept
    ]
    whole = restated(corrections) if kept else unlike_bounds(rules, offered)
    if whole is not None:
        for at in suspects:
            verdicts[at] = whole
        return verdicts
    state = State()
    for _, day in groupby(_in_order(kept, offered, suspects), key=lambda entry: entry[1].begin):
        _judge_day(rules, state, list(day), verdicts)
    return verdicts


def _trusted(
    fact: Fact, kept: Mapping[tuple[int, int], Fact], accepted: Collection[tuple[int, int, float | None]]
) -> bool:
    """Whether a fact is stored already, or was accepted by a person."""
    same = kept.get((fact.period, fact.begin))
    return (same is not None and same.value == fact.value) or (fact.period, fact.begin, fact.value) in accepted


def _in_order(
    kept: Mapping[tuple[int, int], Fact], offered: Sequence[Fact], suspects: Sequence[int]
) -> list[tuple[int, Fact]]:
    """Facts in the order of knowledge, each with its place among the suspects; -1 = trusted, first on its day."""
    judged = set(suspects)
    trusted = [(-1, fact) for fact in kept.values()]
    trusted += [(-1, fact) for at, fact in enumerate(offered) if at not in judged]
    both = trusted + [(at, offered[at]) for at in suspects]
    return sorted(both, key=lambda entry: (entry[1].begin, entry[0] >= 0, entry[1].period))


def _judge_day(rules: Rules, state: State, day: list[tuple[int, Fact]], verdicts: list[Verdict | None]) -> None:
    """Judge the facts that began on one day, those already trusted first."""
    new = [(at, fact) for at, fact in day if at >= 0]
    for at, fact in day:
        if at < 0:
            state.take(fact)
    pairs = [(fact.value, state.values[fact.period]) for _, fact in new if fact.period in state.values]
    found = restated(pairs)
    if found is not None:
        for at, _ in new:
            verdicts[at] = found
        return
    ratio = median_ratio(pairs)
    for at, fact in new:
        verdicts[at] = verdict_on(rules, state, fact, ratio)
        if verdicts[at] is None:
            state.take(fact)


def unlike_bounds(rules: Rules, offered: Sequence[Fact]) -> Verdict | None:
    """Verdict on the first answer of a series: in another unit when most of its values lie outside the bounds."""
    numbers = [fact.value for fact in offered if fact.value is not None]
    outside = sum(not rules.lower <= value <= rules.upper for value in numbers)
    if len(numbers) < RESTATED_PERIODS or 2 * outside <= len(numbers):
        return None
    bounds = f"{rules.lower:g} to {rules.upper:g} ({rules.unit})"
    return Verdict("bounds", f"{outside} of {len(numbers)} values of the first answer lie outside the bounds {bounds}.")


def median_ratio(pairs: Sequence[tuple[float | None, float | None]]) -> float | None:
    """Median size of new over old values; None where too few can be compared."""
    ratios = [abs(new / old) for new, old in pairs if new and old]
    return median(ratios) if len(ratios) >= RESTATED_PERIODS else None


def restated(pairs: Sequence[tuple[float | None, float | None]]) -> Verdict | None:
    """Verdict on an answer or vintage from its (new, standing) values; None where its unit is the one that stood."""
    ratio = median_ratio(pairs)
    if ratio is None or 1.0 / RESTATED_RATIO <= ratio <= RESTATED_RATIO:
        return None
    return Verdict(
        "restated",
        f"It is part of an answer that restates {len(pairs)} periods, in the middle by a factor of {ratio:.4g}; the limit "
        f"is {RESTATED_RATIO:g}.",
    )


def verdict_on(rules: Rules, state: State, fact: Fact, ratio: float | None) -> Verdict | None:
    """The first rule that one fact breaks, against what stood before it.

    Parameters
    ----------
    rules, state, fact : of the same series.
    ratio : by which its vintage restates the periods before it in the middle; None where it does not restate many.
    """
    value = fact.value
    problem = _dates(rules, fact)
    if problem:
        return Verdict("dates", problem)
    if value is None:
        return None
    if not math.isfinite(value):
        return Verdict("not_a_number", "It is not a finite number.")
    if not rules.lower <= value <= rules.upper:
        return Verdict(
            "bounds",
            f"{value:.10g} lies outside the plausible bounds {rules.lower:g} to {rules.upper:g} ({rules.unit}).",
        )
    kind = kind_of(rules.unit, rules.frequency)
    if kind == "indicator":
        return None
    alone = ratio is None and state.count >= MIN_PRINTED  # a vintage that restates many may print them otherwise
    printed = state.printed if rules.printed is None else rules.printed
    if kind == "rate" and alone and fact.printed > printed <= MOST_DECIMALS:
        return Verdict(
            "decimals",
            f"{value:.10g} has {fact.printed} decimals; the series is printed with {printed} ({rules.unit}).",
        )
    return _moved(rules, kind, state, fact, ratio)


def _moved(rules: Rules, kind: str, state: State, fact: Fact, ratio: float | None) -> Verdict | None:
    """A step from the period before, or from the value that stood for the same period, beyond the limit."""
    limit, value = rules.limits.get((kind, rules.frequency)), fact.value
    if limit is None or value is None:
        return None
    stood = state.values.get(fact.period)
    if stood is not None:
        if not limit.exceeded(value, stood * (ratio or 1.0)):
            return None
        return Verdict("revision", f"{value:.10g} replaces {stood:.10g}; the limit is {limit}.", stood)
    period = state.before(fact.period)
    if period is None or not limit.exceeded(value, state.values[period]):
        return None
    before = state.values[period]
    when = EPOCH + dt.timedelta(days=period)
    return Verdict("step", f"{value:.10g} follows {before:.10g} of {when}; the limit is {limit}.", before)


def _dates(rules: Rules, fact: Fact) -> str:
    """What is wrong with the period or the day of knowledge of a fact; empty where nothing is."""
    begin = EPOCH + dt.timedelta(days=fact.begin)
    if rules.first_begin is not None and fact.begin < rules.first_begin:
        return f"It counts from {begin}, before the days asked for."
    if rules.last_begin is not None and fact.begin > rules.last_begin:
        return f"It counts from {begin}, after the days asked for."
    if fact.period > fact.begin:
        return f"Its period begins on {EPOCH + dt.timedelta(days=fact.period)}, after its publication on {begin}."
    if rules.periods and not _begins_a_period(fact.period, rules.frequency):
        return f"{EPOCH + dt.timedelta(days=fact.period)} begins no period of frequency {rules.frequency}."
    return ""


def _begins_a_period(period: int, frequency: str) -> bool:
    """Whether a day is the first one of a month, quarter or year; any day can be one of a day or week."""
    if frequency in ("D", "W"):
        return True
    day = EPOCH + dt.timedelta(days=period)
    months = {"M": 1, "Q": 3, "A": 12}[frequency]
    return day.day == 1 and (day.month - 1) % months == 0
