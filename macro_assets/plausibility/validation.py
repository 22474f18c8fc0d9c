"""Do the rules hold? Limits fitted on one span of recorded data, false and missed alarms counted on a later one.

Belongs here: the study as pure functions over facts. Does not belong here: reading an archive or a lake, and printing
(commands/quarantine.py).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

import numpy as np

from macro_assets.plausibility.bounds import bounds_of_history
from macro_assets.plausibility.judge import Rules, Verdict, judge, median_ratio, restated, unlike_bounds, verdict_on
from macro_assets.plausibility.limits import RESTATED_PERIODS, kind_of
from macro_assets.plausibility.state import Fact, State, decimals

__all__ = [
    "FACTORS",
    "FIRST",
    "SPLIT",
    "History",
    "Rate",
    "false_alarms",
    "first_loads",
    "histories_restated",
    "largest_steps",
    "newest_values",
    "vintages_restated",
]

Alarm: TypeAlias = tuple[str, Fact, Verdict]

FACTORS = (10.0, 100.0, 1000.0, 0.1, 0.01, 0.001)
EPOCH = dt.date(1970, 1, 1)
FIRST = (dt.date(1960, 1, 1) - EPOCH).days
SPLIT = (dt.date(2006, 1, 1) - EPOCH).days


@dataclass(frozen=True)
class History:
    """Recorded facts of one series and what it is judged by."""

    series: str
    rules: Rules
    facts: tuple[Fact, ...]

    @property
    def kind(self) -> str:
        """Kind of its unit."""
        return kind_of(self.rules.unit, self.rules.frequency)

    def bounded(self) -> History:
        """The same with bounds from its history before 2006, where it states none."""
        if math.isfinite(self.rules.lower) or math.isfinite(self.rules.upper):
            return self
        past = [fact.value for fact in self.facts if fact.value is not None and fact.begin < SPLIT]
        if len(past) < RESTATED_PERIODS:
            return self
        lower, upper = bounds_of_history(past, self.rules.unit, self.rules.frequency)
        return replace(self, rules=replace(self.rules, lower=lower, upper=upper))


@dataclass(frozen=True)
class Rate:
    """How many injected errors of one kind, frequency, direction and size were set aside."""

    kind: str
    frequency: str
    factor: float
    injected: int
    caught: int

    @property
    def share(self) -> float:
        """Caught over injected."""
        return self.caught / self.injected if self.injected else math.nan


class _Counts:
    """Injected and caught errors by kind, frequency and factor."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str, float], list[int]] = {}

    def add(self, history: History, factor: float, injected: int, caught: int) -> None:
        cell = self._cells.setdefault((history.kind, history.rules.frequency, factor), [0, 0])
        cell[0] += injected
        cell[1] += caught

    def rates(self) -> list[Rate]:
        return [Rate(*key, *cell) for key, cell in sorted(self._cells.items(), key=lambda item: item[0][:2])]


def _replay(history: History) -> Iterator[tuple[int, Fact, State, float | None]]:
    """Position of each fact in the order of knowledge, what stood before it, and by how much its vintage restates."""
    state = State()
    order = sorted(range(len(history.facts)), key=lambda at: (history.facts[at].begin, history.facts[at].period))
    for _, day in groupby(order, key=lambda at: history.facts[at].begin):
        facts = [(at, history.facts[at]) for at in day]
        ratio = median_ratio([(fact.value, state.values.get(fact.period)) for _, fact in facts])
        for at, fact in facts:
            yield at, fact, state, ratio
            state.take(fact)


def largest_steps(histories: Sequence[History]) -> dict[tuple[str, str], tuple[float, str, dt.date]]:
    """Largest true step by kind and frequency, of facts of 1960 to 2005: size, series, observation date.

    The kinds that one later event set (claims, oil) count as levels here.
    """
    largest: dict[tuple[str, str], tuple[float, str, dt.date]] = {}
    for history in histories:
        kind = "level" if history.kind in ("claims", "oil") else history.kind
        if kind == "indicator":
            continue
        key = (kind, history.rules.frequency)
        for size, fact in _steps(history, in_logs=kind == "level"):
            if FIRST <= fact.begin < SPLIT and size > largest.get(key, (0.0, "", EPOCH))[0]:
                largest[key] = (size, history.series, EPOCH + dt.timedelta(days=fact.period))
    return largest


