"""One series as known so far: the standing value of each period, and how many decimals it is printed with.

Belongs here: what a new fact is compared with. Does not belong here: the comparison (judge.py).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["MOST", "Fact", "State", "decimals", "facts_of"]

MOST = 7


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of one period and the day from which it is the published one.

    Parameters
    ----------
    period, begin : days since 1970-01-01.
    value : None where the provider printed no number, or withdrew it.
    printed : decimals of the value.
    """

    period: int
    begin: int
    value: float | None
    printed: int = 0


@dataclass
class State:
    """Standing values of one series, updated fact by fact in the order in which they became known."""

    values: dict[int, float] = field(default_factory=dict)
    periods: list[int] = field(default_factory=list)
    printed: int = 0
    count: int = 0

    def take(self, fact: Fact) -> None:
        """Let a fact stand; one without a number removes what stood."""
        if fact.value is None:
            if self.values.pop(fact.period, None) is not None:
                del self.periods[bisect_left(self.periods, fact.period)]
            return
        if fact.period not in self.values:
            if not self.periods or fact.period > self.periods[-1]:
                self.periods.append(fact.period)
            else:
                insort(self.periods, fact.period)
        self.values[fact.period] = fact.value
        self.count += 1
        if fact.printed > self.printed:
            self.printed = fact.printed

    def before(self, period: int) -> int | None:
        """The newest period before one; None where there is none."""
        at = bisect_left(self.periods, period)
        return self.periods[at - 1] if at else None


def decimals(values: Sequence[float | None] | npt.NDArray[np.float64]) -> list[int]:
    """Decimals with which each value is printed, at most 7; none for a missing value."""
    numbers = np.nan_to_num(np.array(values, dtype=np.float64), posinf=0.0, neginf=0.0)
    tolerance = 1e-9 * np.maximum(1.0, np.abs(numbers))
    printed = np.full(len(numbers), MOST)
    for places in range(MOST - 1, -1, -1):
        printed[np.abs(np.round(numbers, places) - numbers) < tolerance] = places
    return [int(number) for number in printed]


def facts_of(
    periods: npt.NDArray[np.int64], begins: npt.NDArray[np.int64], values: pa.ChunkedArray | Sequence[float | None]
) -> list[Fact]:
    """Facts of one series from columns.

    Parameters
    ----------
    periods, begins : (n,) days since 1970-01-01.
    values : (n,) values, null where the provider printed none.
    """
    numbers = values.to_pylist() if isinstance(values, pa.ChunkedArray) else list(values)
    columns = zip(periods.tolist(), begins.tolist(), numbers, decimals(numbers), strict=True)
    return [Fact(*column) for column in columns]
