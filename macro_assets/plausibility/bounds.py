"""Plausible bounds of a series that no one has bounded: from the magnitude of its own history.

Belongs here: the rule for series added by a user and for files of one's own. Does not belong here: the bounds of the
embedded catalogue (series.yaml), which people chose.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from macro_assets.errors import InvalidInputError
from macro_assets.plausibility.judge import Rules
from macro_assets.plausibility.limits import MIN_PRINTED, SAFETY, Limit, kind_of
from macro_assets.plausibility.state import MOST, Fact

__all__ = ["bounds_of_history", "limit_of_history", "of_history"]

LEVEL_FACTOR = 100.0  # bank reserves grew by 66 between 2006 and 2014 (TOTRESNS)
RATE_RANGES = 3.0
RATE_MARGIN = 5.0
LEAST = 12
OWN_RATIO = 2.57  # largest step over the largest of the history before it, 1960 to 2005: BAAFFM of 1980-05-01
TRIMMED = 0.01  # share of a first answer, at least one value, that tells no magnitude at either end
EPOCH = dt.date(1970, 1, 1)


def of_history(rules: Rules, stored: Sequence[Fact], offered: Sequence[Fact]) -> Rules:
    """Rules of a series with the bounds and the largest step of its own history.

    Parameters
    ----------
    rules : unit and frequency; a bound that someone stated stays. stored : facts kept so far.
    offered : facts of the answer to be judged: where less than a dozen are kept, all but the most extreme of them tell
        the bounds, and neither steps nor decimals are judged.

    Returns
    -------
    Rules without bounds where there are too few values, and without a limit where no step is known.
    """
    kept = sorted((fact for fact in stored if fact.value is not None), key=lambda fact: (fact.period, fact.begin))
    numbers = [fact.value for fact in kept if fact.value is not None]
    first = len(numbers) < LEAST
    values = _trimmed([fact.value for fact in offered if fact.value is not None]) if first else numbers
    limit = None if first else limit_of_history(kept, rules.unit, rules.frequency)
    limits: dict[tuple[str, str], Limit] = (
        {} if limit is None else {(kind_of(rules.unit, rules.frequency), rules.frequency): limit}
    )
    printed = max(fact.printed for fact in kept) if len(kept) >= MIN_PRINTED else MOST
    rules = replace(rules, limits=limits, printed=printed)
    if len(values) < LEAST:
        return rules
    lower, upper = bounds_of_history(values, rules.unit, rules.frequency)
    lower, upper = (rules.lower if math.isfinite(rules.lower) else lower,
                    rules.upper if math.isfinite(rules.upper) else upper)  # fmt: skip
    return replace(rules, lower=lower, upper=upper)


def limit_of_history(kept: Sequence[Fact], unit: str, frequency: str) -> Limit | None:
    """The largest step between periods of a history, with what history allows beyond it; None where nothing moved.

    Parameters
    ----------
    kept : facts with a value, by period, then by the day they began; the newest of a period counts.
    unit, frequency : as in the catalogue. A step is a log ratio where all values are positive and the unit is no rate, a
        difference otherwise.
    """
    newest = {fact.period: fact.value for fact in kept if fact.value is not None}
    periods, values = list(newest), list(newest.values())
    in_logs = kind_of(unit, frequency) != "rate" and min(values) > 0
    moved = [math.log(value) for value in values] if in_logs else values
    steps = [abs(new - old) for old, new in pairwise(moved)]
    largest = max(steps, default=0.0)
    if largest == 0.0:
        return None
    day = EPOCH + dt.timedelta(days=periods[steps.index(largest) + 1])
    return Limit("level" if in_logs else "rate", frequency, largest, "its own", day, factor=SAFETY * OWN_RATIO)


def _trimmed(values: Sequence[float]) -> list[float]:
    """A first answer without its most extreme values at either end."""
    cut = max(1, round(TRIMMED * len(values)))
    return sorted(values)[cut:-cut]


def bounds_of_history(values: Sequence[float], unit: str, frequency: str) -> tuple[float, float]:
    """Lower and upper bound of a series, wide enough for decades to come and narrower than a factor of a thousand.

    Parameters
    ----------
    values : its history, in `unit`, finite.
    unit, frequency : as in the catalogue; a rate gets three times its range on either side (at least five points), a positive
        level a factor of a hundred, a level that was zero or negative a hundred times its largest size.

    Raises
    ------
    InvalidInputError : fewer than twelve values, which tell no magnitude.
    """
    if len(values) < LEAST:
        raise InvalidInputError(
            f"A history of {len(values)} values gives no bounds.", remedy="State lower and upper in series.yaml."
        )
    low, high = min(values), max(values)
    if kind_of(unit, frequency) in ("rate", "indicator"):
        margin = max(RATE_RANGES * (high - low), RATE_MARGIN)
        return low - margin, high + margin
    if low > 0:
        return low / LEVEL_FACTOR, high * LEVEL_FACTOR
    size = max(abs(low), abs(high), 1e-12) * LEVEL_FACTOR
    return -size, size