def _steps(history: History, *, in_logs: bool) -> Iterator[tuple[float, Fact]]:
    """Size of each step from the period before, in the view in which the period was first published."""
    for _, fact, state, _ in _replay(history):
        period = state.before(fact.period)
        if fact.value is None or fact.period in state.values or period is None:
            continue
        before = state.values[period]
        if not in_logs:
            yield abs(fact.value - before), fact
        elif fact.value > 0 and before > 0:
            yield abs(math.log(fact.value / before)), fact


def false_alarms(histories: Sequence[History], since: int = FIRST) -> tuple[int, list[Alarm]]:
    """Number of true facts that began on a day or later, and those of them that are set aside."""
    judged = 0
    alarms: list[Alarm] = []
    for history in histories:
        if history.kind == "indicator":
            continue
        for fact, verdict in zip(history.facts, judge(history.rules, (), history.facts), strict=True):
            judged += fact.begin >= since
            if verdict is not None and fact.begin >= since:
                alarms.append((history.series, fact, verdict))
    return judged, alarms


def newest_values(histories: Sequence[History], factors: Sequence[float] = FACTORS) -> list[Rate]:
    """Errors in the newest value, since 2006: each true one times a factor, judged against the true ones before it."""
    counts = _Counts()
    for history in histories:
        if history.kind == "indicator":
            continue
        values = np.array([math.nan if fact.value is None else fact.value for fact in history.facts])
        wrong = {factor: (values * factor, decimals(values * factor)) for factor in factors}
        for at, fact, state, ratio in _replay(history):
            newest = bool(state.periods) and fact.period > state.periods[-1]
            if fact.begin < SPLIT or not newest or not fact.value:
                continue
            for factor, (numbers, printed) in wrong.items():
                error = replace(fact, value=float(numbers[at]), printed=printed[at])
                counts.add(history, factor, 1, verdict_on(history.rules, state, error, ratio) is not None)
    return counts.rates()


def vintages_restated(histories: Sequence[History], factors: Sequence[float] = FACTORS) -> list[Rate]:
    """Errors in a whole vintage, since 2006: each that restates at least twelve periods, times a factor."""
    counts = _Counts()
    for history in histories:
        pairs: dict[int, list[tuple[float | None, float | None]]] = {}
        for _, fact, state, _ in _replay(history):
            if fact.begin >= SPLIT and fact.period in state.values:
                pairs.setdefault(fact.begin, []).append((fact.value, state.values[fact.period]))
        for found in pairs.values():
            if median_ratio(found) is None:
                continue
            for factor in factors:
                wrong = [(value and value * factor, stood) for value, stood in found]
                counts.add(history, factor, 1, restated(wrong) is not None)
    return counts.rates()


def histories_restated(histories: Sequence[History], factors: Sequence[float] = FACTORS) -> list[Rate]:
    """Errors in a whole answer: the history of each series once more, times a factor; caught = every changed fact."""
    counts = _Counts()
    for history in histories:
        if history.kind == "indicator" or len(history.facts) < RESTATED_PERIODS:
            continue
        for factor in factors:
            verdicts = judge(history.rules, history.facts, _times(history.facts, factor))
            counts.add(history, factor, 1, all(verdicts[at] for at, fact in enumerate(history.facts) if fact.value))
    return counts.rates()


def first_loads(histories: Sequence[History], factors: Sequence[float] = FACTORS) -> list[Rate]:
    """The weaker case: a history times a factor where nothing is stored, so that bounds alone can set it aside."""
    counts = _Counts()
    for history in histories:
        if history.kind == "indicator":
            continue
        for factor in factors:
            wrong = [replace(fact, value=fact.value and fact.value * factor) for fact in history.facts]
            counts.add(history, factor, 1, unlike_bounds(history.rules, wrong) is not None)
    return counts.rates()


def _times(facts: Sequence[Fact], factor: float) -> list[Fact]:
    """Facts in a wrong unit."""
    values = [None if fact.value is None else fact.value * factor for fact in facts]
    printed = decimals(values)
    return [
        replace(fact, value=value, printed=places) for fact, value, places in zip(facts, values, printed, strict=True)
    ]
